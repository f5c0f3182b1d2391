"""What lies in the warehouses: an append-only journal, and the levels that PostgreSQL sums up from it (DYNAMICS 7.5)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import JournalKind, JournalReason
from fieldservice.models.warehouses import Warehouse
from fieldservice.models.work_orders import WorkOrder
from portal.catalog.models import Product
from portal.tenancy.models import TenantModel


class ProductInventory(TenantModel):
    """The level of a product in a warehouse. A trigger on the journal writes the sums; nobody else can."""

    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="levels", verbose_name=_("warehouse")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    on_hand = models.DecimalField(_("on hand"), max_digits=14, decimal_places=3, default=0, editable=False)
    on_order = models.DecimalField(_("on order"), max_digits=14, decimal_places=3, default=0, editable=False)
    allocated = models.DecimalField(_("allocated"), max_digits=14, decimal_places=3, default=0, editable=False)
    available = models.GeneratedField(
        expression=F("on_hand") - F("allocated"),
        output_field=models.DecimalField(_("available"), max_digits=14, decimal_places=3),
        db_persist=True,
        verbose_name=_("available"),
    )
    reorder_point = models.DecimalField(
        _("reorder point"),
        max_digits=10,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("With no more than this available it is listed as running short."),
    )

    class Meta:
        verbose_name = _("product inventory")
        verbose_name_plural = _("product inventories")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "warehouse", "product"],
                name="inventory_level_once",
                violation_error_message=_("The warehouse has a level of this product."),
            ),
            models.CheckConstraint(
                name="inventory_not_negative",
                condition=Q(allocated__gte=0) & (Q(reorder_point__isnull=True) | Q(reorder_point__gte=0)),
                violation_error_message=_("This is not negative."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "product"], name="inventory_by_product")]

    def __str__(self):
        return f"{self.product} – {self.warehouse}"


class InventoryJournal(TenantModel):
    """One movement: what is on hand, on order or allocated rises or falls. Never changed, never deleted."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    kind = models.CharField(_("journal type"), max_length=10, choices=JournalKind.choices)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=3, help_text=_("In the product's inventory unit.")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=JournalReason.choices)
    # The line that it is booked for: of a work order, an adjustment, a transfer, a purchase order. Lines of work orders
    # may go, the journal stays.
    source_key = models.UUIDField(null=True, editable=False)
    # What people call that record: its number.
    source = models.CharField(_("booked for"), max_length=40, blank=True)
    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("work order")
    )
    created_at = models.DateTimeField(_("booked"))

    class Meta:
        verbose_name = _("inventory journal")
        verbose_name_plural = _("inventory journals")
        constraints = [
            models.CheckConstraint(
                name="journal_moves_something",
                condition=~Q(quantity=0),
                violation_error_message=_("The quantity is not 0."),
            )
        ]
        indexes = [
            models.Index(fields=["tenant", "created_at", "id"], name="journal_by_time"),
            models.Index(fields=["tenant", "warehouse", "product"], name="journal_of_level"),
            models.Index(fields=["tenant", "source_key"], name="journal_of_source"),
        ]

    def __str__(self):
        return f"{self.product}: {self.quantity.normalize():+f}"
