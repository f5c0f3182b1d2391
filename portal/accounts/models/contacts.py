"""A person at an account, with or without a login."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.accounts import Account
from portal.tenancy.models import TenantModel
from portal.tenancy.models.tenants import validate_time_zone


class Contact(TenantModel):
    """Belongs to one account of one tenant (TEN-3)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="contacts", verbose_name=_("account"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("login"),
    )
    full_name = models.CharField(_("name"), max_length=160)
    email = models.EmailField(_("e-mail"), max_length=254)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Left empty, times are shown in the site's zone only."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "user"],
                name="contact_user_once",
                violation_error_message=_("This login belongs to another contact."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "full_name", "id"], name="contact_by_name"),
            models.Index(fields=["tenant", "email"], name="contact_by_email"),
        ]

    def __str__(self):
        return self.full_name
