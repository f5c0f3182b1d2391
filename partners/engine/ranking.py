"""Who gets an opportunity: the whole table with every number, the best two, and many one after the other (PRT-2 to PRT-5).

The highest score wins. Equal scores: the partner with fewer open opportunities, then the nearer one, then the lower key.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from partners.engine.eligibility import Reason, is_available, why_not
from partners.engine.metrics import Rates, filled, fixed_points, mean, metres, rates, score
from partners.engine.programme import Key, Opportunity, Partner
from partners.engine.search import Candidate, Search
from partners.engine.weights import Metric, Weights

# All but the distance, in the order of the table.
RATED = tuple(Metric)[1:]


class Cell(NamedTuple):
    """One metric of one partner: `value` in fractions, days or kilometres; None is not known and counts nothing.

    `is_assumed`: it is not the partner's own. A rate or days are the programme's mean, for want of history; a distance
    is the longest there is, for want of a location.
    """

    metric: Metric
    value: float | None
    is_assumed: bool
    weight: float
    product: float


class Row(NamedTuple):
    """A partner's line: whether it is available or why not, all its metrics, their sum, its place from 1.

    Who is not available has a score too, to compare, but no place. `first_report_rate` (the partner's own first progress
    reports) has no weight; None without history.
    """

    partner: Partner
    reasons: tuple[Reason, ...]
    cells: tuple[Cell, ...]
    first_report_rate: float | None
    score: float
    place: int | None

    @property
    def is_available(self) -> bool:
        return not self.reasons

    @property
    def is_newcomer(self) -> bool:
        """Whether nothing was delivered to it so far."""
        return not self.partner.record.delivered


class Ranked(NamedTuple):
    """Where a partner stands; `row` makes its line of the table. Who is not available has no place."""

    partner: Partner
    is_available: bool
    score: float
    place: int | None


class Standing(NamedTuple):
    """A partner that can get the opportunity: its score and its distance, None where a location is not known."""

    key: Key
    score: float
    kilometres: float | None


class Award(NamedTuple):
    """What came of one opportunity: nobody wins what nobody is available for; the runner-up is the second best."""

    opportunity: Opportunity
    winner: Standing | None
    runner_up: Standing | None


class Programme:
    """All partners of a programme, made once and asked often.

    `prior` is what newcomers are taken for; without it, the mean of these partners. Give it where `partners` are only
    some of the programme's. Equal keys raise ValueError.
    """

    def __init__(self, partners: Iterable[Partner], prior: Rates | None = None) -> None:
        self.partners = tuple(sorted(partners, key=attrgetter("key")))
        self._own = tuple(rates(partner.record) for partner in self.partners)
        self.prior = mean(self._own) if prior is None else prior
        self._search: Search | None = None
        if len(self._by_key) < len(self.partners):
            raise ValueError("Two partners of a programme have the same key.")

    @cached_property
    def _by_key(self) -> dict[Key, tuple[Partner, Rates]]:
        return {partner.key: (partner, own) for partner, own in self.known()}

    def rates_of(self, key: Key) -> Rates:
        """A partner's own rates, None where it has no history; KeyError for one that is not in the programme."""
        return self._by_key[key][1]

    def known(self) -> Iterator[tuple[Partner, Rates]]:
        """The partners by their keys, with their own rates."""
        return zip(self.partners, self._own, strict=True)

    def new_search(self, weights: Weights) -> Search:
        """A search whose partners have open what they have now; it is changed by what is distributed."""
        fixed = (fixed_points(filled(own, self.prior), weights) for own in self._own)
        return Search(self.partners, fixed, weights)

    def kept_search(self, weights: Weights) -> Search:
        """The search for single questions, kept for the next one with the same weights."""
        if self._search is None or self._search.weights != weights:
            self._search = self.new_search(weights)
        return self._search


def best(opportunity: Opportunity, programme: Programme, weights: Weights) -> Award:
    """The winner and the runner-up, exactly as in `table`, without making it."""
    return _award(opportunity, programme.kept_search(weights).best_two(opportunity))


def distribute(opportunities: Iterable[Opportunity], programme: Programme, weights: Weights) -> Iterator[Award]:
    """Give away one opportunity after the other, in their order; what is given takes up capacity for the next.

    Rates and weights are those of the beginning. Neither the programme nor its partners are changed, and nothing is
    kept of what was yielded.
    """
    search = programme.new_search(weights)
    for opportunity in opportunities:
        found = search.best_two(opportunity)
        if found:
            found[0].entry.open_count += 1
        yield _award(opportunity, found)


def ranking(opportunity: Opportunity, programme: Programme, weights: Weights) -> tuple[Ranked, ...]:
    """Every partner in the order of the table, without its metrics: what lists and pages sort by before they make a few rows."""
    found = []
    for number, (partner, own) in enumerate(programme.known()):
        away = metres(partner.position, opportunity.position)
        points = score(fixed_points(filled(own, programme.prior), weights), weights.distance, away)
        unavailable = not is_available(partner, opportunity)
        # Partners stand in the order of their keys, and numbers are compared faster.
        found.append((unavailable, -points, partner.open_count, away, number, partner))
    found.sort()
    return tuple(
        Ranked(partner, not unavailable, 0.0 - minus, None if unavailable else place)
        for place, (unavailable, minus, _, _, _, partner) in enumerate(found, start=1)
    )


def row(ranked: Ranked, opportunity: Opportunity, programme: Programme, weights: Weights) -> Row:
    """The whole line of a partner."""
    partner = ranked.partner
    own = programme.rates_of(partner.key)
    full = filled(own, programme.prior)
    away = metres(partner.position, opportunity.position)
    return Row(
        partner=partner,
        reasons=why_not(partner, opportunity),
        cells=(_distance_cell(opportunity, weights, partner, away), *_cells(own, full, weights)),
        first_report_rate=own.first_report_rate,
        score=ranked.score,
        place=ranked.place,
    )


def table(opportunity: Opportunity, programme: Programme, weights: Weights) -> tuple[Row, ...]:
    """Every partner: the available ones by place, then the others as they would rank."""
    ranked = ranking(opportunity, programme, weights)
    return tuple(row(each, opportunity, programme, weights) for each in ranked)


def _distance_cell(opportunity: Opportunity, weights: Weights, partner: Partner, away: int) -> Cell:
    is_assumed = opportunity.position is None or partner.position is None
    value = None if opportunity.position is None else away / 1000
    return Cell(Metric.DISTANCE, value, is_assumed, weights.distance, weights.distance * (value or 0.0))


def _cells(own: Rates, full: Rates, weights: Weights) -> Iterator[Cell]:
    for metric in RATED:
        value = getattr(full, metric)
        weight = weights[metric]
        yield Cell(metric, value, getattr(own, metric) is None, weight, weight * (value or 0.0))


def _award(opportunity: Opportunity, found: list[Candidate]) -> Award:
    winner, runner_up, *_ = [*(_standing(opportunity, each) for each in found), None, None]
    return Award(opportunity, winner, runner_up)


def _standing(opportunity: Opportunity, candidate: Candidate) -> Standing:
    points, _, away, _ = candidate.rank
    partner = candidate.entry.partner
    is_known = opportunity.position is not None and partner.position is not None
    return Standing(partner.key, 0.0 - points, away / 1000 if is_known else None)
