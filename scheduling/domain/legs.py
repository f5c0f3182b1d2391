"""The way between two visits of a resource, kept right when a visit comes between them or goes (D4)."""

from datetime import timedelta

from portal.geo.distance import Leg
from scheduling.domain.rules import VisitRequest, load_rules
from scheduling.domain.search import begin, resource_now
from scheduling.engine.slots import check
from scheduling.engine.types import Offer
from scheduling.enums import BookingStatus
from scheduling.models import Booking

# Further away nobody's day reaches.
A_DAY = timedelta(days=1)


def make_room(booking: Booking, next_leg: Leg | None) -> None:
    """Before `booking` is written: let the next visit of its resource come from there. Its arrival never moves.

    `next_leg` is the engine's word on it; None says that the next visit is no part of the same day.
    """
    following = next_visit(booking) if next_leg else None
    if following is not None:
        take_way(following, next_leg, no_sooner_than=booking.ends_at)


def close_gap(booking: Booking) -> None:
    """After `booking` went: let the next visit come from the one before it, or from the start, as the engine says."""
    following = next_visit(booking)
    if following is None or following.place.point is None:
        return
    visit = VisitRequest(following.account, following.incident_type, following.place)
    day = following.local_date
    search = begin(visit, load_rules(visit), first=day, last=day, without=following.pk)
    found = check(
        search.need, resource_now(search, following.resource_id), int(following.arrives_at.timestamp()), search.legs
    )
    if isinstance(found, Offer):
        take_way(following, found.leg, no_sooner_than=None)


def next_visit(booking: Booking) -> Booking | None:
    """The next visit of the resource, when its way may still change."""
    return (
        Booking.objects.filter(
            resource_id=booking.resource_id,
            status__in=[BookingStatus.SCHEDULED, BookingStatus.HELD],
            arrives_at__gte=booking.arrives_at,
            arrives_at__lt=booking.ends_at + A_DAY,
        )
        .exclude(pk=booking.pk)
        .select_related("place", "account", "incident_type")
        .order_by("arrives_at", "pk")
        .first()
    )


def take_way(visit: Booking, leg: Leg, *, no_sooner_than) -> None:
    """Write how the resource comes to the visit."""
    leaves_at = visit.arrives_at - timedelta(seconds=leg.seconds)
    visit.leaves_at = leaves_at if no_sooner_than is None else max(leaves_at, no_sooner_than)
    visit.travel_metres, visit.travel_seconds, visit.travel_method = leg
    visit.save(update_fields=["leaves_at", "travel_metres", "travel_seconds", "travel_method"])
