"""What a line of a work order charges: parts by their quantity, services by their time or a flat fee (DYNAMICS 3.4). Plain Python."""

from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from fieldservice.engine.totals import FREE, Amounts, amounts
from portal.kit.money import ZERO

MINUTES_AN_HOUR = 60


class Priced(Protocol):
    """What the lines of a work order have in common. Rates are percentages."""

    unit_price: Decimal
    discount_percent: Decimal
    tax_rate: Decimal
    is_covered: bool


class Timed(Priced, Protocol):
    """A line of a service."""

    is_flat_fee: bool
    minimum_amount: Decimal


def product_charge(line: Priced, quantity: Decimal, *, currency: str, is_taxed: bool = True) -> Amounts:
    """Net and tax of so much of a part; nothing where the agreement covers it."""
    return _charge(line, quantity, currency=currency, is_taxed=is_taxed)


def service_charge(line: Timed, minutes: int, *, currency: str, is_taxed: bool = True) -> Amounts:
    """Net and tax of so much time to bill, which is rounded already; nothing for no time, whatever the fee."""
    if line.is_flat_fee:
        return _charge(line, Decimal(1 if minutes else 0), currency=currency, is_taxed=is_taxed)
    hours = Fraction(minutes, MINUTES_AN_HOUR)
    return _charge(line, hours, currency=currency, is_taxed=is_taxed, minimum_amount=line.minimum_amount)


def _charge(
    line: Priced, quantity: Decimal | Fraction, *, currency: str, is_taxed: bool, minimum_amount: Decimal = ZERO
) -> Amounts:
    if line.is_covered:
        return FREE
    return amounts(
        quantity,
        line.unit_price,
        currency=currency,
        discount_percent=line.discount_percent,
        tax_rate=line.tax_rate if is_taxed else ZERO,
        minimum_amount=minimum_amount,
    )
