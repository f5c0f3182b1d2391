"""Rows that come in are written by the verbs of ours: once or twice, the same; and refused with a reason (INT-1, INT-2)."""

import datetime as dt
from decimal import Decimal

import pytest

from fieldservice.enums import InvoiceStatus, JournalReason, PurchaseLineStatus, PurchaseStatus, WorkOrderStatus
from fieldservice.models import InventoryJournal, Invoice, ProductInventory, Warehouse
from integrations.entities.base import entity_named
from portal.audit.models import AuditEntry
from portal.catalog.models import PriceListItem, Product
from portal.kit.errors import DomainError
from tests.factories.catalog import make_price_list, make_product
from tests.factories.fieldservice import make_work_order
from tests.integrations.exchanged.makers import make_approved, make_purchase, make_stocked, make_warehouse

pytestmark = pytest.mark.usefixtures("in_tenant")
PRODUCT = {
    "code": "P-7",
    "name": "Valve",
    "kind": "inventory",
    "unit": "ea",
    "inventory_unit": "pcs",
    "list_price": Decimal("12.50"),
    "cost": Decimal(7),
    "currency": "USD",
    "is_active": True,
}
HEAD = {"currency": "USD", "invoice_date": dt.date(2026, 3, 2), "due_date": dt.date(2026, 4, 1)}


def write(name: str, /, **values) -> str:
    """What became of the row."""
    return entity_named(name).write(values).outcome


def twice(name: str, /, **values) -> list[str]:
    """Written twice; the second time changes nothing at all."""
    first = write(name, **values)
    trail = AuditEntry.objects.count()
    second = write(name, **values)
    assert AuditEntry.objects.count() == trail
    return [first, second]


def test_a_product_comes_in_with_its_price():
    prices = make_price_list(name="A list")
    make_price_list(name="B list")

    assert twice("products", **PRODUCT) == ["inserted", "unchanged"]
    product = Product.objects.get(code="P-7")
    assert (product.kind, product.inventory_unit, product.is_externally_maintained) == ("inventory", "pcs", True)
    assert PriceListItem.objects.get(product=product, price_list=prices).price == Decimal("12.50")
    assert PriceListItem.objects.filter(product=product).count() == 1


def test_a_product_follows_its_price():
    make_price_list()
    write("products", **PRODUCT)

    assert twice("products", **{**PRODUCT, "list_price": Decimal(13)}) == ["updated", "unchanged"]
    assert PriceListItem.objects.get(product__code="P-7").price == 13


def test_a_product_from_before_is_taken_over():
    make_price_list()
    known = make_product(code="P-7")

    assert write("products", **PRODUCT) == "updated"
    known.refresh_from_db()
    assert (known.name, known.is_externally_maintained) == ("Valve", True)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"currency": "EUR"}, "currency"), ({"kind": "gadget"}, "kind"), ({"cost": Decimal(-1)}, "cost")],
    ids=["currency", "kind", "cost"],
)
def test_a_product_that_cannot_be_one_is_refused(change, field):
    make_price_list()

    with pytest.raises(DomainError) as refused:
        write("products", **{**PRODUCT, **change})

    assert refused.value.field == field
    assert not Product.objects.exists()


def test_without_a_price_list_a_product_is_refused():
    with pytest.raises(DomainError, match="no price list in USD"):
        write("products", **PRODUCT)


@pytest.fixture
def order():
    return make_work_order(number="WO-1", system_status=WorkOrderStatus.POSTED)


def take_lines(number="SI-1"):
    line = {"description": "Valve", "quantity": Decimal(2), "unit_price": Decimal(50), "product_code": ""}
    return [
        twice(
            "work_order_invoice_lines", external_number=number, line_number=2, **line, net=Decimal(100), tax=Decimal(9)
        ),
        twice(
            "work_order_invoice_lines", external_number=number, line_number=1, **line, net=Decimal(80), tax=Decimal(0)
        ),
    ]


def test_an_invoice_comes_back_whole(order):
    assert twice("work_order_invoices", external_number="SI-1", work_order_number="WO-1", **HEAD) == [
        "inserted",
        "unchanged",
    ]
    assert take_lines() == [["inserted", "unchanged"]] * 2
    invoice = Invoice.objects.get(external_number="SI-1")
    assert (invoice.status, invoice.total, invoice.work_order) == (InvoiceStatus.DRAFT, 189, order)

    assert twice("work_order_invoice_totals", external_number="SI-1", total=Decimal(189)) == ["updated", "unchanged"]
    invoice.refresh_from_db()
    assert (invoice.status, invoice.is_exposed) == (InvoiceStatus.ISSUED, order.is_exposed)

    said = {"external_number": "SI-1", "total": Decimal(189)}
    assert twice("work_order_invoice_totals", **said, paid=Decimal(100)) == ["updated", "unchanged"]
    assert twice("work_order_invoice_totals", **said, paid=Decimal(189)) == ["updated", "unchanged"]
    invoice.refresh_from_db()
    assert (invoice.status, invoice.paid) == (InvoiceStatus.PAID, 189)


def test_an_invoice_waits_for_its_lines(order):
    write("work_order_invoices", external_number="SI-1", work_order_number="WO-1", **HEAD)

    with pytest.raises(DomainError, match="some have not arrived"):
        write("work_order_invoice_totals", external_number="SI-1", total=Decimal(189))

    assert Invoice.objects.get().status == InvoiceStatus.DRAFT


def test_an_issued_invoice_stays_as_it_is(order):
    write("work_order_invoices", external_number="SI-1", work_order_number="WO-1", **HEAD)
    take_lines()
    write("work_order_invoice_totals", external_number="SI-1", total=Decimal(189))

    with pytest.raises(DomainError, match="stay as they are"):
        write("work_order_invoice_lines", external_number="SI-1", line_number=1, description="More", net=Decimal(81))


