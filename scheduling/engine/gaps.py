"""Gaps between what a resource already does, and whether a visit fits into one with its drives (SCH-2, D4).

A working day is a chain of shifts with pauses shorter than REST_SECONDS. It begins at the resource's start; after a
visit the resource stays there until it drives to the next one, through time off too. Visits within REST_SECONDS
around the day belong to it, inside a shift or not.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from portal.geo.distance import Leg, Point
from scheduling.engine.availability import is_inside, merged
from scheduling.engine.types import Busy, Interval, Need, Offer, Origin, Resource, Travel

REST_SECONDS: Final = 6 * 3600
ALWAYS: Final = -(1 << 62)


class Span(NamedTuple):
    """A shift, with the beginning and end of the working day that it is part of."""

    start: int
    end: int
    day_start: int
    day_end: int


class Gap(NamedTuple):
    """Time between two busy items inside a shift; `ahead` counts the items of `busy` that lie before it."""

    leave_from: int
    arrive_from: int
    end_by: int
    place: Point | None
    from_place: Origin
    day_end: int
    ahead: int
    busy: Sequence[Busy]


class Search:
    """One need and the arrivals in question; remembers what several resources share."""

    __slots__ = ("_legs", "_spans", "arrivals", "need", "now", "travel")

    def __init__(self, need: Need, arrivals: Iterable[int], travel: Travel, now: int) -> None:
        """Keep, in order, the arrivals at which the site is open."""
        hours = None if need.open is None else merged(need.open)
        self.need = need
        self.travel = travel
        self.now = now
        self.arrivals = [each for each in sorted(set(arrivals)) if is_inside(each, each + need.duration, hours)]
        self._legs: dict[Point, Leg] = {}
        self._spans: dict[int, tuple[tuple[Interval, ...], list[Span]]] = {}

    def leg_from(self, place: Point) -> Leg:
        """Drive from `place` to the site."""
        leg = self._legs.get(place)
        if leg is None:
            leg = self._legs[place] = self.travel(place, self.need.site)
        return leg

    def narrow(self, arrivals: list[int]) -> None:
        """Go on with fewer arrivals, in order."""
        self.arrivals = arrivals
        self._spans.clear()

    def spans(self, shifts: tuple[Interval, ...]) -> list[Span]:
        """Shifts in which one of the arrivals is possible; worked out once for all that keep the same hours."""
        known = self._spans.get(id(shifts))
        if known is None:
            known = self._spans[id(shifts)] = (shifts, [span for span in _spans(shifts) if self._concerns(span)])
        return known[1]

    def _concerns(self, span: Span) -> bool:
        at = bisect_left(self.arrivals, span.start)
        return at < len(self.arrivals) and self.arrivals[at] + self.need.duration <= span.end

    def gaps(self, resource: Resource) -> Iterator[Gap]:
        """Gaps long enough for the work, in order; drives are not yet thought of, except that none begins before now."""
        spans = self.spans(resource.shifts)
        if not spans:
            return
        duration, in_hours = self.need.duration, self.need.travel_in_hours
        busy = in_order(resource.busy)
        ahead, free_from = 0, self.now
        visit: Busy | None = None
        for start, end, day_start, day_end in spans:
            while True:
                item = busy[ahead] if ahead < len(busy) and busy[ahead].arrives < end else None
                end_by = end if item is None else item.arrives
                arrive_from = max(free_from, start)
                if end_by - arrive_from >= duration:
                    leave_from = arrive_from if in_hours else free_from
                    place, origin = _position(resource, visit, day_start)
                    yield Gap(leave_from, arrive_from, end_by, place, origin, day_end, ahead, busy)
                if item is None:
                    break
                free_from = max(free_from, item.arrives, item.ends)
                if item.place is not None and (visit is None or item.ends >= visit.ends):
                    visit = item
                ahead += 1

    def first_arrival(self, gap: Gap, leg: Leg) -> int:
        """Earliest arrival in the gap with this drive to the site."""
        return max(gap.arrive_from, gap.leave_from + leg.seconds)

    def onward(self, gap: Gap, resource: Resource) -> tuple[int, Leg | None]:
        """Latest end of work that what comes after the gap allows, and the drive to the next visit.

        The next visit is driven to after any time off before it; time off that runs into that visit is a conflict of
        its own and does not count. Without a next visit, and if asked, the resource is home by the end of the day.
        """
        time_off: list[Busy] = []
        for at in range(gap.ahead, len(gap.busy)):
            item = gap.busy[at]
            if item.arrives >= gap.day_end + REST_SECONDS:
                break
            if item.place is None:
                time_off.append(item)
                continue
            leg = self.travel(self.need.site, item.place)
            leaves = item.arrives - leg.seconds
            is_kept_from_leaving = any(leaves < off.ends <= item.arrives for off in time_off)
            return (ALWAYS if is_kept_from_leaving else leaves), leg
        if resource.finish is None or not self.need.travel_in_hours:
            return gap.end_by, None
        home = self.travel(self.need.site, resource.finish)
        return _leave_for_home(gap.day_end, home.seconds, time_off), None

    def offer(self, resource: Resource, gap: Gap, arrives: int, leg: Leg, next_leg: Leg | None) -> Offer:
        """Put the visit at `arrives` into words of the caller."""
        return Offer(
            arrives=arrives,
            ends=arrives + self.need.duration,
            leaves=arrives - leg.seconds,
            resource_id=resource.id,
            leg=leg,
            next_leg=next_leg,
            from_place=gap.from_place,
            resource_name=resource.name,
            is_preferred=resource.is_preferred,
        )


def in_order(busy: Sequence[Busy]) -> Sequence[Busy]:
    """Busy items by time; of two at once the order depends on nothing but themselves."""
    return busy if len(busy) < 2 else sorted(busy, key=_order)  # noqa: PLR2004  one item is in order


def _order(item: Busy) -> tuple[int, int, tuple[float, ...]]:
    return item.arrives, item.ends, item.place or ()


def _spans(shifts: Iterable[Interval]) -> Iterator[Span]:
    day: list[Interval] = []
    for shift in (*merged(shifts), None):
        if day and (shift is None or shift.start - day[-1].end >= REST_SECONDS):
            yield from (Span(each.start, each.end, day[0].start, day[-1].end) for each in day)
            day = []
        if shift is not None:
            day.append(shift)


def _position(resource: Resource, visit: Busy | None, day_start: int) -> tuple[Point | None, Origin]:
    if visit is not None and visit.ends > day_start - REST_SECONDS:
        return visit.place, "visit"
    return resource.start, "start"


def _leave_for_home(day_end: int, seconds: int, time_off: list[Busy]) -> int:
    """Latest moment to leave so that the drive home ends with the day and does not run into time off."""
    leaves = day_end - seconds
    for off in reversed(time_off):
        if off.ends > leaves and off.arrives < leaves + seconds:
            leaves = off.arrives - seconds
    return leaves
