"""Single visits shared with single contacts (TEN-5)."""

from portal.access.models import RecordShare, shares_of
from scheduling.models.bookings import Booking


class BookingShare(RecordShare):
    content_object = shares_of(Booking)
