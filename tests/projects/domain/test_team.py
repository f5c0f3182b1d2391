"""Members, their bookings and tasks (PSA-5, DYNAMICS 6.3)."""

import datetime as dt

import pytest
import time_machine

from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from projects.domain.team import add_member, assign, book, change_booking, end_booking, unassign
from projects.enums import TEAM_BOOKING_TRANSITIONS, ProjectStage, TeamBookingStatus
from projects.models import TaskAssignment, TeamBooking, TeamMember
from scheduling.models import BusinessClosure, Reservation, TimeOff
from tests.factories.projects import (
    make_booked_member,
    make_member,
    make_project,
    make_role,
    make_task,
    make_team_booking,
)
from tests.factories.scheduling import make_booking, make_resource

# Noon in New York, a Monday.
NOW = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
STEPS = [(before, after) for before in TeamBookingStatus for after in TeamBookingStatus]
PROPOSED, SOFT, HARD, CANCELED = TeamBookingStatus


@pytest.fixture(autouse=True)
def frozen(in_tenant):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def booking_in(status):
    booking = make_team_booking(status=PROPOSED)
    return booking if status == PROPOSED else change_booking(booking, status)


def sums(member):
    return TeamMember.objects.values_list("booked_minutes", "soft_minutes").get(pk=member.pk)


def taken():
    return list(Reservation.objects.order_by("starts_at").values_list("starts_at", "ends_at"))


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_every_step_is_allowed_or_refused_by_the_table(before, after):
    booking = booking_in(before)
    if after == before or after in TEAM_BOOKING_TRANSITIONS[before]:
        assert change_booking(booking, after).status == after
    else:
        with pytest.raises(DomainError, match="cannot become"):
            change_booking(booking, after)
    now = TeamBooking.objects.get().status
    # Hard bookings alone take the resource's time; sums tell hard and soft ones apart.
    assert Reservation.objects.exists() == (now == HARD)
    assert sums(booking.member) == {HARD: (1440, 0), SOFT: (0, 1440)}.get(now, (0, 0))


def test_a_member_is_once_in_a_role_on_a_team():
    project, resource, role = make_project(), make_resource(), make_role()

    first, again = add_member(project, resource, role), add_member(project, resource, role)
    other = add_member(project, resource, make_role())

    assert first == again != other
    assert AuditEntry.objects.filter(action="team_member.add").count() == 2


def test_who_left_and_what_is_closed_get_no_team():
    with pytest.raises(DomainError, match="no longer active"):
        make_member(resource=make_resource(is_active=False))
    with pytest.raises(DomainError, match="closed"):
        make_member(make_project(stage=ProjectStage.CLOSED))


def test_a_hard_booking_takes_the_first_minutes_of_each_working_day():
    member = make_member(resource=make_resource(weekdays=range(5)))
    TimeOff.objects.create(
        resource=member.resource,
        starts_at=dt.datetime(2026, 11, 26, 13, tzinfo=dt.UTC),
        ends_at=dt.datetime(2026, 11, 26, 14, 30, tzinfo=dt.UTC),
    )
    BusinessClosure.objects.create(date=dt.date(2026, 11, 27), name="Day after Thanksgiving")

    # Thursday to Monday: with an hour and a half off, closed, a weekend.
    book(member, starts_date=dt.date(2026, 11, 26), ends_date=dt.date(2026, 11, 30), minutes_a_day=240, status=HARD)

    utc = [(f"{starts:%d %H:%M}", f"{ends:%d %H:%M}") for starts, ends in taken()]
    assert utc == [("26 14:30", "26 18:30"), ("30 13:00", "30 17:00")]
    assert sums(member) == (480, 0)


@pytest.mark.parametrize(
    ("day", "utc"), [(dt.date(2027, 3, 13), "13:00"), (dt.date(2027, 3, 14), "12:00"), (dt.date(2027, 11, 7), "13:00")]
)
def test_days_begin_by_the_clock_of_the_resource(day, utc):
    member = make_member()
    book(member, starts_date=day, ends_date=day, minutes_a_day=60, status=HARD)
    [(starts, ends)] = taken()
    assert (f"{starts:%H:%M}", ends - starts) == (utc, dt.timedelta(hours=1))


def test_the_same_again_returns_the_first_booking():
    member = make_member()
    days = {"starts_date": TODAY + DAY, "ends_date": TODAY + 2 * DAY}

    first, again = book(member, **days, status=HARD), book(member, **days, status=HARD)

    assert first == again
    assert (TeamBooking.objects.count(), sums(member)) == (1, (960, 0))


