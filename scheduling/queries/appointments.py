"""A customer's appointments and holds."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from fieldservice.models import WorkOrder
from fieldservice.queries.work_orders import with_seen_asset
from portal.access.kept import KeptQuery
from portal.access.viewer import Viewer
from portal.kit import clock
from scheduling.enums import BookingStatus
from scheduling.models import Booking, Feedback

VISITS_SHOWN = 20


def appointment_list(viewer: Viewer) -> QuerySet:
    """Bookings with all that an appointment card shows.

    `seen_number` is the work order's number, `seen_asset` its asset's name; "" unless the viewer may see them (SECURITY 2).
    `has_feedback` says whether the visit was rated.
    """
    orders = with_seen_asset(WorkOrder.objects.visible_to(viewer), viewer).filter(pk=OuterRef("work_order"))
    return Booking.objects.select_related("resource", "place", "incident_type", "account").annotate(
        seen_number=Coalesce(Subquery(orders.values("number")[:1]), Value("")),
        seen_asset=Coalesce(Subquery(orders.values("seen_asset")[:1]), Value("")),
        has_feedback=Exists(Feedback.objects.filter(booking=OuterRef("pk"))),
    )


kept_appointment = KeptQuery(
    lambda viewer, pk: (
        appointment_list(viewer).visible_to(viewer).select_related("work_order__asset").filter(pk=pk).order_by("pk")[:1]
    )
)
kept_visits = KeptQuery(
    lambda viewer, work_order: (
        appointment_list(viewer)
        .visible_to(viewer)
        .filter(work_order=work_order)
        .order_by("-arrives_at", "-pk")[:VISITS_SHOWN]
    )
)


def visible_appointment(viewer: Viewer, pk: UUID) -> Booking | None:
    """The appointment with what was booked, if the viewer may see it."""
    return next(iter(kept_appointment(viewer, pk)), None)


def visits_of_work_order(viewer: Viewer, work_order: WorkOrder) -> list[Booking]:
    """The visible visits of a work order, the latest first, at most VISITS_SHOWN."""
    return kept_visits(viewer, work_order.pk)


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
