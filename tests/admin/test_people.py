"""Contacts, their web roles and logins, staff (TEN-3, TEN-4)."""

import pytest
from django.urls import reverse

from notifications.models import OutboxMessage
from portal.accounts.models import Contact, ContactRole, StaffMember, User, WebRole
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact, make_user, make_web_role


@pytest.fixture
def contact(tenant):
    with tenant_scope(tenant):
        return make_contact(user=None, email="ann@customer.example")


def actions(tenant, obj):
    with tenant_scope(tenant):
        return list(AuditEntry.objects.filter(object_id=obj.pk).order_by("at", "pk").values_list("action", flat=True))


def login_page(contact):
    return reverse("admin:accounts_contact_login", args=[contact.pk])


def fields_of(contact, **changes):
    return {
        "account": contact.account_id,
        "full_name": contact.full_name,
        "email": contact.email,
        "phone": "",
        "language": "en",
        "time_zone": "",
        "is_active": "on",
        "roles-TOTAL_FORMS": "0",
        "roles-INITIAL_FORMS": "0",
        **changes,
    }


def save(browser, contact, **changes):
    """Save the form, and confirm what it changes for people (tests/admin/test_asking.py)."""
    page, data = reverse("admin:accounts_contact_change", args=[contact.pk]), fields_of(contact, **changes)
    answer = browser.post(page, data)
    if answer.context and "seal" in answer.context:
        answer = browser.post(page, {**data, "confirmed": answer.context["seal"]})
    assert answer.status_code == 302, answer.context["errors"]


def test_no_name_turns_the_direction_of_its_neighbours(browser, tenant, contact):
    save(browser, contact, full_name="\u202eAda \u2067Byron\u2069 \u05d0\u200f")
    with tenant_scope(tenant):
        contact.refresh_from_db()
    assert contact.full_name == "Ada Byron \u05d0\u200f"


def test_a_web_role_is_assigned_and_withdrawn(browser, tenant, contact):
    with tenant_scope(tenant):
        role = WebRole.objects.get(key="fs-customer-approver")
    save(browser, contact, **{"roles-TOTAL_FORMS": "1", "roles-0-role": role.pk})
    with tenant_scope(tenant):
        given = ContactRole.objects.get(contact=contact, role=role)
    save(
        browser,
        contact,
        **{
            "roles-TOTAL_FORMS": "1",
            "roles-INITIAL_FORMS": "1",
            "roles-0-id": given.pk,
            "roles-0-contact": contact.pk,
            "roles-0-DELETE": "on",
        },
    )
    with tenant_scope(tenant):
        assert not ContactRole.objects.filter(contact=contact).exists()
    assert actions(tenant, contact) == ["web_role.assign", "web_role.withdraw"]


def test_a_contact_gets_a_login_by_e_mail(browser, tenant, contact):
    assert "ann@customer.example" in browser.get(login_page(contact)).text
    answer = browser.post(login_page(contact), {"give": "1", "email": "Ann@Customer.example"})
    assert answer.status_code == 302
    user = User.objects.get(email="ann@customer.example")
    assert not user.has_usable_password()
    with tenant_scope(tenant):
        assert Contact.objects.get(pk=contact.pk).user == user
    assert actions(tenant, contact) == ["contact.give_login"]


def test_a_new_login_gets_its_password_by_e_mail(browser, client_for, tenant, contact):
    browser.post(login_page(contact), {"give": "1", "email": contact.email})
    client_for(None, tenant).post(reverse("account_reset_password"), {"email": contact.email})
    with tenant_scope(tenant):
        assert OutboxMessage.objects.get(name="password_reset").address == contact.email


def test_a_login_that_exists_is_used_and_stays_as_it_is(browser, tenant, contact):
    user = make_user(email="known@person.example")
    browser.post(login_page(contact), {"give": "1", "email": user.email})
    with tenant_scope(tenant):
        assert Contact.objects.get(pk=contact.pk).user == user
    former = user.password
    user.refresh_from_db()
    assert user.password == former


