"""How far it still is by road, for those who are on the way: asked beside the requests, kept for seconds (SCH-7, SCH-10).

No page waits for it. What is kept holds no place, only when the technician was how far away.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.cache import cache

from portal.geo.distance import Point
from portal.geo.routing import drive_by_road
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.enums import BookingStatus
from scheduling.models import Booking
from scheduling.queries.live import newest_position

TASK = "scheduling.measure_way"
# A way is asked for so often, and good for so long after the fix that it was measured from.
EVERY, GOOD_FOR = timedelta(seconds=15), timedelta(seconds=90)


class Way(NamedTuple):
    """The drive from where the technician was `at`."""

    at: datetime
    seconds: int
    metres: int


def is_by_road(booking: Booking) -> bool:
    """Whether ways are asked of a routing server at all."""
    return bool(settings.ROUTING_URL) and booking.place.point is not None


def note_moved(booking: Booking, at: datetime) -> None:
    """A fix came: have the way measured from there after the commit, unless that was done a moment ago."""
    if not is_by_road(booking):
        return
    asked = _known(booking.pk)
    if asked is None or at - asked[0] >= EVERY:
        after_commit(TASK, current_tenant().pk, booking.pk)


def measure_way(booking_id: UUID) -> None:
    """Ask for the way of a visit that somebody is on the way to. Outside of any transaction: it may take seconds."""
    with tenant_scope(current_tenant()):
        way = Booking.objects.select_related("place").filter(pk=booking_id, status=BookingStatus.TRAVELING)
        booking = way.order_by("pk").first()
        position = newest_position(booking) if booking is not None and is_by_road(booking) else None
    if position is None:
        return
    leg = drive_by_road(Point(position.latitude, position.longitude), booking.place.point)
    found = (None, None) if leg is None else (leg.seconds, leg.metres)
    cache.set(_key(booking_id), (position.at.timestamp(), *found), GOOD_FOR.total_seconds())


def way_of(booking: Booking, at: datetime) -> Way | None:
    """The way by road for a technician whose newest fix is from `at`; None where it is not known."""
    known = _known(booking.pk) if is_by_road(booking) else None
    if known is None:
        return None
    measured, seconds, metres = known
    is_good = timedelta() <= at - measured <= GOOD_FOR
    is_of_this_way = booking.travel_started_at is None or measured >= booking.travel_started_at
    return Way(measured, seconds, metres) if is_good and is_of_this_way and seconds is not None else None


def _known(booking_id: UUID) -> tuple[datetime, int | None, int | None] | None:
    kept = cache.get(_key(booking_id))
    return None if kept is None else (datetime.fromtimestamp(kept[0], UTC), kept[1], kept[2])


def _key(booking_id: UUID) -> str:
    return f"way:{booking_id}"
