"""Stock in the admin: levels, documents that are posted, lines that take more than there is (DYNAMICS 7.5)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fieldservice.domain.lines import add_product
from fieldservice.domain.stock_documents import post_document
from fieldservice.enums import PostStatus
from fieldservice.models import (
    InventoryAdjustment,
    InventoryTransfer,
    ProductInventory,
    WorkOrderProduct,
)
from portal.accounts.models import Contact
from portal.audit.models import AuditEntry
from portal.catalog.models import Product
from portal.tenancy.days import today
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_work_order
from tests.factories.stock import (
    level_now,
    make_adjustment,
    make_level,
    make_part,
    make_transfer,
    make_warehouse,
    restrict,
)


def url(noun, page, *args):
    return reverse(f"admin:fieldservice_{noun}_{page}", args=args)


def rows(*lines, initial=0, prefix="lines"):
    """The formset of an inline; each line is the values of its fields."""
    sent = {f"{prefix}-TOTAL_FORMS": len(lines), f"{prefix}-INITIAL_FORMS": initial}
    for number, line in enumerate(lines):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in line.items()}
    return sent


@pytest.fixture
def level(tenant):
    with tenant_scope(tenant):
        return make_level(make_warehouse(name="Van 3"), make_part(name="Valve", inventory_unit="pcs"))


@pytest.fixture
def line(tenant, level):
    with tenant_scope(tenant):
        return add_product(make_work_order(), level.product, warehouse=level.warehouse, estimate_quantity=Decimal(12))


def page_of(line, **values):
    """What the page of a line sends."""
    sent = {
        "description": line.description,
        "position": 1,
        "status": line.status,
        "estimate_quantity": "12",
        "quantity": "0",
        "quantity_to_bill": "0",
        "warehouse": line.warehouse_id,
        "unit_price": "20",
        "discount_percent": "0",
        "tax_rate": "0",
        "unit_cost": "8",
    }
    return {**sent, **values}


def test_an_adjustment_is_written_and_posted(browser, tenant, level):
    answer = browser.post(
        url("inventoryadjustment", "add"),
        {
            "warehouse": level.warehouse_id,
            "date": today_of(tenant),
            "note": "Counted",
            **rows({"product": level.product_id, "quantity": "-3"}),
        },
    )
    assert answer.status_code == 302, answer.context["errors"]
    with tenant_scope(tenant):
        made = InventoryAdjustment.objects.get()
        assert (made.number, [each.quantity for each in made.lines.all()]) == ("ADJ-1001", [-3])
        told = AuditEntry.objects.filter(object_id=made.pk).order_by("at", "pk").values_list("action", flat=True)
        assert list(told) == ["inventoryadjustment.create", "inventoryadjustment.lines"]
    page = browser.get(url("inventoryadjustment", "post", made.pk))
    assert "Valve in Van 3: 10 → 7 on hand." in page.text
    assert browser.post(url("inventoryadjustment", "post", made.pk)).status_code == 302
    with tenant_scope(tenant):
        assert level_now(level.warehouse, level.product)[0] == 7
    page = browser.get(url("inventoryadjustment", "change", made.pk))
    assert 'name="note"' not in page.text
    assert "/post/" not in page.text
    assert browser.post(url("inventoryadjustment", "change", made.pk), {"note": "x"}).status_code == 403
    assert browser.get(url("inventoryadjustment", "delete", made.pk)).status_code == 403


def today_of(tenant):
    with tenant_scope(tenant):
        return today().isoformat()


def test_lines_are_written_anew(browser, tenant, level):
    with tenant_scope(tenant):
        made = make_adjustment(level.warehouse, level.product, 2)
        first, pipe = made.lines.get(), make_part()
    sent = {"warehouse": level.warehouse_id, "date": made.date.isoformat(), "note": "Again", "seen_status": "created"}
    lines = rows(
        {"id": first.pk, "adjustment": made.pk, "product": level.product_id, "quantity": "4"},
        {"adjustment": made.pk, "product": pipe.pk, "quantity": "1.5"},
        initial=1,
    )
    assert browser.post(url("inventoryadjustment", "change", made.pk), {**sent, **lines}).status_code == 302
    with tenant_scope(tenant):
        found = made.lines.order_by("position").values_list("position", "product", "quantity")
        assert list(found) == [(1, level.product_id, 4), (2, pipe.pk, Decimal("1.5"))]
        assert InventoryAdjustment.objects.get().note == "Again"


def test_what_no_warehouse_counts_is_refused_and_nothing_is_lost(browser, tenant, level):
    with tenant_scope(tenant):
        care, closed = make_product(name="Care"), make_warehouse(is_active=False)
    sent = {"source": level.warehouse_id, "destination": closed.pk, "date": today_of(tenant), "note": "Typed"}
    answer = browser.post(url("inventorytransfer", "add"), {**sent, **rows({"product": care.pk, "quantity": "1"})})
    assert answer.status_code == 200
    assert "“Care” is no inventory product." in answer.text
    assert "is no longer used" in answer.text
    assert "Typed" in answer.text


def test_a_refusal_of_the_domain_stands_on_the_page(browser, tenant, level):
    with tenant_scope(tenant):
        other = make_warehouse()
    sent = {"source": level.warehouse_id, "destination": other.pk, "date": today_of(tenant), "note": "Typed"}
    answer = browser.post(
        url("inventorytransfer", "add"), {**sent, **rows({"product": level.product_id, "quantity": "0"})}
    )
    assert answer.status_code == 200
    assert "The quantity is above 0." in answer.text
    with tenant_scope(tenant):
        assert not InventoryTransfer.objects.exists()


def test_a_transfer_beyond_the_stock_asks_for_a_tick(browser, tenant, level):
    with tenant_scope(tenant):
        transfer = make_transfer(level.warehouse, None, level.product, 12)
    page = browser.get(url("inventorytransfer", "post", transfer.pk))
    assert "Valve in Van 3: 10 → -2 on hand." in page.text.replace("−", "-")
    answer = browser.post(url("inventorytransfer", "post", transfer.pk))
    assert answer.status_code == 422
    assert "Van 3 has 10 of “Valve” available." in answer.text
    assert browser.post(url("inventorytransfer", "post", transfer.pk), {"is_confirmed": "on"}).status_code == 302
    with tenant_scope(tenant):
        transfer.refresh_from_db()
        assert (transfer.status, level_now(level.warehouse, level.product)[0]) == (PostStatus.POSTED, -2)


def test_where_stock_is_restricted_no_tick_is_offered(browser, tenant, level):
    with tenant_scope(tenant):
        restrict()
        transfer = make_transfer(level.warehouse, None, level.product, 12)
    assert "is_confirmed" not in browser.get(url("inventorytransfer", "post", transfer.pk)).text
    answer = browser.post(url("inventorytransfer", "post", transfer.pk), {"is_confirmed": "on"})
    assert answer.status_code == 422


def test_a_form_from_before_the_posting_is_refused(browser, tenant, level):
    with tenant_scope(tenant):
        made = make_adjustment(level.warehouse, level.product, 2)
        page = browser.get(url("inventoryadjustment", "change", made.pk))
        assert 'value="created"' in page.text
        post_document(made)
    sent = {"warehouse": level.warehouse_id, "date": made.date.isoformat(), "note": "Late", "seen_status": "created"}
    assert browser.post(url("inventoryadjustment", "change", made.pk), {**sent, **rows()}).status_code == 403


def test_a_line_that_takes_too_much_is_asked_about(browser, tenant, line, level):
    address = url("workorderproduct", "change", line.pk)
    sent = page_of(line, status="used", quantity="12")
    asked = browser.post(address, sent)
    assert "Van 3 has 10 of “Valve” available." in asked.text
    assert "Nothing has been changed yet." in asked.text
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.get().status == "estimated"
    again = {**dict(asked.context["fields"]), "confirmed": asked.context["seal"]}
    assert browser.post(address, again).status_code == 302
    with tenant_scope(tenant):
        assert level_now(level.warehouse, level.product)[0] == -2


def test_a_line_that_takes_too_much_is_refused_where_stock_is_restricted(browser, tenant, line):
    with tenant_scope(tenant):
        restrict()
    answer = browser.post(
        url("workorderproduct", "change", line.pk), page_of(line, status="used", quantity="12", confirmed="x")
    )
    assert answer.status_code == 200
    assert "Van 3 has 10 of “Valve” available." in answer.text
    assert 'value="12"' in answer.text
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.get().status == "estimated"


def test_an_allocation_names_its_warehouse(browser, tenant, line):
    answer = browser.post(url("workorderproduct", "change", line.pk), page_of(line, warehouse="", is_allocated="on"))
    assert answer.status_code == 200
    assert "in which warehouse" in answer.text


def test_levels_are_filtered_and_only_their_reorder_point_is_written(browser, tenant, level):
    with tenant_scope(tenant):
        make_level(on_hand=5)
    assert browser.post(url("productinventory", "change", level.pk), {"reorder_point": "12"}).status_code == 302
    listed = browser.get(url("productinventory", "changelist"), {"level": "short"})
    assert listed.context["cl"].result_count == 1
    assert "Valve" in listed.text
    assert browser.get(url("productinventory", "changelist"), {"level": "none"}).context["cl"].result_count == 0
    assert browser.get(url("productinventory", "changelist"), {"level": "ordered"}).context["cl"].result_count == 0
    assert browser.get(url("productinventory", "add")).status_code == 403
    with tenant_scope(tenant):
        assert ProductInventory.objects.get(pk=level.pk).reorder_point == 12


@pytest.mark.parametrize("noun", ["inventoryadjustment", "warehouse"])
def test_a_page_asks_no_more_the_more_it_holds(browser, tenant, noun):
    with tenant_scope(tenant):
        place = make_warehouse()
        adjustment = make_adjustment(place)
        make_level(place)
        record = adjustment if noun == "inventoryadjustment" else place
    browser.get(url(noun, "change", record.pk))
    with CaptureQueriesContext(connection) as one:
        browser.get(url(noun, "change", record.pk))
    with tenant_scope(tenant):
        for position in range(2, 5):
            adjustment.lines.create(product=make_part(), quantity=1, position=position)
            make_level(place)
    with CaptureQueriesContext(connection) as more:
        browser.get(url(noun, "change", record.pk))
    assert len(more) == len(one), more.captured_queries


def test_what_another_system_maintains_is_read_only(browser, tenant):
    with tenant_scope(tenant):
        place = make_warehouse(is_externally_maintained=True)
        product = make_part()
        Product.objects.filter(pk=product.pk).update(is_externally_maintained=True)
    assert browser.post(url("warehouse", "change", place.pk), {"name": "x"}).status_code == 403
    address = reverse("admin:catalog_product_change", args=[product.pk])
    assert browser.post(address, {"name": "x"}).status_code == 403
    page = browser.get(address)
    assert page.status_code == 200
    assert 'name="name"' not in page.text


def test_contacts_are_numbered_by_themselves(browser, tenant):
    with tenant_scope(tenant):
        first, second = make_contact("fs-customer-approver"), make_contact("fs-customer-approver")
        assert Contact.objects.filter(number__regex=r"^CON-\w{4}-\w{4}-\w{4}$").count() == 2
    assert first.number != second.number
    page = browser.get(reverse("admin:accounts_contact_change", args=[first.pk]))
    assert first.number in page.text
    assert 'name="number"' not in page.text
