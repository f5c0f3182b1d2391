"""Work orders through the domain, and what must go together (FS-4)."""

import pytest
from django.urls import reverse

from fieldservice.enums import WorkOrderStatus
from fieldservice.models import FieldServiceSettings, WorkOrder
from portal.audit.models import AuditEntry
from portal.catalog.models import NumberSeries
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account
from tests.factories.fieldservice import (
    make_asset,
    make_incident_type,
    make_location,
    make_sub_status,
    make_work_order,
)

ADD = reverse("admin:fieldservice_workorder_add")


@pytest.fixture
def fields(tenant):
    with tenant_scope(tenant):
        account = make_account()
        return {
            "account": account.pk,
            "billing_account": make_account().pk,
            "incident_type": make_incident_type(display_name="Boiler check").pk,
            "place": account.place_id,
            "priority": "high",
            "summary": "",
            "customer_comments": "Ring twice",
            "internal_notes": "Pays late",
            "external_number": "ERP-1",
        }


def errors(answer):
    return answer.context["adminform"].form.errors


def test_a_work_order_is_numbered_by_the_domain(browser, tenant, fields, staff):
    for _ in range(2):
        answer = browser.post(ADD, fields)
        assert answer.status_code == 302, errors(answer)
        fields["external_number"] = ""
    with tenant_scope(tenant):
        first, second = WorkOrder.objects.order_by("number")
        assert (first.number, second.number) == ("WO-1001", "WO-1002")
        assert (first.summary, first.internal_notes, first.external_number) == ("Boiler check", "Pays late", "ERP-1")
        assert first.billing_account_id == fields["billing_account"]
        assert not first.is_exposed
        entries = AuditEntry.objects.filter(object_id=first.pk)
        assert [(entry.action, entry.actor_id) for entry in entries] == [("work_order.create", staff.pk)]


def test_an_asset_of_another_account_is_refused(browser, tenant, fields):
    with tenant_scope(tenant):
        fields["asset"] = make_asset().pk
    assert "asset" in errors(browser.post(ADD, fields))


def test_an_account_that_is_no_longer_served_is_refused(browser, tenant, fields):
    with tenant_scope(tenant):
        fields["account"] = make_account(is_active=False).pk
    assert "account" in errors(browser.post(ADD, fields))


def change(browser, work_order, **changes):
    data = {"incident_type": work_order.incident_type_id, "place": work_order.place_id, "priority": "normal"}
    data |= {"summary": work_order.summary, "seen_status": work_order.system_status}
    for inline in ("services", "products", "tasks", "incidents", "booking"):
        data |= {f"{inline}-TOTAL_FORMS": "0", f"{inline}-INITIAL_FORMS": "0"}
    data |= changes
    return browser.post(reverse("admin:fieldservice_workorder_change", args=[work_order.pk]), data)


def test_account_number_and_status_are_not_typed_over(browser, tenant):
    with tenant_scope(tenant):
        work_order = make_work_order()
        other = make_account()
    assert (
        change(browser, work_order, account=other.pk, number="X", system_status="posted", is_exposed="on").status_code
        == 302
    )
    with tenant_scope(tenant):
        after = WorkOrder.objects.get(pk=work_order.pk)
    assert (after.account_id, after.number, after.system_status) == (
        work_order.account_id,
        work_order.number,
        WorkOrderStatus.UNSCHEDULED,
    )


def test_the_site_of_a_scheduled_work_order_stays(browser, tenant):
    with tenant_scope(tenant):
        work_order = make_work_order(system_status=WorkOrderStatus.SCHEDULED)
        elsewhere = make_account().place_id
    assert change(browser, work_order, place=elsewhere).status_code == 302
    with tenant_scope(tenant):
        assert WorkOrder.objects.get(pk=work_order.pk).place_id == work_order.place_id


def test_a_sub_status_belongs_to_the_system_status(browser, tenant):
    with tenant_scope(tenant):
        work_order = make_work_order()
        right = make_sub_status()
        wrong = make_sub_status(system_status=WorkOrderStatus.POSTED)
    assert "sub_status" in errors(change(browser, work_order, sub_status=wrong.pk))
    assert change(browser, work_order, sub_status=right.pk).status_code == 302


def test_an_asset_stands_at_a_location_of_its_account(browser, tenant):
    with tenant_scope(tenant):
        account, location = make_account(), make_location()
    answer = browser.post(
        reverse("admin:fieldservice_asset_add"), {"account": account.pk, "name": "Boiler", "location": location.pk}
    )
    assert "location" in errors(answer)


def test_numbers_only_rise(browser, tenant):
    with tenant_scope(tenant):
        counter = NumberSeries.objects.create(kind="work_order", next_number=500)
    page = reverse("admin:catalog_numberseries_change", args=[counter.pk])
    assert "next_number" in errors(browser.post(page, {"prefix": "WO-", "next_number": "499"}))
    assert browser.post(page, {"prefix": "W", "next_number": "600"}).status_code == 302


def test_the_list_of_a_single_row_leads_to_it(browser, tenant):
    listed = reverse("admin:fieldservice_fieldservicesettings_changelist")
    assert browser.get(listed).url == reverse("admin:fieldservice_fieldservicesettings_add")
    with tenant_scope(tenant):
        counter = FieldServiceSettings.objects.create()
    assert browser.get(listed).url == reverse("admin:fieldservice_fieldservicesettings_change", args=[counter.pk])
    assert browser.get(reverse("admin:fieldservice_fieldservicesettings_add")).status_code == 403
