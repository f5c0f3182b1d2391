"""What a distribution needs of all partners, by one statement: it keeps what was seen and gives those that can be among the best two.

Written in SQL because ten thousand partners would take longer to travel to Python and back than PostgreSQL needs to look through them.
Who is available, and about how many points it has, is said twice, here and in `partners/engine`; the engine decides among
those that come close, and tests hold both to the same answer. All values are parameters, the tenant is named in every part, and
row-level security stands underneath.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from partners.engine.metrics import FARTHEST, NEUTRAL, Rates
from partners.engine.programme import Opportunity, Partner, Record
from partners.engine.search import RADIUS
from partners.engine.weights import Weights
from portal.geo.distance import Point
from portal.kit.ids import uuid7
from portal.tenancy.scope import current_tenant

RECORD = ("delivered", "accepted", "declined", "expired", "returned", "won", "closed", "reported", "feedback")
KEPT = (
    "flags",
    "capacity",
    "open_count",
    "minimum_revenue",
    "maximum_revenue",
    "latitude",
    "longitude",
    *RECORD,
    "stalled",
    "days",
)
# The order of the engine's Rates.
MEANS = {
    "win_rate": "won::float8 / nullif(delivered, 0)",
    "return_rate": "returned::float8 / nullif(accepted, 0)",
    "feedback_rate": "feedback::float8 / nullif(delivered, 0)",
    "stall_rate": "stalled::float8 / nullif(accepted, 0)",
    "touch_rate": "(accepted + declined)::float8 / nullif(delivered, 0)",
    "days_to_close": "days / nullif(closed, 0)",
    "first_report_rate": "reported::float8 / nullif(accepted, 0)",
}
# Those that count points; what nobody knows counts the neutral value, or nothing.
WEIGHED = [name for name in MEANS if name != "first_report_rate"]
POINTS = " + ".join(
    f"%({name})s::float8 * coalesce({MEANS[name]}, means.{name}, {getattr(NEUTRAL, name) or 0.0})" for name in WEIGHED
)
# Kilometres on the engine's sphere; an opportunity without position is equally far from all.
AWAY = f"""CASE WHEN %(latitude)s::float8 IS NULL THEN 0 WHEN latitude IS NULL THEN {FARTHEST / 1000}
  ELSE {2 * RADIUS / 1000} * asin(least(1, sqrt(sind((latitude - %(latitude)s::float8) / 2) ^ 2
    + cosd(latitude) * cosd(%(latitude)s::float8) * sind((longitude - %(longitude)s::float8) / 2) ^ 2))) END"""
# By so many points an estimate may err; and so many kilometres.
SLACK_POINTS = 1e-6
SLACK_KILOMETRES = 0.01
# A line that comes close to winning travels through the statement as a record, which knows no names: each with its type.
LINE = {"account_id": "uuid", **dict.fromkeys(KEPT, "integer")} | {
    "minimum_revenue": "numeric",
    "maximum_revenue": "numeric",
    "latitude": "float8",
    "longitude": "float8",
    "days": "float8",
}
# All partners are gone through once. OFFSET 0 keeps PostgreSQL from working out a line anew for each of its uses, the sets are
# made once and looked up, whatever it estimates: no join over them can go wrong.
FACTS = f"""
WITH stalling AS MATERIALIZED (
  SELECT partner_id, count(*)::integer AS number FROM partners_delivery
  WHERE tenant_id = %(tenant)s AND outcome = 'accepted' AND moved_at < %(stalled_before)s GROUP BY partner_id
), facts AS NOT MATERIALIZED (
  SELECT p.account_id, p.capacity, p.minimum_revenue, p.maximum_revenue, g.latitude, g.longitude,
    {", ".join(f"coalesce(r.{name}, 0) AS {name}" for name in ("open_count", *RECORD, "days"))},
    coalesce(s.number, 0) AS stalled,
    (p.is_active AND p.membership = 'member' AND a.is_active)::integer
    + 2 * (p.account_id = ANY(%(skipped)s::uuid[]))::integer
    + 4 * (p.id IN (
        SELECT programme_id FROM partners_partnerterritory
        WHERE tenant_id = %(tenant)s AND territory_id = ANY(%(territories)s::uuid[])))::integer
    + 8 * (%(lead_type)s::uuid IS NULL OR p.id IN (
        SELECT programme_id FROM partners_partnerleadtype
        WHERE tenant_id = %(tenant)s AND lead_type_id = %(lead_type)s::uuid))::integer
    + 16 * (cardinality(%(products)s::uuid[]) = 0 OR p.id IN (
        SELECT programme_id FROM partners_partnerproduct
        WHERE tenant_id = %(tenant)s AND product_id = ANY(%(products)s::uuid[])
        GROUP BY programme_id HAVING count(*) = cardinality(%(products)s::uuid[])))::integer AS flags
  FROM partners_partnerprogramme p
  JOIN accounts_account a ON a.tenant_id = %(tenant)s AND a.id = p.account_id
  LEFT JOIN geo_place g ON g.tenant_id = %(tenant)s AND g.id = a.place_id
  LEFT JOIN partners_partnerrecord r ON r.tenant_id = %(tenant)s AND r.programme_id = p.id
  LEFT JOIN stalling s ON s.partner_id = p.account_id
  WHERE p.tenant_id = %(tenant)s
  OFFSET 0
), gathered AS MATERIALIZED (
  SELECT count(*) AS partner_count, coalesce(array_agg(account_id), '{{}}') AS partners,
    {", ".join(f"coalesce(array_agg({name}), '{{}}') AS {name}" for name in KEPT)},
    {", ".join(f"avg({formula}) AS {name}" for name, formula in MEANS.items())},
    array_agg(ROW({", ".join(f"{name}::{kind}" for name, kind in LINE.items())})) FILTER (WHERE
      flags & 3 = 1 AND flags & 28 = 28 AND open_count < capacity
      AND (%(value)s::numeric IS NULL OR ((minimum_revenue IS NULL OR minimum_revenue <= %(value)s::numeric)
        AND (maximum_revenue IS NULL OR maximum_revenue >= %(value)s::numeric)))) AS found
  FROM facts
), kept AS (
  INSERT INTO partners_distributiontable (id, tenant_id, partners, prior, {", ".join(KEPT)})
  SELECT %(table)s, %(tenant)s, partners, ARRAY[{", ".join(MEANS)}], {", ".join(KEPT)} FROM gathered
), means AS MATERIALIZED (
  SELECT partner_count, {", ".join(MEANS)} FROM gathered
), available AS MATERIALIZED (
  SELECT line.*, {POINTS} + %(distance)s::float8 * {AWAY} AS points
  FROM means CROSS JOIN LATERAL unnest((SELECT found FROM gathered))
    AS line ({", ".join(f"{name} {kind}" for name, kind in LINE.items())})
), close AS (
  SELECT * FROM available
  WHERE points >= coalesce((SELECT points FROM available ORDER BY points DESC OFFSET 1 LIMIT 1), '-infinity') - %(slack)s
)
SELECT means.partner_count, (SELECT count(*) FROM available), {", ".join(f"means.{name}" for name in MEANS)},
  close.account_id::text, {", ".join(f"close.{name}" for name in KEPT)}
