"""Price lists, and what an account pays by (DYNAMICS 3.5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.catalog.enums import DurationRounding
from portal.catalog.models.products import Product
from portal.catalog.models.taxes import TaxCode
from portal.tenancy.models import TenantModel


class PriceList(TenantModel):
    """Prices that hold from one date to another, in the tenant's currency."""

    name = models.CharField(_("name"), max_length=80)
    starts_date = models.DateField(_("valid from"), null=True, blank=True)
    ends_date = models.DateField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="price_list_once",
                violation_error_message=_("Another price list has this name."),
            ),
            models.CheckConstraint(
                name="price_list_dates",
                condition=Q(starts_date__isnull=True) | Q(ends_date__isnull=True) | Q(starts_date__lte=F("ends_date")),
                violation_error_message=_("A price list ends after it begins."),
            ),
        ]

    def __str__(self):
        return self.name


class PriceListItem(TenantModel):
    """The price of a product; for a service also how its time is charged."""

    price_list = models.ForeignKey(
        PriceList, on_delete=models.CASCADE, related_name="items", verbose_name=_("price list")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=4, help_text=_("For each unit; for services for each hour.")
    )
    is_flat_fee = models.BooleanField(_("flat fee"), default=False, help_text=_("The price for the whole service."))
    minimum_minutes = models.PositiveIntegerField(
        _("minimum time in minutes"), default=0, help_text=_("At least so much time is charged.")
    )
    minimum_amount = models.DecimalField(
        _("minimum charge"), max_digits=12, decimal_places=2, default=0, help_text=_("At least so much is charged.")
    )
    rounding = models.CharField(
        _("rounding of time"), max_length=10, choices=DurationRounding.choices, default=DurationRounding.NONE
    )
    rounding_minutes = models.PositiveIntegerField(_("step in minutes"), default=15)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "price_list", "product"],
                name="price_once",
                violation_error_message=_("The price list has a price for this product."),
            ),
            models.CheckConstraint(
                name="price_not_negative",
                condition=Q(price__gte=0) & Q(minimum_amount__gte=0),
                violation_error_message=_("Prices are not negative."),
            ),
            models.CheckConstraint(
                name="price_rounding_step",
                condition=Q(rounding_minutes__gte=1) & Q(rounding_minutes__lte=480),
                violation_error_message=_("The step is from 1 minute to 8 hours."),
            ),
        ]

    def __str__(self):
        return f"{self.price_list}: {self.product}"


class BillingTerms(TenantModel):
    """What a billing account pays by; without a row the tenant's defaults hold."""

    account = models.ForeignKey(
        "accounts.Account", on_delete=models.CASCADE, related_name="+", verbose_name=_("account")
    )
    price_list = models.ForeignKey(
        PriceList, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("price list")
    )
    tax_code = models.ForeignKey(
        TaxCode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tax code"),
        help_text=_("Goes before the tax code of the product."),
    )
    is_tax_exempt = models.BooleanField(_("exempt from tax"), default=False)
    payment_days = models.PositiveIntegerField(
        _("days to pay"), null=True, blank=True, help_text=_("Left empty, the company's setting counts.")
    )

    class Meta:
        verbose_name = _("billing terms")
        verbose_name_plural = _("billing terms")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "account"],
                name="billing_terms_once",
                violation_error_message=_("This account has its billing terms already."),
            ),
            models.CheckConstraint(
                name="payment_days_bounded",
                condition=Q(payment_days__isnull=True) | Q(payment_days__lte=365),
                violation_error_message=_("At most 365 days."),
            ),
        ]

    def __str__(self):
        return str(self.account)
