"""Who gets in, on which host (TEN-2, TEN-4)."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import StaffMember, User
from portal.kit.ids import uuid7
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from portal.web.routes import routes
from tests.factories.accounts import make_approver, make_staff

INDEX = reverse("admin:index")
ACCOUNTS = "admin:accounts_account_changelist"


def test_staff_open_the_admin_of_their_company(browser, tenant):
    answer = browser.get(INDEX)
    assert answer.status_code == 200
    assert tenant.name in answer.text
    assert [section["app_label"] for section in answer.context["app_list"]][:4] == [
        "accounts",
        "fieldservice",
        "timeline",
        "scheduling",
    ]


def test_staff_of_another_company_are_refused(client_for, staff, other_tenant):
    with tenant_scope(other_tenant):
        assert client_for(staff, other_tenant).get(reverse(ACCOUNTS)).status_code == 403


def test_contacts_get_no_admin(client_for, tenant):
    with tenant_scope(tenant):
        contact = make_approver()
    browser = client_for(contact.user, tenant)
    for name in ("index", "accounts_account_changelist", "scheduling_booking_changelist", "login"):
        assert browser.get(reverse(f"admin:{name}")).status_code == 403


def test_staff_who_left_get_no_admin(browser, staff, tenant):
    with tenant_scope(tenant):
        StaffMember.objects.filter(user=staff).update(is_active=False)
    assert browser.get(INDEX).status_code == 403


def test_the_platforms_staff_are_no_companys_staff(client_for, platform_staff, tenant):
    assert client_for(platform_staff, tenant).get(INDEX).status_code == 403


def test_a_visitor_comes_back_after_signing_in(client_for, tenant):
    browser = client_for(None, tenant)
    target = reverse(ACCOUNTS)
    answer = browser.get(target, follow=True)
    assert answer.redirect_chain[-1] == (f"{reverse('account_login')}?next={target}", 302)
    assert answer.status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_to_the_sign_in_page_leads_nowhere_else(client_for, tenant, target):
    answer = client_for(None, tenant).get(reverse("admin:login"), {"next": target})
    assert answer.url == f"{reverse('account_login')}?next={INDEX}"


def test_signing_out_needs_a_post(browser):
    assert browser.get(reverse("admin:logout")).status_code == 405
    assert browser.get(INDEX).status_code == 200
    assert browser.post(reverse("admin:logout")).status_code == 302
    assert browser.get(INDEX).status_code == 302


def test_the_platforms_staff_see_companies_and_users_only(platform_browser, tenant):
    answer = platform_browser.get(INDEX)
    names = {model["object_name"] for section in answer.context["app_list"] for model in section["models"]}
    assert names == {"Tenant", "User"}
    assert tenant.name in platform_browser.get(reverse("admin:tenancy_tenant_changelist")).text
    assert platform_browser.get(reverse(ACCOUNTS)).status_code == 403


def test_no_page_of_a_companys_records_opens_for_the_platforms_staff(platform_browser):
    """Each address of the admin that names a record: nothing is looked up, and nothing breaks."""
    pages = [
        route
        for route in routes()
        if route.name.startswith("admin:") and route.name != "admin:" and "object_id" in route.pattern
    ]
    platform = ("admin:tenancy_tenant", "admin:accounts_user")
    answers = {
        route.name: platform_browser.get(reverse(route.name, args=[uuid7()] * route.pattern.count("<"))).status_code
        for route in pages
        if not route.name.startswith(platform)
    }
    assert {name for name, status in answers.items() if status not in {403, 404, 405}} == set()


def test_the_platforms_pages_name_no_history(platform_browser, tenant):
    page = reverse("admin:tenancy_tenant_change", args=[tenant.pk])
    assert "historylink" not in platform_browser.get(page).text


def test_a_companys_staff_see_no_platform_pages(browser, tenant):
    for page in ("tenancy_tenant", "accounts_user"):
        assert browser.get(reverse(f"admin:{page}_changelist")).status_code == 403
        assert browser.get(reverse(f"admin:{page}_add")).status_code == 403
    assert browser.get(reverse("admin:tenancy_tenant_change", args=[tenant.pk])).status_code == 403


def test_a_companys_staff_are_not_the_platforms(tenant):
    with tenant_scope(tenant):
        staff = make_staff()
    browser = Client(headers={"host": "localhost"})
    browser.force_login(staff)
    assert browser.get(INDEX).status_code == 403


def test_a_new_company_begins_with_roles_and_staff(platform_browser):
    fields = {
        "name": "Initech Elevators",
        "slug": "initech",
        "is_active": "on",
        "time_zone": "Europe/London",
        "currency": "GBP",
        "languages": "en,de",
        "sections": ["scheduling", "field_service"],
        "accent": "#0f5fa8",
        "first_staff": "First@Initech.example",
        "hosts-TOTAL_FORMS": "1",
        "hosts-INITIAL_FORMS": "0",
        "hosts-0-host": "initech.localhost",
        "hosts-0-is_primary": "on",
    }
    answer = platform_browser.post(reverse("admin:tenancy_tenant_add"), fields)
    assert answer.status_code == 302, answer.context["errors"]
    company = Tenant.objects.get(slug="initech")
    with tenant_scope(company):
        assert StaffMember.objects.get().user.email == "first@initech.example"
    browser = Client(headers={"host": "initech.localhost"})
    browser.force_login(User.objects.get(email="first@initech.example"))
    assert "Self-Service Scheduler" in browser.get(reverse("admin:accounts_webrole_changelist")).text


def test_the_platform_adds_a_login_without_a_password(platform_browser):
    answer = platform_browser.post(
        reverse("admin:accounts_user_add"), {"email": "New@Person.example", "is_active": "on"}
    )
    assert answer.status_code == 302
    user = User.objects.get(email="new@person.example")
    assert not user.has_usable_password()


def test_nobody_of_the_platform_locks_themself_out(platform_browser, platform_staff):
    page = reverse("admin:accounts_user_change", args=[platform_staff.pk])
    platform_browser.post(page, {"email": platform_staff.email})
    platform_staff.refresh_from_db()
    assert platform_staff.is_active
    assert platform_staff.is_platform_staff


def test_an_inactive_login_is_out(browser, staff):
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert browser.get(INDEX).status_code == 302
