"""What came in of purchase orders, and what the vendor charged for it; neither is changed afterwards (DYNAMICS 7.6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fieldservice.models.purchasing import PurchaseOrder, PurchaseOrderLine, Vendor
from fieldservice.models.warehouses import Warehouse
from portal.tenancy.models import TenantModel


class PurchaseBill(TenantModel):
    """The vendor's bill for one or more receipts of an order, in the tenant's currency."""

    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, related_name="bills", verbose_name=_("purchase order")
    )
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="+", verbose_name=_("vendor"))
    number = models.CharField(_("vendor's bill number"), max_length=60)
    bill_date = models.DateField(_("bill date"))
    total = models.DecimalField(_("net amount"), max_digits=14, decimal_places=3)
    created_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("purchase order bill")
        verbose_name_plural = _("purchase order bills")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "vendor", "number"],
                name="vendor_bill_once",
                violation_error_message=_("This bill of the vendor is recorded already."),
            ),
            models.CheckConstraint(
                name="bill_not_negative",
                condition=Q(total__gte=0),
                violation_error_message=_("The amount is not negative."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "order"], name="bill_of_purchase")]

    def __str__(self):
        return self.number


class PurchaseReceipt(TenantModel):
    """One delivery of an order."""

    number = models.CharField(_("number"), max_length=40)
    order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("purchase order")
    )
    received_date = models.DateField(_("received"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    bill = models.ForeignKey(
        PurchaseBill, on_delete=models.PROTECT, null=True, blank=True, related_name="receipts", verbose_name=_("bill")
    )
    request_key = models.UUIDField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("purchase order receipt")
        verbose_name_plural = _("purchase order receipts")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="receipt_number_once",
                violation_error_message=_("Another receipt has this number."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "request_key"],
                condition=Q(request_key__isnull=False),
                name="receipt_request_once",
                violation_error_message=_("This receipt is recorded already."),
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "order"], name="receipt_of_purchase"),
            models.Index(fields=["tenant", "created_at", "id"], name="receipt_by_time"),
        ]

    def __str__(self):
        return self.number


class PurchaseReceiptLine(TenantModel):
    """So much of an ordered line. Without a warehouse it went straight to the work order of the line."""

    receipt = models.ForeignKey(
        PurchaseReceipt, on_delete=models.PROTECT, related_name="lines", verbose_name=_("receipt")
    )
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="receipts", verbose_name=_("ordered product")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("warehouse")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=3)
    over_reason = models.CharField(_("why more than ordered"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("received product")
        verbose_name_plural = _("received products")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "receipt", "order_line"],
                name="receipt_line_once",
                violation_error_message=_("The receipt has this line already."),
            ),
            models.CheckConstraint(
                name="receipt_quantity",
                condition=Q(quantity__gt=0),
                violation_error_message=_("The quantity is above 0."),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "order_line"], name="receipt_of_line")]

    def __str__(self):
        return str(self.order_line)