def test_soft_and_hard_bookings_of_a_member_add_up():
    member = make_member()
    for status, first in ((HARD, 1), (HARD, 10), (SOFT, 20), (PROPOSED, 30)):
        make_team_booking(member, status=status, starts_date=TODAY + first * DAY)
    assert sums(member) == (2880, 1440)


@pytest.mark.parametrize("status", [PROPOSED, SOFT, HARD])
def test_days_without_work_are_refused(status):
    with pytest.raises(DomainError, match="does not work on these days"):
        make_team_booking(make_member(resource=make_resource(hours=None)), status=status)
    assert not TeamBooking.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts_date": TODAY, "ends_date": TODAY - DAY}, "before the beginning"),
        ({"starts_date": TODAY, "ends_date": TODAY + 731 * DAY}, "two years"),
        ({"starts_date": TODAY, "ends_date": TODAY, "minutes_a_day": 5}, "15 minutes"),
        ({"starts_date": TODAY, "ends_date": TODAY, "status": CANCELED}, "after it was made"),
    ],
)
def test_a_booking_that_is_none_is_refused(fields, sentence):
    with pytest.raises(DomainError, match=sentence):
        book(make_member(), **fields)


def test_two_years_of_all_days_are_booked_at_once():
    booking = book(make_member(), starts_date=TODAY, ends_date=TODAY + 730 * DAY, minutes_a_day=60, status=HARD)
    assert (booking.minutes, Reservation.objects.count()) == (731 * 60, 731)


def test_who_has_a_visit_is_not_booked_over_it():
    visit = make_booking(starts_at=dt.datetime(2026, 11, 26, 15, tzinfo=dt.UTC))
    member = make_member(resource=visit.resource)

    with pytest.raises(DomainError, match="has something else to do on Thursday"):
        make_team_booking(member)

    assert sums(member) == (0, 0)
    assert not TeamBooking.objects.exists()
    # Softly it is possible: nothing is taken.
    assert make_team_booking(member, status=SOFT).minutes == 1440


def test_who_works_on_another_project_is_not_booked_over_it():
    former = make_booked_member()
    soft = make_team_booking(make_member(resource=former.resource), status=SOFT)

    with pytest.raises(DomainError, match="something else to do"):
        change_booking(soft, HARD)

    assert TeamBooking.objects.get(pk=soft.pk).status == SOFT
    assert sums(soft.member) == (0, 1440)


def test_a_canceled_booking_makes_room():
    former = make_booked_member()
    change_booking(former.bookings.get(), CANCELED)

    assert make_team_booking(make_member(resource=former.resource)).status == HARD
    assert sums(former) == (0, 0)


def test_a_booking_that_ends_keeps_what_was_worked(frozen):
    member = make_booked_member()
    booking = member.bookings.get()
    frozen.shift(3 * DAY)

    end_booking(booking)
    end_booking(booking)

    assert (booking.status, booking.minutes, booking.ends_date) == (HARD, 960, TODAY + 3 * DAY)
    assert (sums(member), Reservation.objects.count()) == ((960, 0), 2)
    assert AuditEntry.objects.filter(action="team_booking.end").count() == 1


def test_a_booking_that_ends_before_it_began_is_canceled():
    booking = make_team_booking()
    assert end_booking(booking).status == CANCELED
    assert not Reservation.objects.exists()


def test_tasks_go_to_members_who_are_booked():
    project = make_project()
    task, member = make_task(project), make_member(project)
    with pytest.raises(DomainError, match="only proposed"):
        assign(task, member)
    make_team_booking(member, status=PROPOSED)
    with pytest.raises(DomainError, match="only proposed"):
        assign(task, member)
    make_team_booking(member, status=SOFT)

    first, again, other = assign(task, member), assign(task, member), assign(task, member, minutes=60)

    assert first == again == other
    assert TaskAssignment.objects.get().minutes == 60
    assert AuditEntry.objects.filter(action="task.assign").count() == 2


def test_tasks_stay_in_their_project():
    with pytest.raises(DomainError, match="another project"):
        assign(make_task(), make_booked_member())


def test_a_task_is_taken_from_a_member_once():
    member = make_booked_member()
    task = make_task(member.project, members=[member])

    unassign(task, member)
    unassign(task, member)

    assert not TaskAssignment.objects.exists()
    assert AuditEntry.objects.filter(action="task.unassign").count() == 1
