"""Wall time to instants: weekly hours, opening hours and the grid of arrivals, daylight-saving safe (SCH-2, D6)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from scheduling.engine.types import Interval, WeeklyHours

DAY_SECONDS: Final = 86_400
_ONE_DAY: Final = timedelta(days=1)


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Put intervals in order, join those that touch or overlap, drop the empty ones."""
    result: list[Interval] = []
    for interval in sorted(intervals, key=lambda each: (each.start, each.end)):
        if interval.end <= interval.start:
            continue
        if result and interval.start <= result[-1].end:
            if interval.end > result[-1].end:
                result[-1] = Interval(result[-1].start, interval.end)
        else:
            result.append(interval)
    return tuple(result)


def shifts(hours: Iterable[WeeklyHours], zone: str, first: date, last: date) -> tuple[Interval, ...]:
    """Working hours as instants, for every shift that touches the local days `first` to `last`.

    Wall time is kept through the year. A time that is skipped by the clock becomes the first real instant after it;
    of a time that comes twice, a shift begins at the earlier and ends at the later one. The night shift that began on
    the evening before `first` is there in full.
    """
    return _instants(tuple(hours), zone, first, last)


def opening(hours: Iterable[WeeklyHours], zone: str, first: date, last: date) -> tuple[Interval, ...] | None:
    """Opening hours of a customer's place as instants, by the rules of `shifts`; None (always open) without any."""
    rows = tuple(hours)
    return _instants(rows, zone, first, last) if rows else None


@lru_cache(maxsize=2048)
def _instants(hours: tuple[WeeklyHours, ...], zone: str, first: date, last: date) -> tuple[Interval, ...]:
    """Share one tuple among all that keep the same hours: most resources of a tenant do."""
    by_weekday: dict[int, list[WeeklyHours]] = {}
    for row in hours:
        by_weekday.setdefault(row.weekday, []).append(row)
    found = []
    for day in _days(first - _ONE_DAY, last):
        for row in by_weekday.get(day.weekday(), ()):
            end_day = day + _ONE_DAY if row.ends <= row.starts else day
            found.append(Interval(instant(day, row.starts, zone), instant(end_day, row.ends, zone, is_end=True)))
    begin = instant(first, time(), zone)
    return merged(interval for interval in found if interval.end > begin)


def instant(day: date, wall: time, zone: str, *, is_end: bool = False) -> int:
    """Instant of a wall time: skipped times move to the first real one; of two, a beginning takes the earlier."""
    midnight = _plain_midnight(day, zone)
    if midnight is not None:
        return midnight + _seconds(wall)
    found = _both(day, _seconds(wall), zone)
    if not found:
        return _end_of_gap(day, _seconds(wall), zone)
    return found[-1] if is_end else found[0]


def grid(  # noqa: PLR0917 - read as a sentence: days, zone, hours, limits
    first_day: date,
    zone: str,
    step_seconds: int,
    opens: time,
    closes: time,
    now: int,
    notice: int,
    horizon: int,
    *,
    last_day: date | None = None,
) -> tuple[int, ...]:
    """Arrivals to try on the local days `first_day` to `last_day` (the same day unless told), in order.

    Every `step_seconds` of wall time from `opens` up to, but without, `closes`; `closes` at or before `opens` goes on
    round midnight, equal times are the whole day. Skipped wall times are left out, repeated ones come twice. Nothing
    sooner than `notice` or later than `horizon` seconds from `now`.
    """
    if step_seconds <= 0:
        raise ValueError("The grid needs a step of at least a second.")
    begin, end = _seconds(opens), _seconds(closes)
    if end <= begin:
        end += DAY_SECONDS
    walls = sorted({wall % DAY_SECONDS for wall in range(begin, end, step_seconds)})
    arrivals: set[int] = set()
    for day in _days(first_day, last_day or first_day):
        midnight = _plain_midnight(day, zone)
        if midnight is not None:
            arrivals.update(midnight + wall for wall in walls)
        else:
            arrivals.update(moment for wall in walls for moment in _both(day, wall, zone))
    return tuple(sorted(arrival for arrival in arrivals if now + notice <= arrival <= now + horizon))


def by_day(arrivals: Iterable[int], zone: str) -> dict[date, tuple[int, ...]]:
    """Group arrivals by the local date at the site, both in order."""
    days: dict[date, list[int]] = {}
    where = _zone(zone)
    for arrival in sorted(arrivals):
        days.setdefault(datetime.fromtimestamp(arrival, where).date(), []).append(arrival)
    return {day: tuple(found) for day, found in days.items()}


def is_inside(start: int, end: int, intervals: Sequence[Interval] | None) -> bool:
    """Whether the whole span lies in one of the (merged) intervals; None stands for always."""
    return intervals is None or any(each.start <= start and end <= each.end for each in intervals)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _ONE_DAY


def _seconds(wall: time) -> int:
    return wall.hour * 3600 + wall.minute * 60 + wall.second


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=8192)
def _plain_midnight(day: date, zone: str) -> int | None:
    """Midnight of a day on which the clock is not changed; None for the few others."""
    where = _zone(zone)
    moments = [datetime.combine(day, time(), where) + timedelta(hours=hour) for hour in range(25)]
    offsets = {moment.replace(fold=fold).utcoffset() for moment in moments for fold in (0, 1)}
    return int(moments[0].timestamp()) if len(offsets) == 1 else None


def _both(day: date, wall: int, zone: str) -> list[int]:
    """All instants at which clocks in the zone show this wall time: none, one or two, in order."""
    shown = datetime.combine(day, time()) + timedelta(seconds=wall)
    where = _zone(zone)
    moments = sorted({int(shown.replace(tzinfo=where, fold=fold).timestamp()) for fold in (0, 1)})
    return [moment for moment in moments if datetime.fromtimestamp(moment, where).replace(tzinfo=None) == shown]


def _end_of_gap(day: date, wall: int, zone: str) -> int:
    """First real instant after a skipped wall time: where the offset changes between its two readings."""
    shown = datetime.combine(day, time()) + timedelta(seconds=wall)
    where = _zone(zone)
    before, after = sorted(int(shown.replace(tzinfo=where, fold=fold).timestamp()) for fold in (0, 1))
    offset = datetime.fromtimestamp(before, where).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, where).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
