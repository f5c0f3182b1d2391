"""Values compare as the wire does, and survive being kept (INT-2)."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.engine.differences import Difference, differences
from integrations.engine.values import as_text, digest, is_same, pack, unpack, unpack_one
from tests.integrations.engine.strategies import partial, values

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
IN_NEW_YORK = NOON.astimezone(ZoneInfo("America/New_York"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, Decimal("1.00")),
        (Decimal("1E+2"), 100),
        (Decimal("-0.0"), 0),
        (None, ""),
        (NOON, IN_NEW_YORK),
        (dt.date(2026, 3, 1), NOON),
    ],
)
def test_the_wire_carries_these_alike(one, other):
    assert is_same(one, other)
    assert is_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        ("1", 1),
        (0, None),
        (False, None),
        (Decimal("0.1"), Decimal("0.10001")),
        ("a", "A"),
        ("a", "a "),
        (NOON, NOON + dt.timedelta(microseconds=1)),
        (dt.date(2026, 3, 2), NOON),
        (dt.date(2026, 3, 1), "2026-03-01"),
    ],
)
def test_these_differ(one, other):
    assert not is_same(one, other)


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        is_same(dt.datetime(2026, 3, 1), NOON)


@given(values)
def test_a_kept_value_comes_back(value):
    back = unpack(pack({"field": value}))["field"]

    assert is_same(back, value)
    assert type(back) is type(value)


@pytest.mark.parametrize("odd", [1.5, [], {"decimal": 1}, {"other": "1"}, {}])
def test_what_is_no_value_is_refused(odd):
    with pytest.raises(ValueError, match="no value"):
        unpack_one(odd)


@given(partial, partial)
def test_same_digest_means_no_differences(one, other):
    """As long as both have the same fields and no day stands for a moment."""
    if one.keys() != other.keys() or any(type(value) is dt.date for value in [*one.values(), *other.values()]):
        other = dict(reversed(one.items()))

    assert (digest(one) == digest(other)) == (not differences(one, other))


@given(partial, partial)
def test_differences_are_all_and_only_what_differs(before, after):
    found = {each.field: (each.before, each.after) for each in differences(before, after)}

    for name in before.keys() | after.keys():
        said = before.get(name), after.get(name)
        assert (name in found) is not is_same(*said)
        assert found.get(name, said) == said


@given(partial, partial)
def test_differences_turn_round(before, after):
    there = {(each.field, str(each.before), str(each.after)) for each in differences(before, after)}
    back = {(each.field, str(each.after), str(each.before)) for each in differences(after, before)}

    assert there == back


def test_differences_stand_in_the_order_of_the_mapping():
    before = {"a": 1, "gone": "x", "b": 2}

    assert differences(before, {"b": 3, "new": "y", "a": Decimal("1.0")}) == (
        Difference("b", 2, 3),
        Difference("new", None, "y"),
        Difference("gone", "x", None),
    )


@given(st.integers(-(10**12), 10**12) | st.decimals(allow_nan=False, allow_infinity=False, places=3, max_value=10**9))
def test_a_number_as_text_is_the_number(number):
    assert Decimal(as_text(number)) == number
    assert "E" not in as_text(number)
