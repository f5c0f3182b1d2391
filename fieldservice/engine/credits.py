"""A part of an invoice as net and tax for each rate that it has. Plain Python."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision

from fieldservice.engine.totals import TaxTotal
from portal.kit.money import round_money


def part_of(groups: Sequence[TaxTotal], amount: Decimal, currency: str) -> list[TaxTotal]:
    """So much of the groups, gross, in proportion; the parts add up to `amount` exactly, none is more than its group.

    Raises ValueError for an amount that is not above 0 or more than there is.
    """
    total = sum((gross_of(group) for group in groups), Decimal(0))
    if not 0 < amount <= total:
        raise ValueError(amount)
    unit = Decimal(1).scaleb(-get_currency_precision(currency))
    exact = [Fraction(gross_of(group)) * Fraction(amount) / Fraction(total) / Fraction(unit) for group in groups]
    units = [int(each) for each in exact]
    missing = int(amount / unit) - sum(units)
    by_rest = sorted(range(len(groups)), key=lambda index: (units[index] - exact[index], index))
    for index in by_rest[:missing]:
        units[index] += 1
    return [taxed(group, count * unit, currency) for group, count in zip(groups, units, strict=True) if count]


def taxed(group: TaxTotal, gross: Decimal, currency: str) -> TaxTotal:
    """A gross amount at the rate of the group."""
    if gross == gross_of(group):
        return group
    tax = min(round_money(gross * group.tax / gross_of(group), currency), gross)
    return TaxTotal(group.name, group.rate, gross - tax, tax)


def gross_of(group: TaxTotal) -> Decimal:
    """Net with tax."""
    return group.net + group.tax
