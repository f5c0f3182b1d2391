"""Move and cancel through the pages: who may, two tabs, double submit, lost race, bad input (SCH-5, SCH-6)."""

import datetime as dt
import re

import icalendar
import pytest

from fieldservice.enums import WorkOrderStatus
from notifications.domain.delivery import deliver
from notifications.models import OutboxMessage
from portal.tenancy.scope import tenant_scope
from scheduling.domain.booking import Claim, Slot, book_visit
from scheduling.domain.rules import VisitRequest
from scheduling.enums import AfterCancel, BookingStatus
from scheduling.models import Booking, BookingTimestamp
from tests.factories.accounts import make_account, make_approver, make_contact, make_reviewer
from tests.factories.fieldservice import make_incident_type
from tests.factories.geo import make_place
from tests.factories.scheduling import make_resource, make_settings
from tests.notifications.channels import FakeChannel

TEN, ELEVEN = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC), "20261123T160000Z"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]


@pytest.fixture
def booked(tenant):
    """An approver with a visit on Monday at ten."""
    with tenant_scope(tenant):
        make_settings()
        contact = make_approver()
        make_resource(name="Maria Lopez", start_place=make_place(latitude=40.76, longitude=-73.99))
        visit = VisitRequest(
            contact.account,
            make_incident_type(display_name="Boiler service", duration_minutes=60),
            make_place(latitude=40.75, longitude=-73.99, line1="12 Water Street"),
        )
        booking = book_visit(visit, Slot(TEN), Claim(contact, contact.user))
    return contact, booking, visit


@pytest.fixture
def client(client_for, tenant, booked):
    return client_for(booked[0].user, tenant)


def address(booking, verb):
    return f"/appointments/{booking.pk}/{verb}/"


def again(tenant, booking):
    with tenant_scope(tenant):
        return Booking.objects.select_related("work_order").get(pk=booking.pk)


def test_the_page_offers_times_the_soonest_and_the_same_technician(client, booked):
    page = client.get(address(booked[1], "change")).text
    for words in ("Your present time", "Take the soonest time", "Maria Lopez again", "November 2026"):
        assert words in page


def test_a_time_is_chosen_confirmed_and_won(client, booked, tenant):
    booking = booked[1]
    confirm = client.get(address(booking, "change"), {"slot": ELEVEN}).text
    assert "Your new time" in confirm
    sent = client.post(address(booking, "change"), {"slot": ELEVEN, "sequence": 0})
    assert sent.headers["Location"] == f"/appointments/{booking.pk}/"
    moved = again(tenant, booking)
    assert (moved.arrives_at, moved.sequence) == (TEN + dt.timedelta(hours=1), 1)
    assert "Your visit was moved." in client.get(sent.headers["Location"]).text
    # Sent twice.
    assert client.post(address(booking, "change"), {"slot": ELEVEN, "sequence": 0}).status_code == 302
    assert again(tenant, booking).sequence == 1


def test_the_mail_moves_the_event_of_the_calendar(client, booked, tenant):
    client.post(address(booked[1], "change"), {"slot": ELEVEN, "sequence": 0})
    mail = sent_mail(tenant, "booking_changed")
    assert "Your visit has a new time." in mail.text
    assert "Before:" in mail.text
    event = icalendar.Calendar.from_ical(mail.attachments[0].content).walk("VEVENT")[0]
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{booked[1].pk}@callout", 1)


def sent_mail(tenant, name):
    channel = FakeChannel()
    with tenant_scope(tenant):
        [row] = OutboxMessage.objects.filter(name=name)
    deliver_in(tenant, row, channel)
    [mail] = channel.sent
    return mail


def deliver_in(tenant, row, channel):
    with tenant_scope(tenant):
        deliver(row.pk, channel=channel)


def test_the_second_tab_reads_how_the_visit_stands(client, booked, tenant):
    booking = booked[1]
    client.post(address(booking, "change"), {"slot": ELEVEN, "sequence": 0})
    stale = client.post(address(booking, "change"), {"slot": "20261123T180000Z", "sequence": 0}, follow=True)
    assert "This visit has changed since you opened the page." in stale.text
    assert again(tenant, booking).sequence == 1


def test_a_lost_race_offers_the_next_times_and_keeps_the_visit(client, booked, tenant):
    _contact, booking, visit = booked
    with tenant_scope(tenant):
        book_visit(visit, Slot(TEN + dt.timedelta(hours=1)), Claim())
    lost = client.post(address(booking, "change"), {"slot": ELEVEN, "sequence": 0})
    assert lost.status_code == 409
    assert "The next free times" in lost.text
    value = re.search(r'name="slot" value="(\w+)"', lost.text)[1]
    assert client.post(address(booking, "change"), {"slot": value, "sequence": 0}).status_code == 302
    assert again(tenant, booking).sequence == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"slot": "nonsense", "sequence": 0},
        {"slot": ELEVEN},
        {"slot": ELEVEN, "sequence": "x"},
        {"slot": ELEVEN, "sequence": -1},
        {"slot": ELEVEN, "sequence": 10**30},
    ],
)
def test_bad_input_is_said_and_changes_nothing(client, booked, tenant, data):
    assert client.post(address(booked[1], "change"), data).status_code == 422
    assert again(tenant, booked[1]).sequence == 0


