"""Links in messages: one visit, until they expire or are blocked (SCH-7, SECURITY 26)."""

import datetime as dt

import pytest

from portal.kit import clock
from portal.kit.errors import DomainError
from portal.settings.logging import hide_secrets
from portal.tenancy.scope import tenant_scope
from scheduling.domain.links import block_link, extend_link, make_link, open_link
from scheduling.enums import BookingStatus
from scheduling.models import VisitLink
from tests.factories.accounts import make_approver, make_staff
from tests.factories.scheduling import make_booking, make_resource, make_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(tenant):
    with tenant_scope(tenant):
        make_settings(link_hours=24)
        contact = make_approver()
        resource = make_resource(name="Maria Lopez", shares_position=True)
        return make_booking(account=contact.account, contact=contact, resource=resource)


@pytest.fixture
def browser(client_for, tenant):
    return client_for(None, tenant)


@pytest.fixture
def code(tenant, visit):
    with tenant_scope(tenant):
        return make_link(visit, visit.contact).rstrip("/").rsplit("/", 1)[1]


def link() -> VisitLink:
    return VisitLink.objects.get()


def test_the_code_is_long_and_kept_as_hash_only(tenant, visit, code):
    assert len(code) >= 32
    with tenant_scope(tenant):
        assert code not in str(VisitLink.objects.values().get())
        assert link().expires_at == visit.ends_at + dt.timedelta(hours=24)


def test_it_opens_the_visit_without_sign_in_and_changes_nothing(client_for, tenant, visit, code):
    browser = client_for(None, tenant)
    answer = browser.get(f"/v/{code}/")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert visit.resource.name in page
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert browser.post(f"/v/{code}/").status_code in {403, 405}
    assert "sessionid" not in browser.cookies
    with tenant_scope(tenant):
        assert link().opened_at is not None
        visit.refresh_from_db()
        assert visit.status == BookingStatus.SCHEDULED


@pytest.mark.parametrize("path", ["", "state/", "events/"])
def test_wrong_expired_and_blocked_look_alike(browser, visit, code, path, monkeypatch):
    tenant = visit.tenant
    wrong = browser.get(f"/v/{'x' * 32}/{path}")
    with tenant_scope(tenant):
        block_link(link(), by=None)
    blocked = browser.get(f"/v/{code}/{path}")
    with tenant_scope(tenant):
        VisitLink.objects.update(blocked_at=None)
    assert browser.get(f"/v/{code}/{path}").status_code == 200
    after = visit.ends_at + dt.timedelta(hours=24, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: after)
    expired = browser.get(f"/v/{code}/{path}")

    assert {each.status_code for each in (wrong, blocked, expired)} == {404}
    assert visit.resource.name not in wrong.content.decode() + blocked.content.decode() + expired.content.decode()


def test_it_is_worth_nothing_elsewhere_or_once_the_contact_may_not_see(client_for, tenant, other_tenant, visit, code):
    assert client_for(None, other_tenant).get(f"/v/{code}/").status_code == 404
    with tenant_scope(tenant):
        visit.contact.is_active = False
        visit.contact.save()
    assert client_for(None, tenant).get(f"/v/{code}/").status_code == 404


def test_staff_extend_and_block(tenant, visit, code, monkeypatch):
    with tenant_scope(tenant):
        staff = make_staff()
        block_link(link(), by=staff)
        assert open_link(code) is None
        after = visit.ends_at + dt.timedelta(days=3)
        monkeypatch.setattr(clock, "now", lambda: after)
        extend_link(link(), hours=48, by=staff)
        assert open_link(code)[0] == visit
        assert link().expires_at == after + dt.timedelta(hours=48)
        with pytest.raises(DomainError):
            extend_link(link(), hours=10_000, by=staff)


def test_a_visit_that_moves_takes_its_link_along(tenant, visit, code, monkeypatch):
    with tenant_scope(tenant):
        for name in ("leaves_at", "arrives_at", "ends_at"):
            setattr(visit, name, getattr(visit, name) + dt.timedelta(days=9))
        visit.save()
        monkeypatch.setattr(clock, "now", lambda: visit.arrives_at)
        assert open_link(code) is not None


def test_codes_stand_in_no_log(code):
    line = hide_secrets(None, "info", {"event": f"Not Found: /v/{code}/", "request": f"GET /v/{code}/state/"})
    assert code not in str(line)
    assert line["request"].endswith("/state/")


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/{}.ics",
        "/notifications/unsubscribe/{}:1wXyZa:{}/",
        "/accounts/password/reset/key/1a-{}/",
        "/accounts/confirm-email/{}/",
    ],
)
def test_no_secret_of_an_address_stands_in_a_log(code, path):
    address = path.format(code, code)
    line = hide_secrets(None, "info", {"event": f"Not Found: {address}", "request": f"GET {address}", "code": 404})
    assert code not in str(line)
    assert "…" in line["request"]


def test_staff_find_extend_and_block_a_link_in_the_admin(client_for, tenant, visit, code):
    with tenant_scope(tenant):
        found, staff = link(), make_staff()
    browser = client_for(staff, tenant)
    assert visit.contact.full_name in browser.get(f"/admin/scheduling/booking/{visit.pk}/change/").content.decode()
    page = f"/admin/scheduling/visitlink/{found.pk}/"
    assert "Block" in browser.get(f"{page}change/").content.decode()
    assert browser.post(f"{page}block/").status_code == 302
    assert client_for(None, tenant).get(f"/v/{code}/").status_code == 404
    assert browser.post(f"{page}extend/", {"hours": "0"}).status_code == 422
    assert browser.post(f"{page}extend/", {"hours": "12"}).status_code == 302
    assert client_for(None, tenant).get(f"/v/{code}/").status_code == 200
    assert code not in browser.get(f"{page}change/").content.decode()
