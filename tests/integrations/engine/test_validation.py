"""What is wrong with a mapping is known before anything runs (DYNAMICS 7.7)."""

import pytest

from integrations.engine.mapping import FieldMap, Transform
from integrations.engine.transforms import ALL_KINDS
from integrations.engine.validation import ALLOWED, NEEDED, Column, Kind, faults

SOURCES = (
    Column("number", Kind.TEXT),
    Column("price", Kind.NUMBER),
    Column("count", Kind.INTEGER),
    Column("day", Kind.DATE),
)
TARGETS = (
    Column("Number", Kind.TEXT, is_required=True),
    Column("Price", Kind.NUMBER),
    Column("Count", Kind.INTEGER),
    Column("At", Kind.INSTANT),
)
KEY = FieldMap("number", "Number", is_key=True)


def found(*fields):
    return [(each.field, each.code) for each in faults(fields, SOURCES, TARGETS)]


def step(kind, **options):
    return (Transform(kind, options),)


def test_a_sound_mapping_has_no_faults():
    fields = FieldMap("price", "Price"), FieldMap("count", "Count"), FieldMap("day", "At")

    assert found(KEY, *fields) == []
    assert found(KEY, FieldMap("count", "Price"), FieldMap(None, "Count", step("constant", value=1))) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([FieldMap("number", "Number")], [("", "no_key")]),
        ([FieldMap("price", "Price", is_key=True)], [("Number", "not_mapped")]),
        ([KEY, FieldMap("number", "Number")], [("Number", "duplicate_target")]),
        ([KEY, FieldMap("number", "Other")], [("Other", "unknown_target")]),
        ([KEY, FieldMap("other", "Price")], [("Price", "unknown_source")]),
        ([KEY, FieldMap(None, "Price")], [("Price", "no_source")]),
        ([KEY, FieldMap(None, "Price", step("text"))], [("Price", "no_source")]),
        ([KEY, FieldMap("price", "Count")], [("Count", "wrong_kind")]),
        ([KEY, FieldMap("number", "At")], [("At", "wrong_kind")]),
        ([KEY, FieldMap("price", "Count", step("number", decimals=0))], []),
        ([KEY, FieldMap("price", "Price", step("evaluate"))], [("Price", "unknown_transform")]),
        ([KEY, FieldMap("price", "Price", step("value_map"))], [("Price", "wrong_options")]),
        ([KEY, FieldMap("price", "Price", step("unit", by=2))], [("Price", "wrong_options")]),
    ],
)
def test_a_fault_is_named(fields, expected):
    assert found(*fields) == expected


def test_every_step_has_its_options_listed():
    assert set(ALLOWED) == set(ALL_KINDS)
    assert all(options <= ALLOWED[kind] for kind, options in NEEDED.items())