FROM means LEFT JOIN close ON true
"""  # noqa: S608  names of our columns and constants of the engine

NO_LOOPS = "SELECT set_config('enable_nestloop', %s, true)"


class Seen(NamedTuple):
    """What was kept of all partners as a row of `DistributionTable`, the programme's means, how many are available, and those
    of them that come into question as winner and runner-up.
    """

    table_id: UUID
    partner_count: int
    available_count: int
    prior: Rates
    close: list[Partner]


def look_at_partners(asked: Opportunity, weights: Weights, *, stalled_before: datetime) -> Seen:
    """Keep what is to be seen of every partner now, and give those that are the best for the opportunity."""
    table_id = uuid7()
    latitude, longitude = asked.position or (None, None)
    values = {
        "tenant": current_tenant().pk,
        "table": table_id,
        "skipped": list(asked.skipped),
        "territories": list(asked.territories),
        "lead_type": asked.lead_type,
        "products": list(asked.products),
        "value": asked.value,
        "stalled_before": stalled_before,
        "latitude": latitude,
        "longitude": longitude,
        "distance": weights.distance,
        "slack": SLACK_POINTS + SLACK_KILOMETRES * abs(weights.distance),
        **{name: getattr(weights, name) for name in WEIGHED},
    }
    with connection.cursor() as cursor:
        # All partners are read: ten thousand look-ups one by one take three times as long as the hashes that statistics, young
        # or squeezed by the policies' conditions, do not suggest. Both settings end with the transaction, whoever comes next.
        cursor.execute(NO_LOOPS, ["off"])
        cursor.execute(FACTS, values)
        rows = cursor.fetchall()
        cursor.execute(NO_LOOPS, ["on"])
    count, available_count, *means = rows[0][: 2 + len(MEANS)]
    partners = [row[2 + len(MEANS) :] for row in rows]
    close = [partner_of(asked, UUID(key), *facts) for key, *facts in partners if key is not None]
    return Seen(table_id, count, available_count, Rates(*means), close)


def partner_of(asked: Opportunity, key: UUID, flags: int, *facts) -> Partner:
    """A partner as the engine knows it, from what a distribution saw; of what was not asked for nothing is known."""
    capacity, open_count, minimum, maximum, latitude, longitude, *counts, stalled, days = facts
    return Partner(
        key=key,
        capacity=capacity,
        open_count=open_count,
        minimum=minimum,
        maximum=maximum,
        territories=asked.territories if flags & 4 else frozenset(),
        lead_types=frozenset({asked.lead_type}) if flags & 8 else frozenset(),
        products=asked.products if flags & 16 else frozenset(),
        position=None if latitude is None else Point(latitude, longitude),
        record=Record(**dict(zip(RECORD, counts, strict=True)), stalled=stalled, days=days),
        is_active=bool(flags & 1),
    )


def columns_of(table) -> Sequence[tuple]:
    """The rows of a kept table: each partner's key, and what `partner_of` wants to know."""
    return list(zip(table.partners, *(getattr(table, name) for name in KEPT), strict=True))
