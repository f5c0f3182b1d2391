"""Work orders as sales orders, and the invoices that come back for them (DYNAMICS 7.1 to 7.4)."""

from django.utils.translation import gettext_lazy as _

from integrations.engine.mapping import FieldMap
from integrations.engine.sales_lines import ORDER_STATUSES
from integrations.templates.base import (
    CHANGED,
    IN,
    OUT,
    TaskTemplate,
    Template,
    always,
    day,
    default,
    is_none_of,
    is_one_of,
    key,
    longest,
    lookup,
    needed,
    plain,
    words_of,
)

# A work order that is not scheduled any more, or was canceled after it was sent, cancels its order.
HEADER: tuple[FieldMap, ...] = (
    key("number", "SalesOrderNumber", longest(20)),
    needed("account_number", "OrderingCustomerAccountNumber", lookup("accounts")),
    needed("billing_number", "InvoiceCustomerAccountNumber", lookup("accounts")),
    needed("status", "ExternalWorkOrderStatus", words_of(ORDER_STATUSES)),
    always("SalesOrderOriginType", "WorkOrderIntegration"),
    needed("currency", "CurrencyCode"),
    plain("summary", "SalesOrderName", longest(60)),
    plain("number", "CustomersOrderReference", longest(60)),
    plain("email", "Email", longest(80)),
    plain("wanted_at", "RequestedReceiptDate"),
    plain("wanted_at", "RequestedShippingDate"),
    plain("site_name", "DeliveryAddressName", longest(60)),
    plain("street", "DeliveryAddressStreet"),
    plain("city", "DeliveryAddressCity", longest(60)),
    plain("postal_code", "DeliveryAddressZipCode", longest(10)),
    plain("region", "DeliveryAddressStateId", longest(10)),
    plain("country", "DeliveryAddressCountryRegionISOCode"),
    plain("latitude", "DeliveryAddressLatitude"),
    plain("longitude", "DeliveryAddressLongitude"),
)
LINE: tuple[FieldMap, ...] = (
    key("work_order", "SalesOrderNumber", lookup("work_orders")),
    key("line_number", "LineCreationSequenceNumber"),
    needed("product_code", "ProductNumber"),
    needed("quantity", "OrderedSalesQuantity"),
    needed("unit", "SalesUnitSymbol", default("ea")),
    needed("unit_amount", "SalesPrice"),
    needed("discount_amount", "LineDiscountAmount"),
    plain("description", "LineDescription", longest(60)),
)
PRODUCT_LINE = (*LINE, plain("warehouse", "ShippingWarehouseId"))
# The order is known over there only where all its products are.
SENT = (is_one_of("is_sent", True), is_one_of("external_products_only", True))
TASKS = (
    TaskTemplate(
        "work_orders", _("Work orders – sales orders"), "work_orders", "D365SalesOrderHeaders", OUT, HEADER, SENT
    ),
    TaskTemplate(
        "work_order_services",
        _("Services – sales order lines"),
        "work_order_services",
        "D365SalesOrderLines",
        OUT,
        LINE,
        SENT,
        is_deleted_there=True,
    ),
    TaskTemplate(
        "work_order_products",
        _("Products – sales order lines"),
        "work_order_products",
        "D365SalesOrderLines",
        OUT,
        PRODUCT_LINE,
        SENT,
        is_deleted_there=True,
    ),
)
# What was not ordered by a sales order is no invoice of a work order.
ORDERS_ONLY = (is_none_of("SalesOrderNumber", "", None),)
WORK_ORDERS = Template(
    name="work-orders",
    label=_("Work orders to sales orders"),
    about=_(
        "Scheduled work orders become sales orders with their products and services: estimates first, what was used once it is used."
        " A work order that is canceled or no longer scheduled cancels its order."
    ),
    needs=("products-in", "accounts"),
    tasks=TASKS,
)
INVOICES_BACK = Template(
    name="sales-invoices",
    label=_("Sales invoices back onto work orders"),
    about=_("What finance invoiced of a sales order becomes the invoice of its work order, with what was paid of it."),
    needs=("products-in", "accounts", "work-orders"),
    tasks=(
        TaskTemplate(
            "work_order_invoices",
            _("Sales invoices – invoices"),
            "work_order_invoices",
            "CDSSalesInvoiceHeaders",
            IN,
            (
                key("InvoiceNumber", "external_number"),
                needed("SalesOrderNumber", "work_order_number"),
                needed("CurrencyCode", "currency"),
                plain("InvoiceDate", "invoice_date", day()),
                plain("DueDate", "due_date", day()),
            ),
            ORDERS_ONLY,
            since_field=CHANGED,
        ),
        TaskTemplate(
            "work_order_invoice_lines",
            _("Sales invoice lines – invoice lines"),
            "work_order_invoice_lines",
            "CDSSalesInvoiceLines",
            IN,
            (
                key("InvoiceNumber", "external_number"),
                key("LineNumber", "line_number"),
                plain("ProductNumber", "product_code"),
                needed("ProductDescription", "description", longest(200)),
                plain("InvoicedQuantity", "quantity"),
                plain("SalesUnitSymbol", "unit"),
                plain("SalesPrice", "unit_price"),
                needed("LineAmount", "net"),
                plain("LineTotalTaxAmount", "tax"),
            ),
            ORDERS_ONLY,
            since_field=CHANGED,
        ),
        TaskTemplate(
            "work_order_invoice_totals",
            _("Sales invoices – issued and paid"),
            "work_order_invoice_totals",
            "CDSSalesInvoiceHeaders",
            IN,
            (
                key("InvoiceNumber", "external_number"),
                needed("TotalInvoiceAmount", "total"),
                plain("SettledAmount", "paid", default(0)),
            ),
            ORDERS_ONLY,
            since_field=CHANGED,
        ),
    ),
)
TEMPLATES = (WORK_ORDERS, INVOICES_BACK)
