"""Who wins, and why the others do not: shortest drive first, ties always the same way (SCH-2, SCH-13)."""

from collections.abc import Iterable

from scheduling.engine.fitting import fit
from scheduling.engine.gaps import ALWAYS, Search
from scheduling.engine.types import Need, Offer, Reason, Resource, Travel, Why

Rank = tuple[bool, int, int, str, str]


def rank_key(offer: Offer) -> Rank:
    """Preferred resources first, then the shortest drive, the earliest arrival, the name and the id."""
    return not offer.is_preferred, offer.leg.metres, offer.arrives, offer.resource_name, offer.resource_id


def best(offers: Iterable[Offer]) -> Offer | None:
    """The offer to book, None if there is none."""
    return min(offers, key=rank_key, default=None)


def explain(
    need: Need,
    resources: Iterable[Resource],
    arrives: int,
    travel: Travel,
    ruled_out: Iterable[Why] = (),
    *,
    now: int = ALWAYS,
) -> list[Why]:
    """Account for every candidate of one arrival, for staff: the winner first, then the others that fit by rank.

    After them those that do not fit, the nearest first, and those without a known distance by name; `ruled_out` are
    the ones that were never searched.
    """
    search = Search(need, (arrives,), travel, now)
    results = [fit(search, resource, arrives) for resource in resources]
    offers = sorted((result for result in results if isinstance(result, Offer)), key=rank_key)
    refused = [*(result for result in results if isinstance(result, Why)), *ruled_out]
    return [*(_winner(offer, rank) for rank, offer in enumerate(offers, 1)), *sorted(refused, key=_refused_key)]


def _winner(offer: Offer, rank: int) -> Why:
    return Why(
        resource_id=offer.resource_id,
        resource_name=offer.resource_name,
        fits=True,
        reason=Reason.FITS,
        metres=offer.leg.metres,
        next_metres=None if offer.next_leg is None else offer.next_leg.metres,
        seconds=offer.leg.seconds,
        rank=rank,
    )


def _refused_key(why: Why) -> tuple[bool, int, str, str, str]:
    return why.metres is None, why.metres or 0, why.resource_name, why.resource_id, why.reason
