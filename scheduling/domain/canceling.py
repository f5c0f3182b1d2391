"""Visits are called off: by the customer, by staff, or with their work order (SCH-5, DYNAMICS 1.6, 3.1).

Locks are taken in one order everywhere: contact, work order, resources by id, booking.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.work_order_steps import cancel as cancel_work_order
from fieldservice.domain.work_orders import follow_bookings, lock_work_order
from fieldservice.enums import TRANSITIONS, WorkOrderStatus
from fieldservice.models import WorkOrder
from notifications.domain.outbox import publish
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError
from scheduling.domain.changing import check_open, check_revision
from scheduling.domain.freed import note_freed
from scheduling.domain.legs import close_gap
from scheduling.domain.reminders import withdraw_reminders
from scheduling.domain.rules import load_settings
from scheduling.domain.timestamps import note_status
from scheduling.enums import AT_WORK, AfterCancel, BookingStatus, CanceledBy, TimestampSource
from scheduling.models import Booking
from scheduling.queries import claims

FREED = (BookingStatus.SCHEDULED, BookingStatus.TRAVELING)
ALIVE = (BookingStatus.SCHEDULED, BookingStatus.TRAVELING, *AT_WORK, BookingStatus.COMPLETED)
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Cancel:
    """Who calls the visit off and why, as which revision of it was shown. `contact` is None for staff, who have no cut-off."""

    note: str
    sequence: int
    contact: Contact | None = None
    by: object = None


@transaction.atomic
def cancel_visit(booking: Booking, cancel: Cancel) -> Booking:
    """Call one visit off and free its resource; audited, and the customer is told (SCH-5).

    The work order is canceled with its last visit or waits for another one, as the tenant set for customers; staff who cancel
    a visit send the work order back to be scheduled. A repeat changes nothing. Raises DomainError without a note, NotAllowed
    when it is too late, Conflict when the visit was changed since it was shown.
    """
    note = " ".join(cancel.note.split())
    if not note:
        raise DomainError(_("Say in a few words why you cancel."), field="note")
    if len(note) > LONGEST_NOTE:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": LONGEST_NOTE}, field="note")
    if cancel.contact is not None:
        claims.lock_contact(cancel.contact.pk)
    work_order = lock_work_order(booking.work_order)
    claims.lock_resource(booking.resource_id, clock.now())
    row = (
        Booking.objects.select_for_update(of=("self",), no_key=True)
        .select_related("resource", "work_order", "contact")
        .get(pk=booking.pk)
    )
    if row.status == BookingStatus.CANCELED:
        return row
    check_revision(row, cancel.sequence)
    settings = load_settings()
    check_open(row, settings, cancel.contact)
    by_customer = cancel.contact is not None
    call_off(row, note, by=cancel.by, canceled_by=CanceledBy.CUSTOMER if by_customer else CanceledBy.STAFF)
    settle_work_order(
        work_order, note, by=cancel.by, ends=by_customer and settings.after_cancel == AfterCancel.CANCELED
    )
    return row


def settle_work_order(work_order: WorkOrder, note: str, *, by, ends: bool) -> None:
    """Bring the work order in line: with `ends` it goes with its last visit, unless something was done already."""
    statuses = list(Booking.objects.filter(work_order=work_order).order_by("pk").values_list("status", flat=True))
    is_last = not any(status in ALIVE for status in statuses)
    may_end = WorkOrderStatus.CANCELED in TRANSITIONS[WorkOrderStatus(work_order.system_status)]
    if ends and is_last and may_end:
        cancel_work_order(work_order, reason=note, by=by)
    else:
        follow_bookings(work_order, statuses, by=by)


def call_off(row: Booking, note: str, *, by, canceled_by: CanceledBy) -> None:
    """Write that the visit is canceled, tell the customer, and mend the way of the next one. The caller holds the locks."""
    before = {"status": row.status}
    row.status = BookingStatus.CANCELED
    row.sequence += 1
    row.canceled_note, row.canceled_by, row.canceled_at = note[:LONGEST_NOTE], canceled_by, clock.now()
    row.attention, row.attention_at, row.estimated_arrival_at = "", None, None
    row.save()
    source = TimestampSource.CUSTOMER if canceled_by == CanceledBy.CUSTOMER else TimestampSource.STAFF
    note_status(row, source=source, user=by)
    after = {
        "status": row.status,
        "resource": str(row.resource),
        "work_order": row.work_order.number,
        "note": row.canceled_note,
    }
    record(by, "booking.cancel", row, before=before, after=after)
    close_gap(row)
    note_freed(row)
    tell_canceled(row)
    withdraw_reminders(row)


def tell_canceled(booking: Booking) -> None:
    """Tell the contact, with the calendar entry taken back, in the same transaction (NOT-2)."""
    if booking.contact is not None:
        publish(
            "booking_canceled",
            key=f"booking-canceled:{booking.pk}:{booking.sequence}",
            contact=booking.contact,
            objects={"booking": booking.pk, "sequence": booking.sequence},
        )


def free_visits(work_order: WorkOrder, *, reason: str = "", by=None) -> int:
    """Cancel the visits of a canceled work order, each audited; how many. What was done already stays.

    Runs in the transaction that cancels the work order. Raises DomainError while somebody is at work there: the work order
    is not canceled then.
    """
    visits = Booking.objects.filter(work_order=work_order)
    claims.lock_resources(visits.filter(status__in=FREED).values_list("resource_id", flat=True), clock.now())
    rows = list(
        visits.select_for_update(of=("self",), no_key=True)
        .select_related("resource", "work_order", "contact")
        .order_by("pk")
    )
    if any(each.status in AT_WORK for each in rows):
        raise DomainError(_("Somebody is at work there. The visit has to end before the work order is canceled."))
    freed = [each for each in rows if each.status in FREED]
    for visit in freed:
        call_off(visit, reason, by=by, canceled_by=CanceledBy.STAFF)
    return len(freed)
