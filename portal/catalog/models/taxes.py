"""Taxes on what is sold."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.tenancy.models import TenantModel


class TaxCode(TenantModel):
    """A tax with its rate in percent: 8.875 is 8.875 %."""

    name = models.CharField(_("name for customers"), max_length=60, help_text=_("Printed on invoices."))
    rate = models.DecimalField(_("rate in percent"), max_digits=7, decimal_places=4)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("tax code")
        verbose_name_plural = _("tax codes")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="tax_code_once",
                violation_error_message=_("This tax code exists already."),
            ),
            models.CheckConstraint(
                name="tax_rate_in_percent",
                condition=Q(rate__gte=0) & Q(rate__lte=100),
                violation_error_message=_("A tax rate lies between 0 and 100 percent."),
            ),
        ]

    def __str__(self):
        return self.name
