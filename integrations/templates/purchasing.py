"""Vendors, purchase orders and receipts (DYNAMICS 7.1, 7.6). Finance owns approval, status and receipts."""

from django.utils.translation import gettext_lazy as _

from integrations.templates.base import (
    CHANGED,
    IN,
    OUT,
    TaskTemplate,
    Template,
    default,
    is_none_of,
    key,
    longest,
    lookup,
    needed,
    noon,
    plain,
    words_of,
)

# A draft is ours alone; what was sent is followed whatever becomes of it.
SUBMITTED = (is_none_of("status", "draft"),)
APPROVALS = {
    "Draft": "",
    "InReview": "",
    "Approved": "approved",
    "InExternalReview": "approved",
    "Confirmed": "approved",
    "Finalized": "approved",
    "Rejected": "rejected",
}
STATUSES = {"Backorder": "open", "Received": "received", "Invoiced": "invoiced", "Canceled": "canceled"}
VENDORS = Template(
    name="vendors",
    label=_("Vendors"),
    about=_("Vendors of finance appear here, by their account number."),
    tasks=(
        TaskTemplate(
            "vendors",
            _("Vendors"),
            "vendors",
            "VendorsV2",
            IN,
            (
                key("VendorAccountNumber", "number"),
                needed("VendorOrganizationName", "name", longest(160)),
                plain("PrimaryEmailAddress", "email"),
                plain("PrimaryPhoneNumber", "phone", longest(40)),
                plain("IsOnHold", "is_active", words_of({"Yes": False, "No": True, "": True})),
            ),
            since_field=CHANGED,
        ),
    ),
)
PURCHASE_ORDERS = Template(
    name="purchase-orders",
    label=_("Purchase orders to finance"),
    about=_("Submitted purchase orders are sent with their products; finance approves them."),
    needs=("vendors", "products-in-with-unit", "warehouses"),
    tasks=(
        TaskTemplate(
            "purchase_orders",
            _("Purchase orders – headers"),
            "purchase_orders",
            "PurchaseOrderHeadersV2",
            OUT,
            (
                key("number", "PurchaseOrderNumber", longest(20)),
                needed("vendor_number", "OrderVendorAccountNumber"),
                needed("currency", "CurrencyCode"),
                plain("vendor_reference", "PurchaseOrderName", longest(60)),
                plain("note", "OrdererNote", longest(255)),
                needed("order_date", "AccountingDate", noon()),
                plain("expected_date", "RequestedDeliveryDate", noon()),
                plain("warehouse", "DefaultReceivingWarehouseId"),
            ),
            SUBMITTED,
        ),
        TaskTemplate(
            "purchase_order_lines",
            _("Purchase orders – lines"),
            "purchase_order_lines",
            "PurchaseOrderLinesV2",
            OUT,
            (
                key("order_number", "PurchaseOrderNumber", lookup("purchase_orders")),
                key("line_number", "LineNumber"),
                needed("product_code", "ItemNumber"),
                plain("description", "LineDescription"),
                needed("quantity", "OrderedPurchaseQuantity"),
                plain("unit", "PurchaseUnitSymbol", default("ea")),
                needed("unit_cost", "PurchasePrice"),
                plain("warehouse", "ReceivingWarehouseId"),
                plain("expected_date", "RequestedDeliveryDate", noon()),
            ),
            (is_none_of("order_status", "draft"),),
            is_deleted_there=True,
        ),
    ),
)
PURCHASE_STATES = Template(
    name="purchase-states",
    label=_("Purchase orders: approval, status and receipts from finance"),
    about=_("Finance approves, rejects and cancels purchase orders, and says what came in."),
    needs=("purchase-orders",),
    tasks=(
        TaskTemplate(
            "purchase_order_states",
            _("Approval and status"),
            "purchase_orders",
            "PurchaseOrderHeadersV2",
            IN,
            (
                key("PurchaseOrderNumber", "number"),
                plain("PurchaseOrderStatus", "status", words_of(STATUSES, "")),
                plain("DocumentApprovalStatus", "approval", words_of(APPROVALS, "")),
            ),
            since_field=CHANGED,
        ),
        TaskTemplate(
            "purchase_line_states",
            _("Canceled lines"),
            "purchase_order_lines",
            "PurchaseOrderLinesV2",
            IN,
            (
                key("PurchaseOrderNumber", "order_number"),
                key("LineNumber", "line_number"),
                needed("PurchaseOrderLineStatus", "status", words_of({"Canceled": "canceled"}, "open")),
            ),
            since_field=CHANGED,
        ),
        TaskTemplate(
            "purchase_receipts",
            _("Receipts"),
            "purchase_receipts",
            "ProductReceiptLines",
            IN,
            (
                key("ProductReceiptNumber", "receipt_number"),
                key("LineNumber", "line_number"),
                needed("PurchaseOrderNumber", "order_number"),
                needed("PurchaseOrderLineNumber", "order_line"),
                needed("ReceivedPurchaseQuantity", "quantity"),
            ),
            since_field=CHANGED,
        ),
    ),
)
TEMPLATES = (VENDORS, PURCHASE_ORDERS, PURCHASE_STATES)
