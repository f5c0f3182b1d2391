"""Replanning and offers of earlier times with workers killed at every step and several at once (SCH-12, SCH-14, NOT-2)."""

import datetime as dt
from collections import Counter

import pytest
import time_machine

from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.tenancy.scope import named_scope, tenant_scope
from scheduling.domain import earlier, replan
from scheduling.domain.booking import Claim, book_visit
from scheduling.domain.canceling import Cancel, cancel_visit
from scheduling.domain.changing import Change
from scheduling.domain.rules import VisitRequest
from scheduling.enums import BookingStatus, OfferState, WishState
from scheduling.models import Booking, EarlierOffer, EarlierWish, TimeOff
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_resource, make_settings
from tests.kit.forks import DONE, KILLED, REFUSED, at_once, ends, fork, killed_at_each_step
from tests.scheduling.new_york import MONDAY, NOW, at, place

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WORKERS = 4
RELATED = ("work_order__asset", "incident_type", "place", "account", "contact")


@pytest.fixture(autouse=True)
def sunday(monkeypatch):
    """What is to be done after a commit is lost: the sweeps have to find it."""
    monkeypatch.setattr("portal.kit.jobs.send", lambda *arguments: None)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def planned(committed):
    """`planned(verb, *arguments)`: a worker's work in the company's name."""

    def make(verb, *arguments):
        def work():
            with named_scope(committed):
                verb(*arguments)

        return work

    return make


def booked(contact, slot, *, minutes=60):
    service = make_incident_type(duration_minutes=minutes)
    return book_visit(VisitRequest(contact.account, service, place()), slot, Claim(contact, contact.user))


@pytest.fixture
def stranded(committed):
    """Three visits of one who is sick; somebody else has time for all of them."""
    with tenant_scope(committed):
        make_settings()
        near = make_resource(name="Near", start_place=place(40.751))
        make_resource(name="Far", start_place=place(40.8))
        visits = [booked(make_approver(), at(hour)) for hour in (9, 12, 15)]
        TimeOff.objects.create(resource=near, starts_at=at(0).starts, ends_at=at(18).starts, reason="Sick")
    return visits


def look_at_moves(tenant, visits) -> int:
    """Whether each visit is wholly moved, once, or wholly where it was; how many are moved."""
    with tenant_scope(tenant):
        moved = list(Booking.objects.filter(sequence=1, resource__name="Far").values_list("pk", flat=True))
        untouched = Booking.objects.filter(sequence=0, resource__name="Near", attention="")
        assert len(moved) + untouched.count() == len(visits)
        changes = AuditEntry.objects.filter(action="booking.change").values_list("object_id", flat=True)
        assert Counter(changes) == Counter(moved)
        told = OutboxMessage.objects.filter(name="booking_changed").values_list("payload", flat=True)
        assert Counter(each["booking"] for each in told) == Counter(str(each) for each in moved)
    return len(moved)


def test_a_replanning_worker_killed_at_any_step_leaves_each_visit_whole(committed, stranded, planned):
    kills = killed_at_each_step(planned(replan.sweep), lambda: look_at_moves(committed, stranded))
    assert kills > 20
    assert look_at_moves(committed, stranded) == len(stranded)


def test_replanning_workers_at_once_move_each_visit_once(committed, stranded, planned):
    pids = [fork(planned(replan.sweep), dies_after=30), *(fork(planned(replan.sweep)) for _ in range(WORKERS))]
    first, *others = ends(*pids)
    # Where the others were faster it has nothing left to do, and no thirtieth step to die at.
    assert first in {KILLED, DONE}
    assert others == [DONE] * WORKERS
    at_once(planned(replan.sweep))
    assert look_at_moves(committed, stranded) == len(stranded)


@pytest.fixture
def waiting(committed):
    """Monday's only time became free; three customers of the days after it would like it."""
    with tenant_scope(committed):
        make_settings(offer_minutes=30, travel_in_hours=False)
        hours = (dt.time(9), dt.time(13))
        make_resource(name="Maria Lopez", start_place=place(), hours=hours, weekdays=range(5))
        taken = booked(make_approver(), at(9), minutes=180)
        visits = []
        for day in (24, 25, 26):
            visit = booked(make_approver(), at(9, day=dt.date(2026, 11, day)), minutes=180)
            earlier.wish_earlier(visit, visit.contact)
            visits.append(visit)
        cancel_visit(taken, Cancel("Not needed", taken.sequence, taken.contact, None))
    return visits


