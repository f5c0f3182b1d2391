"""The engine agrees with the slow and obvious ranking, whatever the programme (PRT-2, PRT-3, B-9)."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.engine import search
from partners.engine.metrics import metres
from partners.engine.programme import Record
from partners.engine.ranking import Programme, best, distribute, table
from partners.engine.weights import Weights
from portal.geo.distance import Point, great_circle
from tests.partners.engine import reference
from tests.partners.engine.reference import Obvious
from tests.partners.engine.strategies import (
    PLACES,
    TERRITORIES,
    any_case,
    batches,
    cases,
    crowd,
    opportunities,
    programmes,
    queue,
    weights,
)

some = settings(max_examples=40, deadline=None)
many = settings(max_examples=300, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _small_branches():
    """Let few partners make a deep tree, so that every branch of the search is taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "LEAF", 1)
        patch.setattr(search, "PIECES", 2)
        yield


def pair(award) -> list[tuple]:
    return [(each.key, each.score) for each in (award.winner, award.runner_up) if each is not None]


@some
@given(opportunities(), programmes(), weights())
def test_table_has_the_obvious_places_scores_and_reasons(opportunity, partners, weighed):
    rows = table(opportunity, Programme(partners), weighed)

    available = [row for row in rows if row.is_available]
    assert [(row.partner.key, row.score) for row in available] == Obvious(partners, weighed).ranked(opportunity)
    assert [row.place for row in available] == list(range(1, len(available) + 1))
    assert sorted(row.partner.key for row in rows) == [partner.key for partner in partners]
    for row in rows:
        assert set(row.reasons) == reference.reasons(row.partner, opportunity, row.partner.open_count)
        assert row.is_available or row.place is None


@many
@given(cases)
def test_table_shows_each_product_and_its_sum(case):
    partners, [opportunity, *_], weighed = case
    obvious = Obvious(partners, weighed)
    for row in table(opportunity, Programme(partners), weighed):
        expected = obvious.products(row.partner, opportunity)
        assert {cell.metric: cell.product for cell in row.cells} == pytest.approx(expected, abs=1e-9)
        assert {cell.metric: cell.weight for cell in row.cells} == {each: getattr(weighed, each) for each in expected}
        assert row.score == pytest.approx(sum(cell.product for cell in row.cells), abs=1e-9)
        own = reference.own_metrics(row.partner.record)
        assert all(cell.is_assumed == (own[cell.metric] is None) for cell in row.cells[1:])


@some
@given(opportunities(), programmes(), weights())
def test_best_is_the_first_and_the_second_of_the_obvious_ranking(opportunity, partners, weighed):
    award = best(opportunity, Programme(partners), weighed)

    assert pair(award) == Obvious(partners, weighed).ranked(opportunity)[:2]


@some
@given(batches(), programmes(), weights())
def test_distribute_gives_each_to_the_obvious_partner_until_nobody_has_room(batch, partners, weighed):
    awards = list(distribute(batch, Programme(partners), weighed))

    assert [(award.opportunity.key, pair(award)) for award in awards] == Obvious(partners, weighed).distributed(batch)
    for partner in partners:
        given_away = sum(award.winner is not None and award.winner.key == partner.key for award in awards)
        assert given_away == 0 or partner.open_count + given_away <= partner.capacity


@pytest.mark.parametrize("seed", range(8))
def test_thousands_of_programmes_agree_with_the_obvious_ranking(seed):
    """What the properties above say, for as many programmes as one machine has time for: 4,000."""
    chance = random.Random(seed)
    for _ in range(500):
        partners, batch, weighed = any_case(chance)
        programme, obvious = Programme(partners), Obvious(partners, weighed)
        expected = obvious.ranked(batch[0])
        rows = table(batch[0], programme, weighed)

        assert [(row.partner.key, row.score) for row in rows if row.is_available] == expected
        assert pair(best(batch[0], programme, weighed)) == expected[:2]
        for row in rows:
            assert set(row.reasons) == reference.reasons(row.partner, batch[0], row.partner.open_count)
            assert row.score == obvious.score(row.partner, batch[0])
        awards = distribute(batch, Programme(chance.sample(partners, len(partners))), weighed)
        assert [(award.opportunity.key, pair(award)) for award in awards] == obvious.distributed(batch)


