"""Who qualifies for a visit, and what they already do: the slot search's own statements (SCH-2).

They are written in SQL because the search runs on every click and its statements are many joins over many rows: Django
needs longer to compile and to fetch them than PostgreSQL to answer. All values are parameters, the tenant is named in
every part, and row-level security stands underneath.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from portal.tenancy.scope import current_tenant
from scheduling.enums import LIVE_STATUSES

DAYS_A_WEEK = 7
LIVE = [str(each.value) for each in LIVE_STATUSES]

# Each rule is a set that PostgreSQL makes once and looks ids up in, whatever it estimates: no join can go wrong.
PARTIES = """
WITH needed AS (
  SELECT characteristic_id, minimum_rating
  FROM scheduling_requiredcharacteristic
  WHERE tenant_id = %(tenant)s AND incident_type_id = %(incident_type)s
), able AS (
  SELECT c.resource_id
  FROM needed
  JOIN scheduling_resourcecharacteristic c
    ON c.tenant_id = %(tenant)s AND c.characteristic_id = needed.characteristic_id
    AND (needed.minimum_rating IS NULL OR c.rating >= needed.minimum_rating)
    AND (c.valid_from IS NULL OR c.valid_from <= %(last)s)
    AND (c.valid_until IS NULL OR c.valid_until >= %(first)s)
  GROUP BY c.resource_id
  HAVING count(*) = (SELECT count(*) FROM needed)
), wish AS (
  SELECT resource_id, kind
  FROM scheduling_resourcepreference
  WHERE tenant_id = %(tenant)s AND account_id = %(account)s
)
"""
IS_OPEN = "(r.is_active AND r.is_self_schedulable)"
IS_ABLE = "(NOT EXISTS (SELECT FROM needed) OR r.id IN (SELECT resource_id FROM able))"
IS_REFUSED = "(r.id IN (SELECT resource_id FROM wish WHERE kind = 'restricted'))"
IS_CHOSEN = """(NOT EXISTS (SELECT FROM wish WHERE kind = 'must')
    OR r.id IN (SELECT resource_id FROM wish WHERE kind = 'must'))"""
IS_LOCAL = """(%(territory)s::uuid IS NULL OR r.id IN (
    SELECT resource_id FROM scheduling_resourceterritory
    WHERE tenant_id = %(tenant)s AND territory_id = %(territory)s::uuid))"""
QUALIFIES = f"({IS_OPEN} AND s.latitude IS NOT NULL AND NOT {IS_REFUSED} AND {IS_CHOSEN} AND {IS_ABLE} AND {IS_LOCAL})"

CALENDAR = """
SELECT r.id::text, r.name, r.time_zone, s.latitude, s.longitude, e.latitude, e.longitude, (
    SELECT string_agg(h.weekday || ' ' || h.starts || ' ' || h.ends, ',' ORDER BY h.weekday, h.starts)
    FROM scheduling_workinghours h
    WHERE h.tenant_id = %(tenant)s AND h.resource_id = r.id AND h.weekday = ANY(%(weekdays)s)
  )"""
FROM = """
FROM scheduling_bookableresource r
LEFT JOIN geo_place s ON s.tenant_id = %(tenant)s AND s.id = r.start_place_id
LEFT JOIN geo_place e ON e.tenant_id = %(tenant)s AND e.id = r.end_place_id
WHERE r.tenant_id = %(tenant)s AND """

QUALIFIED = f"""{PARTIES} {CALENDAR},
  r.id IN (SELECT resource_id FROM wish WHERE kind = 'preferred'), (
    SELECT array_agg(ARRAY[c.valid_from, c.valid_until])
    FROM scheduling_resourcecharacteristic c
    WHERE c.tenant_id = %(tenant)s AND c.resource_id = r.id AND (c.valid_from IS NOT NULL OR c.valid_until IS NOT NULL)
      AND c.characteristic_id IN (SELECT characteristic_id FROM needed)
  )
{FROM} {QUALIFIES}
ORDER BY r.id
"""  # noqa: S608  joined from constants; all values are parameters

# Reasons as in engine.types.Reason, the first that applies; of the skills the first that is not met.
RULED_OUT = f"""{PARTIES}
SELECT r.id::text, r.name, CASE
  WHEN NOT {IS_OPEN} THEN 'inactive'
  WHEN s.latitude IS NULL THEN 'no_location'
  WHEN {IS_REFUSED} THEN 'restricted'
  WHEN NOT {IS_CHOSEN} THEN 'not_chosen'
  WHEN NOT {IS_LOCAL} THEN 'territory'
  ELSE (
    SELECT CASE WHEN c.id IS NULL THEN 'skill'
      WHEN COALESCE(c.rating, 0) < n.minimum_rating THEN 'rating' ELSE 'skill_expired' END
    FROM needed n
    LEFT JOIN scheduling_resourcecharacteristic c
      ON c.tenant_id = %(tenant)s AND c.resource_id = r.id AND c.characteristic_id = n.characteristic_id
    WHERE c.id IS NULL OR c.valid_from > %(last)s OR c.valid_until < %(first)s
      OR COALESCE(c.rating, 0) < n.minimum_rating
    ORDER BY n.characteristic_id
    LIMIT 1
  ) END
{FROM} NOT {QUALIFIES}
ORDER BY r.name, r.id
LIMIT %(limit)s
"""  # noqa: S608  joined from constants; all values are parameters

ONE = f"{CALENDAR}, false, NULL {FROM} r.id = %(resource)s"

BUSY = """
SELECT b.resource_id::text, date_part('epoch', b.arrives_at)::bigint, date_part('epoch', b.ends_at)::bigint,
  p.latitude, p.longitude, date_part('epoch', b.leaves_at)::bigint
