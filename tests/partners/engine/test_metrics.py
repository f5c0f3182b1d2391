"""Rates are fractions of events, newcomers are taken for the mean (PRT-3, PRT-4)."""

import pytest

from partners.engine.metrics import FARTHEST, NEUTRAL, Rates, filled, mean, metres, rates
from partners.engine.programme import Record
from portal.geo.distance import Point

NONE = Rates(*[None] * len(NEUTRAL))
FULL = Record(
    delivered=20,
    accepted=10,
    declined=4,
    expired=3,
    returned=2,
    won=3,
    feedback=5,
    reported=8,
    stalled=1,
    closed=6,
    days=90,
)


def test_each_rate_has_its_own_whole():
    assert rates(FULL) == Rates(
        win_rate=3 / 20,
        return_rate=2 / 10,
        feedback_rate=5 / 20,
        stall_rate=1 / 10,
        touch_rate=14 / 20,
        days_to_close=15.0,
        first_report_rate=8 / 10,
    )


def test_a_newcomer_has_no_rates():
    assert rates(Record()) == NONE


def test_who_only_let_expire_has_a_touch_rate_of_zero_and_nothing_of_what_is_accepted():
    assert rates(Record(delivered=2, expired=2)) == NONE._replace(win_rate=0, feedback_rate=0, touch_rate=0)


def test_who_never_closed_has_no_days_to_close():
    assert rates(Record(delivered=1, accepted=1)).days_to_close is None


@pytest.mark.parametrize(
    "impossible",
    [
        {"delivered": -1},
        {"delivered": 1, "accepted": 1, "declined": 1},
        {"delivered": 1, "feedback": 2},
        {"delivered": 2, "expired": 3},
        {"delivered": 2, "accepted": 1, "reported": 2},
        {"delivered": 2, "accepted": 1, "returned": 1, "closed": 1},
        {"delivered": 2, "accepted": 1, "stalled": 2},
        {"delivered": 2, "accepted": 2, "closed": 1, "won": 2},
        {"delivered": 1, "accepted": 1, "closed": 1, "days": -1.0},
    ],
    ids=str,
)
def test_impossible_counts_are_refused(impossible):
    with pytest.raises(ValueError, match=r"below zero|Only what was"):
        Record(**impossible)


def test_mean_is_of_the_partners_that_have_the_metric():
    found = mean([rates(FULL), rates(Record(delivered=1, expired=1)), NONE])

    assert (found.win_rate, found.touch_rate) == (3 / 40, 14 / 40)
    assert (found.return_rate, found.days_to_close) == (2 / 10, 15.0)


@pytest.mark.parametrize("known", [[], [NONE], [NONE, NONE]], ids=["nobody", "one newcomer", "newcomers"])
def test_mean_of_newcomers_is_neutral(known):
    assert mean(known) == NEUTRAL
    assert (NEUTRAL.win_rate, NEUTRAL.days_to_close) == (0.5, None)


def test_mean_does_not_depend_on_the_order():
    known = [NONE._replace(win_rate=part) for part in (0.1, 0.7, 1e-17, 0.3, 1.0)]

    assert mean(known) == mean(reversed(known))


def test_what_is_known_is_never_replaced():
    assert filled(rates(FULL), NEUTRAL) == rates(FULL)
    assert filled(NONE._replace(win_rate=0.0), NEUTRAL).win_rate == 0


def test_distance_without_a_place():
    place = Point(40.0, -74.0)

    assert metres(place, place) == 0
    assert metres(None, place) == FARTHEST
    assert metres(place, None) == metres(None, None) == 0
    assert metres(Point(12.5, 30.0), Point(-12.5, -150.0)) <= FARTHEST
