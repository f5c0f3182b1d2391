"""What is switched off, by the tenant for everybody or by a contact for themselves (NOT-1, NOT-3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.enums import ChannelName
from portal.tenancy.models import TenantModel


class MessageSetting(TenantModel):
    """The tenant's switches of one message; without a row it goes by e-mail only."""

    name = models.CharField(_("message"), max_length=60)
    is_on = models.BooleanField(_("sent by e-mail"), default=True)
    sms_is_on = models.BooleanField(
        _("sent as text message"), default=False, help_text=_("To those who asked for text messages.")
    )

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
    channel = models.CharField(_("channel"), max_length=12, choices=ChannelName.choices, default=ChannelName.EMAIL)
    switched_off_at = models.DateTimeField(_("switched off"))

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "name", "channel"],
                name="contact_preference_once",
                violation_error_message=_("The contact has switched this message off already."),
            ),
        ]

    def __str__(self):
        return self.name


class TextMessageConsent(TenantModel):
    """A contact who wants text messages, and at which number (E.164)."""

    contact = models.ForeignKey(
        "accounts.Contact", on_delete=models.CASCADE, related_name="+", verbose_name=_("contact")
    )
    phone = models.CharField(_("mobile number"), max_length=20)
    given_at = models.DateTimeField(_("asked for"))

    class Meta:
        verbose_name = _("consent to text messages")
        verbose_name_plural = _("consents to text messages")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "contact"],
                name="text_message_consent_once",
                violation_error_message=_("The contact gets text messages already."),
            ),
            models.CheckConstraint(
                name="text_message_phone",
                condition=models.Q(phone__regex=r"^\+[1-9][0-9]{6,14}$"),
                violation_error_message=_("Enter the number with its country, like +1 646 555 0110."),
            ),
        ]

    def __str__(self):
        return self.phone
