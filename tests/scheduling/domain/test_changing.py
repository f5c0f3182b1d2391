"""Visits are moved: the old time stays until the new one is won (SCH-5)."""

import datetime as dt

import pytest

from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.kit.errors import Conflict, NotAllowed
from scheduling.domain.booking import Claim, book_visit
from scheduling.domain.changing import Change, change_visit
from scheduling.domain.rules import VisitRequest
from scheduling.enums import BookingStatus
from scheduling.errors import SlotTaken
from scheduling.models import Booking
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_resource, make_settings
from tests.scheduling.new_york import NOW, at, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]


@pytest.fixture
def visit(contact):
    return VisitRequest(contact.account, make_incident_type(duration_minutes=60), place(40.75))


def move(booking, slot, contact, **fields):
    booking.refresh_from_db()
    return change_visit(booking, slot, Change(booking.sequence, contact, contact.user if contact else None, **fields))


def test_the_same_booking_has_the_new_time_and_the_nearest_resource(contact, visit):
    near, far = make_resource(start_place=place(40.751)), make_resource(start_place=place(40.9))
    booking = book_visit(visit, at(10), Claim(contact))
    assert booking.resource == near
    blocker = book_visit(visit, at(14), Claim())
    assert blocker.resource == near

    moved = move(booking, at(14), contact)

    assert moved.pk == booking.pk
    assert (moved.resource, moved.arrives_at, moved.sequence) == (far, at(14).starts, 1)
    assert Booking.objects.count() == 2
    assert moved.why["winner"] == str(far.pk)
    assert AuditEntry.objects.filter(action="booking.change", object_id=moved.pk).exists()


def test_its_own_time_is_no_obstacle(contact, visit):
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    assert move(booking, at(10, 30), contact).arrives_at == at(10, 30).starts


def test_a_lost_time_leaves_the_visit_as_it_was(contact, visit):
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    book_visit(visit, at(14), Claim())
    with pytest.raises(SlotTaken):
        move(booking, at(14), contact)
    booking.refresh_from_db()
    assert (booking.arrives_at, booking.sequence) == (at(10).starts, 0)
    assert not OutboxMessage.objects.filter(name="booking_changed").exists()


def test_the_same_technician_is_kept_where_wanted(contact, visit):
    first, near = make_resource(start_place=place(40.80)), make_resource(start_place=place(40.751))
    blocker = book_visit(visit, at(10), Claim())
    assert blocker.resource == near
    booking = book_visit(visit, at(10), Claim(contact))
    assert booking.resource == first

    assert move(booking, at(15), contact, keeps_resource=True).resource == first
    assert move(booking, at(16), contact).resource == near


def test_a_repeat_changes_nothing(contact, visit):
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    change = Change(0, contact)
    change_visit(booking, at(11), change)
    again = change_visit(booking, at(11), change)
    assert again.sequence == 1
    assert OutboxMessage.objects.filter(name="booking_changed").count() == 1


def test_a_stale_page_is_refused(contact, visit):
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    change_visit(booking, at(11), Change(0, contact))
    with pytest.raises(Conflict):
        change_visit(booking, at(12), Change(0, contact))
    assert Booking.objects.get().arrives_at == at(11).starts


@pytest.mark.parametrize("status", ["traveling", "in_progress", "on_break", "completed", "follow_up", "canceled"])
def test_only_scheduled_visits_move(contact, visit, status):
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    Booking.objects.update(status=status)
    with pytest.raises(NotAllowed):
        move(booking, at(11), contact)


def test_the_cut_off_is_for_customers(contact, visit):
    make_settings(cut_off_minutes=60 * 48)
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    with pytest.raises(NotAllowed, match="too late"):
        move(booking, at(11), contact)
    assert move(booking, at(11), None).arrives_at == at(11).starts


def test_the_way_of_the_next_visit_is_mended_on_both_sides(contact, visit):
    resource = make_resource(start_place=place(40.70))
    booking = book_visit(visit, at(9), Claim(contact))
    there = VisitRequest(contact.account, visit.incident_type, place(40.751))
    following = book_visit(there, at(11), Claim())
    assert following.resource == resource
    near = following.travel_metres
    move(booking, at(15), contact)
    following.refresh_from_db()
    assert following.travel_metres > near * 10
    moved = Booking.objects.get(pk=booking.pk)
    assert moved.travel_metres == near


def test_the_customer_is_told_and_small_shifts_by_staff_are_not(contact, visit):
    make_settings(told_from_minutes=45)
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    move(booking, at(10, 30), None)
    assert not OutboxMessage.objects.filter(name="booking_changed").exists()
    move(booking, at(12), None)
    [row] = OutboxMessage.objects.filter(name="booking_changed")
    assert (row.contact, row.payload["sequence"]) == (contact, 2)


def test_a_visit_to_be_looked_at_is_settled_by_moving_it(contact, visit):
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    Booking.objects.update(attention="late", attention_at=NOW)
    assert move(booking, at(12), None).attention == ""


def test_a_held_time_of_somebody_else_is_an_obstacle(contact, visit):
    make_resource(start_place=place(40.76))
    booking = book_visit(visit, at(10), Claim(contact))
    held = book_visit(visit, at(13), Claim())
    Booking.objects.filter(pk=held.pk).update(
        status=BookingStatus.HELD, work_order=None, hold_expires_at=NOW + dt.timedelta(minutes=5)
    )
    with pytest.raises(SlotTaken):
        move(booking, at(13), contact)
