"""What is sold and used on jobs: parts, consumables, services."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.catalog.enums import ProductKind
from portal.catalog.models.taxes import TaxCode
from portal.tenancy.models import TenantModel


class Product(TenantModel):
    """A part, a consumable or a service. Services are priced by the hour unless the price list says a flat fee."""

    code = models.CharField(_("product number"), max_length=40)
    name = models.CharField(_("name for customers"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=ProductKind.choices, default=ProductKind.NON_INVENTORY)
    unit = models.CharField(
        _("unit"), max_length=20, blank=True, help_text=_("Piece, metre, litre. Services count hours.")
    )
    inventory_unit = models.CharField(
        _("inventory unit"), max_length=20, blank=True, help_text=_("The unit in which warehouses count it.")
    )
    list_price = models.DecimalField(_("list price"), max_digits=12, decimal_places=4, default=0)
    cost = models.DecimalField(
        _("cost"), max_digits=12, decimal_places=4, default=0, help_text=_("Never shown to customers.")
    )
    tax_code = models.ForeignKey(
        TaxCode, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tax code")
    )
    becomes_asset = models.BooleanField(
        _("becomes an asset"),
        default=False,
        help_text=_("Used on a completed work order, it becomes a customer asset."),
    )
    is_externally_maintained = models.BooleanField(
        _("maintained by another system"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Unknown for products from before an exchange; those of another system are read-only here."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "code"],
                name="product_code_once",
                violation_error_message=_("Another product has this number."),
            ),
            models.CheckConstraint(
                name="product_prices_not_negative",
                condition=Q(list_price__gte=0) & Q(cost__gte=0),
                violation_error_message=_("Prices are not negative."),
            ),
            models.CheckConstraint(
                name="service_is_no_asset",
                condition=~Q(kind=ProductKind.SERVICE) | Q(becomes_asset=False),
                violation_error_message=_("A service does not become an asset."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "name", "id"], name="product_by_name")]

    def __str__(self):
        return self.name
