"""The finance system of a test: a real OData server behind a way on which things go wrong when they are told to."""

import pytest

from integrations.odata.auth import ClientCredentials
from integrations.odata.client import Service
from portal.kit.outgoing import Conversation
from tests.erp.install import NotInstalled
from tests.erp.proxy import SECRET, Proxy
from tests.erp.server import Server

COMPANY = "usmf"


class Finance:
    """`url` and `token_url` are what a connection is given; both lead over the proxy."""

    def __init__(self):
        try:
            self.server = Server()
        except NotInstalled as error:
            pytest.fail(str(error), pytrace=False)
        self.proxy = Proxy(lambda: self.server.port)
        self.url = self.proxy.url
        self.token_url = self.proxy.token_url
        self.effects = self.server.effects
        self.fill = self.server.fill
        self.plan = self.proxy.plan
        with self.service(metadata=None) as service:
            self.metadata = service.metadata()

    def renew(self) -> None:
        """Empty, and calm."""
        self.proxy.calm()
        self.server.empty()

    def close(self) -> None:
        self.proxy.close()
        self.server.close()

    def credentials(self, secret: str = SECRET[1]) -> ClientCredentials:
        return ClientCredentials(self.token_url, SECRET[0], secret)

    def service(self, *, seconds: float = 60.0, largest: int = 32 * 2**20, **more) -> Service:
        """A client of it that knows its metadata already."""
        known = {"metadata": self.metadata} if "metadata" not in more else {}
        return Service(self.url, conversation=Conversation(seconds=seconds, largest=largest), **known, **more)
