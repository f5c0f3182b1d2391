"""What would appear and disappear, and for how many people, is said before a web role or exposure is changed (TEN-6)."""

import pytest
from django.urls import reverse

from fieldservice.models import WorkOrder
from portal.access.admin.asking import sentence_of
from portal.access.difference import Change
from portal.accounts.enums import Section
from portal.accounts.models import Contact, ContactRole, WebRole
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact, make_reviewer
from tests.factories.fieldservice import make_asset, make_work_order

LIST = reverse("admin:fieldservice_workorder_changelist")


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        return make_account()


@pytest.fixture
def orders(tenant, account):
    with tenant_scope(tenant):
        return [make_work_order(account=account, is_exposed=False) for _ in range(2)]


@pytest.fixture
def reviewers(tenant, account):
    with tenant_scope(tenant):
        return [make_reviewer(account=account) for _ in range(3)]


def choose(browser, action, rows, **data):
    return browser.post(LIST, {"action": action, "_selected_action": [row.pk for row in rows], "index": "0", **data})


def confirm(browser, answer, address):
    """Send the form of the page that asks."""
    sent = [*answer.context["fields"], ("confirmed", answer.context["seal"])]
    data = {}
    for name, value in sent:
        data.setdefault(name, []).append(value)
    return browser.post(address, data, follow=True)


def exposed(tenant):
    with tenant_scope(tenant):
        return WorkOrder.objects.filter(is_exposed=True).count()


def test_a_bulk_switch_says_what_appears_and_waits(browser, tenant, orders, reviewers):
    answer = choose(browser, "expose_to_customer", orders)

    assert answer.context["sentences"] == ["2 records will be exposed.", "2 work orders appear for 3 people."]
    assert "Nothing has been changed yet." in answer.text
    assert exposed(tenant) == 0
    done = confirm(browser, answer, LIST)
    assert "2 records were exposed." in done.text
    assert exposed(tenant) == 2
    assert choose(browser, "hide_from_customer", orders).context["sentences"] == [
        "2 records will be hidden.",
        "2 work orders disappear for 3 people.",
    ]


def test_a_switch_that_nobody_notices_says_so(browser, orders):
    assert choose(browser, "expose_to_customer", orders).context["sentences"] == [
        "2 records will be exposed.",
        "Nothing changes for anybody who uses the portal now.",
    ]


def test_what_changed_in_the_meantime_is_asked_again(browser, tenant, account, orders, reviewers):
    answer = choose(browser, "expose_to_customer", orders)
    with tenant_scope(tenant):
        make_reviewer(account=account)
    again = confirm(browser, answer, LIST)

    assert again.context["sentences"][1] == "2 work orders appear for 4 people."
    assert exposed(tenant) == 0
    forged = choose(browser, "expose_to_customer", orders, confirmed="yes")
    assert forged.context["sentences"] == again.context["sentences"]


def test_a_search_that_was_chosen_as_a_whole_stays_chosen(browser, tenant, orders, reviewers):
    answer = choose(browser, "expose_to_customer", orders[:1], select_across="1")

    assert answer.context["sentences"][0] == "2 records will be exposed."
    confirm(browser, answer, LIST)
    assert exposed(tenant) == 2


def role_form(tenant, **changes):
    """The page of the shipped reviewer, its fields as they stand."""
    with tenant_scope(tenant):
        role = WebRole.objects.get(key="fs-customer-reviewer")
        grants = list(role.grants.order_by("section"))
    data = {"name": role.name, "description": role.description, "grants-TOTAL_FORMS": len(grants)}
    data["grants-INITIAL_FORMS"] = len(grants)
    for number, grant in enumerate(grants):
        row = {"id": grant.pk, "role": role.pk, "section": grant.section, "level": grant.level, "sees_money": "on"}
        data |= {f"grants-{number}-{name}": value for name, value in row.items()}
    return reverse("admin:accounts_webrole_change", args=[role.pk]), data | changes


