"""Which pieces of a resource's time a booking on a project takes: so many minutes of each working day (PSA-5).

Instants are int seconds since 1970 in UTC, as in scheduling.engine.types.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from typing import Final

from scheduling.engine.availability import instant, merged
from scheduling.engine.types import Interval, WeeklyHours

MINUTE: Final = 60
ONE_DAY: Final = timedelta(days=1)


def pieces(  # noqa: PLR0917 - read as a sentence: hours, zone, days, minutes, without these
    hours: Sequence[WeeklyHours],
    zone: str,
    first: date,
    last: date,
    minutes_a_day: int,
    away: Iterable[Interval] = (),
    closed: frozenset[date] = frozenset(),
) -> tuple[Interval, ...]:
    """What is worked on the days `first` to `last`, in order and without overlap.

    Each day gives up to `minutes_a_day` of real time from the beginning of its hours on, without what lies in `away` and on
    `closed` days. A shift belongs to the day on which it begins, also where it ends on the next one.
    """
    closures = [Interval(instant(day, time(), zone), instant(day + ONE_DAY, time(), zone)) for day in sorted(closed)]
    gone = merged([*away, *closures])
    found: list[Interval] = []
    for day in days(first, last):
        # What the night shift of the day before took is not taken again.
        taken = Interval(found[0].start, found[-1].end) if found else None
        free = without(shifts_of(day, hours, zone), [*gone, taken] if taken else gone)
        found += first_minutes(free, minutes_a_day)
    return tuple(found)


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    for offset in range((last - first).days + 1):
        yield first + offset * ONE_DAY


def shifts_of(day: date, hours: Iterable[WeeklyHours], zone: str) -> tuple[Interval, ...]:
    """The shifts that begin on this day, by the clock of the zone."""
    own = [each for each in hours if each.weekday == day.weekday()]
    return merged(
        Interval(
            instant(day, each.starts, zone),
            instant(day + ONE_DAY if each.ends <= each.starts else day, each.ends, zone, is_end=True),
        )
        for each in own
    )


def without(spans: Iterable[Interval], gone: Iterable[Interval]) -> list[Interval]:
    """The spans with holes where something of `gone` lies."""
    left = list(spans)
    for hole in gone:
        left = [
            piece
            for each in left
            for piece in (
                Interval(each.start, min(each.end, hole.start)),
                Interval(max(each.start, hole.end), each.end),
            )
            if piece.end > piece.start
        ]
    return left


def first_minutes(spans: Iterable[Interval], minutes: int) -> list[Interval]:
    """The spans up to so many minutes together; less than a whole minute is left out."""
    found, rest = [], minutes * MINUTE
    for each in spans:
        length = min(each.end - each.start, rest)
        length -= length % MINUTE
        if length > 0:
            found.append(Interval(each.start, each.start + length))
            rest -= length
    return found


def minutes_in(spans: Iterable[Interval]) -> int:
    """How many minutes these are together."""
    return sum(each.end - each.start for each in spans) // MINUTE