def look_at_offers(tenant) -> list[str]:
    """Whether each time is kept for one customer at a time, who was told of it; the states of the offers by age."""
    with tenant_scope(tenant):
        offers = list(EarlierOffer.objects.order_by("created_at", "pk"))
        standing = [each for each in offers if each.state == OfferState.OPEN]
        held = set(Booking.objects.filter(status=BookingStatus.HELD).values_list("pk", flat=True))
        assert held == {each.hold_id for each in standing}
        assert len({each.starts_at for each in standing}) == len(standing)
        told = OutboxMessage.objects.filter(name="earlier_time_offered").values_list("payload", flat=True)
        assert Counter(each["offer"] for each in told) == Counter(str(each.pk) for each in offers)
        return [each.state for each in offers]


def test_an_offering_worker_killed_at_any_step_offers_the_time_to_one(committed, waiting, planned):
    offering = planned(earlier.offer_day, MONDAY)
    kills = killed_at_each_step(offering, lambda: look_at_offers(committed))
    assert kills > 10
    assert look_at_offers(committed) == [OfferState.OPEN]


def test_offering_workers_at_once_offer_the_time_to_one(committed, waiting, planned):
    offering = planned(earlier.offer_day, MONDAY)
    assert at_once(*[offering] * WORKERS) == [DONE] * WORKERS
    assert look_at_offers(committed) == [OfferState.OPEN]


@pytest.fixture
def offered(committed, waiting, planned):
    """The visit whose customer was offered Monday."""
    assert at_once(planned(earlier.offer_day, MONDAY)) == [DONE]
    with tenant_scope(committed):
        return Booking.objects.select_related(*RELATED).get(pk=EarlierOffer.objects.get().wish.booking_id)


def look_at_acceptance(tenant, visit) -> bool:
    """Whether the offer is wholly accepted or wholly not; which."""
    [state] = look_at_offers(tenant)
    with tenant_scope(tenant):
        row, wish = Booking.objects.get(pk=visit.pk), EarlierWish.objects.get(booking=visit)
        told = OutboxMessage.objects.filter(name="booking_changed").count()
    found = (state, wish.state, row.sequence, row.arrives_at == at(9).starts, told)
    assert found in {
        (OfferState.OPEN, WishState.OPEN, 0, False, 0),
        (OfferState.ACCEPTED, WishState.TAKEN, 1, True, 1),
    }
    return state == OfferState.ACCEPTED


def test_accepting_that_is_killed_at_any_step_is_done_or_not_at_all(committed, offered, planned):
    accepting = planned(earlier.accept, offered, Change(0, offered.contact, offered.contact.user))
    kills = killed_at_each_step(accepting, lambda: look_at_acceptance(committed, offered))
    assert kills > 20
    assert look_at_acceptance(committed, offered)


def test_an_offer_is_accepted_once(committed, offered, planned):
    accepting = planned(earlier.accept, offered, Change(0, offered.contact, offered.contact.user))
    assert sorted(at_once(*[accepting] * WORKERS)) == [DONE, *[REFUSED] * (WORKERS - 1)]
    assert look_at_acceptance(committed, offered)


def expire_and_offer():
    earlier.sweep()
    earlier.offer_day(MONDAY)


def test_an_expired_offer_goes_on_once_whoever_is_killed(committed, offered, planned, sunday):
    sunday.shift(dt.timedelta(minutes=31))
    kills = killed_at_each_step(planned(expire_and_offer), lambda: look_at_offers(committed))
    assert kills > 10
    assert look_at_offers(committed) == [OfferState.EXPIRED, OfferState.OPEN]


def test_an_expired_offer_goes_on_once_with_several_workers(committed, offered, planned, sunday):
    for expired in (1, 2):
        sunday.shift(dt.timedelta(minutes=31))
        pids = [fork(planned(expire_and_offer), dies_after=12)]
        pids += [fork(planned(expire_and_offer)) for _ in range(WORKERS)]
        assert ends(*pids)[1:] == [DONE] * WORKERS
        at_once(planned(expire_and_offer))
        assert look_at_offers(committed) == [OfferState.EXPIRED] * expired + [OfferState.OPEN]


def test_the_last_moment_is_either_accepted_or_expired(committed, offered, planned, sunday):
    """One accepts while the sweep lets the time go: never both, never the time to two."""
    accepting = planned(earlier.accept, offered, Change(0, offered.contact, offered.contact.user))
    declining = planned(earlier.decline, offered)
    at_once(accepting, declining, accepting, declining)
    [state] = look_at_offers(committed)
    assert state in {OfferState.ACCEPTED, OfferState.DECLINED}
    with tenant_scope(committed):
        moved = Booking.objects.get(pk=offered.pk)
    assert (moved.arrives_at == at(9).starts) == (state == OfferState.ACCEPTED)
