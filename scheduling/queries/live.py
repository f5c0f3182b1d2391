"""The short look that a live map takes every second."""

from uuid import UUID

from django.db.models import OuterRef, Subquery

from scheduling.models import Booking, TechnicianPosition


def live_mark(pk: UUID) -> tuple | None:
    """What changes when a visit's live map has something new to show: its status, the switch, the newest fix."""
    newest = TechnicianPosition.objects.filter(booking=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    return (
        Booking.objects.filter(pk=pk)
        .order_by("pk")
        .values_list("status", "resource", "resource__shares_position", Subquery(newest))
        .first()
    )
