"""What happened to an opportunity: a history that only grows (PRT-4, DYNAMICS 5.2)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.enums import EventKind
from partners.models.opportunities import Opportunity
from portal.tenancy.models import TenantModel


class OpportunityEvent(TenantModel):
    """One entry. `partner` had the opportunity then; others never read it. `name` is who did it, empty for the system.

    `before` and `after` are what changed: a phase, a status, somebody's name. What `is_internal` staff alone read. Whatever is sent twice
    carries the same `request_key`.
    """

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.PROTECT, related_name="events", verbose_name=_("opportunity")
    )
    partner = models.ForeignKey(
        "accounts.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner")
    )
    kind = models.CharField(_("what happened"), max_length=12, choices=EventKind.choices)
    text = models.TextField(_("text"), blank=True, max_length=4000)
    before = models.CharField(_("from"), max_length=200, blank=True)
    after = models.CharField(_("to"), max_length=200, blank=True)
    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("login"),
    )
    name = models.CharField(_("by"), max_length=160, blank=True)
    is_internal = models.BooleanField(_("for staff only"), default=False)
    request_key = models.UUIDField(null=True, blank=True, editable=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("entry of the history")
        verbose_name_plural = _("history")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "request_key"], name="opportunity_event_request_once"),
        ]
        indexes = [models.Index(fields=["tenant", "opportunity", "-at", "-id"], name="events_of_opportunity")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
