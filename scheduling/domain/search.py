"""Rows → engine → offers, with a fixed number of queries (SCH-2, L7)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from portal.accounts.models import Contact
from portal.geo.distance import Point
from portal.geo.routing import LegBook, open_leg_book
from portal.kit import clock
from portal.tenancy.scope import current_tenant, tenant_scope
from scheduling.domain.rules import Rules, VisitRequest
from scheduling.engine.availability import by_day, instant, opening, shifts
from scheduling.engine.slots import days_with_room, find_slots, find_windows
from scheduling.engine.types import Busy, Interval, Need, Offer, Resource, WeeklyHours, Window
from scheduling.queries import candidates
from scheduling.queries.candidates import Candidate

# A month is searched among so many resources, then so many times more, until each day has room: most need one portion.
PORTION, GROWTH = 12, 5
ONE_DAY, HALF_A_DAY = timedelta(days=1), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Pool:
    """Who qualifies over a span of days, and the days on which the company is closed."""

    rows: list[Candidate]
    closed: frozenset[date]


@dataclass
class Search:
    """The candidates of one visit over some local days, and the drives between them and the site.

    Holds of `contact_id`, who is searching, and the booking `without`, which is to move, are no obstacles. `only` keeps to
    one resource.
    """

    visit: VisitRequest
    rules: Rules
    first: date
    last: date
    now: datetime
    contact_id: UUID | None = None
    without: UUID | None = None
    only: UUID | None = None
    pool: Pool | None = None
    resources: list[Resource] = field(default_factory=list)
    legs: LegBook = field(init=False)

    def __post_init__(self):
        detour = 1 + self.rules.settings.travel_detour_percent / 100
        self.legs = open_leg_book(speed_kmh=self.rules.settings.travel_speed_kmh, detour=detour)

    @property
    def epoch(self) -> int:
        return int(self.now.timestamp())

    @property
    def site(self) -> Point:
        return self.visit.place.point

    @property
    def need(self) -> Need:
        return Need(
            site=self.site,
            duration=self.visit.duration,
            open=opening(self.rules.opening_hours, self.visit.place.time_zone, self.first, self.last + ONE_DAY),
            max_metres=self.rules.maximum_metres,
            travel_in_hours=self.rules.settings.travel_in_hours,
        )

    @property
    def arrivals(self) -> tuple[int, ...]:
        return self.rules.arrivals(self.visit, self.first, self.last, self.now)

    @property
    def windows(self) -> list[Window]:
        """The tenant's arrival windows on each of the days, as instants."""
        zone = self.visit.place.time_zone
        return [
            Window(window.name, instant(day, window.starts, zone), instant(day, window.ends, zone, is_end=True))
            for day in days_between(self.first, self.last)
            for window in self.rules.windows
        ]

    def measure(self) -> None:
        """Look up the drives; may ask a routing server, so it stands outside any transaction."""
        self.legs.prime(self.site, points_of(self.resources))

    def offers_at(self, arrivals: Iterable[int]) -> list[Offer]:
        """One offer for each of these arrivals that somebody can keep."""
        return find_slots(self.need, self.resources, arrivals, self.legs, self.epoch)

    def replace(self, resource_id: str, fresh: Resource | None) -> None:
        """Know a candidate better: as it is now, or out of the race."""
        self.resources = [
            fresh if each.id == resource_id else each
            for each in self.resources
            if each.id != resource_id or fresh is not None
        ]

    def offers(self) -> list[Offer]:
        """One offer for each time, or for each arrival window, that somebody can keep."""
        if self.rules.uses_windows:
            return find_windows(self.need, self.resources, self.windows, self.arrivals, self.legs, self.epoch)
        return find_slots(self.need, self.resources, self.arrivals, self.legs, self.epoch)


def points_of(resources: Iterable[Resource]) -> Iterable[Point]:
    """Every place from or to which somebody may drive."""
    for resource in resources:
        yield from (point for point in (resource.start, resource.finish) if point)
        yield from (busy.place for busy in resource.busy if busy.place)


def days_between(first: date, last: date) -> list[date]:
    """The days from first to last, both included."""
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def begin(
    visit: VisitRequest,
    rules: Rules,
    *,
    first: date,
    last: date,
    contact: Contact | None = None,
    without: UUID | None = None,
    only: UUID | None = None,
) -> Search:
    """A search without candidates yet. Raises ValueError for a site without position."""
    if visit.place.point is None:
        raise ValueError("The site has no position.")
    return Search(visit, rules, first, last, clock.now(), contact.pk if contact else None, without, only)


def load_candidates(search: Search) -> Search:
    """Read everybody who qualifies, with calendars and bookings of the days: three queries, whatever their number."""
    search.pool = search.pool or read_pool(search)
    search.resources = _resources(search, search.pool, _busy(search, search.first, search.last))
    return search


def reload_resource(search: Search, resource_id: str) -> Resource:
    """One candidate with what it does now, for the check under its lock: one query."""
    [known] = [each for each in search.resources if each.id == resource_id]
    busy = _busy(search, search.first, search.last, resource_ids=[resource_id])
    return replace(known, busy=tuple(busy.get(resource_id, ())))


