"""Mails of the day of the visit: on the way, later than told, done."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy

from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Attachment, register
from portal.accounts.models import Contact
from portal.kit import clock
from portal.tenancy.scope import current_tenant
from portal.web import times
from scheduling.calendar import appointment_url
from scheduling.enums import BookingStatus
from scheduling.messages.base import VisitMessage, booking_of, sample_start, settings_for
from scheduling.models import Booking

# Traffic and our own reckoning: an arrival is told as a range, never as a minute (SCH-7).
EARLIER, LATER = timedelta(minutes=5), timedelta(minutes=10)
STEP_SECONDS = 300
# News of the day that is older than this tells nothing.
FRESH_FOR = timedelta(hours=1)


def arrival_range(expected: datetime) -> tuple[datetime, datetime]:
    """From when to when somebody who is expected at that instant may arrive, in steps of five minutes."""
    starts, ends = (expected - EARLIER).timestamp(), (expected + LATER).timestamp()
    first, last = starts // STEP_SECONDS, -(-ends // STEP_SECONDS)
    return tuple(datetime.fromtimestamp(each * STEP_SECONDS, expected.tzinfo) for each in (first, last))


class ArrivalMessage(VisitMessage):
    """A mail about an arrival that is near; the calendar is not concerned."""

    placeholders: Mapping[str, str] = {
        **VisitMessage.placeholders,
        "arrival": gettext_lazy("from when to when the technician arrives"),
    }

    def still_true(self, row: OutboxMessage) -> bool:
        return clock.now() <= row.due_at + FRESH_FOR and super().still_true(row)

    def words(self, context: dict) -> dict[str, str]:
        return {**super().words(context), "arrival": context["arrival"].site}

    def sample(self) -> dict:
        zone = current_tenant().time_zone
        starts, ends = arrival_range(sample_start(zone))
        map_url = absolute(reverse("home"), current_tenant())
        return {**super().sample(), "arrival": times.describe(starts, zone, ends=ends), "map_url": map_url}

    def attachments(self, row: OutboxMessage) -> list[Attachment]:
        return []

    def arrival(self, booking: Booking, expected: datetime, row: OutboxMessage) -> times.When:
        """The range of the arrival in words."""
        starts, ends = arrival_range(expected)
        return times.describe(starts, booking.time_zone, viewer_zone=row.contact.time_zone, ends=ends)


@register
class TechnicianOnTheWay(ArrivalMessage):
    """Somebody set off to the customer: who, when they will be there, where to see it on a map (NOT-1, SCH-7)."""

    name = "technician_on_the_way"
    title = gettext_lazy("Technician on the way")
    statuses = (BookingStatus.TRAVELING,)
    # Gives the address that opens the visit without sign-in. It lies above this layer and is put in when the app is ready.
    link_to: Callable[[Booking, Contact], str]

    def context(self, row: OutboxMessage) -> dict:
        booking = booking_of(row)
        map_url = self.link_to(booking, row.contact) if settings_for(row).tracking_is_on else ""
        expected = booking.estimated_arrival_at or max(booking.arrives_at, clock.now())
        return {**super().context(row), "arrival": self.arrival(booking, expected, row), "map_url": map_url}


@register
class RunningLate(ArrivalMessage):
    """The technician comes later than the customer was told (NOT-1, SCH-12)."""

    name = "running_late"
    title = gettext_lazy("Running late")
    statuses = (BookingStatus.SCHEDULED, BookingStatus.TRAVELING)

    def still_true(self, row: OutboxMessage) -> bool:
        """Only the latest arrival is told."""
        return super().still_true(row) and booking_of(row).told_arrival_at == expected_in(row)

    def context(self, row: OutboxMessage) -> dict:
        return {**super().context(row), "arrival": self.arrival(booking_of(row), expected_in(row), row)}


def expected_in(row: OutboxMessage) -> datetime:
    """The arrival that the row tells of."""
    return datetime.fromisoformat(row.payload["arrival"])


@register
class VisitCompleted(VisitMessage):
    """The work is done; with the way to the survey where the tenant asks (NOT-1, SCH-9)."""

    name = "visit_completed"
    title = gettext_lazy("Visit completed")
    statuses = (BookingStatus.COMPLETED,)

    def context(self, row: OutboxMessage) -> dict:
        booking = booking_of(row)
        asks = settings_for(row).surveys_are_on
        return {
            **super().context(row),
            "finished": times.describe(booking.finished_at or booking.ends_at, booking.time_zone),
            "feedback_url": f"{appointment_url(booking)}feedback/" if asks else "",
        }

    def sample(self) -> dict:
        sample = super().sample()
        return {**sample, "finished": sample["when"], "feedback_url": sample["appointment_url"]}

    def attachments(self, row: OutboxMessage) -> list[Attachment]:
        return []
