"""Purchase orders: written, approved, received in parts, billed, canceled (DYNAMICS 7.6)."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from fieldservice.domain import purchase_orders
from fieldservice.domain.purchase_orders import PurchaseItem
from fieldservice.domain.receipts import Arrival, bill, receive
from fieldservice.domain.work_order_steps import cancel as cancel_work_order
from fieldservice.enums import PURCHASE_TRANSITIONS, PurchaseLineStatus, PurchaseStatus
from fieldservice.models import InventoryJournal, PurchaseOrder, PurchaseReceipt, WorkOrderProduct
from portal.audit.models import AuditEntry
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError
from portal.tenancy.days import today
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_work_order
from tests.factories.stock import (
    arrive,
    level_now,
    make_approved,
    make_part,
    make_purchase,
    make_vendor,
    make_warehouse,
)

pytestmark = pytest.mark.usefixtures("in_tenant")

Status, Line = PurchaseStatus, PurchaseLineStatus


@pytest.fixture
def store():
    return make_warehouse(name="Main store")


@pytest.fixture
def valve():
    return make_part(name="Valve", cost=Decimal("2.505"))


@pytest.fixture
def order(store, valve):
    return make_approved(PurchaseItem(product=valve, quantity=Decimal(10)), warehouse=store)


def states(order):
    order.refresh_from_db()
    return order.status, *order.lines.order_by("position").values_list("status", flat=True)


def test_a_draft_is_numbered_and_costs_what_products_cost(store, valve):
    draft = make_purchase(PurchaseItem(product=valve, quantity=Decimal(3)), warehouse=store)
    line = draft.lines.get()
    assert (draft.number, draft.status, draft.order_date) == ("PO-1001", Status.DRAFT, today())
    assert (line.unit_cost, line.description, line.warehouse, line.status) == (
        Decimal("2.505"),
        "Valve",
        None,
        Line.PENDING,
    )


def test_approval_puts_it_on_order_once(store, valve):
    draft = make_purchase(PurchaseItem(product=valve, quantity=Decimal(3)), warehouse=store)
    purchase_orders.submit(purchase_orders.submit(draft))
    assert (draft.status, draft.lines.get().warehouse) == (Status.SUBMITTED, store)
    assert level_now(store, valve) == (0, 0, 0, 0)
    purchase_orders.approve(purchase_orders.approve(draft))
    assert (draft.status, level_now(store, valve)) == (Status.APPROVED, (0, 3, 0, 0))
    told = (
        AuditEntry.objects.filter(action="purchase_order.status").order_by("at", "pk").values_list("after", flat=True)
    )
    assert [each["status"] for each in told] == ["submitted", "approved"]


def test_submitting_asks_where_it_goes(valve):
    with pytest.raises(DomainError, match="where the products go"):
        purchase_orders.submit(make_purchase(PurchaseItem(product=valve, quantity=Decimal(1)), warehouse=None))
    with pytest.raises(DomainError, match="Add the products"):
        purchase_orders.submit(purchase_orders.draft_order(make_vendor()))
    with pytest.raises(DomainError, match="any more"):
        make_purchase(vendor=make_vendor(is_active=False))
    with pytest.raises(DomainError, match="no longer used"):
        purchase_orders.submit(make_purchase(warehouse=make_warehouse(is_active=False)))


def test_what_is_rejected_is_revised_and_submitted_again(store, valve):
    draft = purchase_orders.submit(make_purchase(warehouse=store))
    with pytest.raises(DomainError, match="Say why"):
        purchase_orders.reject(draft, reason="  ")
    purchase_orders.reject(draft, reason="Too\ndear")
    assert (draft.status, draft.decision_reason) == (Status.REJECTED, "Too dear")
    purchase_orders.revise(draft)
    draft.lines.update(unit_cost=1)
    assert purchase_orders.submit(draft).decision_reason == ""


VERBS = {
    Status.SUBMITTED: purchase_orders.submit,
    Status.APPROVED: purchase_orders.approve,
    Status.REJECTED: lambda order: purchase_orders.reject(order, reason="No"),
    Status.DRAFT: purchase_orders.revise,
    Status.CANCELED: lambda order: purchase_orders.cancel(order, reason="No"),
}
WAYS = {
    Status.DRAFT: (),
    Status.SUBMITTED: (Status.SUBMITTED,),
    Status.REJECTED: (Status.SUBMITTED, Status.REJECTED),
    Status.APPROVED: (Status.SUBMITTED, Status.APPROVED),
    Status.CANCELED: (Status.CANCELED,),
}


@pytest.mark.parametrize("before", list(WAYS))
@pytest.mark.parametrize("after", list(VERBS))
def test_every_step_is_in_the_table_or_refused(before, after):
    order = make_purchase()
    for each in WAYS[before]:
        VERBS[each](order)
    repeats = before == after and after in {Status.SUBMITTED, Status.APPROVED}
    if after in PURCHASE_TRANSITIONS[before] or repeats:
        assert VERBS[after](order).status == after
    else:
        with pytest.raises(DomainError, match="cannot become"):
            VERBS[after](order)
        assert PurchaseOrder.objects.get().status == before


def test_it_comes_in_parts(order, store, valve):
    first = arrive(order, 4)
    assert (first.number, level_now(store, valve)) == ("REC-1001", (4, 6, 0, 4))
    assert states(order) == (Status.APPROVED, Line.PENDING)
    arrive(order, 6)
    assert level_now(store, valve) == (10, 0, 0, 10)
    assert states(order) == (Status.RECEIVED, Line.RECEIVED)
    assert order.lines.get().received == 10
    with pytest.raises(DomainError, match="approved order"):
        arrive(order, 1)


def test_more_than_was_ordered_needs_a_reason(order, store, valve):
    with pytest.raises(DomainError, match="Say why"):
        arrive(order, 11)
    arrive(order, 11, over_reason="A box of eleven")
    assert level_now(store, valve) == (11, 0, 0, 11)
    assert states(order) == (Status.RECEIVED, Line.RECEIVED)


def test_it_lies_where_somebody_says(order, store, valve):
    van = make_warehouse(name="Van")
    arrive(order, 4, warehouse=van)
    assert (level_now(store, valve), level_now(van, valve)) == ((0, 6, 0, 0), (4, 0, 0, 4))


def test_it_goes_straight_to_a_work_order(valve):
    work_order = make_work_order()
    order = make_approved(
        PurchaseItem(product=valve, quantity=Decimal(2), unit_cost=Decimal(3), work_order=work_order), warehouse=None
    )
    assert not InventoryJournal.objects.exists()
    arrive(order)
    line = WorkOrderProduct.objects.get()
    assert (line.work_order, line.estimate_quantity, line.unit_cost, line.warehouse) == (work_order, 2, 3, None)
    assert order.number in line.internal_description
    assert not InventoryJournal.objects.exists()
    assert states(order) == (Status.RECEIVED, Line.RECEIVED)


def test_what_a_closed_work_order_no_longer_takes_goes_to_a_warehouse(valve, store):
    work_order = make_work_order()
    order = make_approved(PurchaseItem(product=valve, quantity=Decimal(2), work_order=work_order))
    cancel_work_order(work_order, reason="Wrong house")
    with pytest.raises(DomainError, match="Canceled"):
        arrive(order)
    assert not PurchaseReceipt.objects.exists()
    arrive(order, warehouse=store)
    assert level_now(store, valve)[0] == 2


def test_what_no_warehouse_counts_is_bought_too(store):
    item = PurchaseItem(product=make_product(kind=ProductKind.SERVICE), quantity=Decimal(1))
    order = make_approved(item, warehouse=store)
    arrive(order)
    assert states(order) == (Status.RECEIVED, Line.RECEIVED)
    assert not InventoryJournal.objects.exists()


def test_a_form_sent_twice_is_one_receipt(order, store, valve):
    key = uuid4()
    first = arrive(order, 4, request_key=key)
    assert arrive(order, 4, request_key=key) == first
    assert level_now(store, valve)[0] == 4


def test_what_may_not_come_in(order):
    line = order.lines.get().pk
    other = make_approved().lines.get().pk
    for arrivals, sentence in (
        ([], "Say what"),
        ([Arrival(line=line, quantity=Decimal(0))], "above 0"),
        ([Arrival(line=other, quantity=Decimal(1))], "Only lines of this order"),
        ([Arrival(line=line, quantity=Decimal(1))] * 2, "each once"),
    ):
        with pytest.raises(DomainError, match=sentence):
            receive(order, arrivals)
    with pytest.raises(DomainError, match="not come yet"):
        arrive(order, 1, received_date=today() + dt.timedelta(days=1))


def test_every_receipt_is_billed_once_and_the_order_with_the_last(order):
    first, second = arrive(order, 4), arrive(order, 6)
    with pytest.raises(DomainError, match="not billed"):
        bill(order, [], number="B-0")
    made = bill(order, [first.pk], number="B-1")
    assert (made.total, states(order)[0]) == (Decimal("10.02"), Status.RECEIVED)
    with pytest.raises(DomainError, match="not billed yet"):
        bill(order, [first.pk], number="B-2")
    with pytest.raises(DomainError, match="recorded already"):
        bill(order, [second.pk], number="B-1")
    bill(order, [second.pk], number="B-2", total=Decimal("14.90"))
    assert states(order)[0] == Status.BILLED


def test_a_part_may_be_billed_before_the_rest_comes(order):
    bill(order, [arrive(order, 4).pk], number="B-1")
    assert states(order)[0] == Status.APPROVED
    bill(order, [arrive(order, 6).pk], number="B-2")
    assert states(order)[0] == Status.BILLED


def test_nothing_is_awaited_of_a_canceled_order(order, store, valve):
    purchase_orders.cancel(order, reason="Found some")
    assert level_now(store, valve) == (0, 0, 0, 0)
    assert states(order) == (Status.CANCELED, Line.CANCELED)
    assert order.decision_reason == "Found some"


def test_what_came_in_is_not_canceled_but_the_rest_is(order, store, valve):
    arrive(order, 4)
    with pytest.raises(DomainError, match="come in already"):
        purchase_orders.cancel(order, reason="Late")
    purchase_orders.cancel_lines(order, [order.lines.get().pk], reason="Late")
    assert level_now(store, valve) == (4, 0, 0, 4)
    assert states(order) == (Status.RECEIVED, Line.RECEIVED)


def test_lines_are_canceled_one_by_one(store, valve):
    items = [PurchaseItem(product=valve, quantity=Decimal(5)), PurchaseItem(product=make_part(), quantity=Decimal(2))]
    order = make_approved(*items, warehouse=store)
    first, second = order.lines.order_by("position")
    purchase_orders.cancel_lines(order, [first.pk], reason="Late")
    assert (states(order), level_now(store, valve)) == (
        (Status.APPROVED, Line.CANCELED, Line.PENDING),
        (0, 0, 0, 0),
    )
    with pytest.raises(DomainError, match="not canceled"):
        arrive(order, 1)
    with pytest.raises(DomainError, match="that are open"):
        purchase_orders.cancel_lines(order, [first.pk], reason="Late")
    purchase_orders.cancel_lines(order, [second.pk], reason="Late")
    assert states(order) == (Status.CANCELED, Line.CANCELED, Line.CANCELED)


def test_an_order_billed_so_far_is_done_when_the_rest_is_canceled(order):
    bill(order, [arrive(order, 4).pk], number="B-1")
    purchase_orders.cancel_lines(order, [order.lines.get().pk], reason="Late")
    assert states(order)[0] == Status.BILLED
