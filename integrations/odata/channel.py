"""The way to a service: its addresses, our token, and what a failure on the way means (INT-3, SECURITY 32)."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from integrations.odata.auth import Auth
from integrations.odata.errors import NotConnected, Refused, Temporary, Unknown
from integrations.odata.query import query_text
from integrations.odata.wire import JSON, error_of, is_done
from portal.kit.outgoing import AddressRefused, Answer, AnswerLost, Conversation, NotReached, TooLarge


class Channel:
    """Requests to one service. `parameters` go with every one of them."""

    def __init__(self, base_url: str, auth: Auth | None, conversation: Conversation, parameters: Mapping[str, str]):
        self.base_url = base_url.rstrip("/") + "/"
        self.auth = auth
        self.conversation = conversation
        self.parameters = parameters

    def address(self, path: str, query: Mapping[str, str] | None = None) -> str:
        return self.base_url + self.relative(path, query)

    def relative(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """The path with its query and what goes with every request."""
        text = query_text({**(query or {}), **self.parameters})
        return f"{path}?{text}" if text else path

    def inside(self, url: str) -> str:
        """The address relative to the service; NotConnected for one outside, for our token would go with it."""
        base, found = urlsplit(self.base_url), urlsplit(url)
        is_ours = (found.scheme, found.netloc) == (base.scheme, base.netloc) and found.path.startswith(base.path)
        if not is_ours or ".." in unquote(found.path).split("/"):
            raise NotConnected("The service refers to an address outside of it")
        return url[len(self.base_url) :]

    def read(
        self,
        url: str,
        method: str = "GET",
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        largest: int | None = None,
    ) -> Answer:
        """Ask without changing anything: whatever goes wrong on the way may be asked again."""
        try:
            answer = self.ask(method, url, body, {"Accept": JSON, **(headers or {})}, largest)
        except TooLarge as error:
            raise Refused("too-large", f"The answer is too large: {error}") from error
        except NotReached as error:
            raise Temporary(f"No answer: {error}") from error
        if not is_done(answer):
            raise error_of(answer, changes=False)
        return answer

    def write(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Ask for a change, which must be done."""
        answer = self.sent(method, url, body, headers)
        if not is_done(answer):
            raise error_of(answer, changes=True)
        return answer

    def sent(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Ask for a change: when the way fails after it was sent, nobody knows."""
        try:
            return self.ask(method, url, body, {"Accept": JSON, **headers})
        except (AnswerLost, TooLarge) as error:
            raise Unknown(f"No answer: {error}") from error
        except NotReached as error:
            raise Temporary(f"Not reached: {error}") from error

    def ask(self, method: str, url: str, body: bytes, headers: Mapping[str, str], largest: int | None = None) -> Answer:
        """One request, with a fresh token once when the present one is not taken."""
        sent = {"OData-Version": "4.0", "OData-MaxVersion": "4.01", **headers}
        try:
            answer = self.conversation.ask(method, url, headers={**sent, **self.proof()}, body=body, largest=largest)
            if answer.status == HTTPStatus.UNAUTHORIZED and self.auth is not None and self.auth.forget():
                answer = self.conversation.ask(
                    method, url, headers={**sent, **self.proof()}, body=body, largest=largest
                )
        except AddressRefused as error:
            raise NotConnected(f"The address of the service is refused: {error}") from error
        return answer

    def proof(self) -> Mapping[str, str]:
        return self.auth.headers(self.conversation) if self.auth is not None else {}
