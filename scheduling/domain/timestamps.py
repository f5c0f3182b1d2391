"""The trail of a visit's statuses (DYNAMICS 3.3)."""

from datetime import datetime
from uuid import UUID

from portal.accounts.models import User
from portal.kit import clock
from scheduling.enums import TimestampSource
from scheduling.models import Booking, BookingTimestamp


def note_status(
    booking: Booking,
    *,
    source: TimestampSource,
    user: User | None = None,
    at: datetime | None = None,
    key: UUID | None = None,
) -> BookingTimestamp:
    """Write down that the booking has its present status since `at`, in the caller's transaction.

    `key` is the phone's number of the action; the database refuses the same one twice.
    """
    now = clock.now()
    return BookingTimestamp.objects.create(
        booking=booking, status=booking.status, source=source, user=user, at=at or now, received_at=now, key=key
    )
