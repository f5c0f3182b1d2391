"""The two best partners for an opportunity without looking at all of them (PRT-2, PRT-3).

Partners of a territory stand in a tree that divides them by their points or by where they are, whichever tells them
apart more. A branch knows the best that anything in it can be, so what cannot win is never looked at: neither where
thousands have the same points nor where most have no capacity left. Branches are split when they are first needed.
"""

from collections.abc import Iterable, Sequence
from math import asin, cos, inf, pi, radians, sin, sqrt
from typing import Final, NamedTuple

from partners.engine.eligibility import is_available
from partners.engine.metrics import DIGITS, FARTHEST, metres, score
from partners.engine.programme import Key, Opportunity, Partner
from partners.engine.weights import Weights
from portal.geo.distance import Point, quick_great_circle

# Best first: the higher score, the fewer open, the shorter way in metres, the lower key (as its number in order).
Rank = tuple[float, float, int, float]
NO_RANK: Final = (inf,)
LEAF: Final = 32
PIECES: Final = 4
# What fixed points can gain where a score is rounded.
ROUNDED: Final = 10**-DIGITS
RADIUS: Final[float] = quick_great_circle(Point(0.0, 0.0), Point(0.0, 90.0)) * 2 / pi
# Beyond this chord (squared, of a sphere of radius 1) rounding makes lengths of arcs vague; a shorter one is still true.
LONGEST_CHORD: Final = 3.9


class Vector(NamedTuple):
    """A place on a sphere of radius 1: straight lines through it are never longer than the way around."""

    x: float
    y: float
    z: float


NOWHERE: Final = Vector(0.0, 0.0, 0.0)


def vector(point: Point) -> Vector:
    """The place in space: without the seam that longitudes have."""
    latitude, longitude = radians(point.latitude), radians(point.longitude)
    return Vector(cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))


class Entry:
    """A partner in the running: its fixed points, its number in order of keys, how many it has open.

    `at` is where it stands among the others: its fixed points and its place.
    """

    __slots__ = ("at", "capacity", "fixed", "lead_types", "number", "open_count", "partner")

    def __init__(self, number: int, partner: Partner, fixed: float) -> None:
        self.number = number
        self.partner = partner
        self.fixed = fixed
        self.open_count = partner.open_count
        self.capacity = partner.capacity
        self.lead_types = partner.lead_types
        self.at = (fixed, *(NOWHERE if partner.position is None else vector(partner.position)))


class Candidate(NamedTuple):
    """An available partner with its rank for one opportunity."""

    rank: Rank
    entry: Entry