@pytest.mark.parametrize(
    "same",
    [
        {},
        {"record": Record()},
        {"record": Record(), "position": Point(48.1, 11.6)},
        {"record": Record(), "position": None},
        {"capacity": 1, "open_count": 0},
        {"territories": frozenset(TERRITORIES), "capacity": 100},
    ],
    ids=["mixed", "newcomers", "one place", "no place", "soon full", "everywhere"],
)
@pytest.mark.parametrize("weighed", [Weights(), Weights(distance=0), Weights(distance=-0.01, win_rate=0)], ids=str)
@pytest.mark.parametrize("leaf", [1, 32])
def test_large_programmes_agree_with_the_obvious_ranking(same, weighed, leaf, monkeypatch):
    monkeypatch.setattr(search, "LEAF", leaf)
    chance = random.Random(f"{same} {weighed}")
    partners, batch = crowd(chance, 120, **same), queue(chance, 30)
    programme, obvious = Programme(partners), Obvious(partners, weighed)

    awards = list(distribute(batch, programme, weighed))

    assert [(award.opportunity.key, pair(award)) for award in awards] == obvious.distributed(batch)
    for opportunity in batch[:10]:
        assert pair(best(opportunity, programme, weighed)) == obvious.ranked(opportunity)[:2]


@many
@given(cases, st.integers())
def test_the_order_of_partners_changes_nothing(case, seed):
    partners, batch, weighed = case
    mixed = random.Random(seed).sample(partners, len(partners))

    assert table(batch[0], Programme(mixed), weighed) == table(batch[0], Programme(partners), weighed)
    assert list(distribute(batch, Programme(mixed), weighed)) == list(distribute(batch, Programme(partners), weighed))


BETTER = {
    "win_rate": lambda record: replace(record, won=record.won + 1),
    "feedback_rate": lambda record: replace(record, feedback=record.feedback + 1),
    "touch_rate": lambda record: replace(record, declined=record.declined + 1),
    "return_rate": lambda record: replace(record, returned=record.returned - 1),
    "stall_rate": lambda record: replace(record, stalled=record.stalled - 1),
    "days_to_close": lambda record: replace(record, days=record.days - 1),
}


def places(opportunity, partners, weighed) -> dict[int, int | None]:
    return {row.partner.key: row.place for row in table(opportunity, Programme(partners), weighed)}


@pytest.mark.parametrize("metric", sorted(BETTER))
@many
@given(case=cases)
def test_a_better_metric_never_costs_a_place(metric, case):
    partners, [opportunity, *_], weighed = case
    before = places(opportunity, partners, weighed)
    for number, partner in enumerate(partners):
        try:
            better = replace(partner, record=BETTER[metric](partner.record))
        except ValueError:
            continue  # as good as it can be
        after = places(opportunity, [*partners[:number], better, *partners[number + 1 :]], weighed)
        if before[partner.key] is not None:
            assert after[partner.key] <= before[partner.key]
        if getattr(weighed, metric) == 0:
            assert after == before


@many
@given(cases)
def test_a_shorter_way_never_costs_a_place(case):
    partners, [opportunity, *_], weighed = case
    before = places(opportunity, partners, weighed)
    for number, partner in enumerate(partners):
        moved = replace(partner, position=opportunity.position)
        after = places(opportunity, [*partners[:number], moved, *partners[number + 1 :]], weighed)
        assert before[partner.key] is None or after[partner.key] <= before[partner.key]


@pytest.mark.parametrize("place", PLACES)
def test_distances_are_those_of_the_globe_in_whole_metres(place):
    for other in PLACES:
        assert metres(place, other) == pytest.approx(great_circle(place, other), abs=1.5)
