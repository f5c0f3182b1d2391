"""Visits of a resource that drops out go to others at the promised time; what cannot be kept is for staff (SCH-12).

Each visit is a transaction of its own and is looked at again under its locks, so that tasks may run twice, side by side,
or die: a sweep finds what is left. Locks are taken in one order everywhere: contact, work order, resources by id, booking.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from fieldservice.domain.work_orders import lock_work_order
from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.booking import Slot, win
from scheduling.domain.changing import Change, lock_visit, move, visit_of
from scheduling.domain.offers import Seeker, seek
from scheduling.domain.rules import Promise, Rules, VisitRequest, load_rules
from scheduling.domain.search import Search, load_candidates
from scheduling.enums import Attention, BookingStatus
from scheduling.errors import SlotTaken
from scheduling.models import BookableResource, Booking, TimeOff

TASK = "scheduling.replan"
SETTLED = "booking.settle"
# Visits that one run looks at; the next sweep goes on.
PORTION = 50


class Outcome(StrEnum):
    """What became of a visit: nothing to do (any more), given to somebody else, for staff, or tried again later."""

    KEPT = "kept"
    MOVED = "moved"
    LEFT = "left"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Promised(Rules):
    """The rules of a promise that was given: neither notice nor horizon, and only the arrivals that keep it."""

    kept: tuple[int, ...] = ()

    def arrivals(self, visit: VisitRequest, first: date, last: date, now: datetime) -> tuple[int, ...]:
        """Those that are still to come."""
        return tuple(each for each in self.kept if each > now.timestamp())


def stranded(resource_id: UUID | None = None) -> QuerySet[Booking]:
    """Coming visits whose resource is inactive or off at that time."""
    off = TimeOff.objects.filter(
        resource=OuterRef("resource"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("leaves_at")
    )
    coming = Booking.objects.filter(status=BookingStatus.SCHEDULED, arrives_at__gt=clock.now())
    if resource_id is not None:
        coming = coming.filter(resource=resource_id)
    return coming.filter(Q(resource__is_active=False) | Exists(off))


def begin_replanning(resource: BookableResource) -> int:
    """After the resource's calendar changed: have its stranded visits replanned; how many there are, up to PORTION."""
    count = stranded(resource.pk)[:PORTION].count()
    if count:
        after_commit(TASK, current_tenant().pk, resource.pk)
    return count


def replan_resource(resource_id: UUID) -> list[Outcome]:
    """Give the resource's stranded visits to others, the soonest first."""
    return [replan_visit(pk) for pk in _portion(stranded(resource_id))]


def sweep() -> list[Outcome]:
    """Replan what was missed, and take from the list of staff what is well again. Flagged and settled visits rest."""
    settled = AuditEntry.objects.filter(object_id=OuterRef("pk"), action=SETTLED)
    fresh = stranded().filter(~Exists(settled)).exclude(attention=Attention.RESOURCE_OUT)
    outcomes = [replan_visit(pk) for pk in _portion(fresh)]
    with tenant_scope(current_tenant()):
        _unflag_recovered()
    return outcomes


def _portion(visits: QuerySet[Booking]) -> list[UUID]:
    with tenant_scope(current_tenant()):
        return list(visits.order_by("arrives_at", "pk").values_list("pk", flat=True)[:PORTION])


def replan_visit(booking_id: UUID) -> Outcome:
    """Give one stranded visit to the nearest other resource that keeps what was promised, or flag it for staff."""
    with tenant_scope(current_tenant()):
        booking = _load(booking_id)
        if booking is None or not stranded().filter(pk=booking_id).exists():
            return Outcome.KEPT
        slot = promise_of(booking)
        search = search_promised(booking, slot, booking.arrives_at) if booking.place.point else None
    if search is not None:
        search.measure()
    with tenant_scope(current_tenant()):
        row = lock_visit(booking, Change(booking.sequence))
        if row.sequence != booking.sequence or not stranded().filter(pk=booking_id).exists():
            return Outcome.KEPT
        return _give_away(search, row, slot)


def _load(booking_id: UUID) -> Booking | None:
    rows = Booking.objects.select_related("work_order__asset", "place", "incident_type", "account")
    return rows.filter(pk=booking_id, status=BookingStatus.SCHEDULED).order_by("pk").first()


def promise_of(booking: Booking) -> Slot:
    """The arrival window or the exact arrival that the customer knows."""
    if booking.window_starts_at is not None:
        return Slot(booking.window_starts_at, booking.window_ends_at)
    return Slot(booking.arrives_at)


def search_promised(booking: Booking, slot: Slot, arrives_at: datetime, *, only: UUID | None = None) -> Search:
    """The candidates of that day, with no other arrivals than those that keep the slot; `only` one resource where named."""
    visit = visit_of(booking)
    rules = load_rules(visit)
    windows: tuple[Promise, ...] = ()
    kept = {int(arrives_at.timestamp())}
    if slot.ends is not None:
        first, last = slot.starts.astimezone(visit.zone), slot.ends.astimezone(visit.zone)
        windows = (Promise("", first.time(), last.time()),)
        kept |= set(range(int(first.timestamp()), int(last.timestamp()), rules.settings.grid_minutes * 60))
    promised = Promised(rules.settings, windows, rules.opening_hours, rules.is_excluded, tuple(sorted(kept)))
    day = slot.starts.astimezone(visit.zone).date()
    return load_candidates(seek(visit, promised, Seeker(None, booking.pk, only), day, day))


def _give_away(search: Search | None, row: Booking, slot: Slot) -> Outcome:
    if search is not None:
        change = Change(row.sequence)
        try:
            win(search, slot, lambda offer: move(search, row, slot, change, offer), beside=row.resource_id)
        except SlotTaken as error:
            if error.__cause__ is not None:
                return Outcome.LATER
        else:
            return Outcome.MOVED
    flag(row, Attention.RESOURCE_OUT)
    return Outcome.LEFT


def flag(row: Booking, attention: Attention) -> None:
    """Put the visit on the list of staff; audited. The caller holds the lock of its work order."""
    if row.attention != attention:
        row.attention, row.attention_at = attention, clock.now()
        row.save(update_fields=["attention", "attention_at"])
        record(None, "booking.attention", row, after={"attention": attention})


@transaction.atomic
def settle(booking: Booking, *, by: object) -> Booking:
    """Staff have dealt with it: the visit leaves the list and is not put there by the sweep again; audited."""
    lock_work_order(booking.work_order)
    row = Booking.objects.get(pk=booking.pk)
    if row.attention:
        before = {"attention": row.attention}
        row.attention, row.attention_at = "", None
        row.save(update_fields=["attention", "attention_at"])
        record(by, SETTLED, row, before=before)
    return row


def _unflag_recovered() -> None:
    """The time off was shortened, or the resource is back: nothing is to be looked at any more."""
    flagged = Booking.objects.filter(attention=Attention.RESOURCE_OUT, arrives_at__gt=clock.now())
    well = flagged.exclude(pk__in=stranded().values("pk"))
    for row in well.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("pk")[:PORTION]:
        row.attention, row.attention_at = "", None
        row.save(update_fields=["attention", "attention_at"])
        record(None, "booking.attention", row, before={"attention": Attention.RESOURCE_OUT})
