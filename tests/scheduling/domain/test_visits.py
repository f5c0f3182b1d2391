"""The steps of a visit: each transition or none, once, in words (SCH-8, DYNAMICS 1.7, 3.2)."""

import datetime as dt
import itertools
import uuid

import pytest
from django.db import transaction

from fieldservice.enums import WorkOrderStatus
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError, NotAllowed
from scheduling.domain import visits
from scheduling.domain.visits import Result, Step
from scheduling.enums import TRANSITIONS, BookingStatus, TimestampSource
from scheduling.models import Booking, BookingTimestamp
from tests.factories.accounts import make_approver, make_user
from tests.factories.scheduling import make_booking, make_resource

S = BookingStatus
VERBS = {
    "set_off": (visits.set_off, S.TRAVELING, {S.SCHEDULED}),
    "go_back": (visits.go_back, S.SCHEDULED, {S.TRAVELING}),
    "start": (visits.start, S.IN_PROGRESS, {S.SCHEDULED, S.TRAVELING}),
    "pause": (visits.pause, S.ON_BREAK, {S.IN_PROGRESS}),
    "resume": (visits.resume, S.IN_PROGRESS, {S.ON_BREAK}),
    "complete": (
        lambda booking, step: visits.finish(booking, step, Result("Done.")),
        S.COMPLETED,
        {S.SCHEDULED, S.IN_PROGRESS, S.ON_BREAK},
    ),
    "follow up": (
        lambda booking, step: visits.finish(booking, step, Result(note="A part.", needs_follow_up=True)),
        S.FOLLOW_UP,
        {S.IN_PROGRESS, S.ON_BREAK},
    ),
}
STATUSES = [each for each in S if each != S.HELD]
CASES = list(itertools.product(VERBS, STATUSES))


@pytest.fixture
def resource(in_tenant):
    return make_resource(user=make_user(), name="Maria Lopez")


def step_of(resource, **fields) -> Step:
    return Step(resource, resource.user, **{"key": uuid.uuid4(), **fields})


def visit_of(resource, **fields) -> Booking:
    values = {"contact": make_approver(), "starts_at": clock.now() + dt.timedelta(minutes=30), "travel_minutes": 20}
    return make_booking(resource=resource, **{**values, **fields})


@pytest.mark.parametrize(("verb", "status"), CASES)
def test_every_step_is_taken_or_refused_in_words(resource, verb, status):
    take, to, allowed = VERBS[verb]
    booking = visit_of(resource, status=status)

    if status in allowed:
        assert take(booking, step_of(resource)).status == to
        assert to in TRANSITIONS[status]
    else:
        with pytest.raises(Conflict) as refused:
            take(booking, step_of(resource))
        assert len(str(refused.value.message)) > 20

    booking.refresh_from_db()
    assert booking.status == (to if status in allowed else status)
    assert BookingTimestamp.objects.filter(booking=booking).count() == (status in allowed)


def test_a_whole_visit_writes_its_times_and_the_work_order_follows(resource):
    booking = visit_of(resource)
    order = booking.work_order
    begin = clock.now() - dt.timedelta(hours=2)
    seen = []
    for minutes, take in enumerate([visits.set_off, visits.start, visits.pause, visits.resume]):
        take(booking, step_of(resource, at=begin + dt.timedelta(minutes=minutes)))
        order.refresh_from_db()
        seen.append(order.system_status)
    end = begin + dt.timedelta(minutes=50)
    visits.finish(booking, step_of(resource, at=end), Result("The boiler is clean.", "Order a valve."))

    booking.refresh_from_db()
    order.refresh_from_db()
    assert booking.travel_started_at == begin
    assert booking.started_at == begin + dt.timedelta(minutes=1)
    assert booking.finished_at == end
    assert seen == [WorkOrderStatus.IN_PROGRESS] * 4
    assert order.system_status == WorkOrderStatus.COMPLETED
    assert (order.resolution, order.internal_notes) == ("The boiler is clean.", "Order a valve.")
    marks = BookingTimestamp.objects.filter(booking=booking).order_by("at", "pk")
    assert [each.status for each in marks] == [S.TRAVELING, S.IN_PROGRESS, S.ON_BREAK, S.IN_PROGRESS, S.COMPLETED]
    assert {each.source for each in marks} == {TimestampSource.TECHNICIAN}
    assert AuditEntry.objects.filter(action="booking.status", actor=resource.user).count() == 5


def test_the_same_step_sent_twice_does_nothing_the_second_time(resource):
    booking = visit_of(resource)
    off, there = step_of(resource), step_of(resource)
    visits.set_off(booking, off)
    visits.start(booking, there)

    # The answer was lost; the phone sends both again.
    visits.set_off(booking, off)
    visits.start(booking, there)

    booking.refresh_from_db()
    assert booking.status == S.IN_PROGRESS
    assert BookingTimestamp.objects.filter(booking=booking).count() == 2


