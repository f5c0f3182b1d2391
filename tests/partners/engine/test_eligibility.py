"""Available, or every reason why not (PRT-2)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings

from partners.engine.eligibility import Reason, is_available, why_not
from partners.engine.programme import Opportunity, Partner
from tests.partners.engine.strategies import opportunities, partners

PARTNER = Partner(
    key="fits",
    capacity=2,
    open_count=1,
    minimum=Decimal(1000),
    maximum=Decimal(5000),
    territories=frozenset({"north", "south"}),
    lead_types=frozenset({"repair"}),
    products=frozenset({"boiler", "pump"}),
)
OPPORTUNITY = Opportunity(
    key="asked",
    value=Decimal(2000),
    territories=frozenset({"north"}),
    lead_type="repair",
    products=frozenset({"boiler", "pump"}),
)


def reasons(partner=(), opportunity=()) -> list[str]:
    return list(why_not(replace(PARTNER, **dict(partner)), replace(OPPORTUNITY, **dict(opportunity))))


def test_nothing_speaks_against_it():
    assert reasons() == []


def told(given) -> str:
    """A case in words that are the same in every process: a set has no order of its own."""
    if not isinstance(given, dict):
        return given
    values = {name: sorted(each) if isinstance(each, frozenset) else each for name, each in given.items()}
    return ",".join(f"{name}={each}" for name, each in values.items())


@pytest.mark.parametrize(
    ("partner", "opportunity", "reason"),
    [
        ({"is_active": False}, {}, "inactive"),
        ({}, {"skipped": frozenset({"fits"})}, "skipped"),
        ({"open_count": 2}, {}, "capacity"),
        ({"open_count": 3}, {}, "capacity"),
        ({"capacity": 0, "open_count": 0}, {}, "capacity"),
        ({}, {"value": Decimal("999.99")}, "below_minimum"),
        ({}, {"value": Decimal("5000.01")}, "above_maximum"),
        ({}, {"territories": frozenset()}, "no_territory"),
        ({}, {"territories": frozenset({"west"})}, "territory"),
        ({"territories": frozenset()}, {}, "territory"),
        ({}, {"lead_type": "new"}, "lead_type"),
        ({"lead_types": frozenset()}, {}, "lead_type"),
        ({}, {"products": frozenset({"boiler", "solar"})}, "products"),
        ({"products": frozenset()}, {}, "products"),
    ],
    ids=told,
)
def test_one_thing_speaks_against_it(partner, opportunity, reason):
    assert reasons(partner, opportunity) == [reason]


@pytest.mark.parametrize(
    ("partner", "opportunity"),
    [
        ({}, {"value": Decimal(1000)}),
        ({}, {"value": Decimal(5000)}),
        ({"minimum": None}, {"value": Decimal(0)}),
        ({"maximum": None}, {"value": Decimal(10**9)}),
        ({}, {"value": None}),
        ({}, {"lead_type": None}),
        ({"lead_types": frozenset()}, {"lead_type": None}),
        ({"products": frozenset()}, {"products": frozenset()}),
        ({}, {"territories": frozenset({"south", "west"})}),
        ({}, {"skipped": frozenset({"another"})}),
        ({"position": None}, {"position": None}),
    ],
    ids=told,
)
def test_ends_of_ranges_and_missing_values_do_not(partner, opportunity):
    assert reasons(partner, opportunity) == []


def test_every_reason_is_told_in_order():
    partner = {"is_active": False, "capacity": 0, "minimum": Decimal(3000), "lead_types": frozenset()}
    opportunity = {"territories": frozenset(), "products": frozenset({"solar"}), "skipped": frozenset({"fits"})}

    found = reasons(partner, opportunity)

    assert found == ["inactive", "skipped", "capacity", "below_minimum", "no_territory", "lead_type", "products"]
    assert found == sorted(found, key=list(Reason).index)


@settings(max_examples=100, deadline=None)
@given(partners(key=1), opportunities())
def test_available_is_without_a_reason(partner, opportunity):
    assert is_available(partner, opportunity) == (why_not(partner, opportunity) == ())
