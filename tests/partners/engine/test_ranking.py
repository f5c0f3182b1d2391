"""The whole table, ties, newcomers, and what is given away one after the other (PRT-2, PRT-3, PRT-5)."""

import itertools
from dataclasses import replace

import pytest

from partners.engine.metrics import FARTHEST, rates
from partners.engine.programme import Opportunity, Partner, Record
from partners.engine.ranking import Programme, best, distribute, table
from partners.engine.weights import Weights
from portal.geo.distance import Point

HERE = frozenset({"here"})
SITE = Point(52.0, 0.0)
GOOD = Record(delivered=4, accepted=4, won=2, closed=2, days=20, feedback=4, reported=4)
POOR = Record(delivered=4, accepted=2, expired=2, returned=1)
ASKED = Opportunity("asked", territories=HERE, position=SITE)


def partner(key, **values) -> Partner:
    return Partner(**{"key": key, "capacity": 2, "territories": HERE, "position": SITE} | values)


def keys(opportunity, *partners, weights: Weights | None = None) -> list[str]:
    return [row.partner.key for row in table(opportunity, Programme(partners), weights or Weights())]


def winners(count, *partners) -> list[str | None]:
    queue = [replace(ASKED, key=number) for number in range(count)]
    return [award.winner and award.winner.key for award in distribute(queue, Programme(partners), Weights())]


def test_table_shows_metrics_weights_products_and_the_sum():
    weights = Weights(distance=-0.01, win_rate=4, return_rate=-2, feedback_rate=1, stall_rate=0, touch_rate=3)
    north = partner("a", position=Point(53.0, 0.0), record=GOOD)

    [row] = table(ASKED, Programme([north]), weights)

    assert [(cell.metric, cell.value, cell.weight, cell.product) for cell in row.cells] == [
        ("distance", 111.195, -0.01, pytest.approx(-1.11195)),
        ("win_rate", 0.5, 4, 2.0),
        ("return_rate", 0, -2, 0),
        ("feedback_rate", 1, 1, 1),
        ("stall_rate", 0, 0, 0),
        ("touch_rate", 1, 3, 3),
        ("days_to_close", 10, -0.25, -2.5),
    ]
    assert row.score == 2.38805
    assert (row.place, row.is_available, row.is_newcomer, row.first_report_rate) == (1, True, False, 1.0)
    assert not any(cell.is_assumed for cell in row.cells)


def test_table_puts_who_is_not_available_behind_with_reason_and_score_but_no_place():
    full, poor = partner("full", open_count=2, record=GOOD), partner("poor", record=POOR)

    first, second = table(ASKED, Programme([full, poor]), Weights())

    assert (first.partner, first.place) == (poor, 1)
    assert (second.partner, second.place, second.reasons) == (full, None, ("capacity",))
    assert second.score > first.score


def test_table_without_a_territory_of_the_customer_has_nobody():
    nowhere = replace(ASKED, territories=frozenset())

    assert [row.reasons for row in table(nowhere, Programme([partner("a")]), Weights())] == [("no_territory",)]
    assert best(nowhere, Programme([partner("a")]), Weights()).winner is None


def test_a_newcomer_stands_between_the_good_and_the_poor_and_the_table_says_that_it_is_assumed():
    programme = Programme([partner("new"), partner("poor", record=POOR), partner("good", record=GOOD)])

    good, new, poor = table(ASKED, programme, Weights())

    assert [row.partner.key for row in (good, new, poor)] == ["good", "new", "poor"]
    assert new.is_newcomer
    assert [cell.is_assumed for cell in new.cells] == [False, *[True] * 6]
    assert new.cells[1].value == (0.5 + 0.0) / 2
    # It never closed anything: the days are those of the other.
    assert [cell.metric for cell in poor.cells if cell.is_assumed] == ["days_to_close"]
    assert new.first_report_rate is None


def test_newcomers_among_themselves_are_neutral():
    [row] = table(ASKED, Programme([partner("new")]), Weights())

    assert [cell.value for cell in row.cells] == [0, 0.5, 0.5, 0.5, 0.5, 0.5, None]
    assert row.cells[-1].product == 0


def test_a_given_mean_stands_in_for_partners_that_were_left_out():
    left_out = Programme([partner("new"), partner("good", record=GOOD)])

    [row] = table(ASKED, Programme([partner("new")], prior=left_out.prior), Weights())

    assert row.cells[1].value == rates(GOOD).win_rate


