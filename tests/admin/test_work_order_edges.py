"""Work orders in the admin where people meet: another company's staff, two at once, odd values, papers (FS-4, SECURITY 2, 4)."""

from decimal import Decimal

import pytest
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fieldservice.domain import lines, tasks
from fieldservice.enums import WorkOrderStatus
from fieldservice.models import WorkOrder, WorkOrderProduct, WorkOrderSignature, WorkOrderTask
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.admin.test_work_orders import errors, page_of, part, save, step
from tests.factories.accounts import make_contact
from tests.factories.catalog import make_product
from tests.factories.fieldservice import (
    make_asset,
    make_incident_product,
    make_incident_type,
    make_product_line,
    make_service_line,
    make_task,
    make_work_order,
)
from tests.factories.invoices import make_draft, make_item
from tests.kit.papers import text_of

STEPS = ("complete", "post", "reopen", "cancel")
HUGE = "9" * 400


@pytest.fixture
def work_order(tenant):
    with tenant_scope(tenant):
        return make_work_order(asset=None)


# Whose it is.


@pytest.mark.parametrize("page", [*STEPS, "pdf", "timeline", "change"])
def test_pages_of_another_company_are_not_there(browser, other_tenant, page):
    with tenant_scope(other_tenant):
        foreign = make_work_order(asset=None, summary="Canary of the neighbours")
    for answer in (browser.get(page_of(foreign, page)), browser.post(page_of(foreign, page), {"reason": "x"})):
        assert answer.status_code in {302, 404}
        assert "Canary" not in answer.text
    with tenant_scope(other_tenant):
        assert WorkOrder.objects.get().system_status == WorkOrderStatus.UNSCHEDULED


@pytest.mark.parametrize("page", [*STEPS, "pdf", "change"])
def test_customers_never_see_cost_and_margin(client_for, tenant, work_order, page):
    with tenant_scope(tenant):
        contact = make_contact("fs-customer-approver", account=work_order.account)
    answer = client_for(contact.user, tenant).get(page_of(work_order, page))
    assert answer.status_code == 403
    assert "margin" not in answer.text.lower()


def test_rows_of_another_company_or_work_order_are_not_written(browser, tenant, other_tenant, work_order):
    with tenant_scope(other_tenant):
        foreign = make_product_line(make_work_order())
        product = make_product()
    with tenant_scope(tenant):
        other = make_product_line(make_work_order())
    assert "Select a valid choice" in errors(save(browser, tenant, work_order, products=[part(product)]))
    for line in (foreign, other):
        row = part(line.product, id=line.pk, status="used", quantity="7", unit_price="1")
        save(browser, tenant, work_order, products=[row])
    with tenant_scope(other_tenant):
        assert WorkOrderProduct.objects.get().quantity == 1
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.get().quantity == 1


# Two at once.


def test_a_page_from_before_somebody_elses_change_is_refused(browser, tenant, work_order):
    with tenant_scope(tenant):
        line = make_product_line(work_order)
        lines.change_line(line, quantity=2)
    seen = browser.get(page_of(work_order)).context["adminform"].form["seen_change"].value()
    with tenant_scope(tenant):
        lines.change_line(line, quantity=5)
    row = part(line.product, id=line.pk, status="used", quantity="3", unit_price="20")
    answer = save(browser, tenant, work_order, products=[row], seen_change=seen)
    assert "Somebody else has saved" in errors(answer)
    assert answer.context["inline_admin_formsets"][1].formset.forms[0]["quantity"].value() == "3"
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.get().quantity == 5


def test_a_row_that_was_taken_away_meanwhile_is_said(browser, tenant, work_order):
    with tenant_scope(tenant):
        task = make_task(work_order)
        tasks.remove_task(task)
    assert save(browser, tenant, work_order, tasks=[step(id=task.pk, percent_done="50")]).status_code == 200
    with tenant_scope(tenant):
        assert not WorkOrderTask.objects.exists()


def test_a_line_of_a_work_order_that_was_posted_stays(browser, tenant, work_order):
    with tenant_scope(tenant):
        line = make_product_line(work_order)
        WorkOrder.objects.update(system_status=WorkOrderStatus.POSTED)
    page = reverse("admin:fieldservice_workorderproduct_change", args=[line.pk])
    assert 'name="quantity"' not in browser.get(page).text
    assert browser.post(page, {"status": "used", "quantity": "9", "position": "1"}).status_code == 403
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.get().quantity == 1


# What is typed.


@pytest.mark.parametrize(
    "field", ["estimate_quantity", "quantity", "quantity_to_bill", "unit_price", "discount_percent"]
)
@pytest.mark.parametrize("odd", [HUGE, "-1", "NaN", "-Infinity", "1e400", "1\0", "٣٣٣٣٣٣٣٣٣٣٣٣٣٣", "0.00000000001"])
def test_odd_numbers_are_answered_next_to_the_field(browser, tenant, work_order, field, odd):
    with tenant_scope(tenant):
        product = make_product()
    answer = save(browser, tenant, work_order, products=[part(product, status="used", **{field: odd})])
    assert answer.status_code == 200
    form = answer.context["inline_admin_formsets"][1].formset.forms[0]
    assert list(form.errors) == [field]
    assert form[field].value() == odd
    with tenant_scope(tenant):
        assert not WorkOrderProduct.objects.exists()


@pytest.mark.parametrize("odd", [HUGE, "-1", "NaN", "1e400", "2.5", "a\0b"])
def test_odd_minutes_are_answered_next_to_the_field(browser, tenant, work_order, odd):
    answer = save(browser, tenant, work_order, tasks=[step(actual_minutes=odd)])
    form = answer.context["inline_admin_formsets"][2].formset.forms[0]
    assert list(form.errors) == ["actual_minutes"]
    with tenant_scope(tenant):
        assert not WorkOrderTask.objects.exists()


