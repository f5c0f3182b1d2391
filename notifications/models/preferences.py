"""What is switched off, by the tenant for everybody or by a contact for themselves (NOT-1, NOT-3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class MessageSetting(TenantModel):
    """The tenant's switch of one message; without a row it is on."""

    name = models.CharField(_("message"), max_length=60)
    is_on = models.BooleanField(_("sent"), default=True)

    class Meta:
        verbose_name = _("message setting")
        verbose_name_plural = _("message settings")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="message_setting_once",
                violation_error_message=_("This message has its setting already."),
            ),
        ]

    def __str__(self):
        return self.name


class ContactPreference(TenantModel):
    """A message that a contact does not want."""

    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("contact")
    )
    name = models.CharField(_("message"), max_length=60)
    switched_off_at = models.DateTimeField(_("switched off"))

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "name"],
                name="contact_preference_once",
                violation_error_message=_("The contact has switched this message off already."),
            ),
        ]

    def __str__(self):
        return self.name
