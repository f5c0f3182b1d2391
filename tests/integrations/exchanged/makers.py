"""A record of every entity, in the tenant in scope."""

import datetime as dt
from decimal import Decimal

from fieldservice.domain.external_purchases import take_in_vendor
from fieldservice.domain.purchase_orders import PurchaseItem, approve, draft_order, submit
from fieldservice.domain.receipts import Arrival, receive
from fieldservice.domain.stock import Cause, Movement, book, match_level
from fieldservice.domain.warehouses import take_in_warehouse
from fieldservice.enums import JournalKind, JournalReason
from fieldservice.models import (
    InventoryAdjustment,
    InventoryAdjustmentLine,
    InventoryJournal,
    InventoryTransfer,
    InventoryTransferLine,
    Invoice,
    InvoiceLine,
    ProductInventory,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceiptLine,
    Vendor,
    Warehouse,
)
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from portal.kit import clock
from tests.factories import unique
from tests.factories.accounts import make_account, make_contact
from tests.factories.agreements import make_estimate
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_product_line, make_service_line, make_work_order
from tests.factories.geo import make_place
from tests.factories.invoices import make_invoice

DAY = dt.date(2026, 3, 2)


def make_warehouse(**fields) -> Warehouse:
    """One of the other system's."""
    return take_in_warehouse(unique("W-"), **{"name": unique("Store "), **fields})[0]


def make_stocked(**fields) -> Product:
    return make_product(kind=ProductKind.INVENTORY, is_externally_maintained=True, **fields)


def make_level(**quantities: Decimal) -> ProductInventory:
    return match_level(make_warehouse(), make_stocked(), **{"on_hand": Decimal(7), **quantities})


def make_movement() -> InventoryJournal:
    warehouse, product, order = make_warehouse(), make_stocked(), make_work_order()
    book(
        [Movement(warehouse.pk, product.pk, JournalKind.ON_ORDER, Decimal(3))],
        Cause(JournalReason.EXTERNAL, order.number),
    )
    return InventoryJournal.objects.get(product=product)


def make_adjustment() -> InventoryAdjustment:
    made = InventoryAdjustment.objects.create(
        number=unique("IA-"), date=DAY, warehouse=make_warehouse(), created_at=clock.now()
    )
    InventoryAdjustmentLine.objects.create(adjustment=made, product=make_stocked(), quantity=Decimal(-2))
    return made


def make_transfer() -> InventoryTransfer:
    made = InventoryTransfer.objects.create(
        number=unique("IT-"),
        date=DAY,
        source=make_warehouse(),
        destination=make_warehouse(),
        created_at=clock.now(),
    )
    InventoryTransferLine.objects.create(transfer=made, product=make_stocked(), quantity=Decimal(2))
    return made


def make_vendor() -> Vendor:
    return take_in_vendor(unique("V-"), name=unique("Vendor "))[0]


def make_purchase(quantity: Decimal = Decimal(4)) -> PurchaseOrder:
    """A draft of one line."""
    item = PurchaseItem(product=make_stocked(), quantity=quantity, unit_cost=Decimal(3))
    return draft_order(make_vendor(), [item], warehouse=make_warehouse())


def make_approved() -> PurchaseOrder:
    return approve(submit(make_purchase()))


def make_receipt_line() -> PurchaseReceiptLine:
    order = make_approved()
    receive(order, [Arrival(line=order.lines.get().pk, quantity=Decimal(1))])
    return PurchaseReceiptLine.objects.get(receipt__order=order)


def make_agreement_invoice() -> Invoice:
    agreement = make_estimate()
    return make_invoice(account=agreement.account, agreement=agreement)


def make_order_invoice() -> Invoice:
    order = make_work_order()
    return make_invoice(account=order.account, work_order=order, external_number=unique("SI-"))


def line_of(invoice: Invoice) -> InvoiceLine:
    return InvoiceLine.objects.get(invoice=invoice)


MAKERS = {
    "accounts": lambda: make_account(place=make_place()),
    "adjustment_lines": lambda: InventoryAdjustmentLine.objects.get(adjustment=make_adjustment()),
    "adjustments": make_adjustment,
    "agreement_invoice_lines": lambda: line_of(make_agreement_invoice()),
    "agreement_invoices": make_agreement_invoice,
    "contacts": lambda: make_contact("fs-customer-approver"),
    "inventory_levels": make_level,
    "inventory_movements": make_movement,
    "products": make_product,
    "purchase_order_lines": lambda: PurchaseOrderLine.objects.get(order=make_purchase()),
    "purchase_orders": make_purchase,
    "purchase_receipts": make_receipt_line,
    "transfer_lines": lambda: InventoryTransferLine.objects.get(transfer=make_transfer()),
    "transfers": make_transfer,
    "vendors": make_vendor,
    "warehouses": make_warehouse,
    "work_order_invoice_lines": lambda: line_of(make_order_invoice()),
    "work_order_invoice_totals": make_order_invoice,
    "work_order_invoices": make_order_invoice,
    "work_order_products": lambda: make_product_line(make_work_order()),
    "work_order_services": lambda: make_service_line(make_work_order()),
    "work_orders": lambda: make_work_order(billing_account=make_account()),
}
