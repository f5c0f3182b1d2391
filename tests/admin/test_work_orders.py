"""What a work order holds, its sums and its steps, as staff meet them (FS-4)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from fieldservice.enums import WorkOrderStatus
from fieldservice.models import (
    IncidentType,
    Invoice,
    WorkOrder,
    WorkOrderIncident,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderTask,
)
from portal.audit.models import AuditEntry
from portal.catalog.enums import ProductKind
from portal.tenancy.scope import tenant_scope
from scheduling.models import Booking
from tests.factories.accounts import make_account, make_contact
from tests.factories.catalog import make_product
from tests.factories.fieldservice import (
    make_asset,
    make_incident_product,
    make_incident_task,
    make_incident_type,
    make_product_line,
    make_service_line,
    make_task,
    make_work_order,
)
from tests.factories.scheduling import make_booking

KINDS = {
    "services": WorkOrderService,
    "products": WorkOrderProduct,
    "tasks": WorkOrderTask,
    "incidents": WorkOrderIncident,
}


@pytest.fixture
def work_order(tenant):
    with tenant_scope(tenant):
        return make_work_order(asset=None)


def page_of(work_order, step="change"):
    return reverse(f"admin:fieldservice_workorder_{step}", args=[work_order.pk])


def save(browser, tenant, work_order, *, seen=None, seen_change="", **rows):
    """Save the page with these rows, `products=[{...}]`; rows with an id are those that are there."""
    data = {"incident_type": work_order.incident_type_id, "place": work_order.place_id, "priority": "normal"}
    data |= {
        "summary": work_order.summary,
        "is_taxable": "on",
        "is_exposed": "on",
        "seen_status": seen or work_order.system_status,
        "seen_change": seen_change,
    }
    data |= {"booking-TOTAL_FORMS": "0", "booking-INITIAL_FORMS": "0"}
    for kind in KINDS:
        typed = rows.get(kind, [])
        data[f"{kind}-TOTAL_FORMS"] = len(typed)
        data[f"{kind}-INITIAL_FORMS"] = sum("id" in row for row in typed)
        for number, row in enumerate(typed):
            data |= {f"{kind}-{number}-{name}": value for name, value in row.items()}
            data[f"{kind}-{number}-work_order"] = work_order.pk
    return browser.post(page_of(work_order), data)


def part(product, **fields):
    values = {"status": "estimated", "estimate_quantity": "1", "quantity": "0", "quantity_to_bill": "0"}
    return {"product": product.pk, "discount_percent": "0", **values, **fields}


def time(product, **fields):
    values = {"status": "estimated", "estimate_minutes": "30", "minutes": "0", "minutes_to_bill": "0"}
    return {"product": product.pk, "discount_percent": "0", **values, **fields}


def step(**fields):
    return {
        "position": "1",
        "name": "Look",
        "estimated_minutes": "10",
        "actual_minutes": "0",
        "percent_done": "0",
        **fields,
    }


def errors(answer):
    assert answer.status_code == 200
    found = [str(answer.context["adminform"].form.errors)]
    for formset in answer.context["inline_admin_formsets"]:
        found += [str(formset.formset.errors), str(formset.formset.non_form_errors())]
    return " ".join(found)


def test_rows_are_added_by_the_domain(browser, tenant, work_order, staff):
    with tenant_scope(tenant):
        pump, labour = make_product(list_price=Decimal("12.5")), make_product(kind=ProductKind.SERVICE)
        brings = make_incident_type()
        make_incident_task(brings, name="Sweep")
    answer = save(
        browser,
        tenant,
        work_order,
        products=[part(pump), part(pump, unit_price="3", status="used", quantity="2")],
        services=[time(labour)],
        tasks=[step()],
        incidents=[{"incident_type": brings.pk}],
    )
    assert answer.status_code == 302, errors(answer)
    with tenant_scope(tenant):
        first, second = WorkOrderProduct.objects.order_by("position")
        assert (first.unit_price, first.description) == (Decimal("12.5"), pump.name)
        assert (second.unit_price, second.status, second.quantity_to_bill) == (3, "used", 2)
        assert WorkOrderService.objects.get().estimate_minutes == 30
        assert set(WorkOrderTask.objects.values_list("name", flat=True)) == {"Look", "Sweep"}
        actions = AuditEntry.objects.filter(object_id=work_order.pk, actor=staff).values_list("action", flat=True)
        assert sorted(actions) == [
            "work_order.add_incident",
            "work_order.add_line",
            "work_order.add_line",
            "work_order.add_line",
            "work_order.add_task",
        ]


def test_rows_are_changed_and_taken_away_by_the_domain(browser, tenant, work_order):
    with tenant_scope(tenant):
        kept, gone = make_product_line(work_order), make_product_line(work_order)
        task = make_task(work_order, name="Look")
    row = part(
        kept.product, id=kept.pk, description="Own", status="used", quantity="4", quantity_to_bill="1", unit_price="20"
    )
    answer = save(
        browser,
        tenant,
        work_order,
        products=[row, part(gone.product, id=gone.pk, status="used", quantity="1", unit_price="20", DELETE="on")],
        tasks=[step(id=task.pk, percent_done="50", estimated_minutes="30")],
    )
    assert answer.status_code == 302, errors(answer)
    with tenant_scope(tenant):
        line = WorkOrderProduct.objects.get()
        # What is billed followed what was used, and follows it on.
        assert (line.description, line.quantity, line.quantity_to_bill) == ("Own", 4, 4)
        assert WorkOrderTask.objects.get().percent_done == 50
        told = set(AuditEntry.objects.filter(object_id=work_order.pk).values_list("action", flat=True))
        assert told == {"work_order.change_line", "work_order.remove_line", "work_order.change_task"}


@pytest.mark.parametrize(
    "wrong",
    [
        ("products", lambda: part(make_product(kind=ProductKind.SERVICE)), "add it to the services"),
        ("services", lambda: time(make_product()), "add it to the products"),
        ("products", lambda: part(make_product(), quantity="-1"), "not negative"),
        ("products", lambda: part(make_product(), discount_percent="101"), "At most 100 percent"),
        ("products", lambda: part(make_product(), estimate_quantity="a lot"), "Enter a number"),
        ("tasks", lambda: step(percent_done="101"), "100"),
        ("tasks", lambda: step(asset=make_asset().pk), "another account"),
        ("incidents", lambda: {"incident_type": make_incident_type().pk, "asset": make_asset().pk}, "another account"),
    ],
)
def test_what_does_not_go_is_said_and_nothing_is_saved(browser, tenant, work_order, wrong):
    kind, make, words = wrong
    with tenant_scope(tenant):
        row = make()
    assert words in errors(save(browser, tenant, work_order, **{kind: [row]}))
    with tenant_scope(tenant):
        assert not KINDS[kind].objects.exists()


@pytest.mark.parametrize("status", ["posted", "canceled"])
def test_a_closed_work_order_is_read_only(browser, tenant, work_order, status):
    with tenant_scope(tenant):
        make_product_line(work_order)
        product = make_product()
        WorkOrder.objects.update(system_status=status)
    page = browser.get(page_of(work_order))
    assert 'name="products-0-quantity"' not in page.text
    save(browser, tenant, work_order, seen=status, products=[part(product)])
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.count() == 1


def test_a_page_from_before_a_step_is_refused(browser, tenant, work_order):
    with tenant_scope(tenant):
        product = make_product()
        WorkOrder.objects.update(system_status=WorkOrderStatus.COMPLETED)
    answer = save(browser, tenant, work_order, seen="unscheduled", products=[part(product)])
    assert "Somebody has changed the state" in errors(answer)
    with tenant_scope(tenant):
        assert not WorkOrderProduct.objects.exists()


def test_sums_cost_and_margin_are_shown(browser, tenant, work_order):
    with tenant_scope(tenant):
        beside = {"tax_name": "VAT", "tax_rate": Decimal(10)}
        make_product_line(work_order, quantity=3, quantity_to_bill=2, unit_price=50, unit_cost=10, **beside)
        make_service_line(work_order, minutes=30, minutes_to_bill=60, unit_price=60, unit_cost=40)
        make_product_line(work_order, status="estimated", estimate_quantity=2, unit_price=7)
    page = browser.get(page_of(work_order)).text
    for text in ("$160.00", "$10.00", "$170.00", "$14.00", "$50.00", "$110.00 (68.8%)", "1 hour"):
        assert text in page, text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_however_much_it_holds(
    browser, tenant, work_order, django_assert_max_num_queries, count
):
    with tenant_scope(tenant):
        for _number in range(count):
            make_product_line(work_order)
            make_service_line(work_order)
            make_task(work_order, asset=make_asset())
            WorkOrderIncident.objects.create(work_order=work_order, incident_type=make_incident_type())
    browser.get(page_of(work_order))
    with django_assert_max_num_queries(38):
        assert browser.get(page_of(work_order)).status_code == 200


def test_a_line_has_a_page_with_all_of_it(browser, tenant, work_order):
    with tenant_scope(tenant):
        line = make_service_line(work_order, unit_cost=7)
    page = reverse("admin:fieldservice_workorderservice_change", args=[line.pk])
    assert "internal description" in browser.get(page).text.lower()
    names = ("unit_price", "minutes", "minutes_to_bill", "estimate_minutes", "minimum_minutes", "rounding_minutes")
    data = {name: str(getattr(line, name)) for name in (*names, "minimum_amount", "unit_cost", "tax_rate")}
    data |= {
        "status": "used",
        "discount_percent": "5",
        "internal_description": "zz",
        "rounding": "none",
        "position": "1",
    }
    assert browser.post(page, data).status_code == 302
    with tenant_scope(tenant):
        kept = WorkOrderService.objects.get()
        assert (kept.internal_description, kept.discount_percent, kept.description) == ("zz", 5, "")
        assert AuditEntry.objects.get(object_id=work_order.pk).action == "work_order.change_line"


# The steps.


def do(browser, work_order, key, **data):
    return browser.post(page_of(work_order, key), data)


def test_the_steps_are_offered_where_they_can_follow(browser, tenant, work_order):
    offered = {
        "unscheduled": {"complete", "cancel"},
        "scheduled": {"complete", "cancel"},
        "in_progress": {"complete", "cancel"},
        "completed": {"post", "reopen"},
        "posted": set(),
        "canceled": {"reopen"},
    }
    for status, expected in offered.items():
        with tenant_scope(tenant):
            WorkOrder.objects.update(system_status=status)
        page = browser.get(page_of(work_order)).text
        keys = {"complete", "post", "reopen", "cancel"}
        assert {key for key in keys if f'href="{page_of(work_order, key)}"' in page} == expected, status


def test_a_step_asks_first(browser, tenant, work_order):
    page = browser.get(page_of(work_order, "complete")).text
    assert "the customer may sign" in page
    with tenant_scope(tenant):
        assert WorkOrder.objects.get().system_status == WorkOrderStatus.UNSCHEDULED


def test_completing_and_posting(browser, tenant, work_order, staff):
    with tenant_scope(tenant):
        make_product_line(work_order, becomes_asset=True)
        make_product_line(work_order, status="estimated", estimate_quantity=1)
        make_task(work_order)
    said = browser.get(page_of(work_order, "complete")).text
    assert "1 task is not done" in said
    assert "1 product is only planned" in said
    assert do(browser, work_order, "complete").url == page_of(work_order)
    said = browser.get(page_of(work_order, "post")).text
    assert "An invoice over $20.00" in said
    assert "1 product becomes an asset" in said
    assert do(browser, work_order, "post").url == page_of(work_order)
    with tenant_scope(tenant):
        assert WorkOrder.objects.get().system_status == WorkOrderStatus.POSTED
        assert Invoice.objects.get().net == 20
        told = AuditEntry.objects.filter(action="work_order.status", actor=staff)
        assert [each.after["status"] for each in told.order_by("at")] == ["completed", "posted"]


def test_canceling_needs_a_reason_and_frees_the_visit(browser, tenant, work_order):
    with tenant_scope(tenant):
        make_booking(work_order=work_order)
    assert do(browser, work_order, "cancel", reason=" ").status_code == 422
    assert do(browser, work_order, "cancel", reason="Sold").url == page_of(work_order)
    assert "Sold" in browser.get(page_of(work_order)).text
    with tenant_scope(tenant):
        assert Booking.objects.get().status == "canceled"
    assert do(browser, work_order, "reopen").url == page_of(work_order)
    with tenant_scope(tenant):
        assert WorkOrder.objects.get().system_status == WorkOrderStatus.UNSCHEDULED


def test_what_the_domain_refuses_is_said(browser, tenant, work_order):
    with tenant_scope(tenant):
        make_booking(work_order=work_order, status="in_progress")
    answer = do(browser, work_order, "cancel", reason="Sold")
    assert (answer.status_code, "at work there" in answer.text) == (422, True)
    assert do(browser, work_order, "post").status_code == 422


# What incident types bring.


def save_type(browser, incident_type, *, products=(), tasks=()):
    data = {"name": incident_type.name, "display_name": incident_type.display_name, "duration_minutes": "60"}
    data |= {"work_order_type": incident_type.work_order_type_id, "is_active": "on"}
    data |= {"requiredcharacteristic-TOTAL_FORMS": "0", "requiredcharacteristic-INITIAL_FORMS": "0"}
    for kind, rows in (("products", products), ("tasks", tasks)):
        data |= {f"{kind}-TOTAL_FORMS": len(rows), f"{kind}-INITIAL_FORMS": sum("id" in row for row in rows)}
        for number, row in enumerate(rows):
            data |= {f"{kind}-{number}-{name}": value for name, value in row.items()}
            data[f"{kind}-{number}-incident_type"] = incident_type.pk
    return browser.post(reverse("admin:fieldservice_incidenttype_change", args=[incident_type.pk]), data)


def test_tasks_of_an_incident_type_say_how_long_it_takes(browser, tenant):
    with tenant_scope(tenant):
        incident_type = make_incident_type()
        task = make_incident_task(incident_type, estimated_minutes=30)
        make_incident_product(incident_type, make_product())
    rows = [
        {"id": task.pk, "position": "1", "name": task.name, "estimated_minutes": "30"},
        {"position": "2", "name": "More", "estimated_minutes": "45"},
    ]
    answer = save_type(browser, incident_type, tasks=rows)
    assert answer.status_code == 302, errors(answer)
    with tenant_scope(tenant):
        assert IncidentType.objects.get(pk=incident_type.pk).duration_minutes == 75
        assert incident_type.tasks.count() == 2
    rows[1]["estimated_minutes"] = "2000"
    assert "24 hours" in errors(save_type(browser, incident_type, tasks=rows[1:]))


def test_a_new_work_order_brings_its_contents_and_terms(browser, tenant):
    with tenant_scope(tenant):
        account, payer = make_account(), make_account()
        incident_type = make_incident_type()
        make_incident_product(incident_type, make_product())
        data = {"account": account.pk, "billing_account": payer.pk, "incident_type": incident_type.pk}
        data |= {"place": account.place_id, "priority": "normal", "reported_by": make_contact(account=account).pk}
    answer = browser.post(reverse("admin:fieldservice_workorder_add"), data)
    assert answer.status_code == 302, errors(answer)
    with tenant_scope(tenant):
        made = WorkOrder.objects.get()
        assert (made.billing_account, made.products.count(), made.is_taxable) == (payer, 1, True)
