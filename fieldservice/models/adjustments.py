"""Corrections of stock and ways from one warehouse to another; once posted, locked (DYNAMICS 7.5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import PostStatus
from fieldservice.models.warehouses import Warehouse
from portal.catalog.models import Product
from portal.tenancy.models import TenantModel


class StockDocument(TenantModel):
    """What adjustments and transfers have in common: written, then posted once."""

    number = models.CharField(_("number"), max_length=40)
    date = models.DateField(_("date"))
    note = models.CharField(_("reason"), max_length=200, blank=True)
    status = models.CharField(_("post status"), max_length=10, choices=PostStatus.choices, default=PostStatus.CREATED)
    created_at = models.DateTimeField(_("created"))
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.number


POSTED = Q(status=PostStatus.CREATED, posted_at__isnull=True) | Q(status=PostStatus.POSTED, posted_at__isnull=False)


class InventoryAdjustment(StockDocument):
    """What was found more or less in a warehouse than the books say."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("warehouse"))

    class Meta:
        verbose_name = _("inventory adjustment")
        verbose_name_plural = _("inventory adjustments")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="adjustment_number_once",
                violation_error_message=_("Another adjustment has this number."),
            ),
            models.CheckConstraint(name="adjustment_posted_at", condition=POSTED),
        ]
        indexes = [models.Index(fields=["tenant", "created_at", "id"], name="adjustment_by_time")]


class InventoryTransfer(StockDocument):
    """What goes from one warehouse to another."""

    source = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("from warehouse"))
    destination = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("to warehouse")
    )

    class Meta:
        verbose_name = _("inventory transfer")
        verbose_name_plural = _("inventory transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="transfer_number_once",
                violation_error_message=_("Another transfer has this number."),
            ),
            models.CheckConstraint(name="transfer_posted_at", condition=POSTED),
            models.CheckConstraint(
                name="transfer_goes_elsewhere",
                condition=~Q(source=F("destination")),
                violation_error_message=_("A transfer goes to another warehouse."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "created_at", "id"], name="transfer_by_time")]


class StockDocumentLine(TenantModel):
    """A product of the document; number of the document and position are its key for other systems."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        abstract = True

    def __str__(self):
        return str(self.product)


class InventoryAdjustmentLine(StockDocumentLine):
    """So much more, or less below 0."""

    adjustment = models.ForeignKey(
        InventoryAdjustment, on_delete=models.CASCADE, related_name="lines", verbose_name=_("adjustment")
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "adjustment", "position"],
                name="adjustment_position_once",
                violation_error_message=_("Another product has this position."),
            ),
            models.CheckConstraint(
                name="adjustment_quantity",
                condition=~Q(quantity=0),
                violation_error_message=_("The quantity is not 0."),
            ),
        ]


class InventoryTransferLine(StockDocumentLine):
    """So much goes over."""

    transfer = models.ForeignKey(
        InventoryTransfer, on_delete=models.CASCADE, related_name="lines", verbose_name=_("transfer")
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "transfer", "position"],
                name="transfer_position_once",
                violation_error_message=_("Another product has this position."),
            ),
            models.CheckConstraint(
                name="transfer_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity is above 0."),
            ),
        ]