@pytest.mark.parametrize(
    ("change", "words"),
    [({"currency": "EUR"}, "in USD here"), ({"work_order_number": "WO-9"}, "no work order")],
    ids=["currency", "work order"],
)
def test_an_invoice_of_nothing_is_refused(order, change, words):
    with pytest.raises(DomainError, match=words):
        write("work_order_invoices", **{"external_number": "SI-1", "work_order_number": "WO-1", **HEAD, **change})


def test_a_work_order_has_one_invoice(order):
    write("work_order_invoices", external_number="SI-1", work_order_number="WO-1", **HEAD)

    with pytest.raises(DomainError, match="has an invoice"):
        write("work_order_invoices", external_number="SI-2", work_order_number="WO-1", **HEAD)


def test_a_warehouse_comes_in():
    assert twice("warehouses", number="13", name="Boston") == ["inserted", "unchanged"]
    assert twice("warehouses", number="13", name="Boston, MA") == ["updated", "unchanged"]
    assert Warehouse.objects.get(number="13").is_externally_maintained


def test_a_warehouse_of_ours_is_left_alone():
    Warehouse.objects.create(number="VAN", name="Van")

    with pytest.raises(DomainError, match="counted here"):
        write("warehouses", number="VAN", name="Theirs")
    with pytest.raises(DomainError, match="counted here"):
        write("inventory_levels", warehouse="VAN", product_code=make_stocked().code, on_hand=Decimal(5))


def test_levels_match_by_the_difference():
    warehouse, product = make_warehouse(), make_stocked()
    key = {"warehouse": warehouse.number, "product_code": product.code}

    assert twice("inventory_levels", **key, on_hand=Decimal(10), on_order=Decimal(2)) == ["inserted", "unchanged"]
    assert twice("inventory_levels", **key, on_hand=Decimal(7)) == ["updated", "unchanged"]

    level = ProductInventory.objects.get(warehouse=warehouse, product=product)
    assert (level.on_hand, level.on_order) == (7, 2)
    booked = InventoryJournal.objects.filter(reason=JournalReason.EXTERNAL, kind="on_hand").order_by("created_at", "pk")
    assert [each.quantity for each in booked] == [10, -3]


@pytest.mark.parametrize("missing", ["warehouse", "product_code"])
def test_a_level_of_nothing_is_refused(missing):
    key = {"warehouse": make_warehouse().number, "product_code": make_stocked().code, missing: "nowhere"}

    with pytest.raises(DomainError, match="nowhere"):
        write("inventory_levels", **key, on_hand=Decimal(1))


def test_a_vendor_comes_in():
    assert twice("vendors", number="V-1", name="Parts Inc.", email="a@example.com") == ["inserted", "unchanged"]
    assert twice("vendors", number="V-1", name="Parts Inc.", email="b@example.com") == ["updated", "unchanged"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"status": "open"}, PurchaseStatus.SUBMITTED),
        ({"status": "open", "approval": "approved"}, PurchaseStatus.APPROVED),
        ({"status": "open", "approval": "rejected"}, PurchaseStatus.REJECTED),
        ({"status": "canceled"}, PurchaseStatus.CANCELED),
    ],
    ids=["open", "approved", "rejected", "canceled"],
)
def test_a_purchase_order_follows_finance(said, status):
    order = make_purchase()

    assert twice("purchase_orders", number=order.number, **said) == ["updated", "unchanged"]
    order.refresh_from_db()
    assert order.status == status


def test_a_purchase_order_that_was_canceled_here_is_not_opened_from_there():
    order = make_purchase()
    write("purchase_orders", number=order.number, status="canceled")

    with pytest.raises(DomainError, match="canceled here"):
        write("purchase_orders", number=order.number, status="open")


def test_a_line_is_canceled_and_waited_for_again():
    order = make_approved()
    other = make_approved()
    line = order.lines.get()
    assert other.lines.get().status == PurchaseLineStatus.PENDING

    assert twice("purchase_order_lines", order_number=order.number, line_number=1, status="open") == ["unchanged"] * 2
    outcome = twice("purchase_order_lines", order_number=order.number, line_number=1, status="canceled")

    line.refresh_from_db()
    assert (outcome, line.status) == (["updated", "unchanged"], PurchaseLineStatus.CANCELED)


def test_what_finance_receives_lies_in_the_warehouse():
    order = make_approved()
    row = {"receipt_number": "PR-1", "line_number": 1, "order_number": order.number, "order_line": 1}

    assert twice("purchase_receipts", **row, quantity=Decimal(3)) == ["inserted", "unchanged"]
    with pytest.raises(DomainError, match="another quantity"):
        write("purchase_receipts", **row, quantity=Decimal(4))
    assert write("purchase_receipts", **{**row, "line_number": 2}, quantity=Decimal(2)) == "inserted"

    order.refresh_from_db()
    line = order.lines.get()
    level = ProductInventory.objects.get(product=line.product, warehouse=line.warehouse)
    assert (order.status, level.on_hand, level.on_order) == (PurchaseStatus.RECEIVED, 5, 0)


@pytest.mark.parametrize("name", ["purchase_orders", "purchase_order_lines", "purchase_receipts"])
def test_purchases_that_nobody_made_here_are_refused(name):
    keys = {"number": "PO-0"} if name == "purchase_orders" else {"order_number": "PO-0", "line_number": 1}
    more = {"receipt_number": "PR-0", "order_line": 1, "quantity": Decimal(1)} if name == "purchase_receipts" else {}

    with pytest.raises(DomainError, match="PO-0"):
        write(name, **keys, **({"status": "open"} if not more else {}), **more)
