"""The confirmation: whose eyes, whose zone, one event for the calendar."""

import datetime as dt

import icalendar
import pytest

from fieldservice.models import WorkOrder
from notifications.domain.delivery import deliver
from notifications.domain.outbox import publish
from notifications.enums import AttemptOutcome
from notifications.links import site_url
from portal.accounts.models import ContactRole
from scheduling.enums import BookingStatus, ResourceType
from scheduling.models import Booking
from tests.factories.accounts import make_account, make_approver, make_contact
from tests.factories.fieldservice import make_incident_type
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings
from tests.notifications.channels import FakeChannel

HALF_PAST_NINE = dt.datetime(2027, 3, 15, 13, 30, tzinfo=dt.UTC)


@pytest.fixture
def contact(in_tenant):
    return make_contact("self-service-scheduler", full_name="Ada Byron", email="ada@example.com")


def book(contact, **fields):
    place = make_place(line1="1 Mill Street")
    defaults = {
        "account": contact.account,
        "contact": contact,
        "place": place,
        "incident_type": make_incident_type(display_name="Boiler service"),
        "resource": make_resource(name="Grace Hopper"),
        "starts_at": HALF_PAST_NINE,
    }
    return make_booking(**{**defaults, **fields})


def confirm(booking, contact, *, sequence=0):
    """Publish and deliver the confirmation: its outcome and what was sent."""
    channel = FakeChannel()
    row = publish(
        "booking_confirmed",
        key=f"booking-confirmed:{booking.pk}:{sequence}:{contact.pk}",
        contact=contact,
        objects={"booking": booking.pk, "sequence": sequence},
    )
    outcome = deliver(row.pk, channel=channel)
    return outcome, channel.sent[0] if channel.sent else None


def event_of(envelope):
    [file] = envelope.attachments
    assert file.media_type == "text/calendar; method=REQUEST"
    return icalendar.Calendar.from_ical(file.content).walk("VEVENT")[0]


def test_it_says_what_when_where_and_who(in_tenant, contact):
    booking = book(contact)

    outcome, mail = confirm(booking, contact)

    assert outcome == AttemptOutcome.SENT
    for body in (mail.text, mail.html):
        for words in ("Boiler service", "1 Mill Street", "Grace", "March 15, 2027", "9:30", "EDT"):
            assert words in body
        assert "Hopper" not in body
        assert f"{site_url(in_tenant)}/appointments/{booking.pk}/" in body
    assert "Boiler service" in mail.subject
    assert "March 15, 2027" in mail.subject


@pytest.mark.parametrize("is_exposed", [True, False])
def test_the_work_order_is_named_to_those_who_may_see_it(in_tenant, is_exposed):
    contact = make_approver()
    booking = book(contact)
    WorkOrder.objects.filter(pk=booking.work_order_id).update(
        account=contact.account, number="WO-CANARY", is_exposed=is_exposed
    )

    mail = confirm(booking, contact)[1]

    assert [("WO-CANARY" in body, "Work order" in body) for body in (mail.text, mail.html)] == [
        (is_exposed, is_exposed)
    ] * 2


def test_the_contact_s_own_zone_stands_beside_where_it_differs(contact):
    contact.time_zone = "America/Los_Angeles"
    contact.save()

    _, mail = confirm(book(contact), contact)

    assert "6:30" in mail.text
    assert "Los Angeles" in mail.text


def test_the_language_is_the_contact_s(in_tenant, contact):
    in_tenant.languages = ["en", "de"]
    in_tenant.save()
    contact.language = "de"
    contact.save()

    _, mail = confirm(book(contact), contact)

    assert mail.language == "de"
    assert "15. März 2027" in mail.text


def test_the_calendar_event_is_the_same_through_all_revisions(contact):
    booking = book(contact)
    first = event_of(confirm(booking, contact)[1])
    Booking.objects.update(sequence=1)

    second = event_of(confirm(booking, contact, sequence=1)[1])

    assert first["UID"] == second["UID"] == f"{booking.pk}@callout"
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert first["DTSTART"].dt == HALF_PAST_NINE
    assert first["DTSTART"].dt.tzinfo.key == "America/New_York"


def test_the_downloaded_file_is_the_mailed_one(in_tenant, contact, client_for):
    """But for the time at which each was made."""
    booking = book(contact)
    [mailed] = confirm(booking, contact)[1].attachments
    contact.refresh_from_db()

    downloaded = client_for(contact.user, in_tenant).get(f"/appointments/{booking.pk}/calendar.ics")

    def lines(content):
        return [line for line in content.decode().splitlines() if not line.startswith("DTSTAMP")]

    assert "Grace comes to you." in mailed.content.decode()
    assert lines(downloaded.content) == lines(mailed.content)


def test_where_the_exact_time_is_hidden_only_the_window_is_told(contact):
    make_settings(hides_exact_time=True)
    window = {
        "window_starts_at": HALF_PAST_NINE - dt.timedelta(minutes=90),
        "window_ends_at": HALF_PAST_NINE + dt.timedelta(minutes=150),
    }

    _, mail = confirm(book(contact, **window), contact)

    assert "9:30" not in mail.text + mail.html
    assert "8:00 AM – 12:00 PM EDT" in mail.text
    event = event_of(mail)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == tuple(window.values())


def test_a_crew_or_a_tool_has_no_first_name(contact):
    resource = make_resource(name="Crane seven", resource_type=ResourceType.EQUIPMENT)

    _, mail = confirm(book(contact, resource=resource), contact)

    assert "Crane" not in mail.text + mail.html


@pytest.mark.parametrize(
    "change",
    [
        {"status": BookingStatus.CANCELED},
        {"status": BookingStatus.IN_PROGRESS},
        {"sequence": 1},
        {"is_exposed": False},
        {"contact": None},
    ],
)
def test_what_is_true_no_more_is_not_told(contact, change):
    booking = book(contact)
    Booking.objects.filter(pk=booking.pk).update(**change)

    assert confirm(booking, contact) == (AttemptOutcome.VOID, None)


def test_who_lost_the_web_role_is_not_told(contact):
    booking = book(contact)
    ContactRole.objects.filter(contact=contact).delete()

    assert confirm(booking, contact) == (AttemptOutcome.VOID, None)


def test_another_account_s_visit_is_not_told(contact):
    booking = book(contact)
    Booking.objects.filter(pk=booking.pk).update(account=make_account())

    assert confirm(booking, contact) == (AttemptOutcome.VOID, None)


def test_hostile_names_stay_text(contact):
    contact.full_name = "<script>alert(1)</script>"
    contact.save()
    service = make_incident_type(display_name="A & B <i>\r\nBcc: evil@example.com")

    _, mail = confirm(book(contact, incident_type=service), contact)

    assert "<script>" not in mail.html
    assert "A &amp; B &lt;i&gt;" in mail.html
    event = event_of(mail)
    assert "\n" not in event["SUMMARY"]
