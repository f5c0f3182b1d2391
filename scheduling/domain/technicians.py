"""The technician behind a login, and what they have to do (SCH-8, first part)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.accounts.models import User
from portal.kit import clock
from scheduling.enums import UPCOMING_STATUSES
from scheduling.models import BookableResource, Booking

DAYS_AHEAD = 7
VISITS_SHOWN = 60


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
