"""Many at once on one level and one order: the last piece is used once, what was ordered comes in once (DYNAMICS 7.5, 7.6)."""

from decimal import Decimal
from uuid import uuid4

import pytest

from fieldservice.domain.lines import add_product, use_line
from fieldservice.domain.purchase_orders import approve, cancel, cancel_lines, submit
from fieldservice.domain.receipts import bill
from fieldservice.domain.stock import BeyondStock, match_level
from fieldservice.domain.stock_documents import post_document
from fieldservice.enums import PurchaseStatus
from fieldservice.models import (
    InventoryJournal,
    ProductInventory,
    PurchaseBill,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    WorkOrderProduct,
)
from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope
from tests.factories.fieldservice import make_work_order
from tests.factories.stock import (
    arrive,
    level_now,
    make_adjustment,
    make_approved,
    make_level,
    make_part,
    make_purchase,
    make_transfer,
    make_warehouse,
    restrict,
)
from tests.kit.races import at_once

CLIENTS = 8

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def refusals(results):
    return [each for each in results if isinstance(each, DomainError)]


def test_the_last_piece_is_used_once(committed):
    with tenant_scope(committed):
        restrict()
        level = make_level(on_hand=1)
        place, part = level.warehouse, level.product
        lines = [
            add_product(make_work_order(), part, warehouse=place, estimate_quantity=Decimal(1))
            for _each in range(CLIENTS)
        ]

    results = at_once(committed, *[lambda line=line: use_line(line) for line in lines])

    assert len(refusals(results)) == CLIENTS - 1
    assert all(isinstance(each, BeyondStock) for each in refusals(results))
    with tenant_scope(committed):
        assert level_now(place, part) == (0, 0, 0, 0)
        assert WorkOrderProduct.objects.filter(status="used").count() == 1


def test_a_level_that_nobody_had_is_made_once(committed):
    with tenant_scope(committed):
        place, part = make_warehouse(), make_part()
        adjustments = [make_adjustment(place, part, 2) for _each in range(CLIENTS)]

    at_once(committed, *[lambda each=each: post_document(each) for each in adjustments])

    with tenant_scope(committed):
        assert level_now(place, part)[0] == 2 * CLIENTS
        assert ProductInventory.objects.count() == 1


def test_one_document_is_posted_once(committed):
    with tenant_scope(committed):
        adjustment = make_adjustment(quantity=2)

    at_once(committed, *[lambda: post_document(adjustment)] * CLIENTS)

    with tenant_scope(committed):
        assert InventoryJournal.objects.count() == 1


def test_transfers_to_and_fro_do_not_wait_in_circles(committed):
    with tenant_scope(committed):
        parts = [make_part() for _each in range(3)]
        here, there = make_warehouse(), make_warehouse()
        for part in parts:
            make_level(here, part, 50)
            make_level(there, part, 50)
        ways = [(here, there), (there, here)] * (CLIENTS // 2)
        transfers = [make_transfer(*way, parts[number % 3], 1) for number, way in enumerate(ways)]

    results = at_once(committed, *[lambda each=each: post_document(each) for each in transfers])

    assert not refusals(results)
    with tenant_scope(committed):
        assert sum(level_now(place, part)[0] for place in (here, there) for part in parts) == 300


def test_one_line_is_received_by_one_of_two(committed):
    with tenant_scope(committed):
        order = make_approved()

    results = at_once(committed, *[lambda: arrive(PurchaseOrder.objects.get(pk=order.pk), 10)] * 2)

    assert len(refusals(results)) == 1
    with tenant_scope(committed):
        line = PurchaseOrderLine.objects.get()
        assert line.received == 10
        assert level_now(line.warehouse, line.product) == (10, 0, 0, 10)


def test_parts_that_come_at_once_never_exceed_the_order(committed):
    with tenant_scope(committed):
        order = make_approved()

    at_once(committed, *[lambda: arrive(PurchaseOrder.objects.get(pk=order.pk), 3)] * CLIENTS)

    with tenant_scope(committed):
        line = PurchaseOrderLine.objects.get()
        assert (line.received, PurchaseReceipt.objects.count()) == (9, 3)
        assert level_now(line.warehouse, line.product) == (9, 1, 0, 9)


def test_a_form_sent_many_times_is_one_receipt(committed):
    key = uuid4()
    with tenant_scope(committed):
        order = make_approved()

    results = at_once(
        committed, *[lambda: arrive(PurchaseOrder.objects.get(pk=order.pk), 4, request_key=key)] * CLIENTS
    )

    assert {each.pk for each in results} == {results[0].pk}
    with tenant_scope(committed):
        assert PurchaseOrderLine.objects.get().received == 4


def test_an_order_is_approved_once_or_canceled(committed):
    with tenant_scope(committed):
        order = submit(make_purchase())
    now = lambda: PurchaseOrder.objects.get(pk=order.pk)  # noqa: E731

    at_once(committed, *[lambda: approve(now()), lambda: cancel(now(), reason="No")] * (CLIENTS // 2))

    with tenant_scope(committed):
        line = PurchaseOrderLine.objects.get()
        assert now().status == PurchaseStatus.CANCELED
        assert level_now(line.warehouse, line.product) == (0, 0, 0, 0)


def test_what_comes_in_and_what_is_canceled_add_up(committed):
    with tenant_scope(committed):
        order = make_approved()
        line = order.lines.get()
    now = lambda: PurchaseOrder.objects.get(pk=order.pk)  # noqa: E731

    at_once(committed, lambda: arrive(now(), 4), lambda: cancel_lines(now(), [line.pk], reason="Late"))

    with tenant_scope(committed):
        line.refresh_from_db()
        assert level_now(line.warehouse, line.product) == (line.received, 0, 0, line.received)
        assert now().status in {PurchaseStatus.RECEIVED, PurchaseStatus.CANCELED}


def test_a_receipt_is_billed_once(committed):
    with tenant_scope(committed):
        receipt = arrive(order := make_approved())

    bills = [
        lambda n=n: bill(PurchaseOrder.objects.get(pk=order.pk), [receipt.pk], number=f"B-{n}") for n in range(CLIENTS)
    ]
    results = at_once(committed, *bills)

    assert len(refusals(results)) == CLIENTS - 1
    with tenant_scope(committed):
        assert PurchaseBill.objects.count() == 1


def test_levels_are_matched_side_by_side(committed):
    with tenant_scope(committed):
        place, part = make_warehouse(), make_part()

    at_once(committed, *[lambda n=n: match_level(place, part, on_hand=Decimal(n)) for n in range(CLIENTS)])

    with tenant_scope(committed):
        level = ProductInventory.objects.get()
        assert level.on_hand == sum(each.quantity for each in InventoryJournal.objects.all())
