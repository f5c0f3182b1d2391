"""Plain functions that make rows in the tenant in scope. Whatever a test does not name gets a sensible value."""

from itertools import count

_numbers = count(1)


def unique(prefix: str) -> str:
    """A text that no other row has."""
    return f"{prefix}{next(_numbers)}"
