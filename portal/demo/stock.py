"""The stock of the demo: a store and three vans, what lies in them, and what is ordered from two vendors."""

import datetime as dt
from decimal import Decimal

from fieldservice.domain.lines import change_line
from fieldservice.domain.purchase_orders import PurchaseItem, approve, draft_order, submit
from fieldservice.domain.receipts import Arrival, bill, receive
from fieldservice.domain.stock import Cause, Movement, book
from fieldservice.domain.stock_documents import StockItem, create_adjustment, create_transfer, post_document
from fieldservice.enums import ACTIVE_STATUSES, JournalKind, JournalReason, LineStatus
from fieldservice.models import ProductInventory, PurchaseOrder, Vendor, Warehouse, WorkOrderProduct
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from portal.demo.work import pretend
from portal.kit import clock
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from scheduling.models import BookableResource

DAY = dt.timedelta(days=1)
VANS = 3
VENDORS = {
    "harbor": (("V-100", "Hudson Plumbing Supply"), ("V-200", "Tri-State Controls")),
    "meridian": (("V-100", "Thames Rope Works"), ("V-200", "Albion Lift Components")),
}


def open_stock(tenant: Tenant) -> int:
    """Warehouses, levels and purchase orders, once; how many orders are new."""
    with tenant_scope(tenant):
        if tenant.slug not in VENDORS or Warehouse.objects.exists():
            return 0
        parts = list(Product.objects.filter(kind=ProductKind.INVENTORY, is_active=True).order_by("code", "pk"))
        store, vans = open_warehouses()
        with pretend(clock.now() - 30 * DAY):
            fill(store, vans, parts)
        allocate(store)
        order(tenant, store, parts)
        with pretend(clock.now() - 2 * DAY):
            post_document(create_transfer(store, vans[0], [StockItem(parts[0], Decimal(4))], note="Refilled the van"))
        create_adjustment(store, [StockItem(parts[-1], Decimal(-1))], note="Counted on Friday")
        return PurchaseOrder.objects.count()


def open_warehouses() -> tuple[Warehouse, list[Warehouse]]:
    """The store, and a van for each of three resources."""
    drivers = list(BookableResource.objects.select_related("start_place").order_by("external_number", "pk")[:VANS])
    store = Warehouse(number="MAIN", name="Main store", place=drivers[0].start_place)
    vans = [
        Warehouse(number=f"VAN-{number}", name=f"Van {number}", driver=each.name)
        for number, each in enumerate(drivers, start=1)
    ]
    Warehouse.objects.bulk_create([store, *vans])
    return store, vans


def fill(store: Warehouse, vans: list[Warehouse], parts: list[Product]) -> None:
    """Much of everything in the store, a little of some in the vans; two parts run short."""
    lies = [(store, part, 40 + 7 * position) for position, part in enumerate(parts)]
    lies += [(van, part, 2 + position) for van in vans for position, part in enumerate(parts[:4])]
    book(
        [Movement(place.pk, part.pk, JournalKind.ON_HAND, Decimal(quantity)) for place, part, quantity in lies],
        Cause(JournalReason.IMPORT),
    )
    for part in parts[:2]:
        ProductInventory.objects.filter(warehouse=vans[0], product=part).update(reorder_point=3)


def allocate(store: Warehouse) -> None:
    """Reserve what two open jobs will take."""
    planned = WorkOrderProduct.objects.filter(
        status=LineStatus.ESTIMATED,
        estimate_quantity__gt=0,
        product__kind=ProductKind.INVENTORY,
        work_order__system_status__in=ACTIVE_STATUSES,
    )
    for line in planned.select_related("work_order").order_by("-pk")[:2]:
        change_line(line, warehouse=store, is_allocated=True)


def order(tenant: Tenant, store: Warehouse, parts: list[Product]) -> None:
    """An order that is done, one of which a part has come in, and one that waits for approval."""
    first, second = Vendor.objects.bulk_create(
        Vendor(number=number, name=name, email=f"orders@{number.lower()}.example")
        for number, name in VENDORS[tenant.slug]
    )
    items = [PurchaseItem(product=part, quantity=Decimal(20)) for part in parts]
    with pretend(clock.now() - 20 * DAY):
        done = approve(submit(draft_order(first, items[:2], warehouse=store)))
    with pretend(clock.now() - 14 * DAY):
        delivered = receive(done, [Arrival(line=line.pk, quantity=line.quantity) for line in done.lines.all()])
        bill(done, [delivered.pk], number="2201")
    with pretend(clock.now() - 6 * DAY):
        underway = approve(submit(draft_order(second, items[2:4], warehouse=store, vendor_reference="SO-4471")))
    with pretend(clock.now() - DAY):
        line = underway.lines.order_by("position", "pk").first()
        receive(underway, [Arrival(line=line.pk, quantity=Decimal(8))], note="The rest follows")
    submit(draft_order(first, items[4:], warehouse=store, note="For the winter"))
