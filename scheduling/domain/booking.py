"""One function holds and books, for customers, staff, imports and tasks alike (SCH-3, D4).

In one transaction: lock the best resource, read it again, check the slot again, write. The exclusion constraint has the
last word. Only one resource is locked at a time, and released by a savepoint before the next is tried: no deadlock.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from psycopg import errors as pg

from fieldservice.domain.work_orders import Planned, plan_work_order, write_work_order
from fieldservice.enums import WorkOrderStatus
from notifications.domain.outbox import Draft, announce, rows_of
from portal.accounts.models import Contact
from portal.audit.domain import entry_of
from portal.kit import clock
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.decisions import decision, ruled_out
from scheduling.domain.legs import close_gap, make_room
from scheduling.domain.reminders import drafts_of, offsets_of_tenant
from scheduling.domain.rules import Rules, VisitRequest, load_rules
from scheduling.domain.search import Search, begin, load_candidates, reload_resource
from scheduling.engine.ranking import best
from scheduling.engine.slots import check
from scheduling.engine.types import Offer, Resource, Why, Window
from scheduling.enums import LIVE_STATUSES, BookingStatus
from scheduling.errors import BookedAlready, CannotBook, RequestKeyReused, SlotTaken
from scheduling.models import Booking, SchedulingSettings
from scheduling.policies import can_schedule_self
from scheduling.queries import claims

# Whoever loses so many candidates in one request meets a storm; offering fresh times is kinder than going on.
MAXIMUM_TRIES = 40


@dataclass(frozen=True, slots=True)
class Slot:
    """What the customer chose: an exact arrival, or an arrival window (`starts` to `ends`, instants in UTC)."""

    starts: datetime
    ends: datetime | None = None

    @property
    def window(self) -> Window | None:
        if self.ends is None:
            return None
        return Window("", int(self.starts.timestamp()), int(self.ends.timestamp()))


@dataclass(frozen=True, slots=True)
class Claim:
    """Who claims the slot, for whom, and with what words."""

    contact: Contact | None = None
    by: object = None
    request_key: UUID | None = None
    comments: str = ""


def hold_slot(visit: VisitRequest, slot: Slot, claim: Claim, *, rules: Rules | None = None) -> Booking:
    """Keep the slot for the contact while the form is filled in; their earlier hold is let go (SCH-3).

    `rules` are those of the visit where the caller has just read them. Raises SlotTaken.
    """
    search = prepare(visit, slot, contact=claim.contact, rules=rules)
    search.measure()
    with tenant_scope(current_tenant()):
        if has_history(visit, slot, claim):
            release_hold(claim.contact)
        return _claim(search, slot, claim, status=BookingStatus.HELD)


def book_visit(
    visit: VisitRequest, slot: Slot, claim: Claim, *, rules: Rules | None = None, search: Search | None = None
) -> Booking:
    """Book the nearest resource that can keep the slot: work order and booking in one transaction (SCH-3).

    A repeat with the same request key returns the first booking. Raises SlotTaken when nobody can keep the slot any
    more, RequestKeyReused when the key came with another request, BookedAlready when the contact has this very visit,
    CannotBook when the tenant's rules keep customers from booking this by themselves. `rules` are those of the visit, and
    `search` is what `read_search` gives for it, where the caller has just read them.
    """
    search = search or prepare(visit, slot, contact=claim.contact, rules=rules)
    search.measure()
    with tenant_scope(current_tenant()):
        if has_history(visit, slot, claim):
            repeated = booked_before(visit, slot, claim)
            if repeated is not None:
                return repeated
            refuse_twin(visit, slot, claim)
            release_hold(claim.contact)
        return _claim(search, slot, claim, status=BookingStatus.SCHEDULED)


def prepare(visit: VisitRequest, slot: Slot, *, contact: Contact | None = None, rules: Rules | None = None) -> Search:
    """What `read_search` gives, in a transaction of its own: the drives are measured outside any."""
    with tenant_scope(current_tenant()):
        return read_search(visit, slot, contact=contact, rules=rules or load_rules(visit))


def read_search(visit: VisitRequest, slot: Slot, *, contact: Contact | None, rules: Rules) -> Search:
    """The candidates of the slot's day, without their drives. The contact's own hold is no obstacle."""
    verdict = can_schedule_self(rules.settings, visit.incident_type, is_excluded=rules.is_excluded)
    if contact is not None and not verdict:
        raise CannotBook(verdict.reason)
    day = slot.starts.astimezone(visit.zone).date()
    return load_candidates(begin(visit, rules, first=day, last=day, contact=contact))


def has_history(visit: VisitRequest, slot: Slot, claim: Claim) -> bool:
    """Lock the claim's contact; whether they hold a time, have sent this request before or booked that time there."""
    if claim.contact is None:
        return False
    claims.lock_contact(claim.contact.pk)
    return claims.is_known(claim.contact.pk, claim.request_key, visit.place.pk, slot.starts)


