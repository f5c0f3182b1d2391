"""Mails about what is booked: confirmed, changed, canceled, soon."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy

from notifications.calendar import Method
from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Attachment, register
from portal.kit import clock
from portal.tenancy.scope import current_tenant
from portal.web import times
from scheduling.calendar import promised
from scheduling.enums import BookingStatus, CanceledBy
from scheduling.messages.base import VisitMessage, booking_of, sample_start, settings_for


@register
class BookingConfirmed(VisitMessage):
    """The visit is booked: when, where, who comes (NOT-1)."""

    name = "booking_confirmed"
    title = gettext_lazy("Booking confirmed")


@register
class BookingChanged(VisitMessage):
    """The visit has another time; the event of the calendar moves (NOT-1)."""

    name = "booking_changed"
    title = gettext_lazy("Booking changed")

    def context(self, row: OutboxMessage) -> dict:
        booking = booking_of(row)
        former = datetime.fromisoformat(row.payload["former"])
        is_moved = former != booking.arrives_at
        told = times.describe(former, booking.time_zone, viewer_zone="").site if is_moved else ""
        return {**super().context(row), "former": told, "is_moved": is_moved}

    def sample(self) -> dict:
        zone = current_tenant().time_zone
        former = times.format_instant(sample_start(zone) - timedelta(hours=1), zone)
        return {**super().sample(), "former": former, "is_moved": True}


@register
class BookingCanceled(VisitMessage):
    """The visit will not take place; the event of the calendar goes (NOT-1)."""

    name = "booking_canceled"
    title = gettext_lazy("Booking canceled")
    method = Method.CANCEL
    statuses = (BookingStatus.CANCELED,)

    def context(self, row: OutboxMessage) -> dict:
        booking = booking_of(row)
        is_ours = booking.canceled_by != CanceledBy.CUSTOMER
        book_url = absolute(reverse("scheduling:book"), current_tenant())
        return {**super().context(row), "is_ours": is_ours, "book_url": book_url}

    def sample(self) -> dict:
        return {**super().sample(), "is_ours": True, "book_url": absolute(reverse("home"), current_tenant())}


@register
class BookingReminder(VisitMessage):
    """The visit is near (NOT-1). After a long pause of ours only those that are still worth reading go out."""

    name = "booking_reminder"
    title = gettext_lazy("Booking reminder")
    worth_for = timedelta(hours=12)

    def still_true(self, row: OutboxMessage) -> bool:
        if not super().still_true(row) or clock.now() > row.due_at + self.worth_for:
            return False
        starts, _ends = promised(booking_of(row), settings_for(row))
        return clock.now() < starts

    def attachments(self, row: OutboxMessage) -> list[Attachment]:
        """The calendar has the visit already."""
        return []
