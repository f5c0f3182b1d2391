"""One resource at one arrival: an offer, or the reason against it (SCH-2, SCH-13)."""

from portal.geo.distance import Leg
from scheduling.engine.availability import is_inside, merged
from scheduling.engine.gaps import Search
from scheduling.engine.types import Need, Offer, Reason, Resource, Why


def fit(search: Search, resource: Resource, arrives: int) -> Offer | Why:
    """Try the visit with this resource at `arrives`, one of the arrivals of the search."""
    need = search.need
    ends = arrives + need.duration
    gap = next((each for each in search.gaps(resource) if each.arrive_from <= arrives and ends <= each.end_by), None)
    if gap is None:
        return _refused(resource, _obstacle(need, resource, arrives))
    if gap.place is None:
        return _refused(resource, Reason.NO_LOCATION)
    leg = search.leg_from(gap.place)
    if need.max_metres is not None and leg.metres > need.max_metres:
        return _refused(resource, Reason.TOO_FAR, leg)
    if arrives < search.first_arrival(gap, leg):
        return _refused(resource, Reason.TRAVEL_BEFORE, leg)
    latest_end, next_leg = search.onward(gap, resource)
    if ends > latest_end:
        return _refused(resource, Reason.TRAVEL_AFTER, leg, next_leg)
    return search.offer(resource, gap, arrives, leg, next_leg)


def _obstacle(need: Need, resource: Resource, arrives: int) -> Reason:
    """What stands where the work would be; if nothing does, the arrival is past and nobody gets there in time."""
    ends = arrives + need.duration
    if not is_inside(arrives, ends, None if need.open is None else merged(need.open)):
        return Reason.SITE_CLOSED
    if not is_inside(arrives, ends, merged(resource.shifts)):
        return Reason.OUTSIDE_HOURS
    in_the_way = [item for item in resource.busy if item.arrives < ends and item.ends > arrives]
    if any(item.place is not None for item in in_the_way):
        return Reason.BUSY
    return Reason.TIME_OFF if in_the_way else Reason.TRAVEL_BEFORE


def _refused(resource: Resource, reason: Reason, leg: Leg | None = None, next_leg: Leg | None = None) -> Why:
    return Why(
        resource_id=resource.id,
        resource_name=resource.name,
        fits=False,
        reason=reason,
        metres=None if leg is None else leg.metres,
        next_metres=None if next_leg is None else next_leg.metres,
        seconds=None if leg is None else leg.seconds,
    )
