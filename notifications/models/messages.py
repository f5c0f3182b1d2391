"""What is to be sent: a row written in the transaction of the change it tells of (D5, SECURITY 17)."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from notifications.enums import OPEN_STATES, AttemptOutcome, ChannelName, OutboxState
from notifications.models.webhooks import WebhookEndpoint
from portal.tenancy.models import TenantModel

# With the pauses of `notifications.domain.backoff` some five hours.
TRIES = 20


class OutboxMessage(TenantModel):
    """One message to one recipient, told apart by `key`.

    `payload` holds ids only; texts are made at the moment of sending. `next_attempt_at` is when somebody may take the
    row: for a waiting one the time it is due, for a claimed one the end of the lease.
    """

    key = models.CharField(_("key"), max_length=200)
    name = models.CharField(_("message"), max_length=60)
    payload = models.JSONField(_("about"), default=dict)
    contact = models.ForeignKey(
        "accounts.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recipient"),
    )
    channel = models.CharField(_("channel"), max_length=12, choices=ChannelName.choices, default=ChannelName.EMAIL)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("endpoint")
    )
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10)
    time_zone = models.CharField(_("time zone"), max_length=64)
    state = models.CharField(_("state"), max_length=12, choices=OutboxState.choices, default=OutboxState.WAITING)
    due_at = models.DateTimeField(_("due"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    tries_left = models.PositiveSmallIntegerField(_("tries left"), default=TRIES)
    message_id = models.CharField(_("message id"), max_length=320)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("written"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("outbox")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "key"],
                name="outbox_key_once",
                violation_error_message=_("This message was written already."),
            ),
            models.CheckConstraint(
                name="outbox_settled_when_closed",
                condition=Q(state__in=[str(each.value) for each in OPEN_STATES], settled_at__isnull=True)
                | (~Q(state__in=[str(each.value) for each in OPEN_STATES]) & Q(settled_at__isnull=False)),
                violation_error_message=_("A message is settled when it is sent, unwanted or given up, not before."),
            ),
            models.CheckConstraint(
                name="outbox_webhook_has_endpoint",
                condition=Q(channel=ChannelName.WEBHOOK, endpoint__isnull=False)
                | (~Q(channel=ChannelName.WEBHOOK) & Q(endpoint__isnull=True)),
                violation_error_message=_("A webhook goes to an endpoint, everything else to a person."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "next_attempt_at", "id"],
                condition=Q(state__in=[str(each.value) for each in OPEN_STATES]),
                name="outbox_open_by_time",
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="outbox_recent"),
            models.Index(fields=["tenant", "contact", "-created_at"], name="outbox_of_contact"),
        ]

    @cached_property
    def facts(self) -> dict[Callable, Any]:
        """What was read to word this row, by what read it (`notifications.registry.read_once`)."""
        return {}

    def __str__(self):
        return self.key


class OutboxAttempt(TenantModel):
    """One try to send; `running` long after its start means that its worker died."""

    message = models.ForeignKey(
        OutboxMessage, on_delete=models.CASCADE, related_name="tries", verbose_name=_("message")
    )
    number = models.PositiveIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=12, choices=AttemptOutcome.choices, default=AttemptOutcome.RUNNING
    )
    detail = models.CharField(_("detail"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "number"],
                name="outbox_attempt_once",
                violation_error_message=_("This attempt is recorded already."),
            ),
        ]

    def __str__(self):
        return f"{self.number}: {self.get_outcome_display()}"
