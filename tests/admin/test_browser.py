"""The admin's own scripts work under the content security policy, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from portal.accounts.models import ContactRole
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact, make_staff
from tests.factories.fieldservice import make_work_order
from tests.factories.scheduling import make_booking
from tests.kit.browsers import PATIENCE, running_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def staffed(committed):
    with tenant_scope(committed):
        staff = make_staff()
    client = Client(headers={"host": f"{committed.slug}.localhost"})
    client.force_login(staff)
    return committed, client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="module")
def chromium():
    with running_browser() as running:
        yield running


@pytest.fixture
def opened(chromium, live_server, staffed):
    """A page of the staff's browser, and what its console complains of."""
    tenant, session = staffed
    base = live_server.url.replace("localhost", f"{tenant.slug}.localhost")
    complaints = []
    context = chromium.new_context(base_url=base)
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base}])
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page, complaints
    page.wait_for_load_state("networkidle")
    context.close()


@pytest.fixture
def page(opened):
    """A page that fails its test by any complaint."""
    page, complaints = opened
    yield page
    assert complaints == []


def test_a_web_role_is_given_by_autocomplete(page, staffed):
    tenant, _session = staffed
    with tenant_scope(tenant):
        contact = make_contact(user=None)
    page.goto(reverse("admin:accounts_contact_change", args=[contact.pk]))
    page.locator("#roles-group .add-row a").click()
    page.locator("#roles-0 .select2-selection").click()
    page.locator(".select2-search__field").fill("FS Customer App")
    page.get_by_role("option", name="FS Customer Approver").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Section Field service opens for 1 person.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"{contact} was saved.")).to_be_visible()
    with tenant_scope(tenant):
        assert ContactRole.objects.get(contact=contact).role.key == "fs-customer-approver"


def test_work_orders_are_exposed_from_the_list(page, staffed):
    tenant, _session = staffed
    with tenant_scope(tenant):
        work_order = make_work_order(is_exposed=False)
    page.goto(reverse("admin:fieldservice_workorder_changelist"))
    page.locator("tr", has_text=work_order.number).locator("input.action-select").check()
    page.locator("select[name=action]").select_option("expose_to_customer")
    page.get_by_role("button", name="Go").click()
    page.get_by_role("button", name="Expose", exact=True).click()
    expect(page.get_by_text("1 record was exposed.")).to_be_visible()


@pytest.mark.parametrize(
    "name",
    [
        "index",
        "accounts_account_add",
        "scheduling_bookableresource_add",
        "scheduling_schedulingsettings_add",
        "scheduling_booking_changelist",
        "fieldservice_incidenttype_add",
    ],
)
def test_pages_open_without_a_complaint(page, staffed, name):
    with tenant_scope(staffed[0]):
        make_account()
    assert page.goto(reverse(f"admin:{name}")).status == 200


def test_axe_finds_nothing(opened, staffed):
    with tenant_scope(staffed[0]):
        booking = make_booking()
        contact = make_contact("fs-customer-approver", account=booking.account)
    pages = [
        reverse("admin:index"),
        reverse("admin:fieldservice_workorder_changelist"),
        reverse("admin:fieldservice_workorder_change", args=[booking.work_order_id]),
        reverse("admin:scheduling_booking_change", args=[booking.pk]),
        reverse("admin:scheduling_booking_why", args=[booking.pk]),
        reverse("admin:scheduling_bookableresource_change", args=[booking.resource_id]),
        reverse("admin:accounts_contact_change", args=[contact.pk]),
        reverse("admin:accounts_contact_login", args=[contact.pk]),
        reverse("admin:accounts_contact_history", args=[contact.pk]),
    ]
    # Axe writes styles of its own, which the policy refuses: the console is not asked here.
    page, _complaints = opened
    for address in pages:
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], address
