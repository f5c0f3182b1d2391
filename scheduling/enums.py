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
