"""Amounts, prices and quantities in words of a language (D6)."""

from decimal import Decimal

import pytest

from portal.kit.money import money_text, number_text, percent_text, price_text, round_money


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("0.125", "USD", "0.13"), ("0.1249", "USD", "0.12"), ("1.5", "JPY", "2"), ("2.0005", "KWD", "2.001")],
)
def test_money_is_rounded_half_up_in_the_units_of_its_currency(amount, currency, rounded):
    assert round_money(Decimal(amount), currency) == Decimal(rounded)


@pytest.mark.parametrize(
    ("price", "text"), [("0.1250", "$0.125"), ("15.0000", "$15.00"), ("1234.5", "$1,234.50"), ("100", "$100.00")]
)
def test_a_price_may_be_finer_than_its_currency(price, text):
    assert price_text(Decimal(price), "USD", "en") == text


def test_figures_are_written_as_the_language_has_it():
    assert money_text(Decimal("1234.5"), "EUR", "de") == "1.234,50\xa0€"
    assert [number_text(Decimal(each), "de") for each in ("2.000", "1250.500", "100")] == ["2", "1.250,5", "100"]
    assert [percent_text(Decimal(each), "en") for each in ("8.8750", "20", "0")] == ["8.875%", "20%", "0%"]
    assert percent_text(Decimal("7.7"), "fr") == "7,7\xa0%"