def digest_of(visit: VisitRequest, slot: Slot, claim: Claim) -> str:
    """What was asked for, as a fingerprint: a key that comes with another request is refused (SECURITY 14)."""
    asset = visit.asset.pk if visit.asset else None
    asked = (visit.incident_type.pk, visit.place.pk, asset, slot.starts, slot.ends, claim.comments)
    return hashlib.sha256("|".join(map(str, asked)).encode()).hexdigest()


def refuse_twin(visit: VisitRequest, slot: Slot, claim: Claim) -> None:
    """Raise BookedAlready when the contact has this visit: whoever goes back after booking books no second time."""
    same_time = (
        Q(arrives_at=slot.starts, window_starts_at=None) if slot.ends is None else Q(window_starts_at=slot.starts)
    )
    twin = (
        Booking.objects.filter(same_time, contact=claim.contact, incident_type=visit.incident_type, place=visit.place)
        .filter(work_order__asset=visit.asset, status__in=LIVE_STATUSES)
        .exclude(status=BookingStatus.HELD)
        .order_by("pk")
        .first()
    )
    if twin is not None:
        raise BookedAlready(twin)


def booked_before(visit: VisitRequest, slot: Slot, claim: Claim) -> Booking | None:
    """What the same request booked already, if it did."""
    if claim.request_key is None or claim.contact is None:
        return None
    earlier = (
        Booking.objects.exclude(status=BookingStatus.HELD)
        .filter(contact=claim.contact, request_key=claim.request_key)
        .order_by("pk")
        .first()
    )
    if earlier is None:
        return None
    if earlier.request_digest != digest_of(visit, slot, claim):
        raise RequestKeyReused
    return earlier


def release_hold(contact: Contact | None) -> None:
    """Let the contact's hold go, if there is one."""
    if contact is not None:
        _delete_holds(Booking.objects.filter(contact=contact, status=BookingStatus.HELD))


@transaction.atomic
def release_expired_holds() -> int:
    """Delete the tenant's holds that ran out; how many. Searches ignore them anyway."""
    return _delete_holds(Booking.objects.filter(status=BookingStatus.HELD, hold_expires_at__lte=clock.now()))


def _delete_holds(holds) -> int:
    deleted = 0
    for hold in holds.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
        pk = hold.pk
        hold.delete()
        hold.pk = pk
        close_gap(hold)
        deleted += 1
    return deleted


def _claim(search: Search, slot: Slot, claim: Claim, *, status: BookingStatus) -> Booking:
    if status == BookingStatus.HELD:
        return win(search, slot, lambda offer: _hold(search, slot, claim, offer))
    order = read_order(search, claim)
    return win(search, slot, lambda offer: _write(search, slot, claim, order, offer))


def win(search: Search, slot: Slot, write: Callable[[Offer], Booking], *, beside: UUID | None = None) -> Booking:
    """What `write` makes of the best offer that still holds, under the lock of its resource. Raises SlotTaken.

    What an attempt wrote is undone when its offer turns out to be gone. `beside` is a resource that is locked too.
    """
    for _try_again in range(MAXIMUM_TRIES):
        offer = best_offer(search, slot)
        if offer is None:
            break
        booking = _try(search, slot, offer, write, beside)
        if booking is not None:
            return booking
    raise refusal(search.rules, slot, search.now)


def refusal(rules: Rules, slot: Slot, now: datetime) -> SlotTaken:
    """Why nobody can keep the slot: too late, not open yet, or somebody was faster."""
    opens, closes = rules.span(now)
    if (slot.ends or slot.starts) < opens:
        return SlotTaken(_("This time cannot be booked any more. Choose a later one; nothing you typed is lost."))
    if slot.starts > closes:
        return SlotTaken(_("This time cannot be booked yet. Choose an earlier one; nothing you typed is lost."))
    return SlotTaken()


def best_offer(search: Search, slot: Slot) -> Offer | None:
    """The nearest resource for the exact arrival, or the nearest inside the window."""
    first = int(slot.starts.timestamp())
    last = first + 1 if slot.ends is None else int(slot.ends.timestamp())
    if slot.window is not None and not any((each.start, each.end) == (first, last) for each in search.windows):
        return None
    arrivals = [each for each in search.arrivals if first <= each < last]
    return best(search.offers_at(arrivals))


def _try(
    search: Search, slot: Slot, offer: Offer, write: Callable[[Offer], Booking], beside: UUID | None
) -> Booking | None:
    """Lock the resource, look again, write. None when the offer no longer holds; the search then knows better."""
    try:
        with transaction.atomic():
            if beside is not None:
                claims.lock_resources({beside, UUID(offer.resource_id)}, search.now)
            return write(replace(_check_again(search, offer), window=slot.window))
    except _Lost as lost:
        search.replace(offer.resource_id, lost.fresh)
    except IntegrityError as error:
        if constraint_of(error) != "booking_no_overlap":
            raise
        search.replace(offer.resource_id, None)
    except OperationalError as error:
        if not isinstance(error.__cause__, (pg.LockNotAvailable, pg.DeadlockDetected)):
            raise
        raise SlotTaken from error
    return None


