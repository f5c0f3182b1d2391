"""Reading what the embedded mail catcher kept: one file a message, its name the message's id."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from django.utils.functional import cached_property

ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{16}")
SHOWN = 100
PLAIN, HTML = "text/plain", "text/html"


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment; `number` is its place among all parts of the message."""

    number: int
    name: str
    content_type: str
    content: bytes


class Mail:
    """One kept message."""

    def __init__(self, path: Path):
        self.id = path.stem
        self.content = path.read_bytes()

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)

    @property
    def arrived_at(self) -> datetime:
        return datetime.strptime(self.id[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def sender(self) -> str:
        return self.header("From")

    @cached_property
    def recipients(self) -> list[str]:
        """Who the mail was really for: its envelope."""
        return [address for _name, address in getaddresses([self.header("X-Envelope-To")]) if address]

    @property
    def host(self) -> str:
        """The host of the portal that sent it, which its Message-ID ends with; "" where it has none."""
        return self.header("Message-ID").strip().rstrip(">").rpartition("@")[2].lower()

    @property
    def text(self) -> str:
        return self._body(PLAIN)

    @property
    def html(self) -> str:
        return self._body(HTML)

    @cached_property
    def parts(self) -> list[Part]:
        return [
            Part(
                number,
                part.get_filename() or f"part-{number}",
                part.get_content_type(),
                part.get_payload(decode=True) or b"",
            )
            for number, part in enumerate(self.message.walk())
            if not part.is_multipart() and (part.get_filename() or part.get_content_type() not in {PLAIN, HTML})
        ]

    def header(self, name: str) -> str:
        """The header's text; whatever cannot be read is replaced, never an error."""
        return str(self.message.get(name, "")).encode("utf-8", "replace").decode()

    def _body(self, content_type: str) -> str:
        for part in self.message.walk():
            if part.get_content_type() == content_type and not part.get_filename():
                payload = part.get_payload(decode=True) or b""
                return _decoded(payload, part.get_content_charset("utf-8"))
        return ""


def kept_mails(
    folder: Path, *, recipient: str = "", hosts: Collection[str] | None = None, limit: int = SHOWN
) -> list[Mail]:
    """The newest first; only those whose envelope has `recipient` in it, and sent from these hosts, if given."""
    wanted = recipient.strip().lower()
    found = []
    for path in sorted(folder.glob("*.eml"), reverse=True):
        if len(found) == limit:
            break
        mail = find_mail(folder, path.stem, hosts=hosts)
        if mail and (not wanted or any(wanted in address.lower() for address in mail.recipients)):
            found.append(mail)
    return found


def find_mail(folder: Path, mail_id: str, *, hosts: Collection[str] | None = None) -> Mail | None:
    """The message of this id, None when there is none (any more), or none from these hosts, if given."""
    if not ID.fullmatch(mail_id):
        return None
    try:
        mail = Mail(folder / f"{mail_id}.eml")
    except FileNotFoundError:
        return None
    return mail if hosts is None or mail.host in hosts else None


def _decoded(payload: bytes, charset: str) -> str:
    try:
        return payload.decode(charset, "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")