def resource_now(search: Search, resource_id: UUID) -> Resource:
    """A resource with its calendar and bookings around the searched days, whether it qualifies or not."""
    row = candidates.with_calendar(resource_id, search.first, search.last)
    busy = _busy(search, search.first, search.last, resource_ids=[row.id])
    [found] = _resources(search, Pool([row], _closed(search)), busy)
    return found


def find_free_days(search: Search) -> set[date]:
    """The local days with at least one time that somebody can keep (SCH-1).

    Looks at few resources first and at more while days are left, each time only over those days. Opens its own short
    transactions, since a routing server may be asked between them.
    """
    wanted = _wanted(search)
    found: set[date] = set()
    begins, ends = 0, PORTION
    while wanted:
        with tenant_scope(current_tenant()):
            search.pool = search.pool or read_pool(search)
            portion = search.pool.rows[begins:ends]
            if not portion:
                break
            busy = _busy(search, min(wanted), max(wanted), resource_ids=[row.id for row in portion])
        search.resources = _resources(search, replace(search.pool, rows=portion), busy)
        search.measure()
        found |= days_with_room(search.need, search.resources, wanted, search.legs, search.epoch)
        wanted = {day: arrivals for day, arrivals in wanted.items() if day not in found and arrivals}
        begins, ends = ends, ends * GROWTH
    return found


def _wanted(search: Search) -> dict[date, tuple[int, ...]]:
    """The arrivals to try by day; with arrival windows only those inside one."""
    wanted = by_day(search.arrivals, search.visit.place.time_zone)
    if not search.rules.uses_windows:
        return wanted
    spans = [(each.start, each.end) for each in search.windows]
    return {
        day: tuple(at for at in arrivals if any(start <= at < end for start, end in spans))
        for day, arrivals in wanted.items()
    }


def read_pool(search: Search) -> Pool:
    """Who qualifies over the searched days: two queries."""
    visit = search.visit
    rows = candidates.qualified(
        incident_type_id=visit.incident_type.pk,
        account_id=visit.account.pk,
        territory_id=visit.territory_id,
        first=search.first,
        last=search.last,
    )
    if search.only is not None:
        rows = [row for row in rows if row.id == str(search.only)]
    return Pool(rows, _closed(search))


def _closed(search: Search) -> frozenset[date]:
    return candidates.closed_days(search.first - ONE_DAY, search.last + ONE_DAY)


def _resources(search: Search, pool: Pool, busy: dict[str, list[Busy]]) -> list[Resource]:
    resources = []
    for key, name, zone, lat, lon, end_lat, end_lon, weekly, is_preferred, limits in pool.rows:
        working = _working(weekly or "", zone, search.first, search.last, pool.closed)
        for valid_from, valid_until in limits or ():
            working = _clipped(working, zone, valid_from, valid_until)
        start = None if lat is None else Point(lat, lon)
        finish = None if end_lat is None else Point(end_lat, end_lon)
        resources.append(Resource(key, name, start, finish, working, tuple(busy.get(key, ())), is_preferred))
    return resources


def _busy(
    search: Search, first: date, last: date, *, resource_ids: Iterable[str] | None = None
) -> dict[str, list[Busy]]:
    """Bookings and time off by resource, in order, from half a day before the days to half a day after."""
    zone = search.visit.zone
    busy: dict[str, list[Busy]] = defaultdict(list)
    for resource_id, arrives, ends, latitude, longitude, leaves in candidates.busy_times(
        starts_at=datetime.combine(first, time(), zone) - HALF_A_DAY,
        ends_at=datetime.combine(last + ONE_DAY, time(), zone) + HALF_A_DAY,
        now=search.now,
        contact_id=search.contact_id,
        without=search.without,
        resource_ids=resource_ids,
    ):
        place = None if latitude is None else Point(latitude, longitude)
        busy[resource_id].append(Busy(arrives, ends, place, leaves))
    return busy


@lru_cache(maxsize=1024)
def _weekly(text: str) -> tuple[WeeklyHours, ...]:
    rows = (each.split(" ") for each in text.split(",") if each)
    return tuple(
        WeeklyHours(int(day), time.fromisoformat(starts), time.fromisoformat(ends)) for day, starts, ends in rows
    )


@lru_cache(maxsize=4096)
def _working(text: str, zone: str, first: date, last: date, closed: frozenset[date]) -> tuple[Interval, ...]:
    # A day at the site may be two days where the resource lives.
    working = shifts(_weekly(text), zone, first - ONE_DAY, last + ONE_DAY)
    for day in closed:
        begins, ends = instant(day, time(), zone), instant(day + ONE_DAY, time(), zone)
        working = tuple(
            piece
            for each in working
            for piece in (Interval(each.start, min(each.end, begins)), Interval(max(each.start, ends), each.end))
            if piece.end > piece.start
        )
    return working


def _clipped(working, zone: str, valid_from: date | None, valid_until: date | None) -> tuple[Interval, ...]:
    """The hours on the days on which a skill is valid."""
    begins = instant(valid_from, time(), zone) if valid_from else None
    ends = instant(valid_until + ONE_DAY, time(), zone) if valid_until else None
    clipped = (
        Interval(
            each.start if begins is None else max(each.start, begins), each.end if ends is None else min(each.end, ends)
        )
        for each in working
    )
    return tuple(each for each in clipped if each.end > each.start)
