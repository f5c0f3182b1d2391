"""A person at an account, with or without a login."""

from secrets import choice

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.accounts import Account
from portal.tenancy.models import TenantModel
from portal.tenancy.models.tenants import validate_time_zone

# Without letters that are read as figures: somebody may have to say the number on the telephone.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def contact_number() -> str:
    """A number that no other contact has. Drawn, not counted: whoever adds contacts waits for nobody."""
    drawn = "".join(choice(LETTERS) for _place in range(12))
    return f"CON-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


class Contact(TenantModel):
    """Belongs to one account of one tenant (TEN-3)."""

    number = models.CharField(
        _("contact number"), max_length=40, default=contact_number, help_text=_("Other systems know the person by it.")
    )
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
    is_active_customer = models.BooleanField(
        _("customer in person"),
        default=False,
        help_text=_("The finance system keeps the person as a customer, not as somebody of the account."),
    )
    is_externally_maintained = models.BooleanField(
        _("known to another system"),
        default=False,
        help_text=_("The finance system has this person."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="contact_number_once",
                violation_error_message=_("Another contact has this number."),
            ),
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
