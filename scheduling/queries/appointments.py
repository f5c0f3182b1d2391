"""A customer's appointments and holds."""

from uuid import UUID

from django.db.models import Q, QuerySet

from portal.access.viewer import Viewer
from portal.kit import clock
from scheduling.enums import BookingStatus
from scheduling.models import Booking


def appointment_list() -> QuerySet:
    """Bookings with all that an appointment card shows."""
    return Booking.objects.select_related(
        "resource", "place", "incident_type", "work_order", "work_order__asset", "account"
    )


def visible_appointment(viewer: Viewer, pk: UUID) -> Booking | None:
    """The appointment, if the viewer may see it."""
    return appointment_list().visible_to(viewer).filter(pk=pk).order_by("pk").first()


def hold_of(contact, slot) -> Booking | None:
    """The contact's hold of this slot while it lasts."""
    return (
        Booking.objects.filter(
            Q(arrives_at=slot.starts) if slot.ends is None else Q(window_starts_at=slot.starts),
            contact=contact,
            status=BookingStatus.HELD,
            hold_expires_at__gt=clock.now(),
        )
        .order_by("pk")
        .first()
    )
