"""Each step does what its options say, and a record is mapped whole or says every reason why not (INT-1)."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.engine.conditions import Condition, unmet
from integrations.engine.mapping import FieldMap, Mapping, Problem, Transform, apply, asked_for
from integrations.engine.transforms import ALL_KINDS
from integrations.engine.values import Value, is_same, pack_one
from tests.integrations.engine.strategies import FIELDS, days, instants, numbers, records, texts, values

RECORD: dict[str, Value] = {
    "number": "WO-7",
    "name": "  Boiler  ",
    "status": "scheduled",
    "minutes": 90,
    "price": Decimal("12.345"),
    "amount": "7.5",
    "empty": None,
    "is_open": True,
    "day": dt.date(2026, 3, 1),
    "at": dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC),
    "account": "ACC-1",
}
PARTNERS = {("accounts", "ACC-1"): "C-1"}


def lookup(table, value):
    return PARTNERS.get((table, value))


def nothing(table, value):
    return None


def mapped(source, *steps, record=RECORD, **field):
    transforms = tuple(Transform(kind, options) for kind, options in steps)
    return apply(Mapping((FieldMap(source, "Target", transforms, **field),)), record, lookup)


def value_after(source, *steps):
    found = mapped(source, *steps)
    assert found.problems == ()
    return found.values["Target"]


def problem_after(source, *steps, **field):
    found = mapped(source, *steps, **field)
    assert found.row == {}
    [problem] = found.problems
    return problem


@pytest.mark.parametrize(
    ("source", "kind", "options", "expected"),
    [
        ("status", "value_map", {"map": {"scheduled": "Open-Scheduled"}}, "Open-Scheduled"),
        ("status", "value_map", {"map": {}, "otherwise": "Other"}, "Other"),
        ("is_open", "value_map", {"map": {"true": "Yes", "false": "No"}}, "Yes"),
        ("minutes", "value_map", {"map": {"90": {"decimal": "1.5"}}}, Decimal("1.5")),
        ("empty", "value_map", {"map": {"": "None"}}, "None"),
        ("empty", "value_map", {"map": {}, "otherwise": "Other"}, None),
        ("empty", "default", {"value": "10"}, "10"),
        ("number", "default", {"value": "10"}, "WO-7"),
        ("number", "constant", {"value": "401100"}, "401100"),
        (None, "constant", {"value": {"date": "2026-01-31"}}, dt.date(2026, 1, 31)),
        ("number", "format", {"template": "C-{value}/{account}{empty}"}, "C-WO-7/ACC-1"),
        ("number", "format", {"template": "{value.__class__}"}, "{value.__class__}"),
        ("day", "format", {"pattern": "%d.%m.%Y"}, "01.03.2026"),
        ("at", "format", {"pattern": "%d %H:%M", "zone": "Asia/Dubai"}, "02 03:30"),
        ("at", "format", {"as": "date", "zone": "Asia/Dubai"}, dt.date(2026, 3, 2)),
        ("at", "format", {"as": "date"}, dt.date(2026, 3, 1)),
        ("day", "format", {"as": "instant"}, dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)),
        ("day", "format", {"as": "instant", "time": "00:30"}, dt.datetime(2026, 3, 1, 0, 30, tzinfo=dt.UTC)),
        ("empty", "format", {"template": "C-{value}"}, None),
        ("minutes", "unit", {"divisor": 60, "decimals": 2}, Decimal("1.50")),
        ("price", "unit", {"factor": "1000", "decimals": 0}, 12345),
        ("empty", "unit", {"factor": 2}, None),
        ("price", "number", {"decimals": 2}, Decimal("12.35")),
        ("minutes", "number", {"sign": -1, "decimals": 0}, -90),
        ("amount", "number", {}, Decimal("7.5")),
        ("name", "text", {}, "Boiler"),
        ("name", "text", {"longest": 4, "case": "upper"}, "BOIL"),
        ("name", "text", {"strip": False}, "  Boiler  "),
        ("minutes", "text", {}, "90"),
        ("account", "lookup", {"table": "accounts"}, "C-1"),
        ("empty", "lookup", {"table": "accounts"}, None),
        ("empty", "first_of", {"fields": ["empty", "number"]}, "WO-7"),
        ("status", "first_of", {"fields": ["number"]}, "scheduled"),
        (None, "first_of", {"fields": ["empty"]}, None),
    ],
)
def test_a_step_does_what_its_options_say(source, kind, options, expected):
    found = value_after(source, (kind, options))

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("source", "kind", "options", "code"),
    [
        ("status", "value_map", {"map": {"canceled": "x"}}, "not_in_map"),
        ("name", "number", {"decimals": 2}, "no_number"),
        ("is_open", "unit", {"factor": 2}, "no_number"),
        ("name", "format", {"pattern": "%d"}, "no_date"),
        ("number", "format", {"template": "{other}"}, "unknown_source"),
        (None, "first_of", {"fields": ["other"]}, "unknown_source"),
        ("other", "text", {}, "unknown_source"),
        ("number", "lookup", {"table": "accounts"}, "no_partner"),
        ("number", "evaluate", {}, "unknown_transform"),
        ("status", "value_map", {}, "wrong_options"),
        ("status", "value_map", {"map": {"scheduled": 1.5}}, "wrong_options"),
        ("minutes", "unit", {"divisor": 0}, "wrong_options"),
        ("minutes", "unit", {"factor": 0.5}, "wrong_options"),
        ("minutes", "unit", {"factor": "NaN"}, "wrong_options"),
        ("name", "text", {"case": "title"}, "wrong_options"),
        ("day", "format", {"as": "instant", "time": "noon"}, "wrong_options"),
        ("at", "format", {"as": "date", "zone": "Nowhere"}, "wrong_options"),
        ("at", "format", {"as": "week"}, "wrong_options"),
    ],
)
def test_a_step_that_cannot_says_why(source, kind, options, code):
    assert problem_after(source, (kind, options)).code == code


def test_steps_follow_each_other():
    steps = ("number", {"sign": -1}), ("unit", {"divisor": 60, "decimals": 1}), ("format", {"template": "{value} h"})

    assert value_after("minutes", *steps) == "-1.5 h"


def test_a_missing_partner_is_named_and_waited_for():
    problem = problem_after("number", ("lookup", {"table": "accounts"}))

    assert problem == Problem("Target", "no_partner", {"table": "accounts", "value": "WO-7"})
    assert problem.is_waiting


@pytest.mark.parametrize("role", ["is_key", "is_required"])
def test_what_must_not_be_empty_is_refused_empty(role):
    problem = problem_after("empty", **{role: True})

    assert (problem.code, problem.is_waiting) == ("missing", False)


def test_keys_stand_apart_and_all_problems_are_told_at_once():
    mapping = Mapping(
        (
            FieldMap("number", "Number", is_key=True),
            FieldMap("name", "Price", (Transform("number"),)),
            FieldMap("status", "Status"),
            FieldMap("empty", "Name", is_required=True),
        )
    )

    found = apply(mapping, RECORD, nothing)

    assert (found.key, found.values) == ({"Number": "WO-7"}, {"Status": "scheduled"})
    assert [(each.field, each.code) for each in found.problems] == [("Price", "no_number"), ("Name", "missing")]
    assert mapping.sources == ("number", "name", "status", "empty")
    assert (mapping.key_targets, mapping.has_lookups) == (("Number",), False)


def test_a_target_is_mapped_once():
    with pytest.raises(ValueError, match="Number"):
        Mapping((FieldMap("a", "Number"), FieldMap("b", "Number")))


def test_what_is_looked_up_is_known_before():
    mapping = Mapping(
        (
            FieldMap("account", "Account", (Transform("text"), Transform("lookup", {"table": "accounts"}))),
            FieldMap("number", "Order", (Transform("lookup", {"table": "orders"}),)),
            FieldMap("empty", "None", (Transform("lookup", {"table": "orders"}),)),
        )
    )

    assert mapping.has_lookups
    assert asked_for(mapping, RECORD) == {("accounts", "ACC-1"), ("orders", "WO-7")}


option_values = st.none() | st.booleans() | st.integers(-5, 70) | texts | st.floats() | st.lists(texts, max_size=2)
options = st.dictionaries(
    st.sampled_from(
        [
            "map",
            "otherwise",
            "value",
            "template",
            "pattern",
            "as",
            "time",
            "zone",
            "factor",
            "divisor",
            "decimals",
            "sign",
            "longest",
            "case",
            "strip",
            "table",
            "fields",
        ]
    ),
    option_values | st.dictionaries(texts, option_values, max_size=2),
    max_size=4,
)
wild_steps = st.builds(Transform, st.sampled_from([*ALL_KINDS, "other"]), options)


@settings(max_examples=50)
@given(records, st.lists(wild_steps, max_size=3), st.sampled_from([*FIELDS, None]))
def test_nonsense_is_a_problem_and_never_an_error(record, steps, source):
    found = apply(Mapping((FieldMap(source, "Target", tuple(steps)),)), record, nothing)

    assert len(found.row) + len(found.problems) == 1


@given(records)
def test_without_steps_a_record_stays_as_it_is(record):
    found = apply(Mapping(tuple(FieldMap(name, name) for name in FIELDS)), record, nothing)

    assert found.values == record


@given(numbers, st.integers(0, 4))
def test_a_sign_turns_round_and_back(number, decimals):
    turn = ("number", {"sign": -1, "decimals": decimals})
    once = mapped("n", ("number", {"decimals": decimals}), record={"n": number}).values["Target"]
    twice = mapped("n", turn, turn, record={"n": number}).values["Target"]

    assert is_same(once, twice)
    assert abs(once - number) <= Decimal(1).scaleb(-decimals) / 2


@given(numbers, st.integers(1, 60))
def test_units_turn_back_within_their_rounding(number, factor):
    there, back = ("unit", {"divisor": factor, "decimals": 6}), ("unit", {"factor": factor})

    found = mapped("n", there, back, record={"n": number}).values["Target"]

    assert abs(found - number) <= Decimal("0.0000005") * factor


@given(st.dictionaries(texts, texts, min_size=1, max_size=5), values)
def test_a_value_map_has_a_word_for_each_of_its_values_and_no_other(words, value):
    inverse = {word: text for text, word in words.items()}
    for text, word in words.items():
        assert value_after_of(text, words) == word
        assert value_after_of(word, inverse) in {each for each, one in words.items() if one == word}
    assert mapped("n", ("value_map", {"map": {}, "otherwise": "x"}), record={"n": value}).values["Target"] in (
        "x",
        "",
        None,
    )


def value_after_of(text, words):
    return mapped("n", ("value_map", {"map": words}), record={"n": text}).values["Target"]


@given(instants | days)
def test_a_moment_and_its_day_turn_back(value):
    day = mapped("n", ("format", {"as": "date"}), record={"n": value}).values["Target"]
    moment = mapped("n", ("format", {"as": "instant"}), ("format", {"as": "date"}), record={"n": day}).values["Target"]

    assert moment == day


@given(texts, st.integers(0, 8))
def test_a_text_is_never_longer_than_it_may_be(text, longest):
    found = mapped("n", ("text", {"longest": longest}), record={"n": text}).values["Target"]

    assert len(found) <= longest
    assert text.strip().startswith(found)


@given(records, values)
def test_a_constant_is_the_same_for_every_record(record, value):
    found = mapped("name", ("constant", {"value": pack_one(value)}), record=record).values["Target"]

    assert is_same(found, value)


def test_conditions_name_what_keeps_a_record_back():
    is_open, no_draft = Condition("is_open", (True,)), Condition("status", ("draft", None), is_not=True)

    assert unmet([is_open, no_draft], RECORD) is None
    assert unmet([is_open, no_draft], RECORD | {"status": ""}) == no_draft
    assert unmet([is_open, no_draft], RECORD | {"is_open": None}) == is_open
    assert unmet([Condition("other", ("x",))], RECORD) == Condition("other", ("x",))


@given(records, values)
def test_a_condition_and_its_opposite_part_all_records(record, value):
    one, opposite = Condition("name", (value,)), Condition("name", (value,), is_not=True)

    assert one.holds(record) is not opposite.holds(record)
