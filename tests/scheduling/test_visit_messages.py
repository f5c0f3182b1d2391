"""What customers read on the day of the visit (NOT-1)."""

import datetime as dt
import re

import pytest
import time_machine

from notifications.domain.delivery import deliver
from notifications.enums import AttemptOutcome
from notifications.models import OutboxMessage
from scheduling.domain.notices import tell_completed, tell_on_the_way, tell_running_late
from scheduling.enums import BookingStatus
from scheduling.messages.visits import arrival_range
from scheduling.models import Booking
from tests.factories.accounts import make_contact
from tests.factories.fieldservice import make_incident_type
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings
from tests.notifications.channels import FakeChannel

TEN = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(TEN - 30 * MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def booking(in_tenant):
    contact = make_contact("self-service-scheduler", full_name="Ada Byron", email="ada@example.com")
    return make_booking(
        account=contact.account,
        contact=contact,
        place=make_place(line1="1 Mill Street"),
        incident_type=make_incident_type(display_name="Boiler service"),
        resource=make_resource(name="Grace Hopper"),
        starts_at=TEN,
        status=BookingStatus.TRAVELING,
        travel_started_at=TEN - 30 * MINUTE,
        estimated_arrival_at=TEN + 2 * MINUTE,
    )


def change(booking, **fields):
    Booking.objects.filter(pk=booking.pk).update(**fields)
    booking.refresh_from_db()


def sent(name):
    """Deliver the newest message of this name: its outcome and what was sent."""
    channel = FakeChannel()
    row = OutboxMessage.objects.filter(name=name).order_by("-pk").first()
    outcome = deliver(row.pk, channel=channel)
    return outcome, channel.sent[0] if channel.sent else None


def test_who_is_on_the_way_comes_within_a_range(in_tenant, booking, client_for):
    tell_on_the_way(booking)

    outcome, mail = sent("technician_on_the_way")

    assert outcome == AttemptOutcome.SENT
    for body in (mail.text, mail.html):
        for words in ("Grace is on the way", "9:55", "10:15", "EST"):
            assert words in body
        assert "Hopper" not in body
    [path] = set(re.findall(r"/v/[\w-]+/", mail.text))
    assert path in mail.html
    assert client_for(None, in_tenant).get(path).status_code == 200


def test_where_names_are_not_told_nobody_is_named(booking):
    make_settings(shows_technician_name=False)
    tell_on_the_way(booking)

    _, mail = sent("technician_on_the_way")

    assert "Grace" not in mail.text + mail.html
    assert "We are on the way to you." in mail.text


def test_where_nobody_is_followed_the_link_is_the_visit_s(booking):
    make_settings(tracking_is_on=False)
    tell_on_the_way(booking)

    _, mail = sent("technician_on_the_way")

    assert "/v/" not in mail.text + mail.html
    assert f"/appointments/{booking.pk}/" in mail.text


def test_setting_off_is_told_once_and_again_after_going_back(booking):
    tell_on_the_way(booking)
    tell_on_the_way(booking)
    assert OutboxMessage.objects.count() == 1

    change(booking, travel_started_at=TEN - 20 * MINUTE)
    tell_on_the_way(booking)
    assert OutboxMessage.objects.count() == 2


@pytest.mark.parametrize("status", [BookingStatus.SCHEDULED, BookingStatus.IN_PROGRESS, BookingStatus.CANCELED])
def test_who_is_not_on_the_way_any_more_is_not_told_of(booking, status):
    tell_on_the_way(booking)
    change(booking, status=status)

    assert sent("technician_on_the_way") == (AttemptOutcome.VOID, None)


def test_old_news_of_the_day_is_not_told(booking, clock):
    tell_on_the_way(booking)
    clock.shift(dt.timedelta(minutes=61))

    assert sent("technician_on_the_way") == (AttemptOutcome.VOID, None)


def test_only_the_latest_delay_is_told(booking):
    change(booking, status=BookingStatus.SCHEDULED, told_arrival_at=TEN + 40 * MINUTE)
    tell_running_late(booking)
    first = OutboxMessage.objects.get(name="running_late")
    change(booking, told_arrival_at=TEN + 60 * MINUTE)
    tell_running_late(booking)

    assert deliver(first.pk, channel=FakeChannel()) == AttemptOutcome.VOID
    outcome, mail = sent("running_late")
    assert outcome == AttemptOutcome.SENT
    assert "10:55" in mail.text
    assert "11:10" in mail.html


def test_nobody_is_late_without_an_arrival_that_was_told(booking):
    tell_running_late(booking)
    assert not OutboxMessage.objects.exists()


def test_what_is_done_is_told_with_the_way_to_the_survey(booking):
    change(booking, status=BookingStatus.COMPLETED, finished_at=TEN + 50 * MINUTE)
    tell_completed(booking)

    _, mail = sent("visit_completed")

    for body in (mail.text, mail.html):
        assert "The work is done." in body
        assert "10:50" in body
        assert f"/appointments/{booking.pk}/feedback/" in body
    assert mail.attachments == []


def test_without_surveys_nobody_is_asked(booking):
    make_settings(surveys_are_on=False)
    change(booking, status=BookingStatus.COMPLETED)
    tell_completed(booking)

    _, mail = sent("visit_completed")

    assert "feedback" not in mail.text + mail.html


def test_a_visit_without_a_contact_tells_nobody(booking):
    change(booking, contact=None)
    tell_on_the_way(booking)
    tell_completed(booking)
    assert not OutboxMessage.objects.exists()


def test_who_may_not_see_the_visit_any_more_is_told_nothing(booking):
    tell_on_the_way(booking)
    change(booking, is_exposed=False)

    assert sent("technician_on_the_way") == (AttemptOutcome.VOID, None)


@pytest.mark.parametrize(("minute", "starts", "ends"), [(0, -5, 10), (2, -5, 15), (5, 0, 15), (59, 50, 70)])
def test_a_range_is_in_steps_of_five_minutes_around_what_is_expected(minute, starts, ends):
    assert arrival_range(TEN + minute * MINUTE) == (TEN + starts * MINUTE, TEN + ends * MINUTE)
