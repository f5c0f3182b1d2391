"""Sums of lines (FS-4, D6): rounded a line, grouped by tax, never negative."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldservice.engine.totals import FREE, Amounts, amounts, totals

PERCENT = st.decimals(0, 100, places=4)
PRICE = st.decimals(0, 99_999_999, places=4)
QUANTITY = st.one_of(st.decimals(0, 9_999_999, places=3), st.integers(0, 100_000).map(lambda each: Fraction(each, 60)))
CURRENCY = st.sampled_from(["USD", "JPY", "KWD"])


class Line(NamedTuple):
    net: Decimal
    tax: Decimal
    tax_name: str = ""
    tax_rate: Decimal = Decimal(0)


@pytest.mark.parametrize(
    ("quantity", "price", "fields", "expected"),
    [
        ("3", "19.99", {}, ("59.97", "0.00")),
        ("1", "0.005", {}, ("0.01", "0.00")),
        ("1", "0.0049", {}, ("0.00", "0.00")),
        ("2", "50", {"tax_rate": "8.875"}, ("100.00", "8.88")),
        ("2", "50", {"discount_percent": "12.5", "tax_rate": "10"}, ("87.50", "8.75")),
        ("1", "10", {"minimum_amount": "45", "tax_rate": "20"}, ("45.00", "9.00")),
        ("1", "10", {"minimum_amount": "45", "discount_percent": "50"}, ("22.50", "0.00")),
        ("1", "99", {"minimum_amount": "45"}, ("99.00", "0.00")),
        ("1", "99", {"discount_percent": "100"}, ("0.00", "0.00")),
        ("1.5", "1001", {"currency": "JPY", "tax_rate": "10"}, ("1502", "150")),
        ("1", "0.0005", {"currency": "KWD"}, ("0.001", "0.000")),
    ],
)
def test_one_line(quantity, price, fields, expected):
    fields = {"currency": "USD", **fields}
    values = {name: value if name == "currency" else Decimal(value) for name, value in fields.items()}
    found = amounts(Decimal(quantity), Decimal(price), **values)
    assert (str(found.net), str(found.tax)) == expected


def test_twenty_minutes_are_a_third_of_an_hour():
    """By decimals 20 / 60 × 0.015 falls just short of the half."""
    assert amounts(Fraction(20, 60), Decimal("0.015"), currency="USD").net == Decimal("0.01")


@pytest.mark.parametrize("quantity", [Decimal(0), Fraction(0)])
def test_nothing_used_costs_nothing_whatever_the_minimum(quantity):
    assert amounts(quantity, Decimal(10), currency="USD", minimum_amount=Decimal(45)) == FREE


def test_what_is_covered_is_free():
    assert amounts(Decimal(4), Decimal(10), currency="USD", tax_rate=Decimal(20), is_free=True) == FREE


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal(-1)},
        {"unit_price": Decimal("-0.01")},
        {"discount_percent": Decimal(-1)},
        {"discount_percent": Decimal("100.01")},
        {"tax_rate": Decimal(-1)},
        {"tax_rate": Decimal(101)},
        {"minimum_amount": Decimal(-1)},
    ],
)
def test_what_no_line_is(fields):
    with pytest.raises(ValueError, match=r"negative|above"):
        amounts(**{"quantity": Decimal(1), "unit_price": Decimal(1), "currency": "USD", **fields})


@given(QUANTITY, PRICE, PERCENT, PERCENT, CURRENCY)
def test_a_line_is_never_negative_and_rounds_by_less_than_a_half(quantity, price, discount, tax, currency):
    found = amounts(quantity, price, currency=currency, discount_percent=discount, tax_rate=tax)
    minor = {"USD": Fraction(1, 100), "JPY": Fraction(1), "KWD": Fraction(1, 1000)}[currency]
    exact = Fraction(quantity) * Fraction(price) * (100 - Fraction(discount)) / 100
    assert found.net >= 0
    assert found.tax >= 0
    assert (Fraction(found.net) / minor).denominator == 1
    assert -minor / 2 < Fraction(found.net) - exact <= minor / 2
    assert -minor / 2 < Fraction(found.tax) - Fraction(found.net) * Fraction(tax) / 100 <= minor / 2


@given(st.lists(st.tuples(PRICE, st.sampled_from([("", "0"), ("VAT", "20"), ("VAT", "5"), ("City", "1.5")]))))
def test_totals_are_the_sums_of_their_lines(rows):
    lines = []
    for price, (name, rate) in rows:
        found = amounts(Decimal(1), price, currency="EUR", tax_rate=Decimal(rate))
        lines.append(Line(found.net, found.tax, name, Decimal(rate)))
    found = totals(lines)
    assert found.net == sum(each.net for each in lines)
    assert found.tax == sum(each.tax for each in lines) == sum(each.tax for each in found.taxes)
    assert found.total == found.net + found.tax
    keys = [(each.name, each.rate) for each in found.taxes]
    assert keys == sorted({(each.tax_name, each.tax_rate) for each in lines if each.tax_name})
    for each in found.taxes:
        own = [line for line in lines if (line.tax_name, line.tax_rate) == (each.name, each.rate)]
        assert (each.net, each.tax) == (sum(line.net for line in own), sum(line.tax for line in own))


def test_no_lines():
    found = totals([])
    assert (found.net, found.tax, found.total, found.taxes) == (0, 0, 0, ())
    assert Amounts(Decimal(2), Decimal(1)).total == 3
