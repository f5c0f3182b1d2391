"""Public ids: UUIDv7, ordered by time, never counters."""

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A new time-ordered id as the standard library's UUID."""
    return _uuid7()
