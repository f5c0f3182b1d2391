"""States of an outbox row and outcomes of its attempts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    UNCERTAIN = "uncertain", _("Perhaps sent")
    SENT = "sent", _("Sent")
    VOID = "void", _("Not wanted any more")
    DEAD = "dead", _("Given up")


# The sweep looks at these; the rest is settled.
OPEN_STATES = (OutboxState.WAITING, OutboxState.CLAIMED, OutboxState.UNCERTAIN)

TRANSITIONS = {
    OutboxState.WAITING: {OutboxState.CLAIMED, OutboxState.VOID},
    OutboxState.UNCERTAIN: {OutboxState.CLAIMED},
    OutboxState.CLAIMED: {
        OutboxState.CLAIMED,
        OutboxState.WAITING,
        OutboxState.UNCERTAIN,
        OutboxState.SENT,
        OutboxState.VOID,
        OutboxState.DEAD,
    },
    OutboxState.DEAD: {OutboxState.WAITING},
    OutboxState.SENT: set(),
    OutboxState.VOID: set(),
}


class AttemptOutcome(models.TextChoices):
    RUNNING = "running", _("Running")
    SENT = "sent", _("Accepted")
    CONFIRMED = "confirmed", _("Had been accepted before")
    UNCERTAIN = "uncertain", _("Ended without an answer")
    TEMPORARY = "temporary", _("Refused for now")
    AWAY = "away", _("Mail server away")
    PERMANENT = "permanent", _("Refused for good")
    VOID = "void", _("Not wanted any more")


class ChannelName(models.TextChoices):
    """By which way a message goes (NOT-4)."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    WEBHOOK = "webhook", _("Webhook")


class SuppressionReason(models.TextChoices):
    BOUNCED = "bounced", _("The address does not exist")
    COMPLAINED = "complained", _("The recipient complained")
    STAFF = "staff", _("Staff")


class ProviderEventKind(models.TextChoices):
    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    DEFERRED = "deferred", _("Delayed")
    COMPLAINED = "complained", _("Complaint")
    OTHER = "other", _("Other")
