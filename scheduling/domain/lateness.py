"""Somebody runs late: the next arrivals are worked out anew, customers are told early and may choose (SCH-15).

Safe to run twice, side by side, or to die: each resource is a transaction of its own under the resource's lock. Locks are
taken in one order everywhere: contact, work order, resources by id, booking.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from portal.kit import clock
from portal.kit.errors import NotAllowed
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.booking import Slot, win
from scheduling.domain.changing import Change, check_revision, lock_visit, move, visit_of
from scheduling.domain.notices import tell_running_late
from scheduling.domain.offers import Seeker, seek
from scheduling.domain.replan import Promised, flag
from scheduling.domain.rules import load_rules, load_settings
from scheduling.domain.search import Search, load_candidates
from scheduling.domain.tracking import where_is
from scheduling.engine.lateness import Stop, expected_arrivals
from scheduling.enums import AT_WORK, Attention, BookingStatus
from scheduling.errors import SlotTaken
from scheduling.models import Booking, SchedulingSettings
from scheduling.policies import promised_until, runs_late
from scheduling.queries import claims

# A visit that ended so long ago by plan was forgotten on the phone; it makes nobody late.
FORGOTTEN = timedelta(hours=4)
AHEAD = timedelta(hours=12)
RESOURCES, STOPS = 200, 30
MINUTE, STEP = 60, 300
TRIES = 5


def follow_all() -> int:
    """Look at everybody who is behind the plan, or was; how many customers were told."""
    with tenant_scope(current_tenant()):
        resource_ids = list(behind().values_list("resource", flat=True).distinct().order_by("resource")[:RESOURCES])
    return sum(follow(each) for each in resource_ids)


def behind():
    """Visits that overrun, began late or are driven to late, and those that were expected late before."""
    now = clock.now()
    recent = Booking.objects.filter(ends_at__gt=now - FORGOTTEN, arrives_at__lt=now + AHEAD)
    return recent.filter(
        Q(status__in=AT_WORK) & (Q(ends_at__lt=now) | Q(started_at__gt=F("arrives_at")))
        | Q(status=BookingStatus.TRAVELING) & (Q(arrives_at__lt=now) | Q(estimated_arrival_at__gt=F("arrives_at")))
        | Q(status=BookingStatus.SCHEDULED, estimated_arrival_at__isnull=False)
    )


def follow(resource_id: UUID) -> int:
    """Work out the arrivals of one resource's day anew and tell whom it concerns; how many were told."""
    now = clock.now()
    with tenant_scope(current_tenant()):
        claims.lock_resource(resource_id, now)
        rows = list(
            Booking.objects.select_for_update(of=("self",), no_key=True)
            .filter(resource=resource_id, ends_at__gt=now - FORGOTTEN, arrives_at__lt=now + AHEAD)
            .filter(status__in=[BookingStatus.SCHEDULED, BookingStatus.TRAVELING, *AT_WORK])
            .select_related("resource", "place", "contact")
            .order_by("arrives_at", "pk")[:STOPS]
        )
        settings = load_settings()
        expected = expectations(rows, settings, now)
        return sum(write_down(row, expected[row.pk], settings) for row in rows if row.pk in expected)


def expectations(rows: list[Booking], settings: SchedulingSettings, now: datetime) -> dict[UUID, datetime]:
    """The expected arrival at the visits that somebody is on the way to, and at those that follow."""
    found = {}
    begun = [row for row in rows if row.status != BookingStatus.SCHEDULED]
    free_from = []
    for row in begun:
        if row.status == BookingStatus.TRAVELING:
            found[row.pk] = up_to_minute(driven_to(row, settings, now))
        free_from.append(free_after(row, found.get(row.pk), now))
    first = min((row.arrives_at for row in begun), default=now - FORGOTTEN)
    waiting = [row for row in rows if row.status == BookingStatus.SCHEDULED and row.arrives_at >= first]
    begins = int(max(free_from, default=now - FORGOTTEN - AHEAD).timestamp())
    arrivals = expected_arrivals(begins, map(stop_of, waiting))
    return found | {
        row.pk: up_to_minute(datetime.fromtimestamp(at, UTC)) for row, at in zip(waiting, arrivals, strict=True)
    }


