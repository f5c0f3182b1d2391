"""Vendors, purchase orders with their lines, receipts (DYNAMICS 7.6). Finance decides, and says what came in."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from fieldservice.domain.external_purchases import follow_line, follow_order, take_in_receipt, take_in_vendor
from fieldservice.enums import PurchaseLineStatus, PurchaseStatus
from fieldservice.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceiptLine, Vendor
from integrations.engine.values import Value
from integrations.entities.base import Entity, Field, Kind, Source, Written, register
from integrations.entities.places import address_fields
from integrations.entities.writing import given, written
from portal.tenancy.scope import current_tenant


def line_query():
    """Lines with their orders and products; one query."""
    twins = PurchaseOrderLine.objects.filter(
        order=OuterRef("order_id"), position=OuterRef("position"), pk__lt=OuterRef("pk")
    )
    found = PurchaseOrderLine.objects.select_related("order__vendor", "product", "warehouse", "work_order")
    return found.annotate(has_twin=Exists(twins))


def write_vendor(values: Mapping[str, Value]) -> Written:
    """Take a vendor in."""
    return written(*take_in_vendor(**given(values)))


def write_order(values: Mapping[str, Value]) -> Written:
    """Bring an order to where finance has it."""
    return written(*follow_order(**given(values)))


def write_line(values: Mapping[str, Value]) -> Written:
    """Cancel a line, or wait for it again."""
    said = given(values)
    return written(*follow_line(said.pop("order_number", ""), said.pop("line_number", 0), **said))


def write_receipt(values: Mapping[str, Value]) -> Written:
    """Record what came in."""
    said = given(values)
    return written(*take_in_receipt(said.pop("receipt_number", ""), said.pop("line_number", 0), **said))


def text(name: str, label, read, **more) -> Field:
    return Field(name, label, Kind.TEXT, read, **more)


VENDORS = register(
    Entity(
        name="vendors",
        label=_("Vendors"),
        model=Vendor,
        key="number",
        fields=(
            text("number", _("Number"), "number", is_writable=True, is_required=True),
            text("name", _("Name"), "name", is_writable=True, is_required=True),
            text("email", _("E-mail"), "email", is_writable=True),
            text("phone", _("Phone"), "phone", is_writable=True),
            Field("is_active", _("Active"), Kind.BOOLEAN, "is_active", is_writable=True),
            *address_fields(lambda each: each.place),
        ),
        query=lambda: Vendor.objects.select_related("place"),
        sources=(Source("fieldservice_vendor"), Source("geo_place", "place_id", "fieldservice_vendor")),
        write=write_vendor,
    )
)
ORDERS = register(
    Entity(
        name="purchase_orders",
        label=_("Purchase orders"),
        model=PurchaseOrder,
        key="number",
        fields=(
            text("number", _("Number"), "number", is_writable=True, is_required=True),
            Field(
                "status",
                _("System status; coming in: open, received, invoiced, canceled"),
                Kind.TEXT,
                "status",
                is_writable=True,
                choices=tuple(PurchaseStatus.values),
            ),
            text("approval", _("Approval, coming in: approved or rejected"), lambda each: "", is_writable=True),
            text("vendor_number", _("Number of the vendor"), "vendor.number"),
            text("vendor_name", _("Name of the vendor"), "vendor.name"),
            text("vendor_reference", _("Vendor's reference"), "vendor_reference"),
            text("warehouse", _("Receive to warehouse"), "warehouse.number"),
            text("note", _("Note"), "note"),
            text("currency", _("Currency"), lambda each: current_tenant().currency),
            Field("order_date", _("Order date"), Kind.DATE, "order_date"),
            Field("expected_date", _("Expected"), Kind.DATE, "expected_date"),
        ),
        query=lambda: PurchaseOrder.objects.select_related("vendor", "warehouse"),
        sources=(Source("fieldservice_purchaseorder"),),
        write=write_order,
    )
)
LINES = register(
    Entity(
        name="purchase_order_lines",
        label=_("Products of purchase orders"),
        model=PurchaseOrderLine,
        key="key",
        fields=(
            text("key", _("Order and line"), lambda each: f"{each.order.number}/{each.position}"),
            text("order_number", _("Number of the order"), "order.number", is_writable=True, is_required=True),
            Field(
                "line_number",
                _("Line number"),
                Kind.INTEGER,
                lambda each: None if each.has_twin else each.position,
                is_writable=True,
                is_required=True,
            ),
            Field(
                "status",
                _("Status of the line; coming in: open or canceled"),
                Kind.TEXT,
                "status",
                is_writable=True,
                is_required=True,
                choices=tuple(PurchaseLineStatus.values),
            ),
            Field(
                "order_status",
                _("Status of the order"),
                Kind.TEXT,
                "order.status",
                choices=tuple(PurchaseStatus.values),
            ),
            text("product_code", _("Product number"), "product.code"),
            text("description", _("Description"), "description"),
            Field("quantity", _("Quantity"), Kind.NUMBER, "quantity"),
            Field("received", _("Received"), Kind.NUMBER, "received"),
            text("unit", _("Unit"), "product.unit"),
            Field("unit_cost", _("Cost for each"), Kind.NUMBER, "unit_cost"),
            text("warehouse", _("Warehouse"), "warehouse.number"),
            text("work_order", _("Number of the work order"), "work_order.number"),
            Field("expected_date", _("Expected"), Kind.DATE, "order.expected_date"),
        ),
        query=line_query,
        sources=(
            Source("fieldservice_purchaseorderline"),
            Source("fieldservice_purchaseorder", "order_id", "fieldservice_purchaseorderline"),
        ),
        write=write_line,
    )
)
RECEIPTS = register(
    Entity(
        name="purchase_receipts",
        label=_("Receipts"),
        model=PurchaseReceiptLine,
        key="key",
        fields=(
            text("key", _("Receipt and order line"), lambda each: f"{each.receipt.number}/{each.order_line.position}"),
            text("receipt_number", _("Number of the receipt"), "receipt.number", is_writable=True, is_required=True),
            Field(
                "line_number",
                _("Line of the receipt"),
                Kind.INTEGER,
                lambda each: 1,
                is_writable=True,
                is_required=True,
            ),
            text("order_number", _("Number of the order"), "receipt.order.number", is_writable=True, is_required=True),
            Field(
                "order_line",
                _("Line of the order"),
                Kind.INTEGER,
                "order_line.position",
                is_writable=True,
                is_required=True,
            ),
            Field("quantity", _("Quantity"), Kind.NUMBER, "quantity", is_writable=True, is_required=True),
            Field("received_date", _("Received"), Kind.DATE, "receipt.received_date", is_writable=True),
        ),
        query=lambda: PurchaseReceiptLine.objects.select_related("receipt__order", "order_line"),
        sources=(Source("fieldservice_purchasereceiptline"),),
        write=write_receipt,
    )
)