def test_a_number_that_stands_for_something_else_is_refused(resource):
    booking, other = visit_of(resource), visit_of(resource, starts_at=clock.now() + dt.timedelta(days=1))
    step = step_of(resource)
    visits.set_off(booking, step)

    with pytest.raises(Conflict):
        visits.set_off(other, step)
    other.refresh_from_db()
    assert other.status == S.SCHEDULED


def test_nobody_is_on_the_way_to_two_places_or_at_work_twice(resource):
    first, second = visit_of(resource), visit_of(resource, starts_at=clock.now() + dt.timedelta(hours=5))
    visits.set_off(first, step_of(resource))

    with pytest.raises(Conflict, match=first.account.name):
        visits.set_off(second, step_of(resource))
    with pytest.raises(Conflict, match=first.account.name):
        visits.start(second, step_of(resource))

    visits.start(first, step_of(resource))
    visits.pause(first, step_of(resource))
    visits.start(second, step_of(resource))
    with pytest.raises(Conflict, match=second.account.name):
        visits.resume(first, step_of(resource))


def test_only_the_own_technician_takes_steps(resource):
    booking = visit_of(make_resource(user=make_user()))

    with pytest.raises(NotAllowed):
        visits.set_off(booking, step_of(resource))
    booking.refresh_from_db()
    assert booking.status == S.SCHEDULED


@pytest.mark.parametrize("off", [dt.timedelta(minutes=5), dt.timedelta(days=-2)], ids=["ahead", "long ago"])
def test_a_clock_that_is_wrong_is_not_believed(resource, off):
    booking = visit_of(resource)
    visits.set_off(booking, step_of(resource, at=clock.now() + off))

    booking.refresh_from_db()
    assert abs(booking.travel_started_at - clock.now()) < dt.timedelta(seconds=30)


def test_no_step_happens_before_the_one_before(resource):
    booking = visit_of(resource)
    now = clock.now()
    visits.set_off(booking, step_of(resource, at=now - dt.timedelta(minutes=10)))
    visits.start(booking, step_of(resource, at=now - dt.timedelta(minutes=40)))

    booking.refresh_from_db()
    assert booking.started_at == now - dt.timedelta(minutes=10)


def test_ending_early_frees_the_rest_and_late_moves_nobody(resource):
    now = clock.now()
    booking = visit_of(resource, starts_at=now - dt.timedelta(minutes=10), minutes=120, status=S.IN_PROGRESS)
    following = visit_of(resource, starts_at=now + dt.timedelta(hours=3))
    visits.finish(booking, step_of(resource), Result("Done."))
    booking.refresh_from_db()
    assert abs(booking.ends_at - now) < dt.timedelta(seconds=30)
    with transaction.atomic():
        between = visit_of(resource, starts_at=now + dt.timedelta(minutes=40), minutes=30)

    late = visit_of(resource, starts_at=now - dt.timedelta(hours=5), minutes=30, status=S.IN_PROGRESS)
    planned = late.ends_at
    visits.finish(late, step_of(resource), Result("Done late."))
    late.refresh_from_db()
    assert late.ends_at == planned
    for each in (following, between):
        before = each.arrives_at
        each.refresh_from_db()
        assert each.arrives_at == before


def test_ending_before_the_planned_arrival_keeps_the_order_of_times(resource):
    booking = visit_of(resource, starts_at=clock.now() + dt.timedelta(hours=1), status=S.IN_PROGRESS)
    visits.finish(booking, step_of(resource), Result("Done."))

    booking.refresh_from_db()
    assert booking.ends_at == booking.arrives_at + dt.timedelta(minutes=1)


def test_a_follow_up_says_what_is_left_and_the_work_is_to_be_scheduled(resource):
    booking = visit_of(resource, status=S.IN_PROGRESS)
    with pytest.raises(DomainError, match="left to do"):
        visits.finish(booking, step_of(resource), Result("Half done.", needs_follow_up=True))
    visits.finish(booking, step_of(resource), Result("Half done.", "Bring a valve.", needs_follow_up=True))

    booking.work_order.refresh_from_db()
    assert booking.work_order.system_status == WorkOrderStatus.UNSCHEDULED


def test_a_refused_step_leaves_no_words_behind(resource):
    booking = visit_of(resource, status=S.TRAVELING)
    with pytest.raises(Conflict):
        visits.finish(booking, step_of(resource), Result("Done."))

    booking.work_order.refresh_from_db()
    assert booking.work_order.resolution == ""
