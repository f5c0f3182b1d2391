"""Messages by name. An app's `messages.py` declares a class each; its three templates lie in `templates/<app>/emails/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import wraps
from typing import TypeVar

from notifications.models import OutboxMessage

Read = TypeVar("Read", bound=Callable)


class Audience(StrEnum):
    """Whom a message is for."""

    CONTACT = "contact"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message."""

    name: str
    content: bytes
    media_type: str


class Message:
    """One kind of message.

    `still_true` is asked in the transaction right before sending: a message that became wrong is never sent (NOT-2).
    `useful_for` says how long after it was due a message is worth sending. What is not `is_optional` cannot be
    switched off. `keeps_payload` false clears what the message was about once it is settled. The tenant may put its own
    words into what `is_editable`; `placeholders` are what they may hold besides those of every message, each with what it
    stands for. What `has_sms` may go as a text message too.
    """

    name: str
    title: str
    app: str
    audience = Audience.CONTACT
    is_optional = True
    is_transactional = True
    keeps_payload = True
    useful_for = timedelta(days=3)
    is_editable = False
    has_sms = False
    placeholders: Mapping[str, str] = {}

    @property
    def template_prefix(self) -> str:
        return f"{self.app}/emails/{self.name}"

    def still_true(self, row: OutboxMessage) -> bool:
        """Whether what the message says still holds and the recipient may still know it."""
        return True

    def context(self, row: OutboxMessage) -> dict:
        """What the templates need, in the language and zone that are active."""
        return {}

    def words(self, context: dict) -> dict[str, str]:
        """What the placeholders stand for, from the context of the templates."""
        return {}

    def sample(self) -> dict:
        """A context as of an invented message, for the preview of one that `is_editable`."""
        return {}

    def attachments(self, row: OutboxMessage) -> list[Attachment]:
        """Files that go with the message."""
        return []


def read_once(read: Read) -> Read:
    """Decorator for what several parts of a message ask about its row, the last argument.

    Each is read once for a sending: the check whether the message still holds and its words see the same, as they stand in
    one transaction and have one row object between them.
    """

    @wraps(read)
    def remembered(*arguments):
        facts = arguments[-1].facts
        if read not in facts:
            facts[read] = read(*arguments)
        return facts[read]

    return remembered  # type: ignore[return-value]


class UnknownMessageError(LookupError):
    """No app has registered a message of this name."""


_messages: dict[str, Message] = {}


def register(message_class: type[Message]) -> type[Message]:
    """Class decorator: make the message known by its name."""
    known = _messages.get(message_class.name)
    if known is not None and type(known).__qualname__ != message_class.__qualname__:
        raise ValueError(f"Two messages are called {message_class.name}.")
    _messages[message_class.name] = message_class()
    return message_class


def message_named(name: str) -> Message:
    """The message of this name; raises UnknownMessageError."""
    try:
        return _messages[name]
    except KeyError:
        raise UnknownMessageError(name) from None


def title_of(name: str) -> str:
    """The message's name for people; of a message that no app knows any more, the name that was stored."""
    known = _messages.get(name)
    return str(known.title) if known else name


def all_messages() -> list[Message]:
    """Every known message, by name."""
    return [_messages[name] for name in sorted(_messages)]
