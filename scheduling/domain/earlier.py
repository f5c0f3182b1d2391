"""Earlier times for those who asked: offered to one customer after another, kept free meanwhile (SCH-14).

Safe to run twice, side by side, or to die: a time on offer is a hold, and each step looks again under its locks. Locks are
taken in one order everywhere: contact, work order, resources by id, booking.
"""

from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from notifications.domain.outbox import publish
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.booking import Slot, best_offer, put, win
from scheduling.domain.changing import Change, check_open, check_revision, lock_visit, move, visit_of
from scheduling.domain.freed import note_freed
from scheduling.domain.legs import close_gap, make_room
from scheduling.domain.offers import Seeker, seek, times_of
from scheduling.domain.replan import search_promised
from scheduling.domain.rules import load_rules, load_settings
from scheduling.domain.search import Search, load_candidates
from scheduling.engine.types import Offer
from scheduling.enums import BookingStatus, OfferState, WishState
from scheduling.errors import SlotTaken
from scheduling.models import Booking, EarlierOffer, EarlierWish
from scheduling.queries import claims
from scheduling.queries.earlier import open_offer, open_wish

# A time that is hardly earlier is not worth a change.
WORTH = timedelta(hours=1)
# Customers that are looked at for one day, and days that sweeps look through by turns.
WAITING, DAYS = 20, 7
# The offers of a customer that are remembered.
KNOWN = 100


class Fit(NamedTuple):
    """A time that a waiting customer could have; the shortest way first, then the longest wait."""

    metres: int
    asked: float
    key: UUID
    wish: EarlierWish
    search: Search
    slot: Slot


@transaction.atomic
def wish_earlier(
    booking: Booking, contact: Contact, *, from_date: date | None = None, by: object = None
) -> EarlierWish:
    """Have the contact told of earlier times; a repeat changes nothing. Audited. The caller has asked the policy."""
    row = Booking.objects.select_for_update(of=("self",), no_key=True).get(pk=booking.pk)
    known = open_wish(row)
    if known is not None:
        return known
    wish = EarlierWish.objects.create(booking=row, contact=contact, from_date=from_date, created_at=clock.now())
    record(by, "earlier.wish", row)
    return wish


@transaction.atomic
def withdraw_wish(booking: Booking, *, by: object = None) -> None:
    """Offer the visit no earlier times any more; what is on offer goes back. Audited."""
    wish = open_wish(booking)
    if wish is not None:
        decline(booking, by=by)
        _close(wish, WishState.WITHDRAWN)
        record(by, "earlier.withdraw", booking)


@transaction.atomic
def decline(booking: Booking, *, by: object = None) -> None:
    """Give the time on offer back; the wish stays, and the time goes to the next customer."""
    offer = open_offer(booking)
    if offer is not None and _settle_offer(offer, OfferState.DECLINED):
        record(by, "earlier.decline", booking)


def accept(booking: Booking, change: Change) -> Booking:
    """Move the visit to the time on offer, in one transaction; what it leaves is offered on (changing.move).

    Raises Conflict when the offer is over or the visit was changed since it was shown; it then stays as it was.
    """
    with tenant_scope(current_tenant()):
        offer = _standing(open_offer(booking))
        slot = Slot(offer.starts_at, offer.window_ends_at)
        search = search_promised(booking, slot, offer.hold.arrives_at, only=offer.hold.resource_id)
    search.measure()
    with tenant_scope(current_tenant()):
        row = lock_visit(booking, change)
        check_revision(row, change.sequence)
        check_open(row, search.rules.settings, None)
        claims.lock_resources({row.resource_id, offer.hold.resource_id}, clock.now())
        again = _standing(open_offer(row))
        if again.pk != offer.pk or not _settle_offer(again, OfferState.ACCEPTED):
            raise _over()
        load_candidates(search)
        moved = win(search, slot, lambda found: move(search, row, slot, change, found), beside=row.resource_id)
        _close(again.wish, WishState.TAKEN)
        return moved


def _standing(offer: EarlierOffer | None) -> EarlierOffer:
    if offer is None or offer.hold is None or offer.expires_at <= clock.now():
        raise _over()
    return offer


def _over() -> Conflict:
    return Conflict(_("This time is no longer kept for you. We tell you of the next one."))


def sweep() -> None:
    """Expire what nobody answered, close what is over, and offer what is free on one of the next days.

    Each minute looks at another day, so that a sweep costs little and a lost task is made up for within minutes.
    """
    with tenant_scope(current_tenant()):
        now = clock.now()
        overdue = EarlierOffer.objects.filter(Q(expires_at__lte=now) | Q(hold=None), state=OfferState.OPEN)
        for offer in overdue.select_related("hold").order_by("expires_at", "pk")[:WAITING]:
            _settle_offer(offer, OfferState.EXPIRED if offer.expires_at <= now else OfferState.GONE)
        over = EarlierWish.objects.filter(state=WishState.OPEN)
        over.filter(~Q(booking__status=BookingStatus.SCHEDULED) | Q(booking__arrives_at__lte=now)).update(
            state=WishState.OVER, settled_at=now
        )
        is_wanted = load_settings().offers_earlier and over.exists()
    if is_wanted:
        offer_day((now + timedelta(days=now.minute % DAYS)).date())


