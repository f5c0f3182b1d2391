"""Statuses of bookings and their transitions; kinds of resources (SCH-6, DYNAMICS 1.7, 2.2, 3.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BookingStatus(models.TextChoices):
    HELD = "held", _("Held")
    SCHEDULED = "scheduled", _("Scheduled")
    TRAVELING = "traveling", _("Traveling")
    IN_PROGRESS = "in_progress", _("In Progress")
    ON_BREAK = "on_break", _("On Break")
    COMPLETED = "completed", _("Completed")
    FOLLOW_UP = "follow_up", _("Follow-up needed")
    CANCELED = "canceled", _("Canceled")


# A live booking occupies its resource: the exclusion constraint is over these.
LIVE_STATUSES = (
    BookingStatus.HELD,
    BookingStatus.SCHEDULED,
    BookingStatus.TRAVELING,
    BookingStatus.IN_PROGRESS,
    BookingStatus.ON_BREAK,
    BookingStatus.COMPLETED,
    BookingStatus.FOLLOW_UP,
)
UPCOMING_STATUSES = (
    BookingStatus.SCHEDULED,
    BookingStatus.TRAVELING,
    BookingStatus.IN_PROGRESS,
    BookingStatus.ON_BREAK,
)
AT_WORK = (BookingStatus.IN_PROGRESS, BookingStatus.ON_BREAK)
PAST_STATUSES = (BookingStatus.COMPLETED, BookingStatus.FOLLOW_UP, BookingStatus.CANCELED)

TRANSITIONS = {
    BookingStatus.HELD: {BookingStatus.SCHEDULED},
    BookingStatus.SCHEDULED: {
        BookingStatus.TRAVELING,
        BookingStatus.IN_PROGRESS,
        BookingStatus.COMPLETED,
        BookingStatus.CANCELED,
    },
    BookingStatus.TRAVELING: {BookingStatus.SCHEDULED, BookingStatus.IN_PROGRESS, BookingStatus.CANCELED},
    BookingStatus.IN_PROGRESS: {BookingStatus.ON_BREAK, BookingStatus.COMPLETED, BookingStatus.FOLLOW_UP},
    BookingStatus.ON_BREAK: {BookingStatus.IN_PROGRESS, BookingStatus.COMPLETED, BookingStatus.FOLLOW_UP},
    BookingStatus.COMPLETED: set(),
    BookingStatus.FOLLOW_UP: set(),
    BookingStatus.CANCELED: set(),
}


class ResourceType(models.TextChoices):
    USER = "user", _("Technician")
    CONTACT = "contact", _("Subcontractor")
    EQUIPMENT = "equipment", _("Equipment")
    CREW = "crew", _("Crew")


class CharacteristicKind(models.TextChoices):
    SKILL = "skill", _("Skill")
    CERTIFICATION = "certification", _("Certification")


class PreferenceKind(models.TextChoices):
    PREFERRED = "preferred", _("Preferred")
    RESTRICTED = "restricted", _("Never")
    MUST = "must", _("Only these")


class SlotMode(models.TextChoices):
    EXACT = "exact", _("Exact times")
    WINDOWS = "windows", _("Arrival windows")


class CanceledBy(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    STAFF = "staff", _("Company")


class AfterCancel(models.TextChoices):
    """What becomes of the work order when the customer cancels its last visit (DYNAMICS 1.6)."""

    CANCELED = "canceled", _("is canceled")
    UNSCHEDULED = "unscheduled", _("waits for another visit")


class Attention(models.TextChoices):
    """Why staff should look at a visit (SCH-12, SCH-15)."""

    RESOURCE_OUT = "resource_out", _("The technician is not available and nobody else can keep the time")
    LATE = "late", _("The technician cannot come in time")
    NO_TIME = "no_time", _("The customer asked for another day or technician")


class TimestampSource(models.TextChoices):
    TECHNICIAN = "technician", _("Technician")
    STAFF = "staff", _("Company")
    CUSTOMER = "customer", _("Customer")
    SYSTEM = "system", _("Portal")


class QuestionKind(models.TextChoices):
    RATING = "rating", _("Rating from 1 to 5")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of several")
    TEXT = "text", _("Own words")


class WishState(models.TextChoices):
    """A customer's wish for an earlier time (SCH-14)."""

    OPEN = "open", _("Waiting")
    TAKEN = "taken", _("Moved to an earlier time")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    OVER = "over", _("No longer possible")


class OfferState(models.TextChoices):
    """An earlier time that was offered to one customer (SCH-14)."""

    OPEN = "open", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Not answered in time")
    GONE = "gone", _("No longer free")
