"""Reminders are written, moved and taken back with their visit (NOT-1, NOT-2)."""

import datetime as dt

import pytest
import time_machine

from notifications.domain.delivery import deliver
from notifications.enums import AttemptOutcome, OutboxState
from notifications.models import OutboxMessage
from scheduling.domain.booking import Claim, Slot, book_visit, hold_slot
from scheduling.domain.canceling import Cancel, cancel_visit
from scheduling.domain.changing import Change, change_visit
from scheduling.domain.reminders import align_reminders, ship_reminders
from scheduling.domain.rules import VisitRequest
from scheduling.models import VisitReminder
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type
from tests.factories.geo import make_place
from tests.factories.scheduling import make_resource, make_settings
from tests.notifications.channels import FakeChannel

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def contact(in_tenant):
    make_settings()
    ship_reminders()
    make_resource(start_place=make_place(latitude=40.76, longitude=-73.99))
    return make_approver()


@pytest.fixture
def visit(contact):
    place = make_place(latitude=40.75, longitude=-73.99)
    return VisitRequest(contact.account, make_incident_type(duration_minutes=60), place)


def at(day, hour, minute=0):
    """A wall time in New York in November 2026."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=dt.timezone(-5 * HOUR)).astimezone(dt.UTC)


def reminders(state=OutboxState.WAITING):
    rows = OutboxMessage.objects.filter(name="booking_reminder", state=state).order_by("due_at", "pk")
    return list(rows.values_list("due_at", flat=True))


def test_a_booking_is_reminded_of_two_days_and_two_hours_before(contact, visit):
    booking = book_visit(visit, Slot(at(27, 14)), Claim(contact))

    assert reminders() == [at(25, 14), at(27, 12)]
    keys = OutboxMessage.objects.filter(name="booking_reminder").values_list("key", flat=True)
    assert set(keys) == {f"booking-reminder:{booking.pk}:0:{each}" for each in (120, 2880)}


def test_times_that_have_passed_are_left_out(contact, visit):
    book_visit(visit, Slot(at(23, 14)), Claim(contact))

    assert reminders() == [at(23, 12)]


def test_quiet_hours_are_kept_by_the_clock_of_the_site(contact, visit):
    book_visit(visit, Slot(at(27, 8, 30)), Claim(contact))

    assert reminders() == [at(25, 8, 30), at(27, 7)]


def test_who_has_a_window_is_reminded_before_it_begins(contact, visit):
    make_settings(hides_exact_time=True)
    booking = book_visit(visit, Slot(at(27, 14)), Claim(contact))
    type(booking).objects.update(window_starts_at=at(27, 12), window_ends_at=at(27, 16))

    align_reminders()

    assert reminders() == [at(25, 12), at(27, 10)]


def test_a_hold_and_a_visit_without_a_contact_remind_nobody(contact, visit):
    hold_slot(visit, Slot(at(27, 14)), Claim(contact))
    book_visit(visit, Slot(at(28, 14)), Claim())

    assert OutboxMessage.objects.filter(name="booking_reminder").count() == 0


def test_a_moved_visit_is_reminded_of_at_its_new_time_only(contact, visit):
    booking = book_visit(visit, Slot(at(27, 14)), Claim(contact))

    change_visit(booking, Slot(at(30, 10)), Change(0, contact, contact.user))

    assert reminders() == [at(28, 10), at(30, 8)]
    assert reminders(OutboxState.VOID) == [at(25, 14), at(27, 12)]
    assert not OutboxMessage.objects.filter(state=OutboxState.VOID, settled_at=None).exists()


def test_a_canceled_visit_is_not_reminded_of(contact, visit):
    booking = book_visit(visit, Slot(at(27, 14)), Claim(contact))
    other = book_visit(visit, Slot(at(28, 14)), Claim(contact))

    cancel_visit(booking, Cancel("Not needed", 0, contact, contact.user))

    assert reminders() == [at(26, 14), at(28, 12)]
    assert OutboxMessage.objects.filter(name="booking_reminder", payload__booking=str(other.pk)).count() == 2


def test_a_reminder_of_a_former_revision_is_not_sent_even_where_it_was_left(contact, visit, clock):
    booking = book_visit(visit, Slot(at(27, 14)), Claim(contact))
    change_visit(booking, Slot(at(30, 10)), Change(0, contact, contact.user))
    OutboxMessage.objects.filter(state=OutboxState.VOID).update(state=OutboxState.WAITING, settled_at=None)
    channel = FakeChannel()
    clock.move_to(at(27, 12))

    for row in OutboxMessage.objects.filter(name="booking_reminder", due_at__lte=at(27, 12)):
        assert deliver(row.pk, channel=channel) == AttemptOutcome.VOID

    assert channel.sent == []


@pytest.mark.parametrize(("late", "outcome"), [(1, AttemptOutcome.SENT), (3, AttemptOutcome.VOID)])
def test_nobody_is_reminded_of_what_has_begun(contact, visit, clock, late, outcome):
    book_visit(visit, Slot(at(23, 14)), Claim(contact))
    row = OutboxMessage.objects.get(name="booking_reminder")
    clock.move_to(at(23, 12) + late * HOUR)

    assert deliver(row.pk, channel=FakeChannel()) == outcome


def test_a_reminder_says_when_where_and_how_to_change(contact, visit, clock):
    booking = book_visit(visit, Slot(at(23, 14)), Claim(contact))
    clock.move_to(at(23, 12))
    channel = FakeChannel()

    deliver(OutboxMessage.objects.get(name="booking_reminder").pk, channel=channel)

    [mail] = channel.sent
    for words in ("November 23, 2026", "2:00", "EST", f"/appointments/{booking.pk}/"):
        assert words in mail.text
        assert words in mail.html
    assert mail.subject.startswith("Reminder:")
    assert mail.attachments == []


def test_other_offsets_reach_the_visits_that_are_booked(contact, visit):
    book_visit(visit, Slot(at(27, 14)), Claim(contact))
    VisitReminder.objects.filter(minutes_before=120).delete()
    VisitReminder.objects.create(minutes_before=1440)

    align_reminders()
    assert reminders() == [at(25, 14), at(26, 14)]

    VisitReminder.objects.create(minutes_before=120)
    align_reminders()
    align_reminders()
    assert reminders() == [at(25, 14), at(26, 14), at(27, 12)]


def test_other_quiet_hours_reach_the_visits_that_are_booked(contact, visit):
    book_visit(visit, Slot(at(27, 8, 30)), Claim(contact))
    make_settings(quiet_from=None, quiet_until=None)

    align_reminders()

    assert reminders() == [at(25, 8, 30), at(27, 6, 30)]


def test_what_was_sent_is_not_sent_again_when_offsets_come_back(contact, visit, clock):
    book_visit(visit, Slot(at(27, 14)), Claim(contact))
    clock.move_to(at(25, 14))
    deliver(OutboxMessage.objects.get(name="booking_reminder", due_at=at(25, 14)).pk, channel=FakeChannel())
    VisitReminder.objects.all().delete()
    align_reminders()
    assert reminders() == []

    ship_reminders()
    align_reminders()

    assert reminders() == [at(27, 12)]
    assert reminders(OutboxState.SENT) == [at(25, 14)]


def test_a_company_that_chose_its_reminders_keeps_them(contact):
    VisitReminder.objects.filter(minutes_before=120).delete()

    ship_reminders()

    assert list(VisitReminder.objects.values_list("minutes_before", flat=True)) == [2880]


@pytest.mark.parametrize("count", [1, 3])
def test_visits_are_aligned_by_a_fixed_number_of_queries(contact, visit, django_assert_num_queries, count):
    for number in range(count):
        book_visit(visit, Slot(at(27, 9 + 3 * number)), Claim(contact))
    VisitReminder.objects.create(minutes_before=60)
    align_reminders()
    VisitReminder.objects.filter(minutes_before=60).delete()

    with django_assert_num_queries(19):
        align_reminders()

    assert len(reminders()) == 2 * count
