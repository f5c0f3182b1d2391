"""The rules of the slot search once more, slow and obvious: to compare the engine with, sharing none of its code."""

from collections.abc import Sequence

from portal.geo.distance import Leg, Point
from scheduling.engine.types import Busy, Interval, Need, Offer, Resource

REST = 6 * 3600


def offers(need: Need, resources: Sequence[Resource], arrivals: Sequence[int], travel, now: int) -> list[Offer]:
    """The best offer of each arrival."""
    found = []
    for arrives in sorted(set(arrivals)):
        able = [(resource, offer) for resource in resources if (offer := visit(need, resource, arrives, travel, now))]
        if able:
            found.append(
                min(able, key=lambda pair: (not pair[0].is_preferred, pair[1].leg.metres, pair[0].name, pair[0].id))[1]
            )
    return found


def visit(need: Need, resource: Resource, arrives: int, travel, now: int) -> Offer | None:  # noqa: PLR0911 - a rule, a return
    """One resource at one arrival, rule by rule."""
    ends = arrives + need.duration
    shift = next((each for each in joined(resource.shifts) if each.start <= arrives and ends <= each.end), None)
    if shift is None or arrives < now:
        return None
    if need.open is not None and not any(each.start <= arrives and ends <= each.end for each in joined(need.open)):
        return None
    day_start, day_end = working_day(shift, joined(resource.shifts))
    place, origin = position(resource, arrives, day_start)
    if place is None:
        return None
    leg = travel(place, need.site)
    if need.max_metres is not None and leg.metres > need.max_metres:
        return None
    leaves = arrives - leg.seconds
    if leaves < now or (need.travel_in_hours and leaves < shift.start):
        return None
    if any(overlap(leaves, ends, item.arrives, item.ends) for item in resource.busy):
        return None
    is_fine, next_leg = what_follows(need, resource, ends, day_end, travel)
    if not is_fine:
        return None
    return Offer(arrives, ends, leaves, resource.id, leg, next_leg, origin, None, resource.name, resource.is_preferred)


def what_follows(need: Need, resource: Resource, ends: int, day_end: int, travel) -> tuple[bool, Leg | None]:
    """Whether the next visit is reached in time, or else home; and the drive to the next visit."""
    later = sorted((item for item in resource.busy if item.arrives >= ends), key=order)
    visits = [item for item in later if item.place is not None and item.arrives < day_end + REST]
    time_off = [item for item in later if item.place is None]
    if visits:
        leg = travel(need.site, visits[0].place)
        released = [item.ends for item in time_off if item.ends <= visits[0].arrives and order(item) < order(visits[0])]
        return max([ends, *released]) + leg.seconds <= visits[0].arrives, leg
    if resource.finish is None or not need.travel_in_hours:
        return True, None
    drive = travel(need.site, resource.finish).seconds
    departures = [ends, *(item.ends for item in time_off)]
    return any(
        leaves + drive <= day_end and not any(overlap(leaves, leaves + drive, i.arrives, i.ends) for i in time_off)
        for leaves in departures
    ), None


def position(resource: Resource, arrives: int, day_start: int) -> tuple[Point | None, str]:
    """Where the resource is: at the visit of that day that ended last, or else at its start."""
    before = [item for item in resource.busy if item.place is not None and item.arrives < arrives]
    if not before:
        return resource.start, "start"
    last = max(before, key=lambda item: (item.ends, order(item)))
    return (last.place, "visit") if last.ends > day_start - REST else (resource.start, "start")


def working_day(shift: Interval, shifts: list[Interval]) -> tuple[int, int]:
    """From the beginning of the chain of shifts with short pauses to its end."""
    start, end = shift.start, shift.end
    for _ in shifts:
        for each in shifts:
            if each.start < end + REST and each.end > start - REST:
                start, end = min(start, each.start), max(end, each.end)
    return start, end


def joined(intervals: Sequence[Interval]) -> list[Interval]:
    """Intervals that touch are one."""
    rest = [each for each in intervals if each.start < each.end]
    for a in rest:
        for b in rest:
            if a is not b and a.start <= b.end and b.start <= a.end:
                others = [each for each in rest if each is not a and each is not b]
                return joined([*others, Interval(min(a.start, b.start), max(a.end, b.end))])
    return rest


def overlap(start: int, end: int, other_start: int, other_end: int) -> bool:
    return start < other_end and end > other_start


def order(item: Busy) -> tuple:
    return item.arrives, item.ends, item.place or ()