def _check_again(search: Search, offer: Offer) -> Offer:
    """Lock the resource: the offer as it is now. Raises _Lost, which rolls the savepoint back, when there is none."""
    resource_id = UUID(offer.resource_id)
    locked = claims.lock_resource(resource_id, search.now)
    if not locked.is_open:
        raise _Lost(None)
    if locked.has_expired_holds:
        expired = Booking.objects.filter(status=BookingStatus.HELD, hold_expires_at__lte=search.now)
        _delete_holds(expired.filter(resource_id=resource_id))
    fresh = reload_resource(search, offer.resource_id)
    found = check(search.need, fresh, offer.arrives, search.legs, now=search.epoch)
    if not isinstance(found, Offer):
        raise _Lost(fresh)
    return found


class _Lost(Exception):
    def __init__(self, fresh: Resource | None):
        super().__init__()
        self.fresh = fresh


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def _hold(search: Search, slot: Slot, claim: Claim, offer: Offer) -> Booking:
    booking = _planned(search.visit, slot, claim, offer)
    booking.status = BookingStatus.HELD
    booking.hold_expires_at = booking.created_at + timedelta(minutes=search.rules.settings.hold_minutes)
    make_room(booking, offer.next_leg)
    booking.save(force_insert=True)
    return booking


@dataclass(frozen=True, slots=True)
class Order:
    """What a booking needs to know beside its offer, read before anything is locked."""

    work_order: Planned
    ruled_out: list[Why]
    reminders: tuple[int, ...]


def read_order(search: Search, claim: Claim) -> Order:
    """Plan the work order, and read who did not qualify and when the customer is reminded."""
    visit = search.visit
    planned = plan_work_order(
        visit.account,
        incident_type=visit.incident_type,
        place=visit.place,
        asset=visit.asset,
        reported_by=claim.contact,
        comments=claim.comments,
        system_status=WorkOrderStatus.SCHEDULED,
        is_exposed=True,
        by=claim.by,
    )
    return Order(planned, ruled_out(search), offsets_of_tenant())


def _write(search: Search, slot: Slot, claim: Claim, order: Order, offer: Offer) -> Booking:
    """Book under the lock: the number, then all rows by one statement."""
    booking = _planned(search.visit, slot, claim, offer)
    booking.status = BookingStatus.SCHEDULED
    booking.request_key = claim.request_key
    booking.request_digest = digest_of(search.visit, slot, claim) if claim.request_key else ""
    booking.why = decision(search, offer, order.ruled_out)
    booking.work_order = order.work_order.work_order
    make_room(booking, offer.next_leg)
    local = booking.arrives_at.astimezone(search.visit.zone)
    after = {"resource": offer.resource_name, "arrives_at": local.isoformat()}
    messages = rows_of(drafts_for(booking, search.rules.settings, order.reminders))
    # Late, since the number's row is locked from here to the commit.
    write_work_order(
        order.work_order, beside=[booking, entry_of(claim.by, "booking.create", booking, after=after), *messages]
    )
    announce(messages)
    return booking


def _planned(visit: VisitRequest, slot: Slot, claim: Claim, offer: Offer) -> Booking:
    booking = Booking(
        account=visit.account,
        contact=claim.contact,
        incident_type=visit.incident_type,
        place=visit.place,
        comments=claim.comments,
        is_exposed=True,
        created_by=claim.by,
        created_at=clock.now(),
    )
    put(booking, visit, slot, offer)
    return booking


def put(booking: Booking, visit: VisitRequest, slot: Slot, offer: Offer) -> None:
    """Give the booking the resource, the times and the way of the offer."""
    local = datetime.fromtimestamp(offer.arrives, UTC).astimezone(visit.zone)
    booking.resource_id = UUID(offer.resource_id)
    booking.leaves_at = datetime.fromtimestamp(offer.leaves, UTC)
    booking.arrives_at = datetime.fromtimestamp(offer.arrives, UTC)
    booking.ends_at = datetime.fromtimestamp(offer.ends, UTC)
    booking.local_date, booking.local_time = local.date(), local.time()
    booking.time_zone = visit.place.time_zone
    booking.window_starts_at = slot.starts if slot.ends else None
    booking.window_ends_at = slot.ends
    booking.travel_metres, booking.travel_seconds, booking.travel_method = offer.leg


def drafts_for(booking: Booking, settings: SchedulingSettings, reminders: tuple[int, ...]) -> list[Draft]:
    """The confirmation and the reminders of a new booking (NOT-1, NOT-2)."""
    if booking.contact is None:
        return []
    return [confirmation_of(booking), *drafts_of(booking, booking.contact, settings, reminders)]


def confirmation_of(booking: Booking) -> Draft:
    """The message that a visit is booked, for its contact."""
    return Draft(
        "booking_confirmed",
        key=f"booking-confirmed:{booking.pk}:{booking.sequence}",
        contact=booking.contact,
        objects={"booking": booking.pk, "sequence": booking.sequence},
    )
