"""What the lines of quotes, contracts and project invoices share: what, how much, what it costs (D6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.catalog.models import Product
from portal.tenancy.models import TenantModel


def amounts_fit(name: str) -> models.CheckConstraint:
    """Quantities, prices and percentages of a line are what can be charged."""
    return models.CheckConstraint(
        name=name,
        condition=Q(quantity__gte=0)
        & Q(unit_price__gte=0)
        & Q(discount_percent__gte=0)
        & Q(discount_percent__lte=100)
        & Q(tax_rate__gte=0)
        & Q(tax_rate__lte=100)
        & Q(net__gte=0)
        & Q(tax__gte=0),
        violation_error_message=_("Quantities and prices are not negative, percentages up to 100."),
    )


def adds_up(name: str) -> models.CheckConstraint:
    """The totals of a document."""
    return models.CheckConstraint(
        name=name,
        condition=Q(total=F("net") + F("tax")) & Q(net__gte=0) & Q(tax__gte=0),
        violation_error_message=_("Net and tax make the total."),
    )


class PricedLine(TenantModel):
    """A line with a price. `net` and `tax` are rounded, each line by itself."""

    position = models.PositiveSmallIntegerField(_("position"), default=1)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    description = models.CharField(_("description"), max_length=300)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3, default=1)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    unit_price = models.DecimalField(_("price for each"), max_digits=12, decimal_places=4, default=0)
    discount_percent = models.DecimalField(_("discount in percent"), max_digits=5, decimal_places=2, default=0)
    tax_name = models.CharField(_("tax"), max_length=60, blank=True)
    tax_rate = models.DecimalField(_("tax rate in percent"), max_digits=7, decimal_places=4, default=0)
    net = models.DecimalField(_("net"), max_digits=14, decimal_places=3, default=0)
    tax = models.DecimalField(_("tax amount"), max_digits=14, decimal_places=3, default=0)

    class Meta:
        abstract = True

    def __str__(self):
        return self.description