def test_more_rows_than_a_work_order_holds_are_refused(browser, tenant, work_order, monkeypatch):
    monkeypatch.setattr(lines, "MOST_LINES", 2)
    with tenant_scope(tenant):
        make_task(work_order)
    answer = save(browser, tenant, work_order, tasks=[step(name="Second"), step(name="Third")])
    assert "at most 2 lines" in errors(answer)
    assert save(browser, tenant, work_order, tasks=[step(name="Second")]).status_code == 302


def test_a_price_left_empty_is_taken_from_the_list_anew(browser, tenant, work_order):
    with tenant_scope(tenant):
        line = make_product_line(work_order, product=make_product(list_price=Decimal(31)), unit_price=5)
    row = part(line.product, id=line.pk, status="used", quantity="1", quantity_to_bill="1", unit_price="")
    answer = save(browser, tenant, work_order, products=[row | {"description": line.description}])
    assert answer.status_code == 302, errors(answer)
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.get().unit_price == 31


def test_a_line_stays_its_product(browser, tenant, work_order):
    with tenant_scope(tenant):
        line, other = make_product_line(work_order), make_product()
    row = part(other, id=line.pk, status="used", quantity="1", quantity_to_bill="1", unit_price="20")
    assert save(browser, tenant, work_order, products=[row]).status_code == 302
    with tenant_scope(tenant):
        assert WorkOrderProduct.objects.get().product_id == line.product_id


def test_saving_what_was_not_touched_changes_nothing(browser, tenant, work_order):
    with tenant_scope(tenant):
        before = WorkOrder.objects.values().get()
    assert save(browser, tenant, work_order).status_code == 302
    with tenant_scope(tenant):
        assert WorkOrder.objects.values().get() == before
        assert not AuditEntry.objects.filter(object_id=work_order.pk).exists()


# What is shown.


def test_the_page_asks_no_more_the_more_it_holds(browser, tenant, work_order):
    def fill(times):
        with tenant_scope(tenant):
            for _time in range(times):
                asset = make_asset(account=work_order.account)
                make_product_line(work_order)
                make_service_line(work_order)
                make_task(work_order, asset=asset)
                tasks.add_incident(work_order, make_incident_type(), asset=asset)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(page_of(work_order)).status_code == 200
        return len(captured)

    fill(1)
    queries()
    few = queries()
    fill(4)
    assert queries() == few


def test_rows_name_what_they_refer_to(browser, tenant, work_order):
    with tenant_scope(tenant):
        task = make_task(work_order, asset=make_asset(account=work_order.account))
    form = browser.get(page_of(work_order)).context["inline_admin_formsets"][2].formset.forms[0]
    widget = form.fields["asset"].widget.widget
    assert isinstance(widget, AutocompleteSelect)
    assert f'<option value="{task.asset_id}" selected>{task.asset}</option>' in str(form["asset"])


def test_signature_and_invoices_are_shown(browser, tenant, work_order):
    with tenant_scope(tenant):
        contact = make_contact(account=work_order.account)
        WorkOrder.objects.update(system_status=WorkOrderStatus.COMPLETED)
        WorkOrderSignature.objects.create(
            work_order=work_order, name="Ada Lovelace", contact=contact, signed_at=clock.now()
        )
        draft = make_draft(make_item(), account=work_order.account, work_order=work_order)
    text = browser.get(page_of(work_order)).text
    assert "Ada Lovelace" in text
    assert reverse("admin:accounts_contact_change", args=[contact.pk]) in text
    assert reverse("admin:fieldservice_invoice_change", args=[draft.pk]) in text
    assert "taken back" in browser.get(page_of(work_order, "reopen")).text


def test_the_paper_says_prices_and_nothing_of_staff(browser, tenant, work_order):
    with tenant_scope(tenant):
        asset = make_asset(account=work_order.account, is_exposed=False)
        texts = {"description": "New pump", "internal_description": "Canary line", "unit_cost": Decimal(7)}
        make_product_line(work_order, asset=asset, **texts)
        make_service_line(work_order, minutes=30, minutes_to_bill=30)
        make_task(work_order, name="Sweep")
        WorkOrder.objects.update(internal_notes="Canary note")
    answer = browser.get(page_of(work_order, "pdf"))
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.content)
    for words in (work_order.number, "New pump", asset.name, "$20.00", "$30.00", "Sweep"):
        assert words in text, words
    assert "Canary" not in text


def test_what_an_incident_type_brings_is_copied_when_a_work_order_is_created(browser, tenant):
    with tenant_scope(tenant):
        product = make_product(list_price=Decimal(8))
        incident_type = make_incident_type()
        make_incident_product(incident_type, product, quantity=3)
        account = make_work_order().account
        WorkOrder.objects.all().delete()
    data = {"account": account.pk, "incident_type": incident_type.pk, "place": account.place_id, "priority": "high"}
    answer = browser.post(reverse("admin:fieldservice_workorder_add"), data)
    with tenant_scope(tenant):
        made = WorkOrder.objects.get()
        line = WorkOrderProduct.objects.get(work_order=made)
        assert (line.estimate_quantity, line.unit_price, line.status) == (3, 8, "estimated")
    assert answer.url == page_of(made)
    assert "$24.00" in browser.get(answer.url).text


@pytest.mark.parametrize("name", ["workorderproduct", "workorderservice", "incidenttype", "workorder"])
def test_the_menu_leads_there(browser, name):
    assert f'href="{reverse(f"admin:fieldservice_{name}_changelist")}"' in browser.get(reverse("admin:index")).text
