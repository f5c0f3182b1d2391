"""Find slots: which arrivals can really be kept, and by whom (SCH-2, L7)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
from typing import NamedTuple

from portal.geo.distance import Leg
from scheduling.engine.fitting import fit
from scheduling.engine.gaps import ALWAYS, Gap, Search
from scheduling.engine.ranking import best
from scheduling.engine.types import Need, Offer, Resource, Travel, Why, Window


class Candidate(NamedTuple):
    """A gap that takes the arrivals numbered `first` up to `last`, if the drive after it allows; first four: rank."""

    is_not_preferred: bool
    metres: int
    name: str
    id: str
    first: int
    last: int
    gap: Gap
    leg: Leg
    resource: Resource


_RANK = itemgetter(0, 1, 2, 3, 4)


def find_slots(
    need: Need, resources: Iterable[Resource], arrivals: Iterable[int], travel: Travel, now: int
) -> list[Offer]:
    """One offer for each arrival that somebody can keep, in order of arrival.

    Of all that can, preferred resources come first, then the shortest drive to the site; ties go by name and id, in
    whatever order resources and arrivals are given. The drive on from the site is measured only where it decides.
    """
    search = Search(need, arrivals, travel, now)
    candidates = sorted((found for each in resources for found in _candidates(search, each)), key=_RANK)
    offers: dict[int, Offer] = {}
    following = list(range(len(search.arrivals) + 1))
    for candidate in candidates:
        at = _open_from(following, candidate.first)
        if at >= candidate.last:
            continue
        latest_end, next_leg = search.onward(candidate.gap, candidate.resource)
        latest = latest_end - need.duration
        while at < candidate.last and search.arrivals[at] <= latest:
            arrives = search.arrivals[at]
            offers[arrives] = search.offer(candidate.resource, candidate.gap, arrives, candidate.leg, next_leg)
            following[at] = at + 1
            at = _open_from(following, at)
        if len(offers) == len(search.arrivals):
            break
    return [offers[arrives] for arrives in sorted(offers)]


def find_windows(  # noqa: PLR0917 - find_slots with one argument more
    need: Need,
    resources: Iterable[Resource],
    windows: Iterable[Window],
    arrivals: Iterable[int],
    travel: Travel,
    now: int,
) -> list[Offer]:
    """One offer for each arrival window with room, in order: the best arrival inside it.

    The best is that of a preferred resource, with the shortest drive, then the earliest.
    """
    offers = find_slots(need, resources, arrivals, travel, now)
    found = []
    for window in sorted(windows, key=lambda each: (each.start, each.end, each.name)):
        offer = best(each for each in offers if window.start <= each.arrives < window.end)
        if offer is not None:
            found.append(replace(offer, window=window))
    return found


def days_with_room(
    need: Need,
    resources: Iterable[Resource],
    arrivals_by_day: Mapping[date, Sequence[int]],
    travel: Travel,
    now: int,
) -> set[date]:
    """Days on which at least one arrival can be kept; looks at no more resources than it takes."""
    day_of = {arrives: day for day, arrivals in arrivals_by_day.items() for arrives in arrivals}
    search = Search(need, day_of, travel, now)
    found: set[date] = set()
    for resource in resources:
        if not search.arrivals:
            break
        days = {day for candidate in _candidates(search, resource) for day in _days(search, candidate, day_of)}
        if days:
            found |= days
            search.narrow([arrives for arrives in search.arrivals if day_of[arrives] not in days])
    return found


def check(need: Need, resource: Resource, arrives: int, travel: Travel, *, now: int = ALWAYS) -> Offer | Why:
    """Search the one slot again for the one resource: the offer, or why there is none any more (D4)."""
    return fit(Search(need, (arrives,), travel, now), resource, arrives)


def _candidates(search: Search, resource: Resource) -> Iterator[Candidate]:
    """Gaps of the resource that some arrival falls into, as far as the drive to the site decides."""
    arrivals, duration, max_metres = search.arrivals, search.need.duration, search.need.max_metres
    for gap in search.gaps(resource):
        last = bisect_right(arrivals, gap.end_by - duration)
        if gap.place is None or bisect_left(arrivals, gap.arrive_from) >= last:
            continue
        leg = search.leg_from(gap.place)
        if max_metres is not None and leg.metres > max_metres:
            continue
        first = bisect_left(arrivals, search.first_arrival(gap, leg), 0, last)
        if first < last:
            yield Candidate(
                not resource.is_preferred, leg.metres, resource.name, resource.id, first, last, gap, leg, resource
            )


def _days(search: Search, candidate: Candidate, day_of: Mapping[int, date]) -> set[date]:
    latest_end, _ = search.onward(candidate.gap, candidate.resource)
    last = bisect_right(search.arrivals, latest_end - search.need.duration, candidate.first, candidate.last)
    return {day_of[arrives] for arrives in search.arrivals[candidate.first : last]}


def _open_from(following: list[int], at: int) -> int:
    """Number of the first arrival from `at` on that nobody has taken; shortens the way for the next time."""
    end = at
    while following[end] != end:
        end = following[end]
    while following[at] != end:
        following[at], at = end, following[at]
    return end
