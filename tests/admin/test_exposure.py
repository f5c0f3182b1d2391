"""The switch, on the object and in bulk, audited, and who can see it and why (TEN-6)."""

import pytest
from django.urls import reverse

from fieldservice.models import Asset, WorkOrder
from portal.access.admin import exposure, who_sees
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_approver, make_contact, make_web_role
from tests.factories.fieldservice import make_asset, make_work_order

LIST = reverse("admin:fieldservice_workorder_changelist")


@pytest.fixture
def hidden(tenant):
    with tenant_scope(tenant):
        return [make_work_order(is_exposed=False) for _ in range(2)]


def exposed(tenant):
    with tenant_scope(tenant):
        return WorkOrder.objects.filter(is_exposed=True).count()


def trail(tenant):
    with tenant_scope(tenant):
        rows = AuditEntry.objects.filter(action__startswith="exposure.").order_by("at", "pk")
        return [(row.action, row.object_id, row.actor_id) for row in rows]


def choose(browser, action, rows, method="post"):
    """Choose rows and an action, and confirm what it says (tests/admin/test_asking.py)."""
    data = {"action": action, "_selected_action": [row.pk for row in rows], "index": "0"}
    answer = getattr(browser, method)(LIST, data, follow=True)
    if "seal" in answer.context:
        answer = browser.post(LIST, {**data, "confirmed": answer.context["seal"]}, follow=True)
    return answer


def test_exposing_and_hiding_in_bulk(browser, staff, tenant, hidden):
    answer = choose(browser, "expose_to_customer", hidden)
    assert "2 records were exposed." in answer.text
    assert exposed(tenant) == 2
    choose(browser, "expose_to_customer", hidden)
    answer = choose(browser, "hide_from_customer", hidden[:1])
    assert "1 record was hidden." in answer.text
    assert exposed(tenant) == 1
    assert sorted(trail(tenant)) == sorted(
        [
            ("exposure.expose", hidden[0].pk, staff.pk),
            ("exposure.expose", hidden[1].pk, staff.pk),
            ("exposure.hide", hidden[0].pk, staff.pk),
        ]
    )


def test_a_link_exposes_nothing(browser, tenant, hidden):
    choose(browser, "expose_to_customer", hidden, method="get")
    assert exposed(tenant) == 0
    assert trail(tenant) == []


def test_another_companys_rows_are_not_exposed(browser, other_tenant):
    with tenant_scope(other_tenant):
        foreign = make_work_order(is_exposed=False)
    choose(browser, "expose_to_customer", [foreign])
    assert exposed(other_tenant) == 0


def test_too_many_at_once_are_refused(browser, tenant, hidden, monkeypatch):
    monkeypatch.setattr(exposure, "BULK_LIMIT", 1)
    assert "Choose at most 1 records" in choose(browser, "expose_to_customer", hidden).text
    assert exposed(tenant) == 0


def test_the_switch_on_the_object(browser, staff, tenant):
    with tenant_scope(tenant):
        asset = make_asset(is_exposed=False, parent=None)
    fields = {
        "account": asset.account_id,
        "name": asset.name,
        "serial_number": asset.serial_number,
        "category": "",
        "parent": "",
        "location": asset.location_id,
        "installed_date": "",
        "is_active": "on",
    }
    page = reverse("admin:fieldservice_asset_change", args=[asset.pk])
    assert browser.post(page, {**fields, "is_exposed": "on"}).status_code == 302
    with tenant_scope(tenant):
        assert Asset.objects.get(pk=asset.pk).is_exposed
    assert browser.post(page, fields).status_code == 302
    with tenant_scope(tenant):
        entries = AuditEntry.objects.filter(object_id=asset.pk).order_by("at", "pk")
        assert [(entry.action, entry.before, entry.after) for entry in entries] == [
            ("exposure.expose", {"is_exposed": False}, {"is_exposed": True}),
            ("exposure.hide", {"is_exposed": True}, {"is_exposed": False}),
        ]


def panel(browser, work_order, **query):
    page = browser.get(reverse("admin:fieldservice_workorder_change", args=[work_order.pk]), query)
    assert page.status_code == 200
    return {witness.contact.full_name: witness for witness in page.context["witnesses"].object_list}, page


def test_who_can_see_it_and_why(browser, tenant):
    with tenant_scope(tenant):
        parent = make_account()
        account = make_account(parent=parent)
        work_order = make_work_order(account=account)
        make_approver(account=account, full_name="Sees")
        make_contact(account=account, full_name="No role")
        make_approver(account=parent, full_name="Above without reach")
        wide = make_web_role(("field_service", "read"), includes_child_accounts=True)
        make_contact(account=parent, full_name="Above with reach").roles.create(role=wide)
        make_approver(account=account, full_name="Gone", is_active=False)
        make_approver(full_name="Stranger")
    found, page = panel(browser, work_order)
    assert {name: witness.sees for name, witness in found.items()} == {
        "Sees": True,
        "No role": False,
        "Above without reach": False,
        "Above with reach": True,
    }
    assert "No web role of the contact opens this section." in page.text
    assert "The contact does not see records of its account." in page.text


def test_a_hidden_record_is_seen_by_nobody(browser, tenant):
    with tenant_scope(tenant):
        account = make_account()
        work_order = make_work_order(account=account, is_exposed=False)
        make_approver(account=account, full_name="Approver")
    found, page = panel(browser, work_order)
    assert not found["Approver"].sees
    assert "It is not exposed." in page.text


def test_the_panel_is_paged(browser, tenant, django_assert_max_num_queries):
    with tenant_scope(tenant):
        account = make_account()
        work_order = make_work_order(account=account)
        for number in range(12):
            make_contact(account=account, user=None, full_name=f"Contact {number:02}", email="a@b.example")
    with django_assert_max_num_queries(90):
        found, page = panel(browser, work_order)
    assert len(found) == who_sees.CONTACTS_A_PAGE
    assert "?contacts=2" in page.text
    assert list(panel(browser, work_order, contacts="2")[0]) == ["Contact 10", "Contact 11"]


def test_an_account_without_contacts_says_so(browser, tenant):
    with tenant_scope(tenant):
        work_order = make_work_order()
    assert "The account has no active contacts." in panel(browser, work_order)[1].text