def test_ties_go_to_fewer_open_then_to_the_nearer_then_to_the_lower_key():
    near, far = Point(52.0, 0.1), Point(52.0, 0.2)
    ranked = [
        partner("d", position=far, open_count=0),
        partner("c", position=near, open_count=1),
        partner("a", position=far, open_count=1),
        partner("b", position=far, open_count=1),
    ]

    for mixed in itertools.permutations(ranked):
        assert keys(ASKED, *mixed, weights=Weights(distance=0)) == ["d", "c", "a", "b"]
        for skipped, first, second in (("", "d", "c"), ("d", "c", "a"), ("dc", "a", "b")):
            award = best(replace(ASKED, skipped=frozenset(skipped)), Programme(mixed), Weights(distance=0))
            assert (award.winner.key, award.runner_up.key) == (first, second)


def test_a_partner_without_a_location_is_the_farthest():
    lost, far = partner("a", position=None), partner("b", position=Point(-40.0, 170.0))

    assert keys(ASKED, lost, far) == ["b", "a"]
    row = table(ASKED, Programme([lost]), Weights())[0]
    assert (row.cells[0].value, row.cells[0].is_assumed) == (FARTHEST / 1000, True)
    assert best(ASKED, Programme([lost]), Weights()).winner.kilometres is None


def test_the_distance_of_a_customer_without_a_location_counts_nothing():
    unplaced = replace(ASKED, position=None)
    lost, far = partner("a", position=None), partner("b", position=Point(-40.0, 170.0))

    assert keys(unplaced, lost, far) == ["a", "b"]
    cell = table(unplaced, Programme([far]), Weights())[0].cells[0]
    assert (cell.value, cell.is_assumed, cell.product) == (None, True, 0)


def test_who_had_it_before_is_skipped():
    programme = Programme([partner("good", record=GOOD), partner("poor", record=POOR)])

    award = best(replace(ASKED, skipped=frozenset({"good"})), programme, Weights())

    assert (award.winner.key, award.runner_up) == ("poor", None)


def test_best_tells_the_runner_up_with_score_and_distance():
    programme = Programme([partner("good", record=GOOD), partner("poor", record=POOR)])

    award = best(ASKED, programme, Weights())

    scores = {row.partner.key: row.score for row in table(ASKED, programme, Weights())}
    assert (award.winner.key, award.winner.score, award.winner.kilometres) == ("good", scores["good"], 0.0)
    assert (award.runner_up.key, award.runner_up.score) == ("poor", scores["poor"])


def test_best_asks_anew_when_the_weights_change():
    near, good = partner("near", record=POOR), partner("good", record=GOOD, position=Point(40.0, 0.0))
    programme = Programme([near, good])
    only_distance = Weights(distance=-0.01, win_rate=0, return_rate=0, feedback_rate=0, touch_rate=0, days_to_close=0)

    assert best(ASKED, programme, Weights(distance=0)).winner.key == "good"
    assert best(ASKED, programme, only_distance).winner.key == "near"
    assert best(ASKED, programme, Weights(distance=0)).winner.key == "good"


def test_nobody_is_above_capacity_and_the_rest_stays_with_staff():
    good, poor = partner("good", record=GOOD, open_count=1), partner("poor", record=POOR)

    assert winners(5, good, poor) == ["good", "poor", "poor", None, None]


def test_equal_partners_take_turns():
    assert winners(5, partner("a"), partner("b"), partner("c")) == ["a", "b", "c", "a", "b"]


def test_distributing_changes_neither_the_programme_nor_the_next_time():
    programme = Programme([partner("a"), partner("b")])
    queue = [replace(ASKED, key=number) for number in range(4)]

    first = list(distribute(queue, programme, Weights()))

    assert list(distribute(queue, programme, Weights())) == first
    assert [each.open_count for each in programme.partners] == [0, 0]
    assert best(ASKED, programme, Weights()).winner.key == "a"


def test_distributing_goes_only_as_far_as_one_reads():
    endless = (replace(ASKED, key=number) for number in itertools.count())

    awards = list(itertools.islice(distribute(endless, Programme([partner("a")]), Weights()), 3))

    assert [award.winner is None for award in awards] == [False, False, True]


def test_a_partner_in_two_territories_of_the_customer_is_not_its_own_runner_up():
    both = frozenset({"here", "there"})

    award = best(replace(ASKED, territories=both), Programme([partner("a", territories=both)]), Weights())

    assert (award.winner.key, award.runner_up) == ("a", None)


def test_an_empty_programme_has_nobody():
    assert table(ASKED, Programme([]), Weights()) == ()
    assert best(ASKED, Programme([]), Weights()) == (ASKED, None, None)


def test_two_partners_of_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        Programme([partner("a"), partner("a")])
