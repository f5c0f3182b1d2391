"""A time became free: those who would like an earlier one hear of it, once the transaction has committed (SCH-14)."""

from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant
from scheduling.models import Booking

TASK = "scheduling.offer_earlier"


def note_freed(booking: Booking) -> None:
    """The resource no longer needs this visit's time. What a lost task leaves is found by the sweep."""
    after_commit(TASK, current_tenant().pk, booking.local_date.isoformat(), booking.resource_id)