def test_an_edited_role_says_what_disappears_and_waits(browser, staff, tenant, account, reviewers):
    with tenant_scope(tenant):
        make_work_order(account=account)
        make_asset(account=account)
        field = WebRole.objects.get(key="fs-customer-reviewer").grants.get(section=Section.FIELD_SERVICE)
    address, data = role_form(tenant)
    number = next(name[len("grants-") : -len("-id")] for name, value in data.items() if value == field.pk)
    answer = browser.post(address, {**data, f"grants-{number}-DELETE": "on"})

    assert answer.context["sentences"] == [
        "1 asset disappears for 3 people.",
        "1 work order disappears for 3 people.",
        "Section Field service closes for 3 people.",
        "Prices in Field service disappear for 3 people.",
    ]
    with tenant_scope(tenant):
        assert type(field).objects.filter(pk=field.pk).exists()
        assert not AuditEntry.objects.filter(action="webrole.change").exists()
    assert "was saved." in confirm(browser, answer, address).text
    with tenant_scope(tenant):
        assert not type(field).objects.filter(pk=field.pk).exists()
        assert AuditEntry.objects.get(action="webrole.change").actor == staff


def test_money_taken_from_a_role_is_said(browser, tenant, reviewers):
    address, data = role_form(tenant)
    without = {name: value for name, value in data.items() if not name.endswith("sees_money")}

    assert browser.post(address, without).context["sentences"] == [
        "Prices in Field service disappear for 3 people.",
        "Prices in Self-scheduling disappear for 3 people.",
    ]


def test_what_changes_nothing_for_anybody_is_saved_at_once(browser, tenant, reviewers):
    address, data = role_form(tenant, description="Another description")

    assert browser.post(address, data).status_code == 302
    with tenant_scope(tenant):
        assert WebRole.objects.get(key="fs-customer-reviewer").description == "Another description"


def test_a_role_that_is_given_says_what_appears_and_waits(browser, tenant, account):
    with tenant_scope(tenant):
        make_work_order(account=account)
        contact = make_contact(account=account)
        role = WebRole.objects.get(key="fs-customer-approver")
    address = reverse("admin:accounts_contact_change", args=[contact.pk])
    data = {
        "account": account.pk,
        "full_name": contact.full_name,
        "email": contact.email,
        "phone": "",
        "language": "en",
        "time_zone": "",
        "is_active": "on",
        "roles-TOTAL_FORMS": "1",
        "roles-INITIAL_FORMS": "0",
        "roles-0-role": role.pk,
    }
    answer = browser.post(address, data)

    assert answer.context["sentences"][0] == "1 work order appears for 1 person."
    assert "Deciding in Field service is allowed to 1 person." in answer.context["sentences"]
    with tenant_scope(tenant):
        assert not ContactRole.objects.filter(contact=contact).exists()
    confirm(browser, answer, address)
    with tenant_scope(tenant):
        assert ContactRole.objects.filter(contact=contact).exists()


def test_an_account_that_a_contact_leaves_is_said(browser, tenant, account, reviewers):
    with tenant_scope(tenant):
        make_work_order(account=account)
        elsewhere = make_account()
        given = ContactRole.objects.get(contact=reviewers[0])
    address = reverse("admin:accounts_contact_change", args=[reviewers[0].pk])
    data = {
        "account": elsewhere.pk,
        "full_name": reviewers[0].full_name,
        "email": reviewers[0].email,
        "phone": "",
        "language": "en",
        "time_zone": "",
        "is_active": "on",
        "roles-TOTAL_FORMS": "1",
        "roles-INITIAL_FORMS": "1",
        "roles-0-id": given.pk,
        "roles-0-contact": reviewers[0].pk,
    }

    assert browser.post(address, data).context["sentences"] == ["1 work order disappears for 1 person."]
    with tenant_scope(tenant):
        assert Contact.objects.get(pk=reviewers[0].pk).account_id == account.pk


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change(WorkOrder, True, 17, 4), "17 work orders appear for 4 people."),
        (Change(WorkOrder, False, 1, 1), "1 work order disappears for 1 person."),
        (
            Change(WorkOrder, True, 10_000, 2001, is_cut=True),
            "More than 10,000 work orders appear for at least 2,001 people.",
        ),
    ],
)
def test_sentences(change, sentence):
    assert sentence_of(change) == sentence
