"""What a live map reads."""

from uuid import UUID

from django.db.models import OuterRef, Subquery

from scheduling.models import Booking, TechnicianPosition


def live_mark(pk: UUID) -> tuple | None:
    """The short look of every second: what changes when a visit's live map has something new to show: its status, the switch, the newest fix."""
    newest = TechnicianPosition.objects.filter(booking=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    return (
        Booking.objects.filter(pk=pk)
        .order_by("pk")
        .values_list("status", "resource", "resource__shares_position", Subquery(newest))
        .first()
    )


def newest_position(booking: Booking) -> TechnicianPosition | None:
    """The last fix of this way; one from before the technician turned back and set off again is none."""
    positions = TechnicianPosition.objects.filter(booking=booking)
    if booking.travel_started_at is not None:
        positions = positions.filter(received_at__gte=booking.travel_started_at)
    return positions.order_by("-at", "-pk").first()
