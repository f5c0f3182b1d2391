"""The booking page through its URLs: who may, what it offers, what it refuses (SCH-1, SCH-3)."""

import datetime as dt
from uuid import uuid4

import pytest

from fieldservice.models import WorkOrder
from portal.tenancy.scope import tenant_scope
from scheduling.enums import BookingStatus, SlotMode
from scheduling.models import ArrivalWindow, Booking, ExcludedAccount, SlotSearch, WorkingHours
from tests.factories.accounts import make_approver, make_contact, make_reviewer
from tests.factories.fieldservice import make_asset, make_incident_type, make_location
from tests.factories.geo import make_place
from tests.factories.scheduling import make_resource, make_settings

BOOK, HOLD, REQUEST = "/appointments/book/", "/appointments/book/hold/", "/appointments/book/request/"
TEN = "20261123T150000Z"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]


@pytest.fixture
def company(tenant):
    """An approver with a site and an asset, a service, a technician."""
    with tenant_scope(tenant):
        make_settings()
        contact = make_approver()
        place = make_place(latitude=40.75, longitude=-73.99, line1="12 Water Street")
        location = make_location(account=contact.account, name="Water Street House", place=place)
        asset = make_asset(account=contact.account, location=location, name="Boiler 1", is_exposed=True)
        service = make_incident_type(display_name="Boiler service", is_self_schedulable=True, duration_minutes=60)
        make_resource(name="Maria Lopez", start_place=make_place(latitude=40.76, longitude=-73.99))
    return contact, location, asset, service


def plan(company, **changes):
    _contact, location, _asset, service = company
    return {"site": str(location.pk), "service": str(service.pk), **changes}


def form(company, **changes):
    return plan(company, **{"slot": TEN, "request_key": str(uuid4()), **changes})


@pytest.fixture
def client(client_for, tenant, company):
    return client_for(company[0].user, tenant)


def test_the_only_site_counts_as_chosen_and_services_are_offered(client):
    page = client.get(BOOK).content.decode()
    assert "Boiler service" in page
    assert "Water Street House" in page


def test_month_and_times_are_shown_and_the_search_is_kept(client, company, tenant):
    page = client.get(BOOK, plan(company, day="2026-11-23")).content.decode()
    assert "November 2026" in page
    assert f'value="{TEN}"' in page
    assert "New York (EST)" in page
    client.get(BOOK, plan(company, day="2026-11-23"))
    with tenant_scope(tenant):
        search = SlotSearch.objects.get()
        assert (search.date, search.count, search.qualified) == (dt.date(2026, 11, 23), 2, 1)
        assert search.found > 10


def test_the_swapped_part_equals_the_reloaded_page(client, company):
    query = plan(company, day="2026-11-24")
    whole = client.get(BOOK, query).content.decode()
    part = client.get(BOOK, query, headers={"HX-Request": "true"}).content.decode()
    begin = whole.index('<div id="booking"')
    shared = whole[begin : begin + len(part.strip())]

    def without_tokens(text):
        return [line for line in text.strip().splitlines() if "csrfmiddlewaretoken" not in line]

    assert without_tokens(part) == without_tokens(shared)


def test_a_hold_then_a_booking(client, company, tenant):
    held = client.post(HOLD, plan(company, slot=TEN))
    assert held.status_code == 302
    page = client.get(held.headers["Location"]).content.decode()
    assert "We keep this time for you until" in page
    booked = client.post(BOOK, form(company, comments="Ring twice.", asset=str(company[2].pk)))
    assert booked.status_code == 302
    detail = client.get(booked.headers["Location"]).content.decode()
    assert "Ring twice." in detail
    assert "Maria Lopez" in detail
    assert "Boiler 1" in detail
    with tenant_scope(tenant):
        booking = Booking.objects.get()
        assert booking.status == BookingStatus.SCHEDULED
        assert booking.work_order.asset == company[2]


def test_a_lost_time_is_answered_with_the_next_ones_and_what_was_typed(client, company, tenant):
    with tenant_scope(tenant):
        other = make_approver(account=company[0].account)
    assert client.post(BOOK, form(company)).status_code == 302
    client.force_login(other.user)
    lost = client.post(BOOK, form(company, comments="My own words."))
    page = lost.content.decode()
    assert lost.status_code == 409
    assert "My own words." in page
    assert "just been taken" in page
    assert f'value="{TEN}"' not in page
    assert 'name="slot"' in page