def test_a_login_belongs_to_one_contact_of_a_company(browser, tenant, contact):
    with tenant_scope(tenant):
        other = make_contact()
    answer = browser.post(login_page(contact), {"give": "1", "email": other.user.email})
    assert "signs in as another contact" in answer.text
    assert actions(tenant, contact) == []


def test_a_login_may_be_a_contact_of_two_companies(browser, tenant, other_tenant, contact):
    with tenant_scope(other_tenant):
        elsewhere = make_contact()
    assert browser.post(login_page(contact), {"give": "1", "email": elsewhere.user.email}).status_code == 302


def test_a_login_is_withdrawn(browser, tenant):
    with tenant_scope(tenant):
        contact = make_contact()
    assert browser.post(login_page(contact), {"withdraw": "1"}).status_code == 302
    with tenant_scope(tenant):
        assert Contact.objects.get(pk=contact.pk).user is None
    assert actions(tenant, contact) == ["contact.withdraw_login"]


@pytest.mark.parametrize("data", [{"give": "1", "email": "x@y.example"}, {"withdraw": "1"}])
def test_opening_the_login_page_changes_nothing(browser, tenant, data):
    with tenant_scope(tenant):
        contact = make_contact()
    browser.get(login_page(contact), data)
    with tenant_scope(tenant):
        assert Contact.objects.get(pk=contact.pk).user == contact.user


def test_the_login_page_of_another_companys_contact_is_not_there(browser, other_tenant):
    with tenant_scope(other_tenant):
        contact = make_contact()
    assert browser.get(login_page(contact)).status_code == 404
    assert browser.post(login_page(contact), {"withdraw": "1"}).status_code == 404


def test_no_page_lists_the_users_of_the_platform(browser, tenant, contact):
    stranger = make_user(email="stranger@elsewhere.example")
    for page in ("contact", "staffmember"):
        assert stranger.email not in browser.get(reverse(f"admin:accounts_{page}_add")).text
    query = {"app_label": "accounts", "model_name": "contact", "field_name": "user", "term": "stranger"}
    assert browser.get(reverse("admin:autocomplete"), query).status_code == 403


def test_web_roles_show_how_many_hold_them(browser, tenant):
    with tenant_scope(tenant):
        role = make_web_role(("field_service", "read"), name="Caretaker")
        for _ in range(2):
            contact = make_contact()
            ContactRole.objects.create(contact=contact, role=role)
    page = browser.get(reverse("admin:accounts_webrole_changelist"), {"q": "Caretaker"})
    assert [row.holder_count for row in page.context["cl"].result_list] == [2]


def test_only_an_own_role_that_nobody_holds_is_deleted(browser, tenant):
    with tenant_scope(tenant):
        shipped = WebRole.objects.get(key="partner-manager")
        free, held = make_web_role(), make_web_role()
        ContactRole.objects.create(contact=make_contact(), role=held)
    for role, status in ((shipped, 403), (held, 403), (free, 302)):
        page = reverse("admin:accounts_webrole_delete", args=[role.pk])
        assert browser.post(page, {"post": "yes"}).status_code == status


def test_a_colleague_joins_the_staff_by_e_mail(browser, client_for, tenant):
    page = reverse("admin:accounts_staffmember_add")
    assert browser.post(page, {"email": "Bob@acme.example"}).status_code == 302
    bob = User.objects.get(email="bob@acme.example")
    assert client_for(bob, tenant).get(reverse("admin:index")).status_code == 200
    assert "is on the staff already" in browser.post(page, {"email": "bob@acme.example"}).text
    with tenant_scope(tenant):
        member = StaffMember.objects.get(user=bob)
    assert actions(tenant, member) == ["staff.join"]


def test_nobody_locks_themself_out(browser, staff, tenant):
    with tenant_scope(tenant):
        member = StaffMember.objects.get(user=staff)
    browser.post(reverse("admin:accounts_staffmember_change", args=[member.pk]), {})
    assert browser.get(reverse("admin:index")).status_code == 200
