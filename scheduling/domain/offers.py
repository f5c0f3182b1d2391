"""What a customer is shown: the free days of a month, the times of a day, the next times after one that was lost."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import connection

from portal.accounts.models import Contact
from portal.kit import clock
from portal.kit.ids import uuid7
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.booking import Slot
from scheduling.domain.rules import Rules, VisitRequest, load_rules
from scheduling.domain.search import Search, begin, find_free_days, load_candidates, read_pool
from scheduling.engine.types import Offer

# Days that are looked through for the loser of a race.
DAYS_AHEAD = 14


@dataclass(frozen=True, slots=True)
class Shown:
    """A time on offer, in instants; `window_name` where the tenant promises a window."""

    slot: Slot
    arrives_at: datetime
    resource_id: UUID
    window_name: str = ""


@dataclass
class Month:
    """The free days of a span, and the first and last day that may be booked at all; knows who qualifies."""

    free: frozenset[date]
    first: date
    last: date
    search: Search

    def times_on(self, day: date) -> tuple[Search, list[Shown]]:
        """The times of a day of this span, among those who qualify."""
        near = replace(self.search, first=day, last=day, resources=[])
        with tenant_scope(current_tenant()):
            load_candidates(near)
        near.measure()
        return near, times_of(near)


@dataclass(frozen=True, slots=True)
class Seeker:
    """Who is looking: the contact, whose own hold is no obstacle; a booking that is to move; one resource to keep to."""

    contact: Contact | None = None
    without: UUID | None = None
    only: UUID | None = None


NOBODY = Seeker()


def free_days(
    visit: VisitRequest, *, first: date, last: date, seeker: Seeker = NOBODY, rules: Rules | None = None
) -> Month:
    """The free local days from `first` to `last`, within notice and horizon (SCH-1)."""
    now = clock.now()
    with tenant_scope(current_tenant()):
        rules = rules or load_rules(visit)
    opens, closes = rules.first_day(visit.zone, now), rules.last_day(visit.zone, now)
    search = seek(visit, rules, seeker, max(first, opens), max(min(last, closes), opens))
    return Month(frozenset(find_free_days(search)), opens, closes, search)


def seek(visit: VisitRequest, rules: Rules, seeker: Seeker, first: date, last: date) -> Search:
    """A search of these days for the seeker, without candidates yet."""
    return begin(visit, rules, first=first, last=last, contact=seeker.contact, without=seeker.without, only=seeker.only)


def search_day(visit: VisitRequest, day: date, *, contact: Contact | None = None) -> Search:
    """The candidates of one local day with their drives; `times_of` gives the times."""
    with tenant_scope(current_tenant()):
        search = load_candidates(begin(visit, load_rules(visit), first=day, last=day, contact=contact))
    search.measure()
    return search


def times_of(search: Search) -> list[Shown]:
    """The times of the searched day that somebody can keep, in order."""
    return [shown(offer) for offer in search.offers()]


def shown(offer: Offer) -> Shown:
    arrives_at = datetime.fromtimestamp(offer.arrives, UTC)
    if offer.window is None:
        return Shown(Slot(arrives_at), arrives_at, UUID(offer.resource_id))
    slot = Slot(datetime.fromtimestamp(offer.window.start, UTC), datetime.fromtimestamp(offer.window.end, UTC))
    return Shown(slot, arrives_at, UUID(offer.resource_id), offer.window.name)


def next_times(
    visit: VisitRequest, slot: Slot, *, seeker: Seeker = NOBODY, rules: Rules | None = None, limit: int = 6
) -> list[Shown]:
    """The next free times from the lost one on, for the loser of a race (SCH-3): mostly by one search, at most by four."""
    now = clock.now()
    with tenant_scope(current_tenant()):
        rules = rules or load_rules(visit)
    opens, closes = rules.first_day(visit.zone, now), rules.last_day(visit.zone, now)
    # Beyond the horizon nothing follows: then the first times of all.
    since = slot.starts if slot.starts.astimezone(visit.zone).date() <= closes else now
    lost = since.astimezone(visit.zone).date()
    first = max(lost, opens)
    last = max(first, min(lost + timedelta(days=DAYS_AHEAD), closes))
    whole = seek(visit, rules, seeker, first, last)
    found: list[Shown] = []
    for begins, ends in growing(first, last):
        near = replace(whole, first=begins, last=ends, resources=[])
        with tenant_scope(current_tenant()):
            whole.pool = near.pool = whole.pool or read_pool(whole)
            load_candidates(near)
        near.measure()
        found += [each for each in times_of(near) if each.slot.starts >= since]
        if len(found) >= limit:
            break
    return found[:limit]


def growing(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The days from first to last in pieces, each of twice as many days as the one before."""
    days = 1
    while first <= last:
        ends = min(first + timedelta(days=days - 1), last)
        yield first, ends
        first, days = ends + timedelta(days=1), days * 2


def note_search(search: Search, found: int) -> None:
    """Keep what was looked for, for staffing: one row a question, counted (SCH-13)."""
    visit = search.visit
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO scheduling_slotsearch AS search (id, tenant_id, account_id, incident_type_id, place_id, date,"
            " found, qualified, travel_method, count, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s)"
            " ON CONFLICT (tenant_id, account_id, incident_type_id, place_id, date) DO UPDATE SET"
            " found = excluded.found, qualified = excluded.qualified, travel_method = excluded.travel_method,"
            " count = search.count + 1, at = excluded.at",
            [
                uuid7(),
                current_tenant().pk,
                visit.account.pk,
                visit.incident_type.pk,
                visit.place.pk,
                search.first,
                found,
                len(search.pool.rows) if search.pool else 0,
                search.legs.method,
                search.now,
            ],
        )