FROM scheduling_booking b
JOIN geo_place p ON p.tenant_id = %(tenant)s AND p.id = b.place_id
WHERE b.tenant_id = %(tenant)s AND b.status = ANY(%(live)s) AND b.ends_at > %(starts)s AND b.leaves_at < %(ends)s
  AND NOT (b.status = 'held' AND (b.hold_expires_at <= %(now)s OR COALESCE(b.contact_id = %(contact)s::uuid, false)))
  AND b.id IS DISTINCT FROM %(without)s::uuid {of_bookings}
UNION ALL
SELECT o.resource_id::text, date_part('epoch', o.starts_at)::bigint, date_part('epoch', o.ends_at)::bigint,
  NULL, NULL, date_part('epoch', o.starts_at)::bigint
FROM scheduling_timeoff o
WHERE o.tenant_id = %(tenant)s AND o.ends_at > %(starts)s AND o.starts_at < %(ends)s {of_time_off}
UNION ALL
SELECT t.resource_id::text, date_part('epoch', t.starts_at)::bigint, date_part('epoch', t.ends_at)::bigint,
  NULL, NULL, date_part('epoch', t.starts_at)::bigint
FROM scheduling_reservation t
WHERE t.tenant_id = %(tenant)s AND t.ends_at > %(starts)s AND t.starts_at < %(ends)s {of_reservations}
ORDER BY 2
"""
BUSY_OF_ALL = BUSY.format(of_bookings="", of_time_off="", of_reservations="")
BUSY_OF_SOME = BUSY.format(
    of_bookings="AND b.resource_id = ANY(%(resources)s::uuid[])",
    of_time_off="AND o.resource_id = ANY(%(resources)s::uuid[])",
    of_reservations="AND t.resource_id = ANY(%(resources)s::uuid[])",
)


class Candidate(NamedTuple):
    """A resource as the search reads it: `weekly` is "weekday from to,…", `limits` the validity of required skills."""

    id: str
    name: str
    zone: str
    latitude: float | None
    longitude: float | None
    end_latitude: float | None
    end_longitude: float | None
    weekly: str | None
    is_preferred: bool
    limits: Sequence[tuple[date | None, date | None]] | None


def qualified(
    *, incident_type_id: UUID, account_id: UUID, territory_id: UUID | None, first: date, last: date
) -> list[Candidate]:
    """Open resources with a position, the skills, the territory and the account's consent, by id (SCH-2).

    A skill counts when it is valid on some of the days; `limits` says on which.
    """
    rows = _rows(
        QUALIFIED,
        incident_type=incident_type_id,
        account=account_id,
        territory=territory_id,
        first=first,
        last=last,
        weekdays=weekdays(first, last),
    )
    return [Candidate(*row) for row in rows]


def ruled_out(
    *, incident_type_id: UUID, account_id: UUID, territory_id: UUID | None, day: date, limit: int
) -> list[tuple[str, str, str]]:
    """Rows (id, name, reason) of the resources that do not qualify on a day: the complement of `qualified`, by name."""
    return _rows(
        RULED_OUT,
        incident_type=incident_type_id,
        account=account_id,
        territory=territory_id,
        first=day,
        last=day,
        limit=limit,
    )


def with_calendar(resource_id: UUID, first: date, last: date) -> Candidate:
    """One resource, whether it qualifies or not."""
    [row] = _rows(ONE, resource=resource_id, weekdays=weekdays(first, last))
    return Candidate(*row)


def weekdays(first: date, last: date) -> list[int]:
    """The weekdays of these days, with two days before and one after: shifts pass midnight and time zones."""
    days = min((last - first).days + 4, DAYS_A_WEEK)
    return [(first + timedelta(days=each)).weekday() for each in range(-2, days - 2)]


def busy_times(
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    resource_ids: Iterable[UUID | str] | None = None,
    contact_id: UUID | None = None,
    without: UUID | None = None,
) -> list[tuple]:
    """Rows (resource, arrives, ends, lat, lon, leaves) that touch the span: live bookings, and time off and reservations without place.

    Instants are seconds since 1970, in order of arrival. Expired holds are none, nor are those of `contact_id`, who
    is searching; `without` is the booking that is about to move.
    """
    values = {"live": LIVE, "starts": starts_at, "ends": ends_at, "now": now, "contact": contact_id, "without": without}
    if resource_ids is None:
        return _rows(BUSY_OF_ALL, **values)
    return _rows(BUSY_OF_SOME, resources=[str(each) for each in resource_ids], **values)


def closed_days(first: date, last: date) -> frozenset[date]:
    """The business closures of these days."""
    rows = _rows(
        "SELECT date FROM scheduling_businessclosure"
        " WHERE tenant_id = %(tenant)s AND date BETWEEN %(first)s AND %(last)s",
        first=first,
        last=last,
    )
    return frozenset(row[0] for row in rows)


def site_rules(place_id: UUID, account_id: UUID) -> tuple[list[tuple[int, time, time]], bool]:
    """The opening hours (weekday, from, to) of a place, and whether the account is excluded from self-scheduling."""
    rows = _rows(
        "SELECT weekday, opens, closes FROM scheduling_openinghours"
        " WHERE tenant_id = %(tenant)s AND place_id = %(place)s"
        " UNION ALL SELECT NULL, NULL, NULL FROM scheduling_excludedaccount"
        " WHERE tenant_id = %(tenant)s AND account_id = %(account)s"
        " ORDER BY 1, 2",
        place=place_id,
        account=account_id,
    )
    hours = [row for row in rows if row[0] is not None]
    return hours, len(hours) < len(rows)


def _rows(statement: str, **values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": current_tenant().pk, **values})
        return cursor.fetchall()
