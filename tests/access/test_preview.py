"""“View the portal as this contact”: read-only, bannered, audited, never for others (TEN-6)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import include, path, reverse
from django.utils.functional import empty
from django.utils.html import strip_tags

from portal.access.preview import SESSION_KEY
from portal.accounts.models import Account, Contact, StaffMember
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.tenancy.scope import own_transactions, tenant_scope
from portal.web.declarations import Rule, declare
from portal.web.preview import SHOWN
from portal.web.routes import routes
from scheduling.models import SlotSearch
from tests.access.test_matrix import cases, everything_of
from tests.access.world import Relation, build_world
from tests.factories.accounts import make_account, make_approver, make_reviewer, make_staff
from tests.factories.fieldservice import make_asset, make_incident_type, make_work_order
from tests.factories.scheduling import make_settings

LIST = reverse("fieldservice:work_order_list")
LOGOUT = reverse("account_logout")
STOP = reverse("stop_preview")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def staff(tenant):
    with tenant_scope(tenant):
        return make_staff()


@pytest.fixture
def contact(tenant):
    with tenant_scope(tenant):
        return make_approver(full_name="Ann Approver", account=make_account(name="Linden Park"))


@pytest.fixture
def browser(client_for, staff, tenant):
    return client_for(staff, tenant)


def start(browser, contact, **data):
    return browser.post(reverse("admin:accounts_contact_preview", args=[contact.pk]), data)


@pytest.fixture
def looking(browser, contact):
    """Staff who see the portal as the contact."""
    assert start(browser, contact).status_code == 302
    return browser


def trail(tenant, contact):
    with tenant_scope(tenant):
        rows = AuditEntry.objects.filter(object_id=contact.pk, action__startswith="preview.").order_by("at", "pk")
        return [(row.action, row.actor_id, row.after.get("why")) for row in rows]


def test_staff_see_what_the_contact_sees_and_say_so_on_the_page(looking, client_for, tenant, contact):
    with tenant_scope(tenant):
        shown = make_work_order(account=contact.account, summary="No heating at all")
        make_work_order(summary="Somebody else's")
        make_work_order(account=contact.account, summary="Not exposed", is_exposed=False)
    page = looking.get(LIST)

    assert "No heating at all" in page.text
    assert "Somebody else" not in page.text
    assert "Not exposed" not in page.text
    assert "You see the portal as Ann Approver (Linden Park)." in strip_tags(page.text)
    assert f'action="{STOP}"' in page.text
    assert looking.get(reverse("fieldservice:work_order_detail", args=[shown.pk])).status_code == 200
    assert page.context["request"].viewer.is_preview
    own = client_for(contact.user, tenant).get(LIST)
    assert "You see the portal as" not in own.text
    assert not own.context["request"].viewer.is_preview


@pytest.mark.parametrize("method", UNSAFE)
def test_every_unsafe_method_is_refused_everywhere(looking, method):
    """On every path, whatever it declares, but for stopping and signing out: 403 and a sentence."""
    paths = {path_of(route) for route in routes()} - {STOP, LOGOUT, ""}

    for address in sorted(paths):
        answer = looking.generic(method, address)
        assert answer.status_code == 403, address
        assert "can change nothing. End the preview to go on." in answer.text
    assert len(paths) > 150


def path_of(route) -> str:
    """An address of the route, "" where its parameters are no ids of records."""
    names = PARAMETER.findall(route.pattern)
    if set(names) - {"pk", "object_id"} or "(" in route.pattern or route.name.endswith(":"):
        return ""
    return reverse(route.name, kwargs=dict.fromkeys(names, "01890000-0000-7000-8000-000000000000"))


def test_a_get_that_would_keep_something_is_refused(looking, tenant):
    """PostgreSQL refuses, whoever forgot: in the request's transaction and in those a view opens itself."""

    @declare(Rule.CONTACT)
    def keeps(request):
        Contact.objects.filter(pk=request.viewer.contact_id).update(full_name="Changed")
        return HttpResponse("done")

    @declare(Rule.CONTACT)
    def claims(request):
        with transaction.atomic():
            list(Contact.objects.select_for_update().order_by("pk"))
        return HttpResponse("done")

    @own_transactions
    @declare(Rule.CONTACT)
    def keeps_by_itself(request):
        with tenant_scope(request.tenant):
            Contact.objects.update(full_name="Changed")
        return HttpResponse("done")

    class Urls:
        urlpatterns = [
            path("keeps/", keeps),
            path("claims/", claims),
            path("keeps-by-itself/", keeps_by_itself),
            path("", include("portal.urls")),
        ]
        handler403 = "portal.web.views.errors.permission_denied"

    with override_settings(ROOT_URLCONF=Urls):
        for address in ("/keeps/", "/claims/", "/keeps-by-itself/"):
            answer = looking.get(address)
            assert answer.status_code == 403, address
            assert "would keep something" in answer.text
    with tenant_scope(tenant):
        assert not Contact.objects.filter(full_name="Changed").exists()


