"""The tenant's own words for messages (NOT-1)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class MessageText(TenantModel):
    """What one message says in one language, in place of the shipped words. Empty parts keep the shipped words.

    Texts hold placeholders like {service}; there is no other language in them (SECURITY 30).
    """

    name = models.CharField(_("message"), max_length=60)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=160, blank=True)
    introduction = models.TextField(_("introduction"), max_length=1500, blank=True)
    closing = models.TextField(_("closing words"), max_length=1500, blank=True)
    sms = models.CharField(_("text message"), max_length=480, blank=True)

    class Meta:
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name", "language"],
                name="message_text_once",
                violation_error_message=_("This message has its text in this language already."),
            ),
        ]

    def __str__(self):
        return f"{self.name.replace('_', ' ').capitalize()} ({self.get_language_display()})"
