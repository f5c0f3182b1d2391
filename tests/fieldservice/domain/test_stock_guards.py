"""The database has the last word on stock and purchasing, whatever SQL says."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from fieldservice.domain import purchase_orders
from fieldservice.domain.lines import add_product, use_line
from fieldservice.domain.receipts import bill
from fieldservice.domain.stock_documents import post_document
from fieldservice.enums import PostStatus
from fieldservice.models import (
    InventoryAdjustment,
    InventoryAdjustmentLine,
    InventoryJournal,
    InventoryTransfer,
    InventoryTransferLine,
    ProductInventory,
    PurchaseBill,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
    WorkOrderProduct,
)
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.factories.fieldservice import make_work_order
from tests.factories.stock import (
    arrive,
    make_adjustment,
    make_approved,
    make_level,
    make_part,
    make_purchase,
    make_transfer,
    make_vendor,
    make_warehouse,
)

pytestmark = pytest.mark.usefixtures("in_tenant")


def check_now():
    """What COMMIT would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def delete_from(model):
    """As SQL does it, which knows of no protected keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


def refused(sentence: str):
    return pytest.raises(IntegrityError, match=sentence)


def test_the_journal_is_only_added_to():
    make_level()
    with refused("only added to"), transaction.atomic():
        InventoryJournal.objects.update(quantity=1)
    with refused("only added to"), transaction.atomic():
        InventoryJournal.objects.all().delete()


CHANGES_OF_LEVELS = {
    "on_hand": lambda level: ProductInventory.objects.filter(pk=level.pk).update(on_hand=99),
    "on_order": lambda level: ProductInventory.objects.filter(pk=level.pk).update(on_order=99),
    "allocated": lambda level: ProductInventory.objects.filter(pk=level.pk).update(allocated=1),
    "product": lambda level: ProductInventory.objects.filter(pk=level.pk).update(product=make_part()),
    "gone": lambda level: ProductInventory.objects.filter(pk=level.pk).delete(),
    "new": lambda level: ProductInventory.objects.create(warehouse=level.warehouse, product=make_part(), on_hand=5),
}


@pytest.mark.parametrize("name", list(CHANGES_OF_LEVELS))
def test_levels_are_the_sums_of_the_journal(name):
    level = make_level()
    with refused("sums of the journal"), transaction.atomic():
        CHANGES_OF_LEVELS[name](level)


def test_the_reorder_point_is_staffs_own():
    level = make_level()
    level.reorder_point = 3
    level.save(update_fields=["reorder_point"])
    assert ProductInventory.objects.get(reorder_point=3) == level


CHANGES_OF_LINES = {
    "used more": {"quantity": 5},
    "not used": {"status": "estimated", "quantity": 0},
    "elsewhere": {"warehouse": "another"},
    "nowhere": {"warehouse": None},
}


@pytest.fixture
def used():
    level = make_level()
    line = add_product(make_work_order(), level.product, warehouse=level.warehouse, estimate_quantity=Decimal(2))
    use_line(line)
    check_now()
    return line


@pytest.mark.parametrize("name", list(CHANGES_OF_LINES))
def test_a_line_took_what_it_says(used, name):
    values = dict(CHANGES_OF_LINES[name])
    if values.get("warehouse"):
        values["warehouse"] = make_warehouse()
    with refused("what a line of a work order took"), transaction.atomic():
        WorkOrderProduct.objects.filter(pk=used.pk).update(**values)
        check_now()


def test_a_line_that_goes_gives_back(used):
    with refused("what a line of a work order took"), transaction.atomic():
        WorkOrderProduct.objects.filter(pk=used.pk).delete()
        check_now()


def test_a_line_is_checked_whatever_tenant_is_in_scope_by_then(used, other_tenant):
    with refused("what a line of a work order took"), transaction.atomic():
        WorkOrderProduct.objects.filter(pk=used.pk).update(quantity=5)
        with tenant_scope(other_tenant):
            check_now()
    with tenant_scope(other_tenant):
        check_now()
        assert not ProductInventory.objects.exists()


def test_an_allocation_lies_in_a_warehouse(used):
    with refused("allocated_in_a_warehouse"), transaction.atomic():
        WorkOrderProduct.objects.create(work_order=used.work_order, product=used.product, is_allocated=True)


def test_nothing_reserves_less_than_nothing():
    level = make_level()
    with refused("inventory_not_negative"), transaction.atomic():
        InventoryJournal.objects.create(
            warehouse=level.warehouse,
            product=level.product,
            kind="allocated",
            quantity=-1,
            reason="work_order",
            created_at=clock.now(),
        )


CHANGES_OF_POSTED = {
    "note": lambda document, line: type(document).objects.filter(pk=document.pk).update(note="Another"),
    "back": lambda document, line: type(document).objects.filter(pk=document.pk).update(status="created"),
    "gone": lambda document, line: document.delete(),
    "line": lambda document, line: type(line).objects.filter(pk=line.pk).update(quantity=9),
    "line gone": lambda document, line: line.delete(),
    "another line": lambda document, line: type(line).objects.bulk_create([copied(line)]),
}


def copied(line):
    line.pk, line.id, line.position = None, make_part().pk, 2
    return line


@pytest.mark.parametrize("name", list(CHANGES_OF_POSTED))
@pytest.mark.parametrize("make", [make_adjustment, make_transfer])
def test_what_was_posted_stays(make, name):
    document = post_document(make(), is_confirmed=True)
    with refused("stays as it is"), transaction.atomic():
        CHANGES_OF_POSTED[name](document, document.lines.get())


@pytest.mark.parametrize("make", [make_adjustment, make_transfer])
def test_what_is_posted_is_in_the_journal(make):
    document = make()
    with refused("holds what was posted"), transaction.atomic():
        type(document).objects.filter(pk=document.pk).update(status=PostStatus.POSTED, posted_at=clock.now())
        check_now()
    document.delete()
    assert not InventoryAdjustmentLine.objects.exists()
    assert not InventoryTransferLine.objects.exists()
    assert not InventoryAdjustment.objects.exists() | InventoryTransfer.objects.exists()


ORDERED = "What was ordered stays"
CHANGES_OF_ORDERS = {
    "skips approval": ("does not go this way", lambda order: PurchaseOrder.objects.update(status="received")),
    "goes back": ("does not go this way", lambda order: PurchaseOrder.objects.update(status="draft")),
    "another vendor": (ORDERED, lambda order: PurchaseOrder.objects.update(vendor=make_vendor())),
    "another number": (ORDERED, lambda order: PurchaseOrder.objects.update(number="X-1")),
    "gone": ("deleted only as one", lambda order: delete_from(PurchaseOrder)),
    "more": (ORDERED, lambda order: PurchaseOrderLine.objects.update(quantity=99)),
    "dearer": (ORDERED, lambda order: PurchaseOrderLine.objects.update(unit_cost=99)),
    "elsewhere": (ORDERED, lambda order: PurchaseOrderLine.objects.update(warehouse=make_warehouse())),
    "line gone": (ORDERED, lambda order: PurchaseOrderLine.objects.all().delete()),
    "another line": (
        ORDERED,
        lambda order: PurchaseOrderLine.objects.create(order=order, product=make_part(), quantity=1),
    ),
    "moved line": (ORDERED, lambda order: PurchaseOrderLine.objects.update(order=make_purchase())),
    "received": ("sum of the receipts", lambda order: PurchaseOrderLine.objects.update(received=1)),
}


@pytest.mark.parametrize("name", list(CHANGES_OF_ORDERS))
def test_what_was_submitted_stays(name):
    sentence, change = CHANGES_OF_ORDERS[name]
    order = purchase_orders.submit(make_purchase())
    with refused(sentence), transaction.atomic():
        change(order)


def test_a_draft_may_go():
    make_purchase().delete()
    assert not PurchaseOrderLine.objects.exists()
    with refused("begins as a draft"), transaction.atomic():
        PurchaseOrder.objects.create(
            number="X",
            vendor=make_vendor(),
            status="approved",
            order_date=clock.now().date(),
            created_at=clock.now(),
        )


def test_an_order_is_as_far_as_its_lines_and_receipts():
    order = make_approved()
    with refused("say otherwise"), transaction.atomic():
        PurchaseOrder.objects.update(status="received")
    receipt = arrive(order, 4)
    with refused("say otherwise"), transaction.atomic():
        PurchaseOrder.objects.update(status="canceled")
    arrive(order, 6)
    bill(order, [receipt.pk], number="B-1")
    with refused("say otherwise"), transaction.atomic():
        PurchaseOrder.objects.update(status="billed")


def again(receipt, quantity, **fields):
    new = PurchaseReceipt.objects.create(
        number="R-9", order=receipt.order, received_date=receipt.received_date, created_at=clock.now()
    )
    line = receipt.lines.get()
    return PurchaseReceiptLine.objects.create(receipt=new, order_line=line.order_line, quantity=quantity, **fields)


def test_more_than_was_ordered_needs_a_reason():
    receipt = arrive(make_approved(), 4)
    with refused("needs a reason"), transaction.atomic():
        again(receipt, 7)
    with refused("receipt_quantity"), transaction.atomic():
        again(receipt, -1)
    again(receipt, 7, over_reason="A gift")
    assert PurchaseOrderLine.objects.get().received == 11


def test_only_an_approved_order_receives():
    receipt = arrive(make_approved())
    with refused("approved order"), transaction.atomic():
        again(receipt, 1, over_reason="A gift")


CHANGES_OF_RECEIPTS = {
    "date": lambda receipt: PurchaseReceipt.objects.update(note="Another"),
    "gone": lambda receipt: receipt.lines.all().delete(),
    "more": lambda receipt: PurchaseReceiptLine.objects.update(quantity=1),
    "head gone": lambda receipt: delete_from(PurchaseReceipt),
    "not billed": lambda receipt: PurchaseReceipt.objects.update(bill=None),
    "dearer": lambda receipt: PurchaseBill.objects.update(total=99),
}


@pytest.mark.parametrize("name", list(CHANGES_OF_RECEIPTS))
def test_what_came_in_and_was_billed_stays(name):
    order = make_approved()
    receipt = arrive(order, 4)
    bill(order, [receipt.pk], number="B-1")
    with refused("stays as it is"), transaction.atomic():
        CHANGES_OF_RECEIPTS[name](receipt)
