"""The live map's pages: who sees it, when, and why not (SCH-7)."""

import datetime as dt
import json

import pytest
from django.test import override_settings

from portal.geo.distance import Point
from portal.kit import clock
from portal.settings import env
from portal.tenancy.scope import tenant_scope
from scheduling.domain.tracking import Fix, record_position, set_sharing
from scheduling.enums import BookingStatus
from tests.factories.accounts import make_approver, make_reviewer, make_user
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings

pytestmark = pytest.mark.django_db
REASONS = {
    BookingStatus.SCHEDULED: "The map opens here once",
    BookingStatus.IN_PROGRESS: "The technician has arrived.",
    BookingStatus.ON_BREAK: "The technician has arrived.",
    BookingStatus.COMPLETED: "This visit is over.",
    BookingStatus.FOLLOW_UP: "This visit is over.",
    BookingStatus.CANCELED: "This visit was canceled.",
}


def make_visit(contact, **fields):
    place = make_place(latitude=40.7, longitude=-74.01, time_zone="America/New_York")
    resource = make_resource(user=make_user(), name="Maria Lopez", shares_position=True)
    values = {"resource": resource, "account": contact.account, "contact": contact, "place": place}
    values |= {"status": BookingStatus.TRAVELING, "travel_started_at": clock.now() - dt.timedelta(minutes=2)}
    visit = make_booking(**{**values, "travel_minutes": 20, **fields})
    record_position(visit, resource, Fix(Point(40.75, -74.0), 15, clock.now() - dt.timedelta(seconds=3)))
    return visit


@pytest.fixture
def visit(tenant):
    with tenant_scope(tenant):
        make_settings()
        return make_visit(make_approver())


def paths(visit) -> list[str]:
    return [f"/appointments/{visit.pk}/map/{end}" for end in ("", "state/", "events/")]


def test_the_customer_reads_words_beside_the_map(client_for, tenant, visit):
    browser = client_for(visit.contact.user, tenant)
    page = browser.get(paths(visit)[0]).content.decode()
    for words in ("Maria is on the way to you.", "Expected arrival:", "seconds ago", "Accurate to about 15 m"):
        assert words in page
    assert "Show the newest position" in page
    assert "style=" not in page
    assert browser.get(paths(visit)[1]).json()["position"] == [40.75, -74.0]


@pytest.mark.parametrize("status", list(REASONS))
def test_without_a_way_there_is_no_map_and_the_page_says_why(client_for, tenant, visit, status):
    with tenant_scope(tenant):
        visit.status = status
        visit.save()
    browser = client_for(visit.contact.user, tenant)
    page, state, events = (browser.get(each) for each in paths(visit))
    assert REASONS[status] in page.content.decode()
    assert "data-events" not in page.content.decode()
    # A page opened too early looks again by itself.
    assert ("data-live-wait" in page.content.decode()) == (status == BookingStatus.SCHEDULED)
    assert "40.75" not in state.content.decode() + events.content.decode()
    assert "event: over" in events.content.decode()


def test_a_map_that_ended_says_whether_it_may_come_back(client_for, tenant, visit):
    """The page then looks again by itself: the technician may share the position once more."""
    browser, state = client_for(visit.contact.user, tenant), paths(visit)[1]
    with tenant_scope(tenant):
        set_sharing(visit.resource, is_on=False)
    assert browser.get(state).json()["may_return"] is True
    with tenant_scope(tenant):
        visit.status = BookingStatus.IN_PROGRESS
        visit.save()
    assert browser.get(state).json()["may_return"] is False


def test_a_company_that_does_not_track_says_so(client_for, tenant, visit):
    with tenant_scope(tenant):
        make_settings(tracking_is_on=False)
    page = client_for(visit.contact.user, tenant).get(paths(visit)[0]).content.decode()
    assert "We do not show our technicians on a map." in page


def test_only_to_whom_the_visit_belongs(client_for, tenant, other_tenant, visit):
    with tenant_scope(tenant):
        people = [(make_approver().user, tenant), (make_user(), tenant), (visit.resource.user, tenant)]
        colleague = make_reviewer(account=visit.account).user
    with tenant_scope(other_tenant):
        people.append((make_approver().user, other_tenant))
    for user, host in people:
        assert {client_for(user, host).get(each).status_code for each in paths(visit)} == {404}
    assert client_for(colleague, tenant).get(paths(visit)[0]).status_code == 200
    assert client_for(None, tenant).get(paths(visit)[0]).status_code == 302


def test_every_visit_on_its_way_has_the_action_on_the_home_page(client_for, tenant, visit):
    with tenant_scope(tenant):
        second = make_visit(visit.contact)
        third = make_visit(visit.contact, status=BookingStatus.SCHEDULED)
    page = client_for(visit.contact.user, tenant).get("/").content.decode()
    assert paths(visit)[0] in page
    assert paths(second)[0] in page
    assert paths(third)[0] not in page


def test_pictures_behind_the_map_come_from_where_the_setting_says(client_for, tenant, visit):
    with override_settings(MAP_TILES_URL="https://tiles.example/{z}/{x}/{y}.png", MAP_TILES_CREDIT="Somebody"):
        page = client_for(visit.contact.user, tenant).get(paths(visit)[0]).content.decode()
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in page
    assert env.origins("https://{s}.tiles.example:8443/{z}/{x}/{y}.png") == ["https://*.tiles.example:8443"]
    assert env.origins("") == []
    assert json.dumps(env.origins("http://tiles.local/{z}")) == '["http://tiles.local"]'
