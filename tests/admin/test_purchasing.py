"""Purchase orders in the admin: written, submitted, decided, received, billed, canceled (DYNAMICS 7.6)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fieldservice.domain import purchase_orders
from fieldservice.domain.purchase_orders import PurchaseItem
from fieldservice.enums import PurchaseStatus
from fieldservice.models import PurchaseBill, PurchaseOrder, PurchaseReceipt
from portal.audit.models import AuditEntry
from portal.tenancy.days import today
from portal.tenancy.scope import tenant_scope
from tests.admin.test_stock import rows
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


def url(page, *args):
    return reverse(f"admin:fieldservice_purchaseorder_{page}", args=args)


@pytest.fixture
def day(tenant):
    with tenant_scope(tenant):
        return today().isoformat()


@pytest.fixture
def store(tenant):
    with tenant_scope(tenant):
        return make_warehouse(name="Main store")


@pytest.fixture
def valve(tenant):
    with tenant_scope(tenant):
        return make_part(name="Valve", cost=Decimal("2.50"))


@pytest.fixture
def order(tenant, store, valve):
    """Ten valves and two of something else, approved."""
    with tenant_scope(tenant):
        items = [
            PurchaseItem(product=valve, quantity=Decimal(10)),
            PurchaseItem(product=make_part(), quantity=Decimal(2)),
        ]
        return make_approved(*items, warehouse=store)


def now(tenant):
    with tenant_scope(tenant):
        return PurchaseOrder.objects.get()


def lines_of(tenant, order):
    with tenant_scope(tenant):
        return list(order.lines.order_by("position"))


def receiving(browser, order, day, quantities, **values):
    """The form as the page gives it, with these quantities."""
    form = browser.get(url("receive", order.pk)).context["form"]
    sent = {f"quantity_{line.pk}": quantity for line, quantity in quantities.items()}
    return {"received_date": day, "request_key": form.initial["request_key"], **sent, **values}


def test_an_order_goes_its_way(browser, tenant, store, valve, day):
    with tenant_scope(tenant):
        vendor = make_vendor()
    sent = {"vendor": vendor.pk, "warehouse": store.pk, "order_date": day, "vendor_reference": "SO-1"}
    lines = rows(
        {"product": valve.pk, "quantity": "4", "unit_cost": ""},
        {"product": valve.pk, "quantity": "1", "unit_cost": "3"},
    )
    answer = browser.post(url("add"), {**sent, **lines})
    assert answer.status_code == 302, answer.context["errors"]
    order = now(tenant)
    assert (order.number, order.vendor_reference) == ("PO-1001", "SO-1")
    assert [each.unit_cost for each in lines_of(tenant, order)] == [Decimal("2.50"), 3]
    assert "13.00" in browser.get(url("submit", order.pk)).text
    for step in ("submit", "approve"):
        assert browser.post(url(step, order.pk)).status_code == 302
    assert now(tenant).status == PurchaseStatus.APPROVED
    with tenant_scope(tenant):
        told = AuditEntry.objects.filter(object_id=order.pk).order_by("at", "pk").values_list("action", flat=True)
        assert list(told) == [
            "purchase_order.create",
            "purchase_order.lines",
            "purchase_order.status",
            "purchase_order.status",
        ]


def test_what_was_submitted_is_read_only(browser, tenant, order):
    page = browser.get(url("change", order.pk))
    assert 'name="vendor"' not in page.text
    assert 'name="lines-0-quantity"' not in page.text
    answer = browser.post(
        url("change", order.pk),
        {"note": "Call before", "vendor": "x", "seen_status": "approved", **rows(initial=0), **rows(prefix="receipts")},
    )
    assert answer.status_code == 302
    assert now(tenant).note == "Call before"
    assert browser.get(url("delete", order.pk)).status_code == 403


def test_a_line_goes_to_one_place(browser, tenant, store, valve, day):
    with tenant_scope(tenant):
        vendor, work_order = make_vendor(), make_work_order()
    line = {"product": valve.pk, "quantity": "4", "warehouse": store.pk, "work_order": work_order.pk}
    answer = browser.post(url("add"), {"vendor": vendor.pk, "order_date": day, **rows(line)})
    assert answer.status_code == 200
    assert "A line goes to a warehouse or to a work order." in answer.text
    answer = browser.post(
        url("add"), {"vendor": vendor.pk, "order_date": day, **rows({**line, "warehouse": "", "quantity": "0"})}
    )
    assert "The quantity is above 0" in answer.text


def test_nothing_to_submit_says_so(browser, tenant):
    with tenant_scope(tenant):
        order = purchase_orders.draft_order(make_vendor())
    answer = browser.post(url("submit", order.pk))
    assert answer.status_code == 422
    assert "Add the products first." in answer.text


def test_rejecting_asks_why_and_revising_opens_it_again(browser, tenant):
    with tenant_scope(tenant):
        order = purchase_orders.submit(make_purchase())
    assert browser.post(url("reject", order.pk), {"reason": ""}).status_code == 422
    assert browser.post(url("reject", order.pk), {"reason": "Too dear"}).status_code == 302
    assert now(tenant).decision_reason == "Too dear"
    assert browser.post(url("revise", order.pk)).status_code == 302
    assert 'name="vendor"' in browser.get(url("change", order.pk)).text


def test_a_delivery_is_recorded_in_parts(browser, tenant, order, store, day):
    first, second = lines_of(tenant, order)
    page = browser.get(url("receive", order.pk))
    assert "Valve: 10 of 10 open, for Main store" in page.text
    assert 'value="10"' in page.text
    sent = receiving(browser, order, day, {first: "4", second: ""}, note="Two boxes")
    assert browser.post(url("receive", order.pk), sent).status_code == 302
    assert browser.post(url("receive", order.pk), sent).status_code == 302
    with tenant_scope(tenant):
        assert PurchaseReceipt.objects.get().note == "Two boxes"
        assert level_now(store, first.product) == (4, 6, 0, 4)
    page = browser.get(url("receive", order.pk))
    assert "Valve: 6 of 10 open" in page.text
    sent = receiving(browser, order, day, {first: "6", second: "2"})
    assert browser.post(url("receive", order.pk), sent).status_code == 302
    assert now(tenant).status == PurchaseStatus.RECEIVED


def test_more_than_ordered_asks_why(browser, tenant, order, day):
    first, second = lines_of(tenant, order)
    sent = receiving(browser, order, day, {first: "11", second: "2"})
    answer = browser.post(url("receive", order.pk), sent)
    assert answer.status_code == 422
    assert "More of “Valve” than is open. Say why." in answer.text
    sent["over_reason"] = "A box of eleven"
    assert browser.post(url("receive", order.pk), sent).status_code == 302
    with tenant_scope(tenant):
        found = PurchaseReceipt.objects.get().lines.order_by("order_line__position")
        assert [each.over_reason for each in found] == ["A box of eleven", ""]


def test_nothing_or_less_is_no_delivery(browser, tenant, order, day):
    first, second = lines_of(tenant, order)
    answer = browser.post(url("receive", order.pk), receiving(browser, order, day, {first: "0", second: ""}))
    assert "Say what has come in." in answer.text
    answer = browser.post(url("receive", order.pk), receiving(browser, order, day, {first: "-1", second: ""}))
    assert answer.status_code == 422
    answer = browser.post(url("receive", order.pk), receiving(browser, order, "2999-01-01", {first: "1", second: ""}))
    assert "This day has not come yet." in answer.text


def test_it_may_lie_elsewhere(browser, tenant, order, valve, day):
    with tenant_scope(tenant):
        van = make_warehouse(name="Van 3")
    first, second = lines_of(tenant, order)
    sent = receiving(browser, order, day, {first: "4", second: ""}, elsewhere=str(van.pk))
    assert browser.post(url("receive", order.pk), sent).status_code == 302
    with tenant_scope(tenant):
        assert level_now(van, valve)[0] == 4


def test_deliveries_are_billed(browser, tenant, order, day):
    with tenant_scope(tenant):
        receipt = arrive(order)
    page = browser.get(url("bill", order.pk))
    assert f"{receipt.number} · {day}" in page.text
    assert "25.00" in page.text
    answer = browser.post(url("bill", order.pk), {"receipts": [receipt.pk], "number": "", "bill_date": day})
    assert answer.status_code == 422
    sent = {"receipts": [receipt.pk], "number": "B-7", "bill_date": day, "total": "24.90"}
    assert browser.post(url("bill", order.pk), sent).status_code == 302
    with tenant_scope(tenant):
        assert PurchaseBill.objects.get().total == Decimal("24.90")
    assert "Its state does not allow that." in browser.get(url("bill", order.pk)).text


def test_lines_are_canceled_by_choice(browser, tenant, order):
    _first, second = lines_of(tenant, order)
    answer = browser.post(url("cancel_lines", order.pk), {"lines": [], "reason": "Late"})
    assert answer.status_code == 422
    assert browser.post(url("cancel_lines", order.pk), {"lines": [second.pk], "reason": "Late"}).status_code == 302
    assert [each.status for each in lines_of(tenant, order)] == ["pending", "canceled"]


def test_an_order_is_canceled_unless_something_came(browser, tenant, order):
    assert "/cancel/" in browser.get(url("change", order.pk)).text
    with tenant_scope(tenant):
        arrive(order, 1)
    assert "/cancel/" not in browser.get(url("change", order.pk)).text
    assert browser.post(url("cancel", order.pk), {"reason": "Late"}).status_code == 422
    assert now(tenant).status == PurchaseStatus.APPROVED


def test_the_first_page_tells_what_waits_for_approval(browser, tenant):
    with tenant_scope(tenant):
        purchase_orders.submit(make_purchase())
    page = browser.get(reverse("admin:index"))
    assert "1 purchase order to approve" in page.text
    listed = browser.get(url("changelist"), {"status__exact": "submitted"})
    assert listed.context["cl"].result_count == 1


def test_a_draft_asks_no_more_the_more_it_holds(browser, tenant, store):
    def made(count):
        with tenant_scope(tenant):
            work_order = make_work_order()
            items = [PurchaseItem(product=make_part(), quantity=Decimal(2), warehouse=store) for _each in range(count)]
            return make_purchase(*items, PurchaseItem(product=make_part(), quantity=Decimal(2), work_order=work_order))

    one, four = made(1), made(4)
    browser.get(url("change", one.pk))
    with CaptureQueriesContext(connection) as few:
        browser.get(url("change", one.pk))
    with CaptureQueriesContext(connection) as many:
        browser.get(url("change", four.pk))
    assert len(many) == len(few), many.captured_queries


@pytest.mark.parametrize("page", ["change", "receive", "bill"])
def test_a_page_asks_no_more_the_more_it_holds(browser, tenant, page):
    def made(count):
        with tenant_scope(tenant):
            items = [PurchaseItem(product=make_part(), quantity=Decimal(2)) for _each in range(count)]
            order = make_approved(*items)
            for _each in range(count):
                arrive(order, Decimal("0.1"))
            return order

    one, four = made(1), made(4)
    browser.get(url(page, one.pk))
    with CaptureQueriesContext(connection) as few:
        browser.get(url(page, one.pk))
    with CaptureQueriesContext(connection) as many:
        browser.get(url(page, four.pk))
    assert len(many) == len(few), many.captured_queries