@pytest.mark.parametrize("query", ["?day=nonsense", "?month=2026-99", "?slot=zz", "?day=0001-01-01"])
def test_odd_addresses_do_no_harm(client, booked, query):
    assert client.get(address(booked[1], "change") + query).status_code in {200, 400}


def test_canceling_frees_the_time_and_ends_the_work_order(client, booked, tenant):
    booking = booked[1]
    assert "Why do you cancel?" in client.get(address(booking, "cancel")).text
    sent = client.post(address(booking, "cancel"), {"note": "Mended it ourselves", "sequence": 0})
    assert sent.status_code == 302
    row = again(tenant, booking)
    assert (row.status, row.canceled_note, row.canceled_by) == ("canceled", "Mended it ourselves", "customer")
    assert row.work_order.system_status == WorkOrderStatus.CANCELED
    with tenant_scope(tenant):
        assert BookingTimestamp.objects.get(booking=booking, status="canceled").source == "customer"
    mail = sent_mail(tenant, "booking_canceled")
    assert mail.attachments[0].media_type == "text/calendar; method=CANCEL"
    event = icalendar.Calendar.from_ical(mail.attachments[0].content).walk("VEVENT")[0]
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 1)
    # Sent twice: nothing more happens.
    assert client.post(address(booking, "cancel"), {"note": "Again", "sequence": 0}).status_code == 302
    assert again(tenant, booking).sequence == 1


def test_the_company_may_want_the_work_order_back(client, booked, tenant):
    with tenant_scope(tenant):
        make_settings(after_cancel=AfterCancel.UNSCHEDULED)
    client.post(address(booked[1], "cancel"), {"note": "Not today", "sequence": 0})
    assert again(tenant, booked[1]).work_order.system_status == WorkOrderStatus.UNSCHEDULED


@pytest.mark.parametrize("note", ["", "   ", "x" * 301])
def test_a_reason_is_needed(client, booked, tenant, note):
    refused = client.post(address(booked[1], "cancel"), {"note": note, "sequence": 0})
    assert refused.status_code == 422
    assert again(tenant, booked[1]).status == BookingStatus.SCHEDULED


def test_a_reason_outlives_a_lost_session(client, booked):
    page = client.get(address(booked[1], "cancel")).text
    assert 'data-keep="cancel"' in page
    assert "data-keep-here" in page


@pytest.mark.parametrize("sequence", [None, "x", "-1", "9" * 30])
def test_a_form_without_its_revision_says_what_to_do(client, booked, tenant, sequence):
    data = {"note": "We are away.", **({} if sequence is None else {"sequence": sequence})}
    answer = client.post(address(booked[1], "cancel"), data)
    assert answer.status_code == 422
    assert "Open the page again." in answer.text
    assert "We are away." in answer.text
    assert again(tenant, booked[1]).status == BookingStatus.SCHEDULED


def test_a_visit_that_moved_meanwhile_is_not_canceled_unseen(client, booked, tenant):
    client.post(address(booked[1], "change"), {"slot": ELEVEN, "sequence": 0})
    stale = client.post(address(booked[1], "cancel"), {"note": "No", "sequence": 0}, follow=True)
    assert "has changed since you opened the page" in stale.text
    assert again(tenant, booked[1]).status == BookingStatus.SCHEDULED


@pytest.mark.parametrize("verb", ["change", "cancel"])
@pytest.mark.parametrize(
    "state",
    [
        ("traveling", "The technician is on the way."),
        ("in_progress", "The technician is at work."),
        ("on_break", "The technician is at work."),
        ("completed", "cannot be changed any more"),
    ],
)
def test_what_has_begun_is_refused_with_the_reason(client, booked, tenant, verb, state):
    status, reason = state
    with tenant_scope(tenant):
        Booking.objects.update(status=status)
    refused = client.get(address(booked[1], verb))
    assert refused.status_code == 403
    assert reason in refused.text
    data = {"slot": ELEVEN, "note": "No", "sequence": 0}
    assert client.post(address(booked[1], verb), data).status_code == 403
    assert again(tenant, booked[1]).status == status


@pytest.fixture(params=["reviewer", "other account", "other company"])
def intruder(request, client_for, booked, tenant, other_tenant):
    """Somebody who may not, signed in, and what they are answered."""
    who = request.param
    home = other_tenant if who == "other company" else tenant
    with tenant_scope(home):
        if who == "reviewer":
            contact = make_reviewer(account=booked[0].account)
        elif who == "other account":
            contact = make_contact("fs-customer-approver", "self-service-scheduler", account=make_account())
        else:
            contact = make_approver()
    return client_for(contact.user, home), 403 if who == "reviewer" else 404


@pytest.mark.parametrize("verb", ["change", "cancel"])
def test_who_may_not(intruder, booked, tenant, verb):
    client, expected = intruder
    data = {"slot": ELEVEN, "note": "No", "sequence": 0}
    assert client.get(address(booked[1], verb)).status_code == expected
    assert client.post(address(booked[1], verb), data).status_code == expected
    assert again(tenant, booked[1]).sequence == 0


def test_home_offers_change_and_cancel_or_says_why_not(client, booked, tenant):
    page = client.get("/").text
    assert address(booked[1], "change") in page
    assert address(booked[1], "cancel") in page
    with tenant_scope(tenant):
        Booking.objects.update(status=BookingStatus.IN_PROGRESS)
    page = client.get("/").text
    assert address(booked[1], "change") not in page
    assert "The technician is at work." in page
