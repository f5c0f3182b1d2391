"""Programs of the tenant's own that are told what happens (NOT-4, OPS-5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class WebhookEndpoint(TenantModel):
    """An address that gets signed events by HTTP POST. `events` are names of messages; empty means all.

    The secret signs by the Standard Webhooks scheme; `former_secret` signs beside it while the receiver changes over.
    """

    name = models.CharField(_("name"), max_length=80)
    url = models.URLField(_("address"), max_length=500)
    secret = models.CharField(_("secret"), max_length=120, editable=False)
    former_secret = models.CharField(_("former secret"), max_length=120, blank=True, editable=False)
    events = models.JSONField(_("events"), default=list, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "url"],
                name="webhook_url_once",
                violation_error_message=_("This address is told already."),
            ),
        ]

    def __str__(self):
        return self.name