class Branch:
    """Some partners of the tree, and the best that each part of a rank can be among them.

    `fixed`, `open_count` and `number` may be better than what is left, never worse: what is open only grows.
    """

    __slots__ = ("branches", "entries", "fixed", "high", "is_placed", "low", "number", "open_count")
    fixed: float
    open_count: float
    number: float

    def __init__(self, entries: Sequence[Entry], *, is_placed: bool) -> None:
        self.entries = entries
        self.branches: tuple[Branch, ...] = ()
        self.is_placed = is_placed
        columns = list(zip(*[entry.at for entry in entries], strict=True))
        self.low = tuple(map(min, columns))
        self.high = tuple(map(max, columns))
        self.look_again()

    def look_again(self) -> None:
        """Forget partners without room and find the best of what is left."""
        if self.branches:
            left: Sequence[Entry | Branch] = self.branches
        else:
            left = self.entries = [entry for entry in self.entries if entry.open_count < entry.capacity]
        self.fixed = max([each.fixed for each in left], default=-inf)
        self.open_count = min([each.open_count for each in left], default=inf)
        self.number = min([each.number for each in left], default=inf)

    def split(self, points_of_space: float) -> None:
        """Cut a large branch into pieces along the axis on which its partners differ by most points."""
        if self.branches or len(self.entries) <= LEAF:
            return
        scales = (1.0, points_of_space, points_of_space, points_of_space)
        spreads = [(high - low) * scale for low, high, scale in zip(self.low, self.high, scales, strict=True)]
        axis = spreads.index(max(spreads))
        ordered = sorted(self.entries, key=lambda entry: entry.at[axis])
        size = -(-len(ordered) // PIECES)
        pieces = (ordered[start : start + size] for start in range(0, len(ordered), size))
        self.branches = tuple(Branch(piece, is_placed=self.is_placed) for piece in pieces)
        self.entries = ()

    def nearest(self, place: Vector) -> int:
        """Metres that nothing here is nearer than: along the chord to the box that everything lies in."""
        square = 0.0
        for here, low, high in zip(place, self.low[1:], self.high[1:], strict=True):
            if here < low:
                square += (low - here) * (low - here)
            elif here > high:
                square += (here - high) * (here - high)
        # Less by a thousandth of a millimetre: more than chords and great circles differ by rounding.
        return max(round(2 * RADIUS * asin(sqrt(min(square, LONGEST_CHORD)) / 2) - 1e-6), 0)


class Hunt:
    """The search for one opportunity: the best two so far, and the rank that a third would have to beat."""

    __slots__ = ("floor", "found", "limit", "opportunity", "place", "points_of_space", "weight")

    def __init__(self, opportunity: Opportunity, weight: float) -> None:
        self.opportunity = opportunity
        self.place = None if opportunity.position is None else vector(opportunity.position)
        self.weight = weight
        # Where distance has no weight it still breaks ties.
        self.points_of_space = max(-weight * RADIUS / 1000, 1e-9)
        self.found: list[Candidate] = []
        self.limit: Rank | tuple[float] = NO_RANK
        self.floor = -inf

    def promise(self, branch: Branch) -> Rank:
        """The rank that nothing in the branch is better than."""
        far = branch.nearest(self.place) if self.place and branch.is_placed else FARTHEST
        away = far if self.place else 0
        return -score(branch.fixed, self.weight, away), branch.open_count, away, branch.number

    def look_through(self, branch: Branch) -> None:
        """Look at what can still be among the best two, at the most promising piece first."""
        branch.split(self.points_of_space)
        if branch.branches:
            for promise, _, each in sorted((self.promise(each), n, each) for n, each in enumerate(branch.branches)):
                if promise < self.limit:
                    self.look_through(each)
        else:
            branch.look_again()
            for entry in branch.entries:
                self.look_at(entry)
            return
        branch.look_again()

    def look_at(self, entry: Entry) -> None:
        """Keep a partner that is available and better than the second best."""
        # The distance only takes points: who is behind without it need not be measured.
        if entry.fixed < self.floor:
            return
        away = metres(entry.partner.position, self.opportunity.position)
        rank = -score(entry.fixed, self.weight, away), entry.open_count, away, entry.number
        if rank < self.limit and is_available(entry.partner, self.opportunity):
            self.keep(Candidate(rank, entry))

    def keep(self, candidate: Candidate) -> None:
        """Take it in, once: a partner may stand in several of the opportunity's territories."""
        if candidate not in self.found:
            self.found = sorted([*self.found, candidate])[:2]
            if len(self.found) > 1:
                self.limit = self.found[1].rank
                self.floor = -self.limit[0] - ROUNDED


class Search:
    """The trees of a programme under given weights, one for each territory and lead type that was asked for."""

    def __init__(self, partners: Sequence[Partner], fixed: Iterable[float], weights: Weights) -> None:
        self.weights = weights
        self._trees: dict[tuple[Key, Key | None], tuple[Branch, ...]] = {}
        self._by_territory: dict[Key, list[Entry]] = {}
        for number, (partner, points) in enumerate(zip(partners, fixed, strict=True)):
            if partner.is_active and partner.open_count < partner.capacity:
                entry = Entry(number, partner, points)
                for territory in partner.territories:
                    self._by_territory.setdefault(territory, []).append(entry)

    def best_two(self, opportunity: Opportunity) -> list[Candidate]:
        """The winner and the runner-up, or as many as are available."""
        hunt = Hunt(opportunity, self.weights.distance)
        for territory in opportunity.territories:
            for tree in self._trees_of(territory, opportunity.lead_type):
                if hunt.promise(tree) < hunt.limit:
                    hunt.look_through(tree)
        return hunt.found

    def _trees_of(self, territory: Key, lead_type: Key | None) -> tuple[Branch, ...]:
        """Two trees: partners with a known location and those without, which are equally far from everybody."""
        trees = self._trees.get((territory, lead_type))
        if trees is None:
            entries = self._by_territory.get(territory, [])
            if lead_type is not None:
                entries = [entry for entry in entries if lead_type in entry.lead_types]
            placed = [entry for entry in entries if entry.partner.position is not None]
            others = [entry for entry in entries if entry.partner.position is None]
            trees = tuple(Branch(each, is_placed=each is placed) for each in (placed, others) if each)
            self._trees[territory, lead_type] = trees
        return trees
