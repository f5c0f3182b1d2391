"""How we prove to a service who we are: a token by OAuth client credentials, kept until shortly before it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from time import monotonic
from typing import Protocol
from urllib.parse import urlencode

from integrations.odata.errors import NotConnected, Temporary
from integrations.odata.wire import body_of, is_done, retry_after
from portal.kit.outgoing import AddressRefused, Conversation, NotReached, TooLarge

# A token is fetched anew this long before its end, so that it does not end on the way.
MARGIN_SECONDS = 60.0
UNNAMED_LIFE_SECONDS = 300.0
LARGEST_TOKEN_ANSWER = 64 * 1024


class Auth(Protocol):
    """What a request says of who sends it."""

    def headers(self, conversation: Conversation) -> Mapping[str, str]:
        """Headers of a request, fetched if need be. Raises NotConnected or Temporary."""

    def forget(self) -> bool:
        """Drop what the service did not take; True when asking for another may help."""


@dataclass
class ClientCredentials:
    """A token for a program (RFC 6749, 4.4). `scope` or `resource` as the login service wants it.

    Kept in this object only, never in a store; it is fetched once a run.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    resource: str = ""
    token: str = field(default="", repr=False, init=False)
    ends_at: float = field(default=0.0, init=False)

    def headers(self, conversation: Conversation) -> Mapping[str, str]:
        if not self.token or monotonic() >= self.ends_at:
            self.fetch(conversation)
        return {"Authorization": f"Bearer {self.token}"}

    def forget(self) -> bool:
        had_one, self.token = bool(self.token), ""
        return had_one

    def fetch(self, conversation: Conversation) -> None:
        """A new token. The secret goes in the body, never into an address or a log."""
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
            "resource": self.resource,
        }
        try:
            answer = conversation.ask(
                "POST",
                self.token_url,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
                body=urlencode({name: text for name, text in wanted.items() if text}).encode(),
                largest=LARGEST_TOKEN_ANSWER,
            )
        except AddressRefused as error:
            raise NotConnected(f"The address of the login service is refused: {error}") from error
        except NotReached as error:
            raise Temporary(f"The login service does not answer: {error}") from error
        except TooLarge as error:
            raise NotConnected("The login service does not answer with a token") from error
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Temporary(f"The login service answers {answer.status}", retry_after(answer.headers))
        if not is_done(answer):
            raise NotConnected(f"The login service refuses us ({answer.status})")
        try:
            found = body_of(answer)
            self.token = str(found["access_token"])
            life = float(found.get("expires_in") or UNNAMED_LIFE_SECONDS)
        except (ValueError, KeyError, TypeError) as error:
            raise NotConnected("The login service does not answer with a token") from error
        self.ends_at = monotonic() + max(life - MARGIN_SECONDS, life / 2)
