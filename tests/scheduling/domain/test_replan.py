"""A resource drops out: its visits are kept by others at the promised time, or staff look at them (SCH-12)."""

import datetime as dt

import pytest
import time_machine

from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from scheduling.domain import replan
from scheduling.domain.booking import Claim, Slot, book_visit
from scheduling.domain.replan import Outcome, replan_resource, replan_visit, settle
from scheduling.domain.rules import VisitRequest
from scheduling.enums import Attention, BookingStatus, SlotMode
from scheduling.models import ArrivalWindow, BookableResource, Booking, TimeOff
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_resource, make_settings
from tests.scheduling.new_york import NOW, place

TEN = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]


@pytest.fixture
def near(contact):
    return make_resource(name="Near", start_place=place(40.751))


@pytest.fixture
def far(contact):
    return make_resource(name="Far", start_place=place(40.8))


@pytest.fixture
def visit(contact):
    return VisitRequest(contact.account, make_incident_type(duration_minutes=60), place(40.75))


def away(resource, starts=TEN - HOUR, ends=TEN + 9 * HOUR):
    return TimeOff.objects.create(resource=resource, starts_at=starts, ends_at=ends, reason="Sick")


def again(booking):
    return Booking.objects.select_related("resource").get(pk=booking.pk)


def test_somebody_else_keeps_the_promised_time_and_the_customer_is_told(near, far, visit, contact):
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    assert booking.resource == near
    away(near)
    assert replan_resource(near.pk) == [Outcome.MOVED]
    row = again(booking)
    assert (row.resource, row.arrives_at, row.sequence, row.attention) == (far, TEN, 1, "")
    assert row.why["winner"] == str(far.pk)
    message = OutboxMessage.objects.get(name="booking_changed")
    assert (message.contact_id, message.payload["sequence"]) == (contact.pk, 1)
    assert AuditEntry.objects.filter(action="booking.change", object_id=row.pk, actor=None).exists()


def test_where_no_names_are_shown_nobody_is_told_of_a_new_one(near, far, visit, contact):
    make_settings(shows_technician_name=False)
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    away(near)
    replan_resource(near.pk)
    assert again(booking).resource == far
    assert not OutboxMessage.objects.filter(name="booking_changed").exists()


def test_notice_and_grid_do_not_break_a_promise(near, far, visit, contact):
    """The visit is sooner than customers may book, and off the grid that they choose from."""
    booking = book_visit(visit, Slot(TEN + HOUR / 2), Claim(contact))
    make_settings(notice_minutes=3 * 24 * 60, grid_minutes=120)
    away(near)
    assert replan_resource(near.pk) == [Outcome.MOVED]
    assert again(booking).arrives_at == TEN + HOUR / 2


def test_a_promised_window_is_kept_and_no_more(near, far, visit, contact):
    ArrivalWindow.objects.create(name="Morning", starts=dt.time(8), ends=dt.time(12))
    make_settings(slot_mode=SlotMode.WINDOWS)
    window = Slot(TEN - 2 * HOUR, TEN + 2 * HOUR)
    booking = book_visit(visit, window, Claim(contact))
    ArrivalWindow.objects.all().delete()
    away(near, ends=TEN + 90 * HOUR)
    away(far, starts=TEN - 2 * HOUR, ends=TEN + HOUR)
    away(near, starts=NOW, ends=TEN)
    assert replan_resource(near.pk) == [Outcome.MOVED]
    row = again(booking)
    assert (row.resource, row.window_starts_at, row.window_ends_at) == (far, window.starts, window.ends)
    assert TEN + HOUR <= row.arrives_at < window.ends


def test_what_nobody_can_keep_is_listed_for_staff_once(near, visit, contact):
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    away(near)
    assert replan_resource(near.pk) == [Outcome.LEFT]
    row = again(booking)
    assert (row.resource, row.arrives_at, row.sequence) == (near, TEN, 0)
    assert (row.attention, row.attention_at) == (Attention.RESOURCE_OUT, NOW)
    assert not OutboxMessage.objects.filter(name="booking_changed").exists()
    with time_machine.travel(NOW + HOUR, tick=False):
        assert replan.sweep() == []
        replan_resource(near.pk)
    assert again(booking).attention_at == NOW
    assert AuditEntry.objects.filter(action="booking.attention").count() == 1


def test_the_sweep_finds_what_was_missed_and_repeats_nothing(near, far, visit, contact):
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    BookableResource.objects.filter(pk=near.pk).update(is_active=False)
    assert replan.sweep() == [Outcome.MOVED]
    assert replan.sweep() == []
    assert replan_visit(booking.pk) == Outcome.KEPT
    assert again(booking).sequence == 1


def test_who_is_back_needs_nobody_to_look(near, visit, contact):
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    off = away(near)
    replan_resource(near.pk)
    off.delete()
    replan.sweep()
    assert again(booking).attention == ""


def test_what_staff_settled_rests(near, visit, contact):
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    away(near)
    replan_resource(near.pk)
    assert settle(again(booking), by=contact.user).attention == ""
    assert replan.sweep() == []
    assert again(booking).attention == ""
    assert AuditEntry.objects.get(action="booking.settle").actor == contact.user


@pytest.mark.parametrize("status", ["traveling", "in_progress", "completed", "canceled"])
def test_only_what_is_still_to_come_is_touched(near, far, visit, contact, status):
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    Booking.objects.filter(pk=booking.pk).update(status=status)
    away(near)
    assert replan_resource(near.pk) == []
    assert again(booking).resource == near


def test_time_off_at_another_time_moves_nothing(near, far, visit, contact):
    booking = book_visit(visit, Slot(TEN), Claim(contact))
    away(near, starts=booking.ends_at, ends=booking.ends_at + HOUR)
    away(near, starts=TEN - 5 * HOUR, ends=booking.leaves_at)
    assert replan.sweep() == []
    assert again(booking).resource == near


def test_several_visits_are_shared_among_those_who_can(near, far, visit, contact):
    """Of two visits at one time the second helper takes one, the other is for staff."""
    first = book_visit(visit, Slot(TEN), Claim(contact))
    helper = make_resource(name="Helper", start_place=place(40.752))
    blocked = book_visit(visit, Slot(TEN), Claim())
    assert blocked.resource == helper
    away(near)
    away(helper)
    outcomes = replan.sweep()
    assert sorted(outcomes) == [Outcome.LEFT, Outcome.MOVED]
    rows = list(Booking.objects.filter(status=BookingStatus.SCHEDULED).order_by("pk"))
    assert sorted(bool(row.attention) for row in rows) == [False, True]
    assert {row.pk for row in rows} == {first.pk, blocked.pk}
