"""Workers of the programme killed after any of their statements, and several at once (NOT-2, SECURITY B-9)."""

import datetime as dt
from collections import Counter

import pytest
import time_machine

from notifications.models import OutboxMessage
from partners.domain.distribution import decline, distribute, mark_ready
from partners.domain.history import SYSTEM
from partners.domain.sweeping import sweep
from partners.enums import OPEN_OUTCOMES, DeclineReason, OpportunityStatus, Outcome
from partners.models import Delivery, DistributionRun, DistributionTable, Opportunity
from portal.tenancy.scope import named_scope, tenant_scope
from tests.factories.partners import make_member, make_opportunity, make_partner
from tests.kit.forks import DONE, at_once, killed_at_each_step
from tests.partners.test_race import look_at_capacities

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """What is to be done after a commit is lost: the sweeps have to find it."""
    monkeypatch.setattr("portal.kit.jobs.send", lambda *arguments: None)
    with time_machine.travel("2026-11-23T09:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def sweeping(committed):
    def work():
        with named_scope(committed):
            sweep()

    return work


@pytest.fixture
def ready(committed):
    """Two opportunities that wait for distribution, and three partners with people."""
    with tenant_scope(committed):
        for number in range(3):
            make_member(make_partner(at=(40.72 + number / 50, -74.0), capacity=2))
        opportunities = [make_opportunity(), make_opportunity()]
        for each in opportunities:
            mark_ready(each, by=SYSTEM)
    return opportunities


def look(tenant):
    """Whether each opportunity is wholly with a partner or wholly not, and whoever has it was told once."""
    look_at_capacities(tenant)
    with tenant_scope(tenant):
        for opportunity in Opportunity.objects.order_by("pk"):
            is_delivered = opportunity.status == OpportunityStatus.DELIVERED
            waiting = Delivery.objects.filter(opportunity=opportunity, outcome=Outcome.DELIVERED)
            assert waiting.count() == is_delivered
        told = OutboxMessage.objects.filter(name="opportunity_delivered").values_list("payload", flat=True)
        assert Counter(each["delivery"] for each in told) == Counter(
            str(pk) for pk in Delivery.objects.values_list("pk", flat=True)
        )
        assert DistributionTable.objects.count() == DistributionRun.objects.count()


def test_distributing_and_expiring_workers_killed_at_any_step_lose_nothing(committed, ready, sweeping, clock):
    assert killed_at_each_step(sweeping, lambda: look(committed)) > 20
    with tenant_scope(committed):
        assert Delivery.objects.filter(outcome__in=OPEN_OUTCOMES).count() == 2
    clock.shift(dt.timedelta(hours=72))
    assert killed_at_each_step(sweeping, lambda: look(committed)) > 20
    with tenant_scope(committed):
        outcomes = Counter(Delivery.objects.values_list("outcome", flat=True))
    assert outcomes == {Outcome.EXPIRED: 2, Outcome.DELIVERED: 2}


def test_sweeps_at_once_distribute_and_expire_once(committed, ready, sweeping, clock):
    assert at_once(*[sweeping] * 3) == [DONE] * 3
    clock.shift(dt.timedelta(hours=72))
    assert at_once(*[sweeping] * 3) == [DONE] * 3
    look(committed)
    with tenant_scope(committed):
        outcomes = Counter(Delivery.objects.values_list("outcome", flat=True))
    assert outcomes == {Outcome.EXPIRED: 2, Outcome.DELIVERED: 2}


def test_a_declining_partner_killed_at_any_step_has_declined_or_not(committed, ready, clock):
    with tenant_scope(committed):
        distribute(ready[0])
    former = ready[0].partner_id

    def declining():
        with tenant_scope(committed):
            decline(ready[0], reason=DeclineReason.NO_TIME, by=SYSTEM)

    def check():
        look(committed)
        with tenant_scope(committed):
            row = Opportunity.objects.get(pk=ready[0].pk)
            declined = Delivery.objects.filter(outcome=Outcome.DECLINED).count()
        assert (row.partner_id == former, declined) in {(True, 0), (False, 1)}

    assert killed_at_each_step(declining, check) > 10
    with tenant_scope(committed):
        assert Delivery.objects.filter(opportunity=ready[0]).count() == 2
