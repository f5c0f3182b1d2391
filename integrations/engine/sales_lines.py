"""What a line of a work order says as the line of a sales order (DYNAMICS 7.2, 7.3). Plain Python.

The other system knows one quantity, ours knows one used and one to bill: price and discount are computed so that quantity × price − discount
is, to the last decimal, what the line charges here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from types import MappingProxyType

# Statuses as `fieldservice.enums` writes them.
UNSCHEDULED, SCHEDULED, IN_PROGRESS = "unscheduled", "scheduled", "in_progress"
COMPLETED, POSTED, CANCELED = "completed", "posted", "canceled"
ESTIMATED, USED = "estimated", "used"

OPEN = frozenset({SCHEDULED, IN_PROGRESS, COMPLETED})
# The words of the other system for where a work order stands.
ORDER_STATUSES = MappingProxyType(
    {
        SCHEDULED: "Open-Scheduled",
        IN_PROGRESS: "Open-In Progress",
        COMPLETED: "Open-Completed",
        POSTED: "Closed-Posted",
        UNSCHEDULED: "Canceled",
        CANCELED: "Canceled",
    }
)
ZERO = Decimal(0)
MINUTES_AN_HOUR = 60
# Hours and prices are sent with four decimals at most, as prices are kept; the other system keeps six of any amount.
STEP = Decimal("0.0001")
PRICE_DECIMALS, AMOUNT_DECIMALS = 4, 6


def is_sent(header: str) -> bool:
    """Whether a work order of this status is sent: one that is not scheduled or was canceled is not."""
    return header in OPEN or header == POSTED


def takes_estimate(header: str, line: str, *, is_service: bool, is_allocated: bool = False) -> bool:
    """Whether the estimate is sent, by the table of DYNAMICS 7.2; otherwise what was used, which is normally 0.

    A part counts as planned only while stock is kept aside for it.
    """
    return header in OPEN and line == ESTIMATED and (is_service or is_allocated)


def sent_quantity(
    header: str, line: str, *, is_service: bool, estimate: Decimal, used: Decimal, is_allocated: bool = False
) -> Decimal:
    """The quantity of a line; nothing for a work order that is not sent, so that its order delivers nothing."""
    if not is_sent(header):
        return ZERO
    return estimate if takes_estimate(header, line, is_service=is_service, is_allocated=is_allocated) else used


def hours(minutes: int) -> Decimal:
    """Minutes as hours with four decimals: 20 are 0.3333."""
    return (Decimal(minutes) / MINUTES_AN_HOUR).quantize(STEP, rounding=ROUND_HALF_UP)


def line_number(position: int, *, is_service: bool) -> int:
    """Products count up, services down: one order holds both without a clash (DYNAMICS 7.3)."""
    return -position if is_service else position


@dataclass(frozen=True, slots=True)
class SentPrice:
    """Price for each and discount of the whole line, in the order's currency."""

    unit_amount: Decimal
    discount_amount: Decimal


def sent_price(quantity: Decimal, *, unit_price: Decimal, gross: Fraction | Decimal, net: Decimal) -> SentPrice | None:
    """Price and discount for which `quantity` × price − discount is exactly `net`.

    `gross` is the charge before the discount. The price is rounded up, so that the discount, which takes the difference, is never below 0
    as long as net is not above gross; to as many decimals as leave the product with quantity six. None where something is charged for a
    quantity of 0: the other system cannot say that.
    """
    if not quantity:
        return SentPrice(unit_price, ZERO) if not net else None
    step = Decimal(1).scaleb(-min(PRICE_DECIMALS, AMOUNT_DECIMALS - decimals_of(quantity)))
    steps = ceil(max(Fraction(gross), Fraction(net)) / Fraction(quantity) / Fraction(step))
    unit_amount = steps * step
    discount = quantity * unit_amount - net
    return SentPrice(unit_amount, discount.quantize(Decimal(1).scaleb(-AMOUNT_DECIMALS)))


def decimals_of(number: Decimal) -> int:
    """How many decimals a number needs."""
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def order_status(header: str, words: Mapping[str, str] = ORDER_STATUSES) -> str:
    """Where the work order stands, in the other system's words."""
    return words[header]
