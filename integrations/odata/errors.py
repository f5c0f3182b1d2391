"""What a service, or the way to it, may answer instead of what was asked for. Each says what the caller has to do."""


class RemoteError(Exception):
    """Any of them."""


class Temporary(RemoteError):
    """Nothing was done; the same request is right again later.

    `retry_after`: seconds that the service asks us to stay away, None when it named none.
    """

    def __init__(self, message: str, retry_after: float | None = None):
        super().__init__(message)
        self.retry_after = retry_after


class Unknown(RemoteError):
    """A change was sent and it is not known whether it was made: read it back before anything is sent again."""

    def __init__(self, message: str, retry_after: float | None = None):
        super().__init__(message)
        self.retry_after = retry_after


class NotConnected(RemoteError):
    """Address, login or service are wrong: nothing will work before somebody changes the connection."""


class Refused(RemoteError):
    """The service understood and will not do it; the same request will be refused again.

    `code`, `message` and `target` are the service's own words: its code, a sentence, the property that it means.
    """

    def __init__(self, code: str, message: str, target: str = "", status: int = 0):
        super().__init__(message)
        self.code = code
        self.message = message
        self.target = target
        self.status = status


class Conflict(Refused):
    """The record is not as the change expected: another version (412), there already (409), a version not named (428)."""


class Gone(Refused):
    """What the request names is not there, or not any more: a record (404), the place in a list (410)."""
