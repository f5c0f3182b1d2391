"""Weights carry their documented names and keep to their ranges (PRT-3)."""

from decimal import Decimal

import pytest

from partners.engine.weights import RANGES, Metric, WeightRefused, Weights

DOCUMENTED = [
    ("distance", "distribution/weights/distance", -0.01, 0),
    ("win_rate", "distribution/weights/winrate", 0, 5),
    ("return_rate", "distribution/weights/returnrate", -5, 0),
    ("feedback_rate", "distribution/weights/feedbackrate", 0, 5),
    ("stall_rate", "distribution/weights/stallrate", -5, 0),
    ("touch_rate", "distribution/weights/touchrate", 0, 5),
    ("days_to_close", "distribution/weights/avgtimetoclose", -0.5, 0),
]
each_weight = pytest.mark.parametrize(("name", "setting", "low", "high"), DOCUMENTED)


def test_there_are_seven():
    assert [(metric.value, *RANGES[metric]) for metric in Metric] == DOCUMENTED


@each_weight
def test_default_is_half_of_the_range(name, setting, low, high):
    assert Weights().to_settings()[setting] == (low + high) / 2


@each_weight
def test_ends_of_the_range_are_allowed(name, setting, low, high):
    assert Weights(**{name: low})[Metric(name)] == low
    assert Weights(**{name: high})[Metric(name)] == high


@each_weight
@pytest.mark.parametrize("how", ["below", "above", "not a number", "endless", "text", "nothing"])
def test_anything_else_is_refused_with_the_setting_and_its_range(name, setting, low, high, how):
    given = {
        "below": low - 0.001,
        "above": high + 0.001,
        "not a number": float("nan"),
        "endless": float("-inf"),
        "text": "much",
        "nothing": None,
    }[how]

    with pytest.raises(WeightRefused) as refused:
        Weights(**{name: given})

    assert (refused.value.metric, refused.value.value) == (name, given)
    assert (refused.value.setting, refused.value.low, refused.value.high) == (setting, low, high)
    assert setting in str(refused.value)


def test_settings_are_read_under_their_names_and_the_missing_ones_are_defaults():
    found = Weights.from_settings(
        {
            "distribution/weights/winrate": Decimal("3.5"),
            "distribution/weights/distance": "-0.002",
            "distribution/weights/stallrate": None,
            "distribution/expiry-hours": 72,
        }
    )

    assert found == Weights(win_rate=3.5, distance=-0.002)


def test_settings_out_of_range_are_refused():
    with pytest.raises(WeightRefused, match="distribution/weights/touchrate lies between 0 and 5"):
        Weights.from_settings({"distribution/weights/touchrate": "50"})


def test_settings_that_were_written_are_read_again():
    weights = Weights(distance=-0.01, win_rate=0, days_to_close=-0.125)

    assert Weights.from_settings(weights.to_settings()) == weights


def test_zero_has_no_sign():
    assert str(Weights(distance=-0.0).distance) == "0.0"
