"""Customers and staff move a visit; the old time stays until the new one is won (SCH-5).

Locks are taken in one order everywhere: contact, work order, resources by id, booking.
"""

from copy import copy
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from fieldservice.domain.work_orders import lock_work_order
from notifications.domain.outbox import publish
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit.errors import Conflict, NotAllowed
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.booking import Slot, put, win
from scheduling.domain.decisions import decision, ruled_out
from scheduling.domain.freed import note_freed
from scheduling.domain.legs import close_gap, make_room
from scheduling.domain.offers import Seeker, seek
from scheduling.domain.reminders import replace_reminders
from scheduling.domain.rules import Rules, VisitRequest, load_rules
from scheduling.domain.search import Search, load_candidates
from scheduling.engine.types import Offer
from scheduling.models import Booking, SchedulingSettings
from scheduling.policies import change_is_open
from scheduling.queries import claims


@dataclass(frozen=True, slots=True)
class Change:
    """Who moves the visit, as which revision of it was shown. `contact` is None for staff, who have no cut-off.

    `keeps_resource` asks for the same technician.
    """

    sequence: int
    contact: Contact | None = None
    by: object = None
    keeps_resource: bool = False


def visit_of(booking: Booking) -> VisitRequest:
    """What was booked, to be searched again."""
    asset = booking.work_order.asset if booking.work_order else None
    return VisitRequest(booking.account, booking.incident_type, booking.place, asset)


def seeker_for(booking: Booking, contact: Contact | None, *, keeps_resource: bool = False) -> Seeker:
    """Looks for another time of this visit, whose own time is no obstacle."""
    return Seeker(contact, booking.pk, booking.resource_id if keeps_resource else None)


def change_visit(booking: Booking, slot: Slot, change: Change, *, rules: Rules | None = None) -> Booking:
    """Move the visit to the nearest resource that can keep the slot; audited, and the customer is told.

    A repeat of what was done already changes nothing. Raises NotAllowed when it is too late, Conflict when the visit was
    changed since it was shown, SlotTaken when nobody can keep the slot; the visit then stays as it was.
    """
    search = _prepare(booking, slot, change, rules)
    with tenant_scope(current_tenant()):
        row = lock_visit(booking, change)
        if is_at(row, slot):
            return row
        check_revision(row, change.sequence)
        check_open(row, search.rules.settings, change.contact)
        return win(search, slot, lambda offer: move(search, row, slot, change, offer), beside=row.resource_id)


def is_at(booking: Booking, slot: Slot) -> bool:
    """Whether the visit has this very time already."""
    if slot.ends is not None:
        return (booking.window_starts_at, booking.window_ends_at) == (slot.starts, slot.ends)
    return booking.window_starts_at is None and booking.arrives_at == slot.starts


def check_revision(booking: Booking, sequence: int) -> None:
    """Raise Conflict when the visit is not the one that was shown."""
    if booking.sequence != sequence:
        raise Conflict(_("This visit has changed since you opened the page. See how it stands now."))


def check_open(booking: Booking, settings: SchedulingSettings, contact: Contact | None) -> None:
    """Raise NotAllowed when the visit cannot be changed any more; the cut-off is for customers."""
    verdict = change_is_open(booking, settings, has_cut_off=contact is not None)
    if not verdict:
        raise NotAllowed(verdict.reason)


def _prepare(booking: Booking, slot: Slot, change: Change, rules: Rules | None) -> Search:
    """The candidates of the slot's day with their drives, measured outside any transaction of ours."""
    visit = visit_of(booking)
    with tenant_scope(current_tenant()):
        day = slot.starts.astimezone(visit.zone).date()
        seeker = seeker_for(booking, change.contact, keeps_resource=change.keeps_resource)
        search = load_candidates(seek(visit, rules or load_rules(visit), seeker, day, day))
    search.measure()
    return search


def lock_visit(booking: Booking, change: Change) -> Booking:
    """The visit under the locks that all its changes take first."""
    if change.contact is not None:
        claims.lock_contact(change.contact.pk)
    lock_work_order(booking.work_order)
    return Booking.objects.select_related("work_order", "resource", "place", "incident_type", "account", "contact").get(
        pk=booking.pk
    )


def move(search: Search, row: Booking, slot: Slot, change: Change, offer: Offer) -> Booking:
    """Write the offer into the visit; runs under the locks of both resources, in a savepoint."""
    moved = Booking.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    former = copy(moved)
    put(moved, search.visit, slot, offer)
    moved.why = decision(search, offer, ruled_out(search))
    moved.sequence += 1
    moved.attention, moved.attention_at = "", None
    moved.estimated_arrival_at = moved.told_arrival_at = None
    make_room(moved, offer.next_leg)
    moved.save()
    close_gap(former)
    note_freed(former)
    record(change.by, "booking.change", moved, before=told_of(former), after=told_of(moved))
    tell_changed(moved, former, search.rules.settings, by_customer=change.contact is not None)
    replace_reminders(moved, search.rules.settings)
    return moved


def told_of(booking: Booking) -> dict:
    """Time and resource for the trail."""
    local = booking.arrives_at.astimezone(visit_of(booking).zone)
    return {"arrives_at": local.isoformat(), "resource": str(booking.resource)}


def tell_changed(booking: Booking, former: Booking, settings: SchedulingSettings, *, by_customer: bool) -> None:
    """Tell the contact who comes and when, in the same transaction; small shifts that others made are not worth a message."""
    shift = abs(booking.arrives_at - former.arrives_at)
    is_other = settings.shows_technician_name and booking.resource_id != former.resource_id
    if booking.contact is None or not (
        by_customer or is_other or shift >= timedelta(minutes=settings.told_from_minutes)
    ):
        return
    publish(
        "booking_changed",
        key=f"booking-changed:{booking.pk}:{booking.sequence}",
        contact=booking.contact,
        objects={"booking": booking.pk, "sequence": booking.sequence, "former": former.arrives_at.isoformat()},
    )
