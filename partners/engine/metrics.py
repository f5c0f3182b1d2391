"""The metrics of a partner as fractions, days and metres, and what stands in for what is not known (PRT-3, PRT-4)."""

from collections.abc import Iterable
from math import fsum
from typing import Final, NamedTuple

from partners.engine.programme import Record
from partners.engine.weights import Weights
from portal.geo.distance import Point, quick_great_circle

# A partner without a location is as far away as one can be: to make it known never costs a place.
FARTHEST: Final[int] = round(quick_great_circle(Point(0.0, 0.0), Point(0.0, 180.0)))
# Scores that differ by less are equal: it is how sums of fractions round, not a difference between partners.
DIGITS: Final = 9


class Rates(NamedTuple):
    """What a record comes to. None is no history: nothing was delivered, accepted or closed to compute it from.

    Rates are fractions from 0 to 1; `days_to_close` is a mean. `first_report_rate`, the partner's own first progress
    reports, has no weight and is shown only; `feedback_rate` is the customers' feedback.
    """

    win_rate: float | None
    return_rate: float | None
    feedback_rate: float | None
    stall_rate: float | None
    touch_rate: float | None
    days_to_close: float | None
    first_report_rate: float | None


# Without any history in the programme a rate is in the middle, and days count nothing: the same for all.
NEUTRAL: Final = Rates(
    win_rate=0.5,
    return_rate=0.5,
    feedback_rate=0.5,
    stall_rate=0.5,
    touch_rate=0.5,
    days_to_close=None,
    first_report_rate=None,
)


def rates(record: Record) -> Rates:
    """Win, feedback and touch of what was delivered, return, stall and first report of what was accepted."""
    delivered, accepted, closed = record.delivered, record.accepted, record.closed
    return Rates(
        win_rate=record.won / delivered if delivered else None,
        return_rate=record.returned / accepted if accepted else None,
        feedback_rate=record.feedback / delivered if delivered else None,
        stall_rate=record.stalled / accepted if accepted else None,
        touch_rate=(accepted + record.declined) / delivered if delivered else None,
        days_to_close=record.days / closed if closed else None,
        first_report_rate=record.reported / accepted if accepted else None,
    )


def mean(known: Iterable[Rates]) -> Rates:
    """What newcomers are taken for: of each metric, the mean of the partners that have it, and where nobody has, `NEUTRAL`."""
    columns = zip(*([*known] or [NEUTRAL]), strict=True)
    return filled(Rates(*map(_mean_of, columns)), NEUTRAL)


def _mean_of(column: Iterable[float | None]) -> float | None:
    known = [value for value in column if value is not None]
    # An exact sum: the order of the partners changes nothing.
    return fsum(known) / len(known) if known else None


def filled(own: Rates, prior: Rates) -> Rates:
    """The partner's own metrics, with the programme's mean for what it has no history of."""
    if None not in own:
        return own
    return Rates(*(assumed if value is None else value for value, assumed in zip(own, prior, strict=True)))


def metres(partner: Point | None, customer: Point | None) -> int:
    """Whole metres as the crow flies; 0 for all to a customer whose place is not known."""
    if customer is None:
        return 0
    if partner is None:
        return FARTHEST
    return round(quick_great_circle(partner, customer))


def fixed_points(full: Rates, weights: Weights) -> float:
    """The points of a partner that are the same for each opportunity: all but the distance's. What is not known counts nothing."""
    return (
        weights.win_rate * (full.win_rate or 0.0)
        + weights.return_rate * (full.return_rate or 0.0)
        + weights.feedback_rate * (full.feedback_rate or 0.0)
        + weights.stall_rate * (full.stall_rate or 0.0)
        + weights.touch_rate * (full.touch_rate or 0.0)
        + weights.days_to_close * (full.days_to_close or 0.0)
    )


def score(fixed: float, weight: float, away: int) -> float:
    """The sum that ranks: the fixed points and those of the distance, `away` metres at `weight` per kilometre.

    It never rises with the distance and never falls with the fixed points, also in the last digit: the search for the
    best one relies on that.
    """
    return round(fixed + weight * (away / 1000), DIGITS)
