"""Customer and partner companies, as a tree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AccountKind
from portal.tenancy.models import TenantModel


class Account(TenantModel):
    """A company that the tenant serves or works with; may hang below a parent account (TEN-3)."""

    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=AccountKind.choices, default=AccountKind.CUSTOMER)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    place = models.ForeignKey(
        "geo.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address")
    )
    territory = models.ForeignKey(
        "geo.Territory",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territory"),
        help_text=_("Left empty, the territory of the site counts."),
    )
    is_externally_maintained = models.BooleanField(
        _("known to another system"),
        default=False,
        help_text=_("The finance system has this account as a customer and sends its invoices back."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="account_number_once",
                violation_error_message=_("Another account has this number."),
            ),
            models.CheckConstraint(
                name="account_not_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                violation_error_message=_("An account cannot be its own parent."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "name", "id"], name="account_by_name")]

    def __str__(self):
        return self.name
