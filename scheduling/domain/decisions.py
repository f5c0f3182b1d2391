"""Why this resource: every candidate of a booking, kept for staff (SCH-13)."""

from portal.kit import clock
from scheduling.domain.search import Search
from scheduling.engine.ranking import explain
from scheduling.engine.types import Offer, Reason, Why
from scheduling.queries import candidates

# A decision names so many candidates one by one; of the rest it tells the number.
NAMED_CANDIDATES = 300


def decision(search: Search, offer: Offer, others: list[Why]) -> dict:
    """What is stored as `Booking.why`: each candidate, fit or why not, the way before and after, who won.

    `others` are those that `ruled_out` found.
    """
    findings = explain(search.need, search.resources, offer.arrives, search.legs, others, now=search.epoch)
    return {
        "decided_at": clock.now().isoformat(),
        "method": search.legs.method,
        "notice": str(search.legs.notice),
        "winner": offer.resource_id,
        "candidates": [as_row(each) for each in findings[:NAMED_CANDIDATES]],
        "omitted": max(0, len(findings) - NAMED_CANDIDATES),
    }


def as_row(why: Why) -> dict:
    return {
        "resource_id": why.resource_id,
        "name": why.resource_name,
        "fits": why.fits,
        "reason": str(why.reason),
        "metres": why.metres,
        "next_metres": why.next_metres,
        "seconds": why.seconds,
        "rank": why.rank,
    }


def ruled_out(search: Search) -> list[Why]:
    """The resources that did not even qualify, each with its first reason: one query."""
    visit = search.visit
    rows = candidates.ruled_out(
        incident_type_id=visit.incident_type.pk,
        account_id=visit.account.pk,
        territory_id=visit.territory_id,
        day=search.first,
        limit=NAMED_CANDIDATES * 4,
    )
    known = {each.id for each in search.resources}
    return [Why(key, name, fits=False, reason=Reason(reason)) for key, name, reason in rows if key not in known]
