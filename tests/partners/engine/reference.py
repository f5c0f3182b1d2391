"""The ranking as one would do it by hand: slow, exact, written from the documented rules alone.

It knows the engine's values (partner, opportunity, weights) and nothing else of it. Numbers are fractions, so a score has
no rounding of its own; only the last step cuts it to nine digits.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import pi

from partners.engine.programme import Key, Opportunity, Partner, Record
from partners.engine.weights import Weights
from portal.geo.distance import quick_great_circle

HALF_AROUND = round(pi * 6_371_009)
RATES = ["win_rate", "return_rate", "feedback_rate", "stall_rate", "touch_rate"]
METRICS = [*RATES, "days_to_close"]


def share(part: float, whole: int) -> Fraction | None:
    return None if whole == 0 else Fraction(part) / whole


def own_metrics(record: Record) -> dict[str, Fraction | None]:
    return {
        "win_rate": share(record.won, record.delivered),
        "return_rate": share(record.returned, record.accepted),
        "feedback_rate": share(record.feedback, record.delivered),
        "stall_rate": share(record.stalled, record.accepted),
        "touch_rate": share(record.accepted + record.declined, record.delivered),
        "days_to_close": share(record.days, record.closed),
    }


def assumed_metrics(partners: Sequence[Partner]) -> dict[str, Fraction]:
    result = {}
    for metric in METRICS:
        known = [own_metrics(partner.record)[metric] for partner in partners]
        known = [value for value in known if value is not None]
        if known:
            result[metric] = sum(known) / len(known)
        else:
            result[metric] = Fraction(1, 2) if metric in RATES else Fraction(0)
    return result


def metres(partner: Partner, opportunity: Opportunity) -> int:
    if opportunity.position is None:
        return 0
    if partner.position is None:
        return HALF_AROUND
    return round(quick_great_circle(opportunity.position, partner.position))


class Obvious:
    """A programme under given weights: every partner with its metrics, the assumed ones filled in."""

    def __init__(self, partners: Sequence[Partner], weights: Weights) -> None:
        self.partners = partners
        # A weight is the decimal that was entered, not the nearest binary number.
        self.weights = {metric: Fraction(str(getattr(weights, metric))) for metric in [*METRICS, "distance"]}
        assumed = assumed_metrics(partners)
        self.fixed = {}
        for partner in partners:
            own = own_metrics(partner.record)
            self.fixed[partner.key] = {
                metric: self.weights[metric] * (assumed[metric] if own[metric] is None else own[metric])
                for metric in METRICS
            }
        self.fixed_sums = {key: sum(products.values()) for key, products in self.fixed.items()}

    def products(self, partner: Partner, opportunity: Opportunity) -> dict[str, Fraction]:
        """Weight times metric, for each of the seven."""
        return self.fixed[partner.key] | {"distance": self.of_distance(partner, opportunity)}

    def of_distance(self, partner: Partner, opportunity: Opportunity) -> Fraction:
        return self.weights["distance"] * Fraction(metres(partner, opportunity), 1000)

    def score(self, partner: Partner, opportunity: Opportunity) -> float:
        return float(round(self.fixed_sums[partner.key] + self.of_distance(partner, opportunity), 9))

    def ranked(self, opportunity: Opportunity, opens: dict[Key, int] | None = None) -> list[tuple[Key, float]]:
        """The available partners with their scores, the best first."""
        opens = opens or {partner.key: partner.open_count for partner in self.partners}
        lines = []
        for partner in self.partners:
            if not reasons(partner, opportunity, opens[partner.key]):
                points, away = self.score(partner, opportunity), metres(partner, opportunity)
                lines.append((-points, opens[partner.key], away, partner.key))
        return [(key, -points) for points, _, _, key in sorted(lines)]

    def distributed(self, opportunities: Iterable[Opportunity]) -> list[tuple[Key, list[tuple[Key, float]]]]:
        """For each opportunity in turn the best two; what was given away counts against the next one."""
        opens = {partner.key: partner.open_count for partner in self.partners}
        result = []
        for opportunity in opportunities:
            places = self.ranked(opportunity, opens)
            if places:
                opens[places[0][0]] += 1
            result.append((opportunity.key, places[:2]))
        return result


def reasons(partner: Partner, opportunity: Opportunity, open_count: int) -> set[str]:
    """Why not, empty for an available partner."""
    value, low, high = opportunity.value, partner.minimum, partner.maximum
    shared = [territory for territory in opportunity.territories if territory in partner.territories]
    speaks_against = {
        "inactive": not partner.is_active,
        "skipped": partner.key in opportunity.skipped,
        "capacity": not open_count < partner.capacity,
        "below_minimum": value is not None and low is not None and not low <= value,
        "above_maximum": value is not None and high is not None and not value <= high,
        "no_territory": len(opportunity.territories) == 0,
        "territory": len(opportunity.territories) > 0 and shared == [],
        "lead_type": opportunity.lead_type is not None and opportunity.lead_type not in partner.lead_types,
        "products": not all(product in partner.products for product in opportunity.products),
    }
    return {reason for reason, holds in speaks_against.items() if holds}
