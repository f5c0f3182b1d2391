"""Vendors and what is ordered from them (DYNAMICS 7.6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import PurchaseLineStatus, PurchaseStatus
from fieldservice.models.warehouses import Warehouse
from fieldservice.models.work_orders import WorkOrder
from portal.catalog.models import Product
from portal.tenancy.models import TenantModel


class Vendor(TenantModel):
    """Whom the company buys from."""

    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("name"), max_length=160)
    account = models.ForeignKey(
        "accounts.Account",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account"),
        help_text=_("Where the vendor is a customer or partner too."),
    )
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    place = models.ForeignKey(
        "geo.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("address")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("vendor")
        verbose_name_plural = _("vendors")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="vendor_number_once",
                violation_error_message=_("Another vendor has this number."),
            )
        ]
        indexes = [models.Index(fields=["tenant", "name", "id"], name="vendor_by_name")]

    def __str__(self):
        return self.name


class PurchaseOrder(TenantModel):
    """What is ordered from a vendor. Its lines are written while it is a draft."""

    number = models.CharField(_("number"), max_length=40)
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="+", verbose_name=_("vendor"))
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("receive to warehouse"),
        help_text=_("For lines that name no warehouse and no work order."),
    )
    status = models.CharField(
        _("system status"), max_length=10, choices=PurchaseStatus.choices, default=PurchaseStatus.DRAFT
    )
    order_date = models.DateField(_("order date"))
    expected_date = models.DateField(_("expected"), null=True, blank=True)
    vendor_reference = models.CharField(_("vendor's reference"), max_length=60, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    external_number = models.CharField(_("number in another system"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    decided_at = models.DateTimeField(_("approved or rejected"), null=True, blank=True)
    closed_at = models.DateTimeField(_("billed or canceled"), null=True, blank=True)

    class Meta:
        verbose_name = _("purchase order")
        verbose_name_plural = _("purchase orders")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="purchase_number_once",
                violation_error_message=_("Another purchase order has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~Q(external_number=""),
                name="purchase_external_number_once",
                violation_error_message=_("Another purchase order has this number."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "created_at", "id"], name="purchase_by_time"),
            models.Index(fields=["tenant", "vendor"], name="purchase_of_vendor"),
        ]

    def __str__(self):
        return self.number


class PurchaseOrderLine(TenantModel):
    """A product that is ordered, for a warehouse or straight for a work order. `received` is summed up by PostgreSQL."""

    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.CASCADE, related_name="lines", verbose_name=_("purchase order")
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=200, blank=True)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warehouse")
    )
    work_order = models.ForeignKey(
        WorkOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("work order")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3)
    received = models.DecimalField(_("received"), max_digits=12, decimal_places=3, default=0, editable=False)
    unit_cost = models.DecimalField(_("cost for each"), max_digits=12, decimal_places=4, default=0)
    status = models.CharField(
        _("line status"), max_length=10, choices=PurchaseLineStatus.choices, default=PurchaseLineStatus.PENDING
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                name="purchase_line_amounts",
                condition=Q(quantity__gt=0) & Q(unit_cost__gte=0) & Q(received__gte=0),
                violation_error_message=_("The quantity is above 0 and the cost not negative."),
            ),
            models.CheckConstraint(
                name="purchase_line_one_destination",
                condition=Q(warehouse__isnull=True) | Q(work_order__isnull=True),
                violation_error_message=_("A line goes to a warehouse or to a work order."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "order", "position", "id"], name="line_of_purchase")]

    def __str__(self):
        return self.description or str(self.product)