def test_after_the_page_writing_goes_on(looking, in_tenant):
    """Control: read-only ends with the page."""
    looking.get(LIST)
    make_account()
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        assert cursor.fetchone() == ("off",)


def test_a_preview_of_the_booking_page_is_nobodys_search(looking, tenant, contact):
    with tenant_scope(tenant):
        make_settings()
        asset = make_asset(account=contact.account)
        service = make_incident_type()
    query = {"site": str(asset.location_id), "asset": str(asset.pk), "incident_type": str(service.pk)}
    assert looking.get(reverse("scheduling:book"), query).status_code in {200, 400}
    with tenant_scope(tenant):
        assert not SlotSearch.objects.exists()


@pytest.mark.parametrize("name", ["admin:index", "account_change_password", "technician:day"])
def test_pages_of_a_login_of_staff_and_of_technicians_are_not_part_of_it(looking, name):
    answer = looking.get(reverse(name))

    assert answer.status_code == 403
    assert "End the preview first." in answer.text


def test_the_first_page_is_the_contacts(looking, contact):
    page = looking.get(reverse("home"))

    assert page.status_code == 200
    assert "You see the portal as Ann Approver" in strip_tags(page.text)
    assert contact.email in page.text


def test_a_contact_who_is_staff_opens_no_admin_by_it(browser, tenant, contact):
    with tenant_scope(tenant):
        StaffMember.objects.create(user=contact.user)
    start(browser, contact)

    assert browser.get(reverse("admin:index")).status_code == 403
    assert browser.get(reverse("admin:accounts_contact_change", args=[contact.pk])).status_code == 403


def test_stopping_leads_back_and_is_audited(browser, staff, tenant, contact):
    back = reverse("admin:accounts_account_changelist")
    answer = start(browser, contact, back=back, next=LIST)
    assert answer["Location"] == LIST
    key = browser.session.session_key

    answer = browser.post(STOP)

    assert answer["Location"] == back
    assert browser.session.session_key != key
    assert browser.get(LIST).status_code == 404
    assert browser.get(back).status_code == 200
    assert trail(tenant, contact) == [("preview.start", staff.pk, None), ("preview.stop", staff.pk, "stopped")]
    assert browser.post(STOP)["Location"] == "/"


def test_signing_out_ends_it(looking, staff, tenant, contact):
    looking.post(LOGOUT)

    assert SESSION_KEY not in looking.session
    assert trail(tenant, contact)[-1] == ("preview.stop", staff.pk, "signed out")


def test_it_ends_after_its_time(looking, staff, tenant, contact):
    assert looking.get(LIST).status_code == 200
    with time_machine.travel(clock.now() + timedelta(minutes=31)):
        answer = looking.get(LIST, follow=True)
    assert answer.redirect_chain == [(reverse("admin:accounts_contact_change", args=[contact.pk]), 302)]
    assert "You no longer see the portal as Ann Approver." in answer.text
    assert looking.get(LIST).status_code == 404
    assert trail(tenant, contact)[-1] == ("preview.stop", staff.pk, "time limit")


@pytest.mark.parametrize("change", ["right", "membership", "contact", "account"])
def test_it_ends_with_the_right_to_it(looking, staff, tenant, contact, change):
    """Also when the next thing asked is a change: that is not done either."""
    with tenant_scope(tenant):
        if change in {"right", "membership"}:
            field = "may_preview" if change == "right" else "is_active"
            StaffMember.objects.filter(user=staff).update(**{field: False})
        elif change == "contact":
            Contact.objects.filter(pk=contact.pk).update(is_active=False)
        else:
            Account.objects.filter(pk=contact.account_id).update(is_active=False)

    assert looking.post(reverse("scheduling:book")).status_code == 302
    assert looking.get(LIST).status_code == 404
    assert trail(tenant, contact)[-1] == ("preview.stop", staff.pk, "no longer allowed")


