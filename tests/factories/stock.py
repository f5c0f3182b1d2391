"""Warehouses, stock, vendors and purchase orders for tests, in the tenant in scope."""

from decimal import Decimal

from fieldservice.domain import purchase_orders, receipts
from fieldservice.domain.purchase_orders import PurchaseItem, draft_order
from fieldservice.domain.receipts import Arrival
from fieldservice.domain.stock import match_level
from fieldservice.domain.stock_documents import StockItem, create_adjustment, create_transfer
from fieldservice.enums import JournalReason, OutOfStock
from fieldservice.models import (
    FieldServiceSettings,
    InventoryAdjustment,
    InventoryJournal,
    InventoryTransfer,
    ProductInventory,
    PurchaseBill,
    PurchaseOrder,
    PurchaseReceipt,
    Vendor,
    Warehouse,
)
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from tests.factories import unique
from tests.factories.catalog import make_product


def make_warehouse(**fields) -> Warehouse:
    return Warehouse.objects.create(**{"number": unique("WH-"), "name": unique("Main store "), **fields})


def make_part(**fields) -> Product:
    """A product that warehouses count."""
    return make_product(**{"kind": ProductKind.INVENTORY, "inventory_unit": "pcs", "cost": Decimal(8), **fields})


def make_level(warehouse=None, product=None, on_hand=10) -> ProductInventory:
    """So much on hand, out of nowhere."""
    place, part = warehouse or make_warehouse(), product or make_part()
    return match_level(place, part, on_hand=Decimal(on_hand), reason=JournalReason.IMPORT)


def make_journal() -> InventoryJournal:
    return InventoryJournal.objects.get(product=make_level().product)


def make_adjustment(warehouse=None, product=None, quantity=3) -> InventoryAdjustment:
    """Created, not posted."""
    item = StockItem(product or make_part(), Decimal(quantity))
    return create_adjustment(warehouse or make_warehouse(), [item], note="Counted")


def make_transfer(source=None, destination=None, product=None, quantity=2) -> InventoryTransfer:
    """Created, not posted."""
    item = StockItem(product or make_part(), Decimal(quantity))
    return create_transfer(source or make_warehouse(), destination or make_warehouse(), [item])


def make_vendor(**fields) -> Vendor:
    return Vendor.objects.create(**{"number": unique("V-"), "name": unique("Valves and sons "), **fields})


def make_purchase(*items: PurchaseItem, **fields) -> PurchaseOrder:
    """A draft of ten parts for a warehouse, unless `items` say otherwise."""
    if "warehouse" not in fields:
        fields["warehouse"] = make_warehouse()
    wanted = items or (PurchaseItem(product=make_part(), quantity=Decimal(10)),)
    return draft_order(fields.pop("vendor", None) or make_vendor(), wanted, **fields)


def make_approved(*items: PurchaseItem, **fields) -> PurchaseOrder:
    return purchase_orders.approve(purchase_orders.submit(make_purchase(*items, **fields)))


def arrive(order: PurchaseOrder, quantity=None, **said) -> PurchaseReceipt:
    """So much of the order's first line, or all of it."""
    line = order.lines.order_by("position").first()
    over_reason = said.pop("over_reason", "")
    arrival = Arrival(
        line=line.pk, quantity=line.quantity if quantity is None else Decimal(quantity), over_reason=over_reason
    )
    return receipts.receive(order, [arrival], **said)


def make_receipt() -> PurchaseReceipt:
    return arrive(make_approved())


def make_bill() -> PurchaseBill:
    receipt = make_receipt()
    return receipts.bill(receipt.order, [receipt.pk], number=unique("B-"))


def restrict(**fields) -> FieldServiceSettings:
    """Nobody takes more than is available."""
    return FieldServiceSettings.objects.create(out_of_stock=OutOfStock.RESTRICT, **fields)


def level_now(warehouse, product) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """On hand, on order, allocated, available; zeros where there is no level."""
    names = ("on_hand", "on_order", "allocated", "available")
    found = ProductInventory.objects.filter(warehouse=warehouse, product=product).values_list(*names)
    return found.order_by("pk").first() or (Decimal(0),) * 4
