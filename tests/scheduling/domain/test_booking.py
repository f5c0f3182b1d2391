"""Booking through its one function (SCH-2, SCH-3)."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest
import time_machine

from fieldservice.enums import WorkOrderStatus
from fieldservice.models import WorkOrder
from notifications.models import OutboxMessage
from portal.kit import clock
from scheduling.domain.booking import Claim, Slot, book_visit, hold_slot, release_expired_holds
from scheduling.domain.offers import Seeker, free_days, next_times, search_day, times_of
from scheduling.domain.rules import VisitRequest
from scheduling.enums import BookingStatus, PreferenceKind, SlotMode
from scheduling.errors import BookedAlready, CannotBook, RequestKeyReused, SlotTaken
from scheduling.models import ArrivalWindow, Booking, ExcludedAccount, ResourcePreference, TimeOff
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_asset, make_incident_type
from tests.factories.geo import make_place
from tests.factories.scheduling import make_characteristic, make_resource, make_settings, require
from tests.scheduling.new_york import MONDAY, NOW, at, place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]


@pytest.fixture
def visit(contact):
    return VisitRequest(
        account=contact.account,
        incident_type=make_incident_type(duration_minutes=60),
        place=make_place(latitude=40.75, longitude=-73.99),
    )


def claim(contact, **fields):
    return Claim(contact=contact, **fields)


def starts(visit, day=MONDAY, contact=None):
    return [each.slot.starts for each in times_of(search_day(visit, day, contact=contact))]


def test_the_nearest_resource_gets_the_visit(visit, contact):
    make_resource(name="Far", start_place=place(40.60))
    near = make_resource(name="Near", start_place=place(40.74))

    booking = book_visit(visit, at(10), claim(contact))

    assert booking.resource == near
    assert booking.status == BookingStatus.SCHEDULED
    assert booking.leaves_at < booking.arrives_at
    assert (booking.local_date, booking.local_time) == (MONDAY, dt.time(10))
    assert booking.work_order.system_status == WorkOrderStatus.SCHEDULED
    assert booking.work_order.is_exposed
    assert booking.work_order.reported_by == contact
    assert [each["name"] for each in booking.why["candidates"]] == ["Near", "Far"]


def test_the_confirmation_is_written_with_the_booking(visit, contact):
    make_resource()
    booking = book_visit(visit, at(10), claim(contact))
    row = OutboxMessage.objects.get(name="booking_confirmed")
    assert row.payload["booking"] == str(booking.pk)
    assert row.contact == contact


def test_a_missing_or_expired_skill_rules_a_resource_out(visit, contact):
    gas, ratings = make_characteristic(), {}
    require(visit.incident_type, gas, minimum_rating=5)
    make_resource(name="Unskilled", start_place=place(40.7501))
    make_resource(name="Weak", skills=[(gas, 3)], start_place=place(40.7502))
    expired = make_resource(name="Expired", skills=[(gas, 9)], start_place=place(40.7503))
    expired.characteristics.update(valid_until=MONDAY - dt.timedelta(days=1))
    right = make_resource(name="Right", skills=[(gas, 5)], start_place=place(40.60))

    booking = book_visit(visit, at(10), claim(contact))

    assert booking.resource == right
    ratings = {each["name"]: each["reason"] for each in booking.why["candidates"]}
    assert ratings == {"Right": "fits", "Unskilled": "skill", "Weak": "rating", "Expired": "skill_expired"}


def test_preferences_decide_before_distance(visit, contact):
    near = make_resource(name="Near", start_place=place(40.7501))
    liked = make_resource(name="Liked", start_place=place(40.70))
    ResourcePreference.objects.create(account=contact.account, resource=liked, kind=PreferenceKind.PREFERRED)
    ResourcePreference.objects.create(account=contact.account, resource=near, kind=PreferenceKind.RESTRICTED)
    assert book_visit(visit, at(9), claim(contact)).resource == liked
    with pytest.raises(SlotTaken):
        book_visit(visit, at(9), claim(make_approver(account=contact.account)))


def test_time_off_and_bookings_take_times_away(visit, contact):
    resource = make_resource(start_place=visit.place)
    TimeOff.objects.create(resource=resource, starts_at=at(8).starts, ends_at=at(11).starts)
    book_visit(visit, at(13), claim(contact))
    free = starts(visit)
    assert at(10, 30).starts not in free
    assert at(11).starts in free
    assert at(12).starts in free
    assert at(12, 30).starts not in free
    assert at(14).starts in free


def test_a_repeat_with_the_same_key_books_once(visit, contact):
    make_resource()
    key = uuid4()
    first = book_visit(visit, at(10), claim(contact, request_key=key))
    assert book_visit(visit, at(10), claim(contact, request_key=key)) == first
    assert WorkOrder.objects.count() == Booking.objects.count() == 1


def test_a_key_is_not_reused_for_another_request(visit, contact):
    make_resource()
    key = uuid4()
    book_visit(visit, at(10), claim(contact, request_key=key))
    other = VisitRequest(account=contact.account, incident_type=make_incident_type(), place=visit.place)
    for what, when, words in ((other, at(12), ""), (visit, at(15), ""), (visit, at(10), "Ring twice.")):
        with pytest.raises(RequestKeyReused):
            book_visit(what, when, claim(contact, request_key=key, comments=words))
    assert WorkOrder.objects.count() == Booking.objects.count() == 1


def test_the_same_visit_is_not_booked_twice_by_going_back(visit, contact):
    make_resource()
    make_resource()
    hold_slot(visit, at(10), claim(contact))
    first = book_visit(visit, at(10), claim(contact, request_key=uuid4()))
    with pytest.raises(BookedAlready) as refusal:
        book_visit(visit, at(10), claim(contact, request_key=uuid4()))
    assert refusal.value.booking == first
    second_boiler = replace(visit, asset=make_asset(account=contact.account))
    assert book_visit(second_boiler, at(10), claim(contact, request_key=uuid4())) != first
    first.status = BookingStatus.CANCELED
    first.save()
    assert book_visit(visit, at(10), claim(contact, request_key=uuid4())) != first


def test_a_hold_keeps_the_time_for_its_contact_only(visit, contact):
    make_resource()
    other = make_approver()
    hold = hold_slot(visit, at(10), claim(contact))
    assert hold.status == BookingStatus.HELD
    assert at(10).starts not in starts(visit, contact=other)
    assert at(10).starts in starts(visit, contact=contact)
    with pytest.raises(SlotTaken):
        book_visit(visit, at(10), claim(other))
    booking = book_visit(visit, at(10), claim(contact))
    assert list(Booking.objects.all()) == [booking]


def test_a_new_hold_lets_the_old_one_go_and_an_expired_one_is_free(visit, contact):
    make_resource()
    other = make_approver()
    hold_slot(visit, at(10), claim(contact))
    hold_slot(visit, at(14), claim(contact))
    assert Booking.objects.count() == 1
    with time_machine.travel(NOW + dt.timedelta(minutes=11), tick=False):
        assert at(14).starts in starts(visit, contact=other)
        book_visit(visit, at(14), claim(other))
        assert release_expired_holds() == 0
        assert Booking.objects.get().contact == other


def test_the_way_to_the_next_visit_is_kept_right(visit, contact):
    resource = make_resource(start_place=place(40.75))
    later = VisitRequest(account=contact.account, incident_type=visit.incident_type, place=place(40.85))
    second = book_visit(later, at(14), claim(contact))
    from_home = second.travel_metres
    first = book_visit(
        VisitRequest(account=contact.account, incident_type=visit.incident_type, place=place(40.80)),
        at(12),
        claim(contact),
    )
    second.refresh_from_db()
    assert first.resource == second.resource == resource
    assert second.travel_metres < from_home
    assert second.arrives_at == at(14).starts
    assert second.leaves_at >= first.ends_at


def test_the_way_is_measured_from_home_again_when_the_hold_before_goes(visit, contact):
    make_resource(start_place=place(40.75))
    later = VisitRequest(account=contact.account, incident_type=visit.incident_type, place=place(40.85))
    second = book_visit(later, at(14), claim(make_approver()))
    from_home = second.travel_metres
    hold_slot(VisitRequest(contact.account, visit.incident_type, place(40.84)), at(11), claim(contact))
    second.refresh_from_db()
    assert second.travel_metres < from_home
    with time_machine.travel(NOW + dt.timedelta(minutes=11), tick=False):
        assert release_expired_holds() == 1
    second.refresh_from_db()
    assert second.travel_metres == from_home


def test_a_visit_that_would_make_the_next_one_late_is_not_offered(visit, contact):
    make_resource(start_place=place(40.75))
    far = VisitRequest(account=contact.account, incident_type=visit.incident_type, place=place(41.05))
    book_visit(far, at(13), claim(contact))
    assert at(12).starts not in starts(visit)
    assert at(10).starts in starts(visit)


def test_windows_promise_a_span_and_pick_the_nearest_inside(visit, contact):
    make_settings(slot_mode=SlotMode.WINDOWS)
    ArrivalWindow.objects.create(name="Morning", starts=dt.time(8), ends=dt.time(12))
    near = make_resource(name="Near", start_place=visit.place, hours=(dt.time(11), dt.time(18)))
    make_resource(name="Far", start_place=place(40.60))
    [morning] = times_of(search_day(visit, MONDAY))
    assert morning.window_name == "Morning"
    booking = book_visit(visit, morning.slot, claim(contact))
    assert booking.resource == near
    assert booking.window_starts_at <= booking.arrives_at < booking.window_ends_at
    with pytest.raises(SlotTaken):
        book_visit(visit, Slot(at(9).starts, at(17).starts), claim(contact))


@pytest.mark.parametrize("slot", [at(10, 7), at(6), at(10, day=dt.date(2027, 6, 1)), at(10, day=dt.date(2026, 11, 20))])
def test_times_off_the_grid_or_out_of_bounds_are_refused(visit, contact, slot):
    make_resource()
    with pytest.raises(SlotTaken):
        book_visit(visit, slot, claim(contact))


def test_closed_excluded_and_staffed_services_are_refused_in_words(visit, contact):
    make_resource()
    ExcludedAccount.objects.create(account=contact.account)
    with pytest.raises(CannotBook, match="personally"):
        book_visit(visit, at(10), claim(contact))
    assert book_visit(visit, at(10), claim(None)).resource


def test_free_days_and_next_times_agree_with_booking(visit, contact):
    make_resource(weekdays=[0, 2])
    month = free_days(visit, first=MONDAY, last=MONDAY + dt.timedelta(days=6))
    assert month.free == {MONDAY, MONDAY + dt.timedelta(days=2)}
    for _ in range(3):
        [first, *_rest] = next_times(visit, at(8), seeker=Seeker(contact))
        assert book_visit(visit, first.slot, claim(contact)).arrives_at == first.slot.starts
    assert clock.now() == NOW
