"""The private calendar: read by a parser that is not ours, ended by its owner (NOT-3)."""

import datetime as dt

import icalendar
import pytest
import recurring_ical_events
import time_machine

from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from scheduling.domain.feeds import make_feed
from scheduling.enums import BookingStatus
from scheduling.models import Booking, CalendarFeed
from tests.factories.accounts import make_account, make_approver, make_contact
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_booking

PAGE = "/calendar/"
NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
# Ten o'clock in New York on both sides of the night in which the clocks are put forward.
BEFORE = dt.datetime(2026, 3, 6, 15, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 3, 9, 14, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def contact(tenant):
    with tenant_scope(tenant):
        return make_approver()


@pytest.fixture
def path(tenant, contact):
    with tenant_scope(tenant):
        return path_of(make_feed(contact))


def path_of(address):
    return "/calendar/" + address.rsplit("/", 1)[1]


def book(tenant, contact, **fields):
    with tenant_scope(tenant):
        return make_booking(**{"account": contact.account, "contact": contact, "starts_at": BEFORE, **fields})


def read(tenant, path, client_for):
    answer = client_for(None, tenant).get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content)


def test_visits_stand_at_their_wall_time_on_both_sides_of_a_change(tenant, contact, path, client_for):
    first = book(tenant, contact, incident_type=incident(tenant, "Boiler service"))
    second = book(tenant, contact, starts_at=AFTER)

    calendar = read(tenant, path, client_for)
    march = recurring_ical_events.of(calendar).between((2026, 3, 1), (2026, 3, 31))

    assert [str(each["UID"]) for each in march] == [f"{first.pk}@callout", f"{second.pk}@callout"]
    assert [each["DTSTART"].dt for each in march] == [BEFORE, AFTER]
    assert {each["DTSTART"].dt.hour for each in march} == {10}
    assert "Boiler service" in march[0]["SUMMARY"]
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in march[0]
    assert len(calendar.walk("VTIMEZONE")) == 1


def incident(tenant, name):
    with tenant_scope(tenant):
        return make_incident_type(display_name=name)


def test_a_move_raises_the_sequence_and_a_canceled_visit_says_so(tenant, contact, path, client_for):
    visit = book(tenant, contact)
    with tenant_scope(tenant):
        Booking.objects.filter(pk=visit.pk).update(sequence=2, status=BookingStatus.CANCELED, canceled_at=NOW)

    [event] = read(tenant, path, client_for).walk("VEVENT")

    assert (event["SEQUENCE"], event["STATUS"]) == (2, "CANCELLED")


def test_only_what_the_contact_may_see_is_in_it(tenant, other_tenant, contact, path, client_for):
    seen = book(tenant, contact)
    book(tenant, contact, is_exposed=False, starts_at=AFTER)
    book(tenant, contact, starts_at=NOW - dt.timedelta(days=120))
    with tenant_scope(tenant):
        make_booking(account=make_account(), starts_at=AFTER + dt.timedelta(days=1))
    with tenant_scope(other_tenant):
        make_booking(starts_at=AFTER)

    events = read(tenant, path, client_for).walk("VEVENT")

    assert [str(each["UID"]) for each in events] == [f"{seen.pk}@callout"]


def test_a_calendar_that_did_not_change_is_not_sent_again(tenant, contact, path, client_for, clock):
    visit = book(tenant, contact)
    client = client_for(None, tenant)
    etag = client.get(path).headers["ETag"]
    clock.shift(3600)

    again = client.get(path, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    with tenant_scope(tenant):
        Booking.objects.filter(pk=visit.pk).update(sequence=1)
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


def test_the_owner_gets_renews_and_ends_the_address(tenant, contact, client_for):
    browser, stranger = client_for(contact.user, tenant), client_for(None, tenant)
    page = browser.post(PAGE, {"make": "1"})
    first = path_of(page.context["address"])
    assert stranger.get(first).status_code == 200
    assert page.context["address"] not in browser.get(PAGE).text

    second = path_of(browser.post(PAGE, {"make": "1"}).context["address"])
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200

    assert browser.post(PAGE, {"revoke": "1"}).status_code == 302
    assert stranger.get(second).status_code == 404
    with tenant_scope(tenant):
        assert not CalendarFeed.objects.exists()
        assert AuditEntry.objects.filter(action="calendar_feed.revoke").exists()


def test_the_code_is_kept_nowhere(tenant, contact, path):
    code = path.removeprefix("/calendar/").removesuffix(".ics")
    with tenant_scope(tenant):
        assert code not in str(list(CalendarFeed.objects.values())) + str(list(AuditEntry.objects.values()))


def test_it_ends_with_the_contact_and_is_this_company_s(tenant, other_tenant, contact, path, client_for):
    assert client_for(None, other_tenant).get(path).status_code == 404
    with tenant_scope(tenant):
        contact.is_active = False
        contact.save()
    assert client_for(None, tenant).get(path).status_code == 404


@pytest.mark.parametrize("code", ["x", "x" * 32, "../" * 5, "%00" * 11])
def test_a_wrong_code_opens_nothing(tenant, client_for, code):
    assert client_for(None, tenant).get(f"/calendar/{code}.ics").status_code in {400, 404}


def test_who_may_see_no_visits_has_no_page(tenant, client_for):
    with tenant_scope(tenant):
        contact = make_contact("psa-customer-reviewer")
    assert client_for(contact.user, tenant).get(PAGE).status_code == 404


def test_it_costs_the_same_for_many_visits(tenant, contact, path, client_for, django_assert_num_queries):
    client = client_for(None, tenant)
    for day in range(3):
        book(tenant, contact, starts_at=BEFORE + dt.timedelta(days=day))
        client.get(path)
        with django_assert_num_queries(9):
            client.get(path)
