"""A channel that does what a test tells it."""

from notifications.channels.base import Envelope


class FakeChannel:
    """Keeps what it is given; raises the errors it was loaded with, in turn."""

    def __init__(self, *errors, has=None):
        self.errors = list(errors)
        self.sent: list[Envelope] = []
        self.has = has
        self.asked: list[str] = []

    def send(self, envelope):
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.sent.append(envelope)

    def was_accepted(self, message_id):
        self.asked.append(message_id)
        return self.has