def stop_of(row: Booking) -> Stop:
    return Stop(
        int(row.arrives_at.timestamp()), row.travel_seconds, int((row.ends_at - row.arrives_at).total_seconds())
    )


def driven_to(row: Booking, settings: SchedulingSettings, now: datetime) -> datetime:
    """When the one who is on the way arrives: by the phone's position where there is one, by plan otherwise."""
    known = where_is(row, settings)
    if known is not None and known.fix is not None:
        return known.earliest + (known.latest - known.earliest) / 2
    began = row.travel_started_at
    planned = row.arrives_at if began is None else began + timedelta(seconds=row.travel_seconds)
    return max(planned, now)


def free_after(row: Booking, expected: datetime | None, now: datetime) -> datetime:
    """When the technician can leave what has begun: after the work that was planned, or now when that is over."""
    begins = expected or row.started_at or row.arrives_at
    return max(now, begins + (row.ends_at - row.arrives_at))


def up_to_minute(at: datetime) -> datetime:
    return datetime.fromtimestamp(-(-at.timestamp() // MINUTE) * MINUTE, UTC)


def write_down(row: Booking, expected: datetime, settings: SchedulingSettings) -> bool:
    """Keep the expected arrival; whether the customer was told, for whom it is later than promised and not known yet."""
    is_late = expected >= promised_until(row) + timedelta(minutes=settings.late_from_minutes)
    is_news = row.told_arrival_at is None or expected - row.told_arrival_at >= timedelta(
        minutes=settings.told_from_minutes
    )
    before = (row.estimated_arrival_at, row.told_arrival_at)
    is_kept = row.status == BookingStatus.TRAVELING or expected > row.arrives_at
    row.estimated_arrival_at = expected if is_kept else None
    if is_late and is_news:
        row.told_arrival_at = expected
    if (row.estimated_arrival_at, row.told_arrival_at) != before:
        row.save(update_fields=["estimated_arrival_at", "told_arrival_at"])
    if is_late and not row.attention:
        flag(row, Attention.LATE)
    elif not is_late and row.attention == Attention.LATE:
        row.attention, row.attention_at = "", None
        row.save(update_fields=["attention", "attention_at"])
    if is_late and is_news:
        tell_running_late(row)
    return is_late and is_news


def take_another(booking: Booking, change: Change) -> Booking | None:
    """Send whoever else can be there first, sooner than the one who is late; None when nobody can, and staff look at it.

    Raises NotAllowed when the visit is not late, Conflict when it was changed since it was shown.
    """
    with tenant_scope(current_tenant()):
        if not runs_late(booking, load_settings()):
            raise NotAllowed(_("This visit is not running late any more."))
        search = others_sooner(booking)
    if search is not None:
        search.measure()
    with tenant_scope(current_tenant()):
        row = lock_visit(booking, change)
        check_revision(row, change.sequence)
        moved = None if search is None else first_won(search, row, change)
        if moved is None:
            flag(row, Attention.NO_TIME)
        return moved


def others_sooner(booking: Booking) -> Search | None:
    """Everybody else who qualifies, with the arrivals from now on that are sooner than the expected one."""
    visit = visit_of(booking)
    if visit.place.point is None:
        return None
    rules = load_rules(visit)
    now, expected = int(clock.now().timestamp()), int(booking.estimated_arrival_at.timestamp())
    kept = tuple(range(now - now % STEP + STEP, expected, STEP))
    sooner = Promised(rules.settings, (), rules.opening_hours, rules.is_excluded, kept)
    day = clock.now().astimezone(visit.zone).date()
    search = load_candidates(seek(visit, sooner, Seeker(without=booking.pk), day, day))
    search.replace(str(booking.resource_id), None)
    return search


def first_won(search: Search, row: Booking, change: Change) -> Booking | None:
    for slot in slots_of(search):
        try:
            return win(search, slot, mover(search, row, slot, change), beside=row.resource_id)
        except SlotTaken:
            continue
    return None


def slots_of(search: Search) -> Iterable[Slot]:
    """The first arrivals that somebody can keep."""
    offers = search.offers_at(search.arrivals)[:TRIES]
    return [Slot(datetime.fromtimestamp(each.arrives, UTC)) for each in offers]


def mover(search: Search, row: Booking, slot: Slot, change: Change):
    return lambda offer: move(search, row, slot, change, offer)
