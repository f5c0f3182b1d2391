"""Errors that carry a sentence for people."""


class DomainError(Exception):
    """A rule of business said no. `message` is a translated sentence that says what to do."""

    status = 400

    def __init__(self, message, *, field: str | None = None):
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(DomainError):
    """Seen, but not allowed (TEN-5): 403 when forced."""

    status = 403


class Conflict(DomainError):
    """Somebody was faster, or the page is stale: 409."""

    status = 409
