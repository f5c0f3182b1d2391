"""To which partner an opportunity goes, how it is kept, and which one is next (PRT-2, PRT-3, PRT-5)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications.models import OutboxMessage
from partners.domain.asking import asked_by
from partners.domain.deliveries import accept, deliver
from partners.domain.distribution import decline, distribute, give_back, mark_ready
from partners.domain.history import SYSTEM
from partners.domain.progress import cancel, lose
from partners.domain.records import count_record
from partners.domain.sweeping import distribute_one, sweep
from partners.domain.tables import kept_by, row_of, table_of
from partners.engine.eligibility import Reason
from partners.engine.metrics import NEUTRAL, filled
from partners.engine.programme import Partner, Record
from partners.engine.ranking import Programme, best, table
from partners.engine.weights import RANGES, Metric, Weights
from partners.enums import DeclineReason, Occasion, OpportunityStatus, Outcome, ReturnReason
from partners.models import Delivery, DistributionRun, Opportunity, OpportunityEvent, PartnerProgramme, PartnerRecord
from partners.queries.candidates import look_at_partners
from partners.tasks import sweep as sweep_task
from portal.geo.models import Place
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.geo import make_place, make_territory
from tests.factories.partners import (
    acting,
    make_accepted,
    make_delivery,
    make_lead_type,
    make_member,
    make_opportunity,
    make_own,
    make_partner,
    make_partner_settings,
    staff,
)

pytestmark = pytest.mark.usefixtures("in_tenant")
NEAR, FAR, FARTHER = (40.72, -74.0), (40.9, -74.0), (41.5, -74.0)
WHY = {"reason": DeclineReason.NO_TIME}


def fresh(opportunity) -> Opportunity:
    return Opportunity.objects.select_related("partner").get(pk=opportunity.pk)


def partner_named(name: str) -> PartnerProgramme:
    return PartnerProgramme.objects.get(account__name=name)


@pytest.fixture
def three():
    """Three newcomers at different distances."""
    return [make_partner(at=place, name=name) for name, place in (("Far", FAR), ("Near", NEAR), ("Farther", FARTHER))]


def test_the_nearest_of_equals_gets_it_and_the_run_says_why(three):
    opportunity = make_opportunity()
    delivery = distribute(opportunity)
    run = DistributionRun.objects.select_related("table").get()

    assert delivery.partner == three[1].account
    assert (opportunity.status, opportunity.partner_id) == (OpportunityStatus.DELIVERED, delivery.partner_id)
    assert delivery.expires_at - delivery.delivered_at == dt.timedelta(hours=72)
    assert (run.winner_id, run.partner_count, run.available_count) == (delivery.partner_id, 3, 3)
    rows = table_of(run)
    assert [row.partner.key for row in rows] == [three[1].account_id, three[0].account_id, three[2].account_id]
    assert [row.place for row in rows] == [1, 2, 3]
    assert rows[0].score == run.score
    assert row_of(run, three[0].account_id).place == 2
    assert best(*kept_by(run)).winner.key == run.winner_id


def test_who_is_not_available_is_in_the_table_with_every_reason():
    kind, product = make_lead_type(), make_product()
    elsewhere = make_territory("9")
    fits = make_partner(lead_types=[kind], products=[product], minimum_revenue=100, maximum_revenue=200)
    full = make_partner(capacity=0, lead_types=[kind], products=[product])
    wrong = make_partner(territories=[elsewhere], is_active=False, minimum_revenue=151)
    cheap = make_partner(lead_types=[kind], products=[product], maximum_revenue=149)
    opportunity = make_opportunity(estimated_revenue=Decimal(150), lead_type=kind, products=[product])
    assert distribute(opportunity).partner == fits.account
    found = {row.partner.key: row.reasons for row in table_of(DistributionRun.objects.get())}
    assert found == {
        fits.account_id: (),
        full.account_id: (Reason.CAPACITY,),
        wrong.account_id: (
            Reason.INACTIVE,
            Reason.BELOW_MINIMUM,
            Reason.TERRITORY,
            Reason.LEAD_TYPE,
            Reason.PRODUCTS,
        ),
        cheap.account_id: (Reason.ABOVE_MAXIMUM,),
    }


def test_without_a_place_nobody_is_available_and_staff_are_told(three):
    opportunity = make_opportunity(prospect_name="Nowhere Ltd")
    assert distribute(opportunity) is None
    assert opportunity.status == OpportunityStatus.BIDDING
    assert {row.reasons for row in table_of(DistributionRun.objects.get())} == {(Reason.NO_TERRITORY,)}
    assert OutboxMessage.objects.filter(name="opportunity_for_staff").count() == 0, "the company has no people yet"


def test_the_company_is_told_when_nobody_is_available(in_tenant):
    in_tenant.support_email = "desk@acme.example"
    in_tenant.save()
    distribute(make_opportunity())
    assert OutboxMessage.objects.filter(name="opportunity_for_staff", address="desk@acme.example").count() == 1


def test_sql_and_engine_agree_on_who_is_available():
    """What is available is said twice: by the statement that looks at all partners, and by the engine."""
    kinds, products = [make_lead_type(), make_lead_type()], [make_product(), make_product(), make_product()]
    territories = [make_territory("10"), make_territory("1000"), make_territory("2")]
    for number in range(24):
        make_partner(
            at=(40 + number / 40, -74),
            territories=territories[: number % 4] if number % 5 else territories[2:],
            lead_types=kinds[: number % 3],
            products=products[: number % 4],
            capacity=number % 3,
            is_active=number % 7 != 0,
            minimum_revenue=number * 10 if number % 2 else None,
            maximum_revenue=400 - number * 5 if number % 3 else None,
            membership="member" if number % 11 else "former",
            record={"delivered": number, "accepted": number // 2, "closed": number // 4, "won": number // 5},
        )
    for number in range(8):
        opportunity = make_opportunity(
            estimated_revenue=Decimal(number * 40) if number else None,
            lead_type=kinds[number % 2] if number % 3 else None,
            products=products[: number % 4],
        )
        delivery = distribute(opportunity)
        run = DistributionRun.objects.select_related("table").get(opportunity=opportunity)
        asked, programme, weights = kept_by(run)
        by_hand = Programme(map(by_orm, PartnerProgramme.objects.order_by("pk")))
        seen = table(asked, programme, weights)
        for mine, theirs in zip(seen, before(by_hand, run, delivery, asked, weights), strict=True):
            assert (mine.partner.key, mine.reasons, mine.place) == (theirs.partner.key, theirs.reasons, theirs.place)
            assert mine.score == pytest.approx(theirs.score, abs=1e-9)
        assert run.available_count == sum(row.is_available for row in seen)
        assert (delivery.partner_id if delivery else None) == next((r.partner.key for r in seen if r.place == 1), None)


RECORDS = st.tuples(
    st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(0, 2160)
).map(
    lambda n: {
        "delivered": sum(n[:4]) + n[0],
        "accepted": n[0] + n[1] + n[2],
        "declined": n[3],
        "feedback": n[0],
        "returned": n[2],
        "closed": n[0] + n[1],
        "won": n[0],
        "days": n[4] / 24 if n[0] + n[1] else 0.0,
    }
)
MEMBERS = st.lists(
    st.tuples(st.sampled_from([NEAR, FAR, FARTHER, (-33.9, 151.2), None]), st.one_of(st.just({}), RECORDS)), max_size=8
)


@given(
    members=MEMBERS,
    place=st.sampled_from([NEAR, FARTHER, None]),
    weights=st.builds(
        Weights,
        distance=st.sampled_from([0.0, RANGES[Metric.DISTANCE].low, RANGES[Metric.DISTANCE].default]),
        win_rate=st.sampled_from([0.0, RANGES[Metric.WIN_RATE].high]),
        days_to_close=st.sampled_from([0.0, RANGES[Metric.DAYS_TO_CLOSE].low]),
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_leaves_out_nobody_that_can_be_first_or_second(members, place, weights):
    """The statement estimates who comes close; the engine finds the same two among these as among all."""
    with transaction.atomic():
        for at, record in members:
            partner = make_partner(at=at or NEAR, record=record)
            if at is None:
                Place.objects.filter(pk=partner.account.place_id).update(latitude=None, longitude=None)
        asked = asked_by(make_opportunity(place=make_place(at=place or NEAR)))
        asked = asked if place else replace(asked, position=None)
        seen = look_at_partners(asked, weights, stalled_before=clock.now())
        everybody = Programme([by_orm(each) for each in PartnerProgramme.objects.order_by("pk")])
        among_all = best(asked, everybody, weights)
        among_close = best(asked, Programme(seen.close, filled(seen.prior, NEUTRAL)), weights)
        for mine, theirs in ((among_close.winner, among_all.winner), (among_close.runner_up, among_all.runner_up)):
            assert (mine and mine.key) == (theirs and theirs.key)
        assert seen.available_count == len(members)
        transaction.set_rollback(True)


def before(programme, run, delivery, asked, weights):
    """The table by the ORM as it was before the winner got this one."""
    partners = [
        each
        if delivery is None or each.key != delivery.partner_id
        else Partner(
            **{name: getattr(each, name) for name in each.__dataclass_fields__ if name not in {"open_count", "record"}},
            open_count=each.open_count - 1,
            record=kept_record(run, each.key),
        )
        for each in programme.partners
    ]
    return table(asked, Programme(partners), weights)


def kept_record(run, key):
    return next(row.partner.record for row in table_of(run) if row.partner.key == key)


def by_orm(programme) -> Partner:
    record = PartnerRecord.objects.filter(programme=programme).first() or PartnerRecord()
    names = (
        "delivered",
        "accepted",
        "declined",
        "expired",
        "returned",
        "won",
        "closed",
        "reported",
        "feedback",
        "days",
    )
    return Partner(
        key=programme.account_id,
        capacity=programme.capacity,
        open_count=record.open_count,
        minimum=programme.minimum_revenue,
        maximum=programme.maximum_revenue,
        territories=frozenset(programme.territories.values_list("territory_id", flat=True)),
        lead_types=frozenset(programme.lead_types.values_list("lead_type_id", flat=True)),
        products=frozenset(programme.products.values_list("product_id", flat=True)),
        position=programme.account.place.point,
        record=Record(**{name: getattr(record, name) for name in names}),
        is_active=programme.is_active and programme.membership == "member",
    )


def test_a_distribution_costs_as_many_queries_for_many_partners(three):
    with CaptureQueriesContext(connection) as few:
        distribute(make_opportunity())
    for number in range(12):
        make_partner(at=(40.72 + number / 100, -74.0))
    with CaptureQueriesContext(connection) as many:
        distribute(make_opportunity())
    assert len(many) == len(few)


def test_all_territories_that_cover_the_address_count():
    country = make_territory("")
    town = make_territory("100")
    place = make_place(territory=town)
    assert asked_by(make_opportunity(customer=make_account(place=place))).territories == {country.pk, town.pk}
    named = make_account(place=place, territory=country)
    assert asked_by(make_opportunity(customer=named)).territories == {country.pk}
    assert asked_by(make_opportunity(customer=named, place=place)).territories == {country.pk, town.pk}


def test_declining_gives_it_to_the_next_best_at_once(three):
    opportunity = make_opportunity()
    distribute(opportunity)
    decline(opportunity, reason=DeclineReason.TOO_FAR, comment="An hour", by=acting(make_member(three[1])))
    first, second = Delivery.objects.order_by("delivered_at", "pk")
    assert (first.outcome, first.decline_reason, first.comment) == (Outcome.DECLINED, "too_far", "An hour")
    assert second.partner == three[0].account
    assert fresh(opportunity).partner == three[0].account
    assert DistributionRun.objects.get(occasion=Occasion.DECLINED).attempt == 2


def test_who_had_it_before_is_skipped(three):
    opportunity = make_opportunity()
    distribute(opportunity)
    decline(opportunity, **WHY, by=SYSTEM)
    accept(opportunity, by=SYSTEM)
    give_back(opportunity, reason=ReturnReason.NO_FUNDING, by=SYSTEM)
    assert opportunity.partner == three[2].account
    decline(opportunity, **WHY, by=SYSTEM)
    assert (opportunity.partner, opportunity.status) == (None, OpportunityStatus.BIDDING)
    run = DistributionRun.objects.order_by("-at", "-pk").first()
    assert run.winner is None
    assert {row.reasons for row in table_of(run)} == {(Reason.SKIPPED,)}


def test_after_the_limit_staff_take_over(three):
    make_partner_settings(maximum_deliveries=2)
    opportunity = make_opportunity()
    distribute(opportunity)
    decline(opportunity, **WHY, by=SYSTEM)
    decline(opportunity, **WHY, by=SYSTEM)
    assert (opportunity.status, Delivery.objects.count()) == (OpportunityStatus.BIDDING, 2)
    assert distribute(opportunity, by=staff()).partner == three[2].account, "staff may go on"


def test_declining_twice_changes_nothing_more(three):
    opportunity = make_opportunity()
    distribute(opportunity)
    stale = fresh(opportunity)
    decline(opportunity, **WHY, by=SYSTEM)
    decline(stale, **WHY, by=SYSTEM)
    assert Delivery.objects.count() == 2


def test_distributing_again_leaves_it_where_it_waits(three):
    opportunity = make_opportunity()
    assert distribute(opportunity) == distribute(opportunity)
    accept(opportunity, by=SYSTEM)
    with pytest.raises(Conflict):
        distribute(opportunity)
    assert Delivery.objects.count() == 1


def test_what_staff_deliver_to_a_partner_of_their_choice_comes_back_to_staff(three):
    opportunity = make_opportunity()
    assert deliver(opportunity, three[2].account, by=staff()).run is None
    decline(opportunity, **WHY, by=SYSTEM)
    assert (opportunity.status, opportunity.partner) == (OpportunityStatus.DECLINED, None)
    with pytest.raises(DomainError, match="before"):
        deliver(opportunity, three[2].account, by=staff())


def test_staff_cannot_deliver_beyond_the_capacity():
    partner = make_partner(capacity=1)
    make_delivery(partner)
    with pytest.raises(DomainError, match="room"):
        deliver(make_opportunity(), partner.account, by=staff())
    with pytest.raises(DomainError, match="member"):
        deliver(make_opportunity(), make_account(), by=staff())


def test_the_database_has_the_last_word_on_capacity():
    partner = make_partner(capacity=1)
    delivery = make_delivery(partner)
    other = make_opportunity()
    with pytest.raises(IntegrityError, match="no room"), transaction.atomic():
        Delivery.objects.create(
            opportunity=other,
            partner=partner.account,
            delivered_at=delivery.delivered_at,
            expires_at=delivery.expires_at,
        )


def test_the_database_keeps_an_opportunity_with_one_partner():
    delivery = make_delivery()
    with pytest.raises(IntegrityError, match="one_partner_at_a_time"), transaction.atomic():
        Delivery.objects.create(
            opportunity=delivery.opportunity,
            partner=make_partner().account,
            delivered_at=delivery.delivered_at,
            expires_at=delivery.expires_at,
        )
    with pytest.raises(IntegrityError, match="to which it was delivered"), transaction.atomic():
        Opportunity.objects.filter(pk=delivery.opportunity_id).update(partner=make_account())


def test_the_database_keeps_what_happened():
    make_accepted()
    delivery = Delivery.objects.get()
    for change in ({"outcome": Outcome.DELIVERED}, {"partner": make_account()}, {"accepted_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delivery.objects.filter(pk=delivery.pk).update(**change)
    for rows in (Delivery.objects.all(), OpportunityEvent.objects.all()):
        with pytest.raises(IntegrityError, match="stay"), transaction.atomic():
            rows.delete()


def test_own_opportunities_count_nowhere_and_are_not_distributed():
    partner = make_partner(capacity=1)
    own = make_own(make_member(partner))
    assert (own.status, own.partner) == (OpportunityStatus.IN_PROGRESS, partner.account)
    with pytest.raises(DomainError):
        distribute(own)
    assert count_record(partner)["open_count"] == 0
    assert distribute(make_opportunity()).partner == partner.account
    cancel(own, by=SYSTEM)
    assert own.status == OpportunityStatus.CANCELED
    assert count_record(partner)["delivered"] == 1


class TestClocks:
    """Deliveries that nobody answers, and sweeps."""

    @pytest.fixture
    def clock(self):
        with time_machine.travel("2026-11-23T09:00Z", tick=False) as traveller:
            yield traveller

    def test_expiry_goes_from_one_to_the_next_and_then_to_staff(self, clock, three):
        opportunity = make_opportunity()
        distribute(opportunity)
        for number, partner in enumerate((three[1], three[0], three[2]), 1):
            assert fresh(opportunity).partner == partner.account
            clock.shift(dt.timedelta(hours=71, minutes=59))
            sweep()
            assert Delivery.objects.count() == number, "it has not expired yet"
            clock.shift(dt.timedelta(minutes=1))
            with pytest.raises(Conflict, match="time to answer"):
                accept(fresh(opportunity), by=SYSTEM)
            sweep()
            sweep()
        assert fresh(opportunity).status == OpportunityStatus.BIDDING
        assert {each.outcome for each in Delivery.objects.all()} == {Outcome.EXPIRED}
        assert [count_record(partner)["expired"] for partner in three] == [1, 1, 1]

    def test_the_partner_is_reminded_once_before_the_expiry(self, clock, three):
        member = make_member(three[1])
        distribute(make_opportunity())
        reminders = OutboxMessage.objects.filter(name="opportunity_reminder", contact=member)
        clock.shift(dt.timedelta(hours=47, minutes=59))
        sweep()
        assert reminders.count() == 0
        clock.shift(dt.timedelta(minutes=1))
        sweep()
        sweep()
        assert reminders.count() == 1
        assert Delivery.objects.get().reminded_at is not None

    def test_what_is_ready_is_distributed_by_the_task_or_the_sweep(self, clock, three, in_tenant):
        first, second = make_opportunity(), make_opportunity()
        mark_ready(first, by=staff())
        mark_ready(second, by=staff())
        distribute_one(str(first.pk))
        distribute_one(str(first.pk))
        assert fresh(first).status == OpportunityStatus.DELIVERED
        sweep_task(in_tenant.pk)
        assert fresh(second).status == OpportunityStatus.DELIVERED
        assert DistributionRun.objects.filter(occasion=Occasion.READY).count() == 2

    def test_without_automatic_distribution_nothing_goes_by_itself(self, clock, three):
        make_partner_settings(is_automatic=False)
        opportunity = make_opportunity()
        mark_ready(opportunity, by=staff())
        distribute_one(str(opportunity.pk))
        sweep()
        assert fresh(opportunity).partner is None
        distribute(opportunity)
        clock.shift(dt.timedelta(hours=72))
        sweep()
        assert fresh(opportunity).status == OpportunityStatus.EXPIRED

    def test_stalled_ones_count_against_their_partner(self, clock):
        slow, other = make_partner(at=NEAR), make_partner(at=NEAR, is_active=False)
        make_accepted(slow)
        clock.shift(dt.timedelta(days=14, seconds=1))
        assert other.is_active is False
        distribute(make_opportunity())
        row = row_of(DistributionRun.objects.get(), slow.account_id)
        assert (row.partner.record.accepted, row.partner.record.stalled) == (1, 1)

    def test_days_to_close_are_a_mean_from_acceptance_to_the_end(self, clock):
        partner = make_partner()
        one, two = make_accepted(partner), make_accepted(partner)
        clock.shift(dt.timedelta(days=2))
        lose(one, by=SYSTEM)
        clock.shift(dt.timedelta(days=4))
        lose(two, by=SYSTEM)
        assert count_record(partner)["days"] == pytest.approx(8.0)