def offer_day(day: date, resource_id: UUID | None = None) -> int:
    """Offer the free times of a local day, of one resource where named, to those who wait; how many got an offer.

    Each is offered their best: who has the shortest way to a free time comes first, then who waits longest.
    """
    with tenant_scope(current_tenant()):
        wishes = waiting_for(day) if load_settings().offers_earlier else []
    fits = [fit for wish in wishes if (fit := _fit(wish, day, resource_id)) is not None]
    return sum(_offer(fit) for fit in sorted(fits, key=itemgetter(0, 1, 2)))


def waiting_for(day: date) -> list[EarlierWish]:
    """Those whom this day would suit and who have no offer, the longest waiting first."""
    offered = EarlierOffer.objects.filter(wish=OuterRef("pk"), state=OfferState.OPEN)
    waiting = EarlierWish.objects.filter(
        Q(from_date=None) | Q(from_date__lte=day),
        ~Exists(offered),
        state=WishState.OPEN,
        booking__status=BookingStatus.SCHEDULED,
        booking__local_date__gte=day,
        booking__place__latitude__isnull=False,
    ).select_related(
        "contact",
        "booking__work_order__asset",
        "booking__incident_type",
        "booking__place",
        "booking__account",
    )
    return list(waiting.order_by("created_at", "pk")[:WAITING])


def _fit(wish: EarlierWish, day: date, resource_id: UUID | None) -> Fit | None:
    """The first time of the day that is worth it; a day is offered to a customer once, then it is the others' turn."""
    booking = wish.booking
    visit = visit_of(booking)
    with tenant_scope(current_tenant()):
        known = EarlierOffer.objects.filter(wish=wish).order_by("-created_at").values_list("starts_at", flat=True)
        if day in {each.astimezone(visit.zone).date() for each in known[:KNOWN]}:
            return None
        seeker = Seeker(wish.contact, booking.pk, resource_id)
        search = load_candidates(seek(visit, load_rules(visit), seeker, day, day))
    search.measure()
    for time in times_of(search):
        if time.arrives_at <= booking.arrives_at - WORTH:
            offer = best_offer(search, time.slot)
            return Fit(offer.leg.metres, wish.created_at.timestamp(), wish.pk, wish, search, time.slot)
    return None


def _offer(fit: Fit) -> bool:
    """Keep the time and write to the customer; False when somebody was faster."""
    try:
        with tenant_scope(current_tenant()):
            hold = win(fit.search, fit.slot, lambda offer: _hold(fit, offer))
            offer = EarlierOffer.objects.create(
                wish=fit.wish,
                hold=hold,
                starts_at=fit.slot.starts,
                window_ends_at=fit.slot.ends,
                created_at=hold.created_at,
                expires_at=hold.hold_expires_at,
            )
            booking = fit.wish.booking
            publish(
                "earlier_time_offered",
                key=f"earlier-time-offered:{offer.pk}",
                contact=fit.wish.contact,
                objects={"booking": booking.pk, "sequence": booking.sequence, "offer": offer.pk},
            )
    except (SlotTaken, IntegrityError):
        # Another worker was faster: with the time, or with an offer to this customer.
        return False
    return True


def _hold(fit: Fit, offer: Offer) -> Booking:
    """The time kept for the customer, without a contact, whose own hold it must not replace."""
    booking = fit.wish.booking
    now = clock.now()
    hold = Booking(
        account=booking.account,
        incident_type=booking.incident_type,
        place=booking.place,
        status=BookingStatus.HELD,
        hold_expires_at=now + timedelta(minutes=fit.search.rules.settings.offer_minutes),
        created_at=now,
    )
    put(hold, fit.search.visit, fit.slot, offer)
    make_room(hold, offer.next_leg)
    hold.save(force_insert=True)
    return hold


def _settle_offer(offer: EarlierOffer, state: OfferState) -> bool:
    """End an open offer and let its time go; False when it was ended before."""
    ended = EarlierOffer.objects.filter(pk=offer.pk, state=OfferState.OPEN).update(state=state, settled_at=clock.now())
    hold = Booking.objects.filter(pk=offer.hold_id, status=BookingStatus.HELD).order_by("pk").first()
    if ended and hold is not None:
        pk = hold.pk
        hold.delete()
        hold.pk = pk
        close_gap(hold)
        if state != OfferState.ACCEPTED:
            note_freed(hold)
    return bool(ended)


def _close(wish: EarlierWish, state: WishState) -> None:
    EarlierWish.objects.filter(pk=wish.pk, state=WishState.OPEN).update(state=state, settled_at=clock.now())
