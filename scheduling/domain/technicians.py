"""The technician behind a login, and what they have to do (SCH-8)."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from fieldservice.models import WorkOrder, WorkOrderSignature, WorkOrderTask
from portal.accounts.models import User
from portal.kit import clock
from portal.timeline.enums import EntryKind
from portal.timeline.models import Entry
from portal.timeline.queries import entries_of
from scheduling.enums import UPCOMING_STATUSES, BookingStatus
from scheduling.models import BookableResource, Booking

DAYS_AHEAD = 7
VISITS_SHOWN = 60
TASKS_SHOWN = 200
NOTES_SHOWN = 20


def resource_of(user: User) -> BookableResource | None:
    """The active resource that signs in as this user, in the tenant in scope."""
    return BookableResource.objects.filter(user=user, is_active=True).order_by("pk").first()


def is_technician(user: User) -> bool:
    """Whether the login opens the technician's pages."""
    return resource_of(user) is not None


def agenda(resource: BookableResource) -> list[Booking]:
    """The visits of today and the next days in the resource's zone, in order."""
    today = clock.now().astimezone(ZoneInfo(resource.time_zone)).date()
    begins = datetime.combine(today, time(), ZoneInfo(resource.time_zone)).astimezone(UTC)
    visits = Booking.objects.filter(
        resource=resource,
        status__in=UPCOMING_STATUSES,
        ends_at__gt=begins,
        arrives_at__lt=begins + timedelta(days=DAYS_AHEAD),
    )
    related = visits.select_related("place", "incident_type", "work_order__asset", "account", "contact")
    return list(related.order_by("arrives_at", "pk")[:VISITS_SHOWN])


def visit_for(resource: BookableResource, pk: UUID) -> Booking | None:
    """The resource's own visit; whatever became of it, but not what is only held."""
    visits = Booking.objects.filter(resource=resource, pk=pk).exclude(status=BookingStatus.HELD)
    related = visits.select_related("resource", "place", "incident_type", "work_order__asset", "account", "contact")
    return related.order_by("pk").first()


def traveling_visit(resource: BookableResource) -> Booking | None:
    """The visit to which the resource is on the way."""
    return (
        Booking.objects.filter(resource=resource, status=BookingStatus.TRAVELING).order_by("arrives_at", "pk").first()
    )


def tasks_of(work_order: WorkOrder) -> list[WorkOrderTask]:
    """What is to be done there, in order."""
    return list(WorkOrderTask.objects.filter(work_order=work_order).order_by("position", "pk")[:TASKS_SHOWN])


def task_of(work_order: WorkOrder, pk: UUID) -> WorkOrderTask | None:
    """One of the work order's tasks."""
    tasks = WorkOrderTask.objects.filter(work_order=work_order, pk=pk).select_related("work_order")
    return tasks.order_by("pk").first()


def notes_of(work_order: WorkOrder) -> list[Entry]:
    """The newest notes with their files."""
    notes = entries_of(work_order, is_staff=True).filter(kind=EntryKind.COMMENT)
    return list(notes.order_by("-created_at", "-pk")[:NOTES_SHOWN])


def signature_of(work_order: WorkOrder) -> WorkOrderSignature | None:
    """Who signed that the work is done."""
    return WorkOrderSignature.objects.filter(work_order=work_order).order_by("pk").first()
