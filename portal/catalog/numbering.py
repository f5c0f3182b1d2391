"""Which kinds of records have running numbers; each app registers its own in `section.py`."""

from typing import NamedTuple

from django.utils.functional import Promise


class Series(NamedTuple):
    """A kind of record, what staff call it, and how its numbers begin until staff say otherwise."""

    kind: str
    label: str | Promise
    prefix: str


_series: dict[str, Series] = {}


def register_series(kind: str, label, prefix: str) -> None:
    """Give a kind of record its running numbers."""
    _series[str(kind)] = Series(str(kind), label, prefix)


def all_series() -> list[Series]:
    """Every kind, in the order of registration."""
    return list(_series.values())


def series_of(kind: str) -> Series:
    """The series of a kind; raises KeyError for one that nobody registered."""
    return _series[str(kind)]
