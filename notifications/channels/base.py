"""What a channel takes, answers and raises."""

from dataclasses import dataclass, field
from typing import Protocol

from notifications.registry import Attachment


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message ready to go. `message_id` is the same for each attempt, so that a repeat can be recognised.

    A text message has its number as `recipient` and `text` only; an event its address, JSON as `text`, and the `secrets` that
    sign it.
    """

    message_id: str
    sender_name: str
    recipient_name: str
    recipient: str
    subject: str
    text: str
    html: str
    reply_to: str = ""
    language: str = "en"
    unsubscribe_url: str = ""
    secrets: tuple[str, ...] = ()
    attachments: list[Attachment] = field(default_factory=list)


class ChannelError(Exception):
    """The message was not accepted."""


class PermanentError(ChannelError):
    """Trying again is of no use."""


class GoneError(PermanentError):
    """The receiver wants nothing any more."""


class TemporaryError(ChannelError):
    """Refused for now; certainly not accepted."""


class AwayError(TemporaryError):
    """The transport itself cannot be reached: nothing of this message's making, others will fare the same."""


class UncertainError(TemporaryError):
    """The connection broke when the message may have been accepted already."""


class Channel(Protocol):
    """A way out. Called outside of any transaction."""

    def send(self, envelope: Envelope) -> None:
        """Hand the message over; return means accepted."""

    def was_accepted(self, message_id: str) -> bool | None:
        """Whether the transport has taken this message before; None when it cannot be asked."""
