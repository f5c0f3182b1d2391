"""Addresses that get nothing any more, and what providers told (SECURITY 22)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.enums import ChannelName, ProviderEventKind, SuppressionReason
from notifications.models.messages import OutboxMessage
from portal.tenancy.models import TenantModel


class Suppression(TenantModel):
    """An address to which nothing is sent until staff lift it. Addresses are kept in small letters."""

    channel = models.CharField(_("channel"), max_length=12, choices=ChannelName.choices, default=ChannelName.EMAIL)
    address = models.CharField(_("address"), max_length=254)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason.choices)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("since"))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("blocked address")
        verbose_name_plural = _("blocked addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "channel", "address"],
                condition=Q(lifted_at__isnull=True),
                name="suppression_once",
                violation_error_message=_("This address is blocked already."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-created_at", "-id"], name="suppression_recent")]

    def __str__(self):
        return self.address


class ProviderEvent(TenantModel):
    """What a provider told of a message, once each, in whatever order it came."""

    provider = models.CharField(_("provider"), max_length=40)
    event_key = models.CharField(_("number at the provider"), max_length=200)
    kind = models.CharField(_("event"), max_length=12, choices=ProviderEventKind.choices)
    address = models.CharField(_("address"), max_length=254)
    message = models.ForeignKey(
        OutboxMessage, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("message")
    )
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    at = models.DateTimeField(_("happened"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("provider's report")
        verbose_name_plural = _("providers' reports")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "provider", "event_key"],
                name="provider_event_once",
                violation_error_message=_("This report was received already."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-received_at", "-id"], name="provider_events_recent")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.address}"
