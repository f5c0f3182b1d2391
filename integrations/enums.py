"""Choices of the exchange."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AuthKind(TextChoices):
    """How we prove to the other side who we are."""

    NONE = "none", _("No sign-in")
    CLIENT_CREDENTIALS = "client_credentials", _("OAuth client credentials")


class Direction(TextChoices):
    """Which side says what a record is."""

    OUT = "out", _("To the other system")
    IN = "in", _("From the other system")


class WhenGone(TextChoices):
    """What becomes of a record over there when ours is deleted."""

    KEEP = "keep", _("Stays there")
    DELETE = "delete", _("Is deleted there")


class RowState(TextChoices):
    """Where a record stands in the exchange.

    Waiting until it is due, then being sent, then exchanged or parked or left out; a noted change makes any of them wait
    again, staff a parked one.
    """

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    DONE = "done", _("Exchanged")
    PARKED = "parked", _("Parked")
    SKIPPED = "skipped", _("Left out")


class Occasion(TextChoices):
    """Why a run began."""

    SCHEDULE = "schedule", _("Schedule")
    HAND = "hand", _("By hand")
    RECONCILIATION = "reconciliation", _("Reconciliation")


class RunState(TextChoices):
    """How a run ended: everything went, some rows failed, or none could be exchanged (DYNAMICS 7.7)."""

    RUNNING = "running", _("Running")
    COMPLETED = "completed", _("Completed")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")


class EventKind(TextChoices):
    """What happened to a row."""

    INSERTED = "inserted", _("Inserted")
    UPDATED = "updated", _("Updated")
    DELETED = "deleted", _("Deleted")
    CONFIRMED = "confirmed", _("Found to have arrived")
    UNCERTAIN = "uncertain", _("Answer lost")
    DELAYED = "delayed", _("Put off")
    BLOCKED = "blocked", _("Waits for another record")
    PARKED = "parked", _("Parked")
    RETRIED = "retried", _("Put back by staff")


class DiscrepancyKind(TextChoices):
    """How two sides disagree."""

    MISSING_THERE = "missing_there", _("Missing there")
    MISSING_HERE = "missing_here", _("Missing here")
    DIFFERENT = "different", _("Different")