def test_a_repeat_leads_to_the_same_visit_and_a_foreign_use_of_the_key_is_refused(client, company, tenant):
    data = form(company)
    first = client.post(BOOK, data)
    assert client.post(BOOK, data).headers["Location"] == first.headers["Location"]
    with tenant_scope(tenant):
        other = make_incident_type(display_name="Leak", is_self_schedulable=True)
    assert client.post(BOOK, {**data, "service": str(other.pk)}).status_code == 422
    with tenant_scope(tenant):
        assert Booking.objects.count() == WorkOrder.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"day": "2026-13-40"},
        {"month": "abc"},
        {"month": "99999-01"},
        {"site": str(uuid4())},
        {"site": "x" * 5000},
        {"service": "1 OR 1=1"},
        {"asset": "not-an-id"},
        {"slot": "20261123T150000Z-20261123T140000Z"},
        {"slot": "yesterday"},
        {"slot": "99991231T235959Z-"},
        {"slot": "00010101T000000Z"},
    ],
)
def test_nonsense_in_the_url_is_a_bad_request_in_words(client, company, changes):
    response = client.get(BOOK, plan(company, **changes))
    assert response.status_code == 400
    assert "Book a new appointment" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"day": "2026-02-30"}, "Choose a day of the calendar."),
        ({"month": "2026-13"}, "Choose a month of the calendar."),
        ({"slot": "yesterday"}, "Choose one of the times."),
    ],
)
def test_a_day_that_does_not_exist_is_said_and_the_choices_stay(client, company, changes, words):
    response = client.get(BOOK, plan(company, **changes))
    page = response.content.decode()
    assert response.status_code == 400
    assert words in page
    assert "When shall we come?" in page
    assert f'name="service" value="{company[3].pk}"' in page


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ("20271127T170000Z", "This time cannot be booked yet."),
        ("20261120T150000Z", "This time cannot be booked any more."),
        ("20261123T150700Z", "That time has just been taken."),
    ],
)
def test_a_time_that_is_not_on_offer_leads_back_to_the_calendar(client, company, slot, words):
    looked = client.get(BOOK, plan(company, slot=slot)).content.decode()
    assert words in looked
    assert "When shall we come?" in looked
    assert ">Book</button>" not in looked

    sent = client.post(BOOK, form(company, slot=slot, comments="My own words."))
    page = sent.content.decode()
    assert sent.status_code == 409
    assert words in page
    assert "My own words." in page
    assert 'name="slot" value="2026112' in page


def test_where_nothing_follows_the_words_stay_and_the_calendar_is_named(client, company, tenant):
    with tenant_scope(tenant):
        WorkingHours.objects.all().delete()
    page = client.post(BOOK, form(company, comments="My own words.")).content.decode()
    assert "Nothing is free in the two weeks after it." in page
    assert "My own words." in page
    assert ">Book</button>" not in page


def test_equipment_of_one_name_is_told_apart(client, company, tenant):
    contact, house, _asset, _service = company
    with tenant_scope(tenant):
        mill = make_location(account=contact.account, name="The Mill", place=house.place)
        for serial in ("A-1", "A-2"):
            make_asset(account=contact.account, location=mill, name="Burner", serial_number=serial, is_exposed=True)
        make_asset(account=contact.account, location=house, name="Burner", is_exposed=True)
    page = client.get(BOOK).content.decode()
    for label in ("Boiler 1 · Water Street House", "Burner · Water Street House", "Burner · The Mill · A-1"):
        assert f">{label}</option>" in page
    at_house = client.get(BOOK, {"site": str(house.pk)}).content.decode()
    assert ">Burner</option>" in at_house


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-11-20", "2031-01-01"])
def test_days_that_cannot_be_booked_show_no_times(client, company, day):
    response = client.get(BOOK, plan(company, day=day))
    assert response.status_code == 200
    assert 'name="slot"' not in response.content.decode()


@pytest.mark.parametrize("slot", ["20261123T150700Z", "20261120T150000Z", "20300101T150000Z"])
def test_times_that_were_never_offered_are_not_booked(client, company, tenant, slot):
    assert client.post(BOOK, form(company, slot=slot)).status_code == 409
    assert client.post(HOLD, plan(company, slot=slot)).status_code == 409
    with tenant_scope(tenant):
        assert not Booking.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"slot": ""}, {"slot": "x"}, {"request_key": ""}, {"request_key": "x"}, {"comments": "x" * 2001}, {"service": ""}],
)
def test_a_form_with_gaps_changes_nothing(client, company, tenant, changes):
    response = client.post(BOOK, form(company, **changes))
    assert response.status_code in {400, 422}
    with tenant_scope(tenant):
        assert not Booking.objects.exists()


def test_a_reviewer_reads_why_not_and_is_refused_when_forcing(client_for, tenant, company):
    with tenant_scope(tenant):
        reviewer = make_reviewer(account=company[0].account)
    client = client_for(reviewer.user, tenant)
    assert client.get(BOOK).status_code == 403
    for path in (BOOK, HOLD, REQUEST):
        assert client.post(path, form(company)).status_code == 403
    assert "see visits, not book them" in client.get("/").content.decode()


