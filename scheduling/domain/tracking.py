"""Where the technician is while on the way: kept shortly, shown to the visit's customer, forgotten (SCH-7, SECURITY 38)."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from portal.audit.domain import record
from portal.geo.distance import Point, drive_leg
from portal.kit import clock
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.roads import is_by_road, note_moved, way_of
from scheduling.domain.rules import load_settings
from scheduling.enums import PAST_STATUSES, BookingStatus
from scheduling.models import BookableResource, Booking, SchedulingSettings, TechnicianPosition
from scheduling.queries.live import newest_position

# A phone's clock may be ahead by so much; what it measured longer ago helps nobody on the way.
AHEAD = timedelta(minutes=1)
OLDEST_FIX = timedelta(minutes=10)
# A fix that follows sooner is not kept.
RATE = timedelta(seconds=1)
# The drive may be so much shorter or longer than the road's length says.
QUICKER, SLOWER = 0.8, 1.3
PERCENT = 100
BATCH = 1000
FARTHEST_ACCURACY = 100_000


@dataclass(frozen=True, slots=True)
class Fix:
    """A measurement of the phone: degrees, metres of accuracy, by the phone's clock."""

    point: Point
    accuracy_metres: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of the way at the instant `now`; `fix` is None before the first measurement.

    `earliest` and `latest` bound the arrival. `is_lost`: nothing was heard for the tenant's time. `is_stopgap`: roads are
    wanted, and the arrival is worked out along a straight line.
    """

    now: datetime
    earliest: datetime
    latest: datetime
    is_lost: bool
    fix: Fix | None = None
    metres: int | None = None
    is_stopgap: bool = False

    @property
    def age_seconds(self) -> int | None:
        """How old the fix is."""
        return None if self.fix is None else max(0, int((self.now - self.fix.at).total_seconds()))


def is_tracked(booking: Booking, settings: SchedulingSettings) -> bool:
    """Whether positions of this visit are taken and shown now: on the way, and the company's and the technician's switch are on."""
    return booking.status == BookingStatus.TRAVELING and settings.tracking_is_on and booking.resource.shares_position


@transaction.atomic
def record_position(booking: Booking, resource: BookableResource, fix: Fix) -> bool:
    """Keep a fix of the technician's phone; whether it was kept.

    Nothing is kept unless the visit is tracked now and the technician's own, and of what is older than the newest fix,
    too old, sent twice or too soon after another.
    """
    row = (
        Booking.objects.select_related("resource", "place")
        .filter(pk=booking.pk, resource=resource)
        .order_by("pk")
        .first()
    )
    now = clock.now()
    if row is None or not is_tracked(row, load_settings()) or not now - OLDEST_FIX <= fix.at <= now + AHEAD:
        return False
    at = min(fix.at, now)
    newest = newest_position(row)
    if newest is not None and (at <= newest.at or now - newest.received_at < RATE):
        return False
    position = TechnicianPosition(
        booking=row,
        latitude=fix.point.latitude,
        longitude=fix.point.longitude,
        accuracy_metres=None if fix.accuracy_metres is None else min(fix.accuracy_metres, FARTHEST_ACCURACY),
        at=at,
        received_at=now,
    )
    TechnicianPosition.objects.bulk_create([position], ignore_conflicts=True)
    note_moved(row, at)
    return True


def where_is(booking: Booking, settings: SchedulingSettings) -> Whereabouts | None:
    """What may be told of the technician's way; None unless the visit is tracked now."""
    if not is_tracked(booking, settings):
        return None
    now = clock.now()
    position = newest_position(booking)
    since = booking.travel_started_at or now
    if position is None:
        earliest, latest = _range(since, booking.travel_seconds, now)
        return Whereabouts(now, earliest, latest, is_lost=now - since > _patience(settings))
    fix = Fix(Point(position.latitude, position.longitude), position.accuracy_metres, position.at)
    is_lost = now - fix.at > _patience(settings)
    way = way_of(booking, fix.at)
    if way is not None:
        return Whereabouts(now, *_range(way.at, way.seconds, now), is_lost, fix, way.metres)
    metres, seconds = _remaining(fix.point, booking, settings)
    return Whereabouts(now, *_range(fix.at, seconds, now), is_lost, fix, metres, is_by_road(booking))


def _patience(settings: SchedulingSettings) -> timedelta:
    return timedelta(minutes=settings.position_lost_after_minutes)


def _remaining(point: Point, booking: Booking, settings: SchedulingSettings) -> tuple[int | None, int]:
    """Metres and seconds still to drive, by the company's speed; the planned drive where the site is not on the map."""
    if booking.place.point is None:
        return None, booking.travel_seconds
    detour = 1 + settings.travel_detour_percent / PERCENT
    leg = drive_leg(point, booking.place.point, speed_kmh=settings.travel_speed_kmh, detour=detour)
    return leg.metres, leg.seconds


def _range(since: datetime, seconds: int, now: datetime) -> tuple[datetime, datetime]:
    """From when to when to expect the arrival, in whole minutes; never in the past."""
    first = max(now, since + timedelta(seconds=seconds * QUICKER)).replace(second=0, microsecond=0)
    last = max(now, since + timedelta(seconds=seconds * SLOWER))
    minutes = max(1, math.ceil((last - first).total_seconds() / 60))
    return first, first + timedelta(minutes=minutes + 1)


@transaction.atomic
def set_sharing(resource: BookableResource, *, is_on: bool, by=None) -> None:
    """Let the technician's phone share its position or not; audited. Switched off, what was kept of the way now is forgotten."""
    BookableResource.objects.filter(pk=resource.pk).update(shares_position=is_on)
    resource.shares_position = is_on
    record(by, "resource.share_position", resource, after={"shares_position": is_on})
    if not is_on:
        TechnicianPosition.objects.filter(booking__resource=resource, booking__status=BookingStatus.TRAVELING).delete()


def forget_positions() -> int:
    """Delete the tenant's positions whose time is over, in short transactions; how many.

    A fix goes when it is older than the tenant keeps positions; a visit's all go once the visit is over for that long.
    Safe to run twice and in parallel.
    """
    forgotten = 0
    while True:
        with tenant_scope(current_tenant()):
            removed = _forget_some()
        forgotten += removed
        if removed < BATCH:
            return forgotten


def _forget_some() -> int:
    limit = clock.now() - timedelta(minutes=load_settings().position_minutes_kept)
    old = TechnicianPosition.objects.filter(received_at__lt=limit)
    ended = TechnicianPosition.objects.filter(
        Q(booking__finished_at__lt=limit) | Q(booking__canceled_at__lt=limit), booking__status__in=PAST_STATUSES
    )
    some = [*old.order_by("pk").values_list("pk", flat=True)[:BATCH]]
    some += ended.order_by("pk").values_list("pk", flat=True)[: BATCH - len(some)]
    return TechnicianPosition.objects.filter(pk__in=some).delete()[0]
