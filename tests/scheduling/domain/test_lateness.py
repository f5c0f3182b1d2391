"""A visit overruns: the next customers are told in time, once, and may choose (SCH-15)."""

import datetime as dt

import pytest
import time_machine

from notifications.models import OutboxMessage
from portal.kit.errors import Conflict, NotAllowed
from scheduling.domain.booking import Slot
from scheduling.domain.changing import Change, change_visit
from scheduling.domain.lateness import follow_all, take_another
from scheduling.domain.rules import load_settings
from scheduling.enums import Attention, BookingStatus
from scheduling.models import Booking
from scheduling.policies import change_is_open, runs_late
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type, make_work_order
from tests.factories.scheduling import make_booking, make_resource, make_settings
from tests.scheduling.new_york import place

TEN = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def contact(in_tenant):
    make_settings()
    return make_approver()


@pytest.fixture
def technician(contact):
    return make_resource(name="Maria Lopez", start_place=place())


def visit(technician, contact, starts_at, **fields):
    """An hour's work after a drive of 20 minutes."""
    service = make_incident_type(duration_minutes=60)
    site = place()
    order = make_work_order(account=contact.account, incident_type=service, place=site)
    return make_booking(
        resource=technician,
        contact=contact,
        account=contact.account,
        work_order=order,
        starts_at=starts_at,
        travel_minutes=20,
        place=site,
        **fields,
    )


@pytest.fixture
def day(technician, contact):
    """Work that began at ten, and three visits after it: at half past eleven, at one and at five."""
    began = {"status": BookingStatus.IN_PROGRESS, "started_at": TEN}
    return [
        visit(technician, contact, TEN, **began),
        visit(technician, contact, TEN + 1.5 * HOUR),
        visit(technician, contact, TEN + 3 * HOUR),
        visit(technician, contact, TEN + 7 * HOUR),
    ]


def at(moment):
    return time_machine.travel(moment, tick=False)


def again(booking):
    return Booking.objects.select_related("resource", "work_order__asset", "place", "incident_type", "account").get(
        pk=booking.pk
    )


def told():
    return list(OutboxMessage.objects.filter(name="running_late").order_by("created_at", "pk"))


def estimates(day):
    return [again(each).estimated_arrival_at for each in day]


def test_nobody_is_told_while_all_goes_by_plan(day):
    with at(TEN + 50 * MINUTE):
        assert follow_all() == 0
    assert estimates(day) == [None] * 4


def test_an_overrun_goes_through_the_day_until_a_pause_takes_it_up(day, contact):
    """At 11:40 the work goes on: the next drive takes until 12:00, the one after that until 1:20, the last is in time."""
    with at(TEN + 100 * MINUTE):
        assert follow_all() == 2
    assert estimates(day) == [None, TEN + 2 * HOUR, TEN + 200 * MINUTE, None]
    assert [each.payload["booking"] for each in told()] == [str(day[1].pk), str(day[2].pk)]
    assert {each.contact_id for each in told()} == {contact.pk}
    assert [again(each).attention for each in day] == ["", Attention.LATE, Attention.LATE, ""]


def test_who_was_told_is_told_again_only_when_it_gets_worse(day):
    """Each minute the same work is looked at; ten minutes more are news."""
    counts = []
    for minutes in (100, 100, 105, 109, 110, 111):
        with at(TEN + minutes * MINUTE):
            counts.append(follow_all())
    assert counts == [2, 0, 0, 0, 2, 0]
    assert len(told()) == 4


def test_small_delays_are_not_worth_a_message(day):
    """At 11:20 the next one is ten minutes late."""
    with at(TEN + 80 * MINUTE):
        assert follow_all() == 0
    row = again(day[1])
    assert (row.estimated_arrival_at, row.told_arrival_at, row.attention) == (TEN + 100 * MINUTE, None, "")


def test_a_window_is_late_when_its_end_is_missed(day):
    window = {"window_starts_at": TEN + HOUR, "window_ends_at": TEN + 3 * HOUR}
    Booking.objects.filter(pk=day[1].pk).update(**window)
    with at(TEN + 100 * MINUTE):
        follow_all()
    assert str(day[1].pk) not in [each.payload["booking"] for each in told()]
    with at(TEN + 180 * MINUTE):
        follow_all()
    assert str(day[1].pk) in [each.payload["booking"] for each in told()]


def test_work_that_began_late_tells_early(day):
    """At half past ten it is known that work which began then ends at half past eleven."""
    Booking.objects.filter(pk=day[0].pk).update(started_at=TEN + 40 * MINUTE)
    with at(TEN + 45 * MINUTE):
        assert follow_all() == 2
    assert estimates(day)[1] == TEN + 120 * MINUTE


def test_a_late_drive_tells_the_one_who_waits(technician, contact):
    driven = visit(
        technician, contact, TEN, status=BookingStatus.TRAVELING, travel_started_at=TEN, estimated_arrival_at=TEN
    )
    following = visit(technician, contact, TEN + 1.5 * HOUR)
    with at(TEN + 5 * MINUTE):
        assert follow_all() == 1
    assert again(driven).estimated_arrival_at == TEN + 20 * MINUTE
    assert again(following).estimated_arrival_at == TEN + 100 * MINUTE


def test_when_time_is_made_up_nothing_stays_behind(day):
    with at(TEN + 100 * MINUTE):
        follow_all()
    Booking.objects.filter(pk=day[0].pk).update(status=BookingStatus.COMPLETED)
    with at(TEN + 101 * MINUTE):
        assert follow_all() == 0
    assert estimates(day) == [None] * 4
    assert [again(each).attention for each in day] == [""] * 4


def test_work_forgotten_on_the_phone_makes_nobody_late(day, technician, contact):
    with at(TEN + 6 * HOUR):
        assert follow_all() == 0
    assert estimates(day)[3] is None


@pytest.fixture
def late(day):
    """The second visit runs half an hour late, and its customer knows."""
    with at(TEN + 100 * MINUTE):
        follow_all()
        yield again(day[1])


def test_the_cut_off_does_not_bind_who_waits_in_vain(late, day):
    settings = make_settings(cut_off_minutes=600)
    assert runs_late(late, settings)
    assert change_is_open(late, settings)
    assert not change_is_open(again(day[3]), settings)


def test_another_day_is_free_to_choose(late, contact):
    moved = change_visit(late, Slot(TEN + 25 * HOUR), Change(0, contact, contact.user))
    assert (moved.told_arrival_at, moved.estimated_arrival_at, moved.attention) == (None, None, "")
    assert not runs_late(moved, load_settings())


def test_who_can_be_there_first_comes_instead(late, contact):
    make_resource(name="Far", start_place=place(40.79))
    near = make_resource(name="Near", start_place=place(40.755))
    moved = take_another(late, Change(0, contact, contact.user))
    assert moved.resource == near
    assert TEN + 100 * MINUTE < moved.arrives_at < late.estimated_arrival_at
    assert again(late).attention == ""
    assert OutboxMessage.objects.filter(name="booking_changed").count() == 1
    with pytest.raises(Conflict):
        take_another(late, Change(0, contact, contact.user))


def test_when_nobody_is_sooner_staff_look_at_it(late, contact):
    make_resource(name="Too far", start_place=place(42.5))
    assert take_another(late, Change(0, contact, contact.user)) is None
    row = again(late)
    assert (row.resource_id, row.sequence, row.attention) == (late.resource_id, 0, Attention.NO_TIME)


def test_only_late_visits_get_another_technician(day, contact):
    with at(TEN), pytest.raises(NotAllowed):
        take_another(again(day[1]), Change(0, contact, contact.user))