def test_foreign_sites_and_assets_do_not_exist(client, company, tenant, other_tenant):
    with tenant_scope(tenant):
        stranger = make_approver()
        neighbours = make_location(account=stranger.account)
        hidden = make_asset(account=company[0].account, is_exposed=False)
    with tenant_scope(other_tenant):
        abroad = make_location()
    for site in (neighbours, abroad, stranger.account):
        assert client.post(BOOK, form(company, site=str(site.pk))).status_code == 400
    assert client.post(BOOK, form(company, asset=str(hidden.pk))).status_code == 400
    with tenant_scope(tenant):
        assert not Booking.objects.exists()


def test_without_a_scheduling_role_the_page_does_not_exist(client_for, tenant, company):
    with tenant_scope(tenant):
        contact = make_contact(account=company[0].account)
    assert client_for(contact.user, tenant).get(BOOK).status_code == 404


def test_excluded_accounts_and_staffed_services_offer_a_request(client, company, tenant):
    with tenant_scope(tenant):
        ExcludedAccount.objects.create(account=company[0].account)
    page = client.get(BOOK, plan(company)).content.decode()
    assert "arranged personally" in page
    assert "Send request" in page
    assert client.post(BOOK, form(company)).status_code == 403
    data = form(company, comments="Please call.")
    assert client.post(REQUEST, data).status_code == 302
    assert client.post(REQUEST, data).status_code == 302
    with tenant_scope(tenant):
        order = WorkOrder.objects.get()
        assert order.customer_comments == "Please call."
        assert order.system_status == "unscheduled"


def test_arrival_windows_hide_the_exact_time(client, company, tenant):
    with tenant_scope(tenant):
        make_settings(slot_mode=SlotMode.WINDOWS, hides_exact_time=True)
        ArrivalWindow.objects.create(name="Morning", starts=dt.time(8), ends=dt.time(12))
    page = client.get(BOOK, plan(company, day="2026-11-23")).content.decode()
    window = "20261123T130000Z-20261123T170000Z"
    assert f'value="{window}"' in page
    booked = client.post(BOOK, form(company, slot=window))
    detail = client.get(booked.headers["Location"]).content.decode()
    assert "8:00 AM – 12:00 PM" in detail
    with tenant_scope(tenant):
        starts = Booking.objects.get().arrives_at.astimezone(tenant.zone)
    assert f"{starts:%-I:%M %p} –" not in detail or starts.hour == 8


def test_a_spring_day_without_an_hour_offers_no_time_in_the_gap(client, company, tenant):
    with tenant_scope(tenant):
        make_settings(day_starts=dt.time(0), day_ends=dt.time(6), horizon_days=200)
        make_resource(hours=(dt.time(0), dt.time(12)), start_place=company[1].place)
    page = client.get(BOOK, plan(company, day="2027-03-14")).content.decode()
    assert "20270314T063000Z" in page
    assert "20270314T070000Z" in page
    assert ">2:30 AM<" not in page
    assert "3:00 AM" in page


@pytest.mark.parametrize(
    ("day", "line"),
    [
        ("2027-03-13", "New York (EST)"),
        ("2027-03-14", "New York (EST, then EDT)"),
        ("2027-03-15", "New York (EDT)"),
        ("2027-11-07", "New York (EDT, then EST)"),
    ],
)
def test_the_zone_is_named_as_on_the_chosen_day(client, company, tenant, day, line):
    with tenant_scope(tenant):
        make_settings(day_starts=dt.time(0), day_ends=dt.time(12), horizon_days=365)
        make_resource(hours=(dt.time(0), dt.time(12)), start_place=company[1].place)
    page = client.get(BOOK, plan(company, day=day)).content.decode()
    assert line in page
    assert (">1:30 AM EST<" in page) == ("then" in line)
    assert (">1:30 AM EDT<" in page) == (day == "2027-11-07")


def test_the_site_of_an_asset_is_where_the_visit_goes(client, company, tenant):
    with tenant_scope(tenant):
        elsewhere = make_location(account=company[0].account, place=make_place(latitude=40.6, longitude=-74.0))
    booked = client.post(BOOK, form(company, site=str(elsewhere.pk), asset=str(company[2].pk)))
    assert booked.status_code == 302
    with tenant_scope(tenant):
        assert Booking.objects.get().place == company[1].place


def test_straight_lines_are_said_when_the_routing_server_is_away(client, company, settings):
    settings.ROUTING_URL = "http://127.0.0.1:9"
    page = client.get(BOOK, plan(company, day="2026-11-23")).content.decode()
    assert "distances are straight lines" in page
    assert client.post(BOOK, form(company)).status_code == 302
