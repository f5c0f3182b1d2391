"""Money: rounded in one place, half up, in the minor units of its currency (D6). Plain Python."""

from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

ZERO = Decimal(0)


def round_money(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units of the currency, halves away from zero: 0.125 USD is 0.13, 1.5 JPY is 2."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), rounding=ROUND_HALF_UP)


def money_text(amount: Decimal, currency: str, language: str) -> str:
    """The rounded amount as people of this language write it: "$1,234.50", "1.234,50 €"."""
    return format_currency(round_money(amount, currency), currency, locale=language.replace("-", "_"))


def price_text(price: Decimal, currency: str, language: str) -> str:
    """A price for each, which may be finer than the currency: "$0.125", "$15.00"."""
    exact = price.quantize(Decimal(1)) if price == price.to_integral_value() else price.normalize()
    return format_currency(exact, currency, locale=language.replace("-", "_"), decimal_quantization=False)


def number_text(number: Decimal, language: str) -> str:
    """A quantity as people of this language write it, with no more decimals than it has: "1,250.5"."""
    return format_decimal(number.normalize(), locale=language.replace("-", "_"), decimal_quantization=False)


def percent_text(percent: Decimal, language: str) -> str:
    """Percent as people of this language write it: "8.875%", "19 %"."""
    return format_percent(percent.normalize() / 100, locale=language.replace("-", "_"), decimal_quantization=False)