def test_without_the_right_the_button_is_disabled_and_forcing_is_403(browser, staff, tenant, contact):
    with tenant_scope(tenant):
        StaffMember.objects.filter(user=staff).update(may_preview=False)
    page = browser.get(reverse("admin:accounts_contact_preview", args=[contact.pk]))

    assert "You may not view the portal as a contact." in page.text
    assert "disabled" in page.text
    answer = start(browser, contact)
    assert answer.status_code == 403
    assert "You may not view the portal as a contact." in answer.text
    assert trail(tenant, contact) == []


def test_nobody_gives_themself_the_right(browser, staff, tenant):
    with tenant_scope(tenant):
        member = StaffMember.objects.get(user=staff)
        StaffMember.objects.filter(pk=member.pk).update(may_preview=False)
    browser.post(
        reverse("admin:accounts_staffmember_change", args=[member.pk]), {"is_active": "on", "may_preview": "on"}
    )

    with tenant_scope(tenant):
        assert not StaffMember.objects.get(pk=member.pk).may_preview


def test_looking_at_the_page_starts_nothing(browser, tenant, contact):
    page = reverse("admin:accounts_contact_preview", args=[contact.pk])
    assert "View the portal as Ann Approver" in browser.get(page).text
    assert SESSION_KEY not in browser.session
    assert trail(tenant, contact) == []


def test_nobody_else_starts_one(client_for, tenant, other_tenant, contact):
    with tenant_scope(tenant):
        reviewer = make_reviewer(account=contact.account)
    with tenant_scope(other_tenant):
        stranger = make_staff()
    for user, host in ((reviewer.user, tenant), (stranger, tenant)):
        assert start(client_for(user, host), contact).status_code == 403
    assert start(client_for(None, tenant), contact).status_code == 302
    assert start(client_for(stranger, other_tenant), contact).status_code == 404
    assert trail(tenant, contact) == []


def test_it_is_worth_nothing_at_another_company(looking, staff, other_tenant):
    """The same person on the staff of both, with the session of the one taken to the host of the other."""
    with tenant_scope(other_tenant):
        StaffMember.objects.create(user=staff)
        make_asset(name="Foreign")
    elsewhere = Client(headers={"host": f"{other_tenant.slug}.localhost"})
    elsewhere.cookies = looking.cookies

    answer = elsewhere.get(LIST)
    assert answer.status_code in {302, 404}
    assert "You see the portal as" not in answer.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_pages_of_this_host_only(browser, contact, target):
    assert start(browser, contact, next=target, back=target)["Location"] == "/"
    assert browser.post(STOP)["Location"] == reverse("admin:accounts_contact_change", args=[contact.pk])


def test_an_export_holds_the_contacts_rows(looking, staff, tenant, contact):
    """Also where the member of staff is a contact of another account."""
    with tenant_scope(tenant):
        make_approver(user=staff, account=make_account())
        make_work_order(account=contact.account, summary="Of the contact")
        make_work_order(account=Contact.objects.get(user=staff).account, summary="Of the staff")
    text = b"".join(looking.get(LIST, {"export": "csv"}).streaming_content).decode()

    assert "Of the contact" in text
    assert "Of the staff" not in text


def test_pages_open_to_everybody_ask_for_no_preview(looking):
    @login_not_required
    def public(request):
        return HttpResponse(str(request.preview._wrapped is empty))

    class Urls:
        urlpatterns = [path("public/", public)]

    with override_settings(ROOT_URLCONF=Urls):
        assert looking.get("/public/").text == "True"


@pytest.mark.slow
def test_it_shows_what_the_matrix_allows_the_contact_and_no_more(tenant, other_tenant, client_for):
    """On rows full of canaries: the same answer as the contact gets, and 403 for what is the person's own."""
    world = build_world(tenant, other_tenant)
    reviewer = world.principals["reviewer"]
    with tenant_scope(tenant):
        contact = Contact.objects.get(user=reviewer.user)
        staff = make_staff()
    looking, own = client_for(staff, tenant), client_for(reviewer.user, tenant)
    assert start(looking, contact).status_code == 302
    wrong = []
    for case in cases(world, reviewer):
        rule = case.route.declaration.rule
        if rule == Rule.STAFF and case.relation != Relation.OWN_EXPOSED:
            continue
        answer = looking.get(case.path)
        wrong += [f"{case.path} shows {what}" for what in world.foreign_in(everything_of(answer), reviewer)]
        if rule in SHOWN - {Rule.PUBLIC} and answer.status_code != own.get(case.path).status_code:
            wrong.append(f"{case.path}: {answer.status_code}")
        if rule in {Rule.STAFF, Rule.TECHNICIAN} and answer.status_code not in {403, 404}:
            wrong.append(f"{case.path}: {answer.status_code}")
    assert wrong == []
