"""The append-only trail of a tenant."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class AuditEntry(TenantModel):
    """One action of one person on one object; PostgreSQL lets nobody of the web role change or delete it."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind"), max_length=60)
    object_id = models.UUIDField(_("record"))
    object_text = models.CharField(_("name"), max_length=200)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["tenant", "-at", "-id"], name="audit_recent"),
            models.Index(fields=["tenant", "object_id", "-at"], name="audit_of_object"),
        ]

    def __str__(self):
        return f"{self.action} {self.object_text}"
