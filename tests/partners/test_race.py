"""Many distributions at once: never above a partner's capacity, never with two partners (SECURITY B-9)."""

from collections import Counter
from functools import partial
from uuid import uuid4

import pytest
from django.db.models import Count

from partners.domain.deliveries import accept
from partners.domain.distribution import decline, distribute, give_back
from partners.domain.history import SYSTEM
from partners.domain.opportunities import Content
from partners.domain.own import enter_own
from partners.domain.records import count_record
from partners.enums import HOLDING_OUTCOMES, OPEN_OUTCOMES, DeclineReason, OpportunityStatus, Outcome, ReturnReason
from partners.models import Delivery, Opportunity, PartnerProgramme, PartnerRecord
from portal.geo.models import Place
from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope
from tests.factories.partners import acting, make_member, make_opportunity, make_partner, make_partner_settings
from tests.kit.races import at_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PARALLEL = 50


def look_at_capacities(tenant):
    """Whether nobody has more than fits, nothing is with two, and each record is what the deliveries come to."""
    with tenant_scope(tenant):
        opened = Counter(Delivery.objects.filter(outcome__in=OPEN_OUTCOMES).values_list("partner_id", flat=True))
        for programme in PartnerProgramme.objects.order_by("pk"):
            assert opened[programme.account_id] <= programme.capacity
            kept = PartnerRecord.objects.filter(programme=programme).first() or PartnerRecord()
            recount = count_record(programme)
            assert {name: getattr(kept, name) for name in recount} == recount
        holders = (
            Delivery.objects.filter(outcome__in=HOLDING_OUTCOMES).values("opportunity").annotate(number=Count("pk"))
        )
        assert all(each["number"] == 1 for each in holders)
        for opportunity in Opportunity.objects.order_by("pk"):
            holding = Delivery.objects.filter(opportunity=opportunity, outcome__in=HOLDING_OUTCOMES).first()
            assert opportunity.partner_id == (holding.partner_id if holding else None)


def refetched(opportunity):
    return Opportunity.objects.get(pk=opportunity.pk)


def test_fifty_distributions_at_once_never_exceed_a_capacity(committed):
    with tenant_scope(committed):
        for number in range(6):
            make_partner(at=(40.72 + number / 50, -74.0), capacity=6)
        opportunities = [make_opportunity() for _ in range(PARALLEL)]
    results = at_once(committed, *(partial(distribute, each) for each in opportunities))
    look_at_capacities(committed)
    served = [each for each in results if isinstance(each, Delivery)]
    assert (len(served), results.count(None)) == (36, PARALLEL - 36)
    with tenant_scope(committed):
        assert Opportunity.objects.filter(status=OpportunityStatus.BIDDING).count() == PARALLEL - 36


def test_one_opportunity_distributed_by_many_is_with_one(committed):
    with tenant_scope(committed):
        for _number in range(4):
            make_partner()
        opportunity = make_opportunity()
    results = at_once(committed, *[partial(distribute, opportunity)] * 20)
    assert len({each.pk for each in results}) == 1
    look_at_capacities(committed)


def test_answers_and_distributions_at_once_do_not_wait_in_circles(committed):
    """Everybody gives up what they have while others get it: partners are locked two at a time."""
    with tenant_scope(committed):
        make_partner_settings(maximum_deliveries=50)
        for number in range(5):
            make_partner(at=(40.72 + number / 50, -74.0), capacity=4)
        given = [make_opportunity() for _ in range(16)]
        for number, each in enumerate(given):
            distribute(each)
            # Accepted before: two verbs in one transaction would lock partners in two goes, which nothing in the portal does.
            if number % 3 == 2:
                accept(refetched(each), by=SYSTEM)
        fresh = [make_opportunity() for _ in range(10)]

    def answer(number, opportunity):
        opportunity = refetched(opportunity)
        if number % 3 == 0:
            return accept(opportunity, by=SYSTEM)
        if number % 3 == 1:
            return decline(opportunity, reason=DeclineReason.NO_TIME, by=SYSTEM)
        return give_back(opportunity, reason=ReturnReason.NO_INTEREST, by=SYSTEM)

    results = at_once(
        committed,
        *(partial(answer, number, each) for number, each in enumerate(given)),
        *(partial(distribute, each) for each in fresh),
    )
    assert not [each for each in results if isinstance(each, DomainError)]
    look_at_capacities(committed)
    with tenant_scope(committed):
        assert Delivery.objects.filter(outcome=Outcome.DECLINED).count() == 5
        assert Delivery.objects.filter(outcome=Outcome.RETURNED).count() == 5


def test_a_form_that_is_sent_several_times_at_once_makes_one(committed):
    with tenant_scope(committed):
        contact = make_member(make_partner())
        before, key = Place.objects.count(), uuid4()

    def enter():
        place = Place(line1="5 Corner Street", city="New York", country="US")
        content = Content(topic="Goods lift", prospect_name="Corner Shop")
        return enter_own(content, contact.account, place=place, by=acting(contact), request_key=key)

    results = at_once(committed, *[enter] * 6)
    with tenant_scope(committed):
        made = Opportunity.objects.get()
        assert Place.objects.count() == before + 1
    assert {each.pk for each in results} == {made.pk}


def test_without_the_lock_the_capacity_would_be_exceeded(committed, monkeypatch):
    """Control: with neither the lock nor the second look only the database stands in the way, and it does."""
    monkeypatch.setattr("partners.domain.distribution.may_get", lambda programme: True)
    monkeypatch.setattr("partners.domain.distribution.lock_programmes", lambda ids: {})
    monkeypatch.setattr("tests.kit.races.DomainError", Exception)
    with tenant_scope(committed):
        make_partner(capacity=2)
        opportunities = [make_opportunity() for _ in range(8)]
    results = at_once(committed, *(partial(distribute, each) for each in opportunities))
    assert any("no room" in str(each) for each in results)
    with tenant_scope(committed):
        assert Delivery.objects.filter(outcome__in=OPEN_OUTCOMES).count() == 2
