"""What lines cost: net and tax a line, then their sums by rate (FS-4, FS-5, D6). Plain Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from portal.kit.money import ZERO, round_money

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Amounts:
    """What one line costs, rounded to the minor units of its currency."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


FREE = Amounts(ZERO, ZERO)


class TaxedLine(Protocol):
    """A line with its amounts: of a work order, of an invoice."""

    @property
    def net(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...
    @property
    def tax_name(self) -> str: ...
    @property
    def tax_rate(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """What all lines of one tax come to; the rate in percent."""

    name: str
    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of lines that were rounded one by one, so that a reader can add them up."""

    net: Decimal
    tax: Decimal
    total: Decimal
    taxes: tuple[TaxTotal, ...]


def amounts(
    quantity: Decimal | Fraction,
    unit_price: Decimal,
    *,
    currency: str,
    discount_percent: Decimal = ZERO,
    tax_rate: Decimal = ZERO,
    minimum_amount: Decimal = ZERO,
    is_free: bool = False,
) -> Amounts:
    """Net and tax of a line, each rounded half up.

    `minimum_amount` is the least that is charged for a quantity above 0, before the discount; rates are percentages.
    Hours come as a fraction, so that 20 minutes are a third of an hour. Raises ValueError for what is negative, and
    for percentages above 100.
    """
    if min(quantity, unit_price, minimum_amount, discount_percent, tax_rate) < 0:
        raise ValueError("negative")
    if max(discount_percent, tax_rate) > HUNDRED:
        raise ValueError("above 100 percent")
    if is_free or not quantity:
        return FREE
    charge = max(Fraction(quantity) * Fraction(unit_price), Fraction(minimum_amount))
    net = rounded(charge * (HUNDRED - Fraction(discount_percent)) / HUNDRED, currency)
    return Amounts(net, tax_on(net, tax_rate, currency))


def tax_on(net: Decimal, tax_rate: Decimal, currency: str) -> Decimal:
    """The tax on a rounded net at a rate in percent."""
    return rounded(Fraction(net) * Fraction(tax_rate) / HUNDRED, currency)


def rounded(exact: Fraction, currency: str) -> Decimal:
    """An exact amount of money in whole minor units, half up."""
    return round_money(Decimal(exact.numerator) / Decimal(exact.denominator), currency)


def totals(lines: Iterable[TaxedLine]) -> Totals:
    """The sums of the lines, and of each tax, by name and rate. Untaxed lines count in the net only."""
    net = tax = ZERO
    groups: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
    for line in lines:
        net += line.net
        tax += line.tax
        if line.tax_name or line.tax_rate:
            key = (line.tax_name, line.tax_rate)
            earlier = groups.get(key, (ZERO, ZERO))
            groups[key] = (earlier[0] + line.net, earlier[1] + line.tax)
    taxes = tuple(TaxTotal(*key, *sums) for key, sums in sorted(groups.items()))
    return Totals(net, tax, net + tax, taxes)
