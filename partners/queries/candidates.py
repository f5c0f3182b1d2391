"""What a distribution needs of all partners, by one statement: it keeps what was seen and gives those that are available.

Written in SQL because ten thousand partners would take longer to travel to Python and back than PostgreSQL needs to look through them.
What is available is said twice, here and in `partners/engine/eligibility.py`; tests hold both to the same answer. All values
are parameters, the tenant is named in every part, and row-level security stands underneath.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from partners.engine.metrics import Rates
from partners.engine.programme import Opportunity, Partner, Record
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
# Sets and counts that PostgreSQL makes once and looks up, whatever it estimates: no join over them can go wrong.
FACTS = f"""
WITH stalling AS MATERIALIZED (
  SELECT jsonb_object_agg(partner_id, number) AS counts FROM (
    SELECT partner_id, count(*) AS number FROM partners_delivery
    WHERE tenant_id = %(tenant)s AND outcome = 'accepted' AND moved_at < %(stalled_before)s GROUP BY partner_id
  ) found
), facts AS MATERIALIZED (
  SELECT p.account_id, p.capacity, p.minimum_revenue, p.maximum_revenue, g.latitude, g.longitude,
    {", ".join(f"coalesce(r.{name}, 0) AS {name}" for name in ("open_count", *RECORD, "days"))},
    coalesce((stalling.counts ->> p.account_id::text)::integer, 0) AS stalled,
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
  CROSS JOIN stalling
  WHERE p.tenant_id = %(tenant)s
), means AS (
  SELECT {", ".join(f"avg({formula}) AS {name}" for name, formula in MEANS.items())} FROM facts
), kept AS (
  INSERT INTO partners_distributiontable (id, tenant_id, partners, prior, {", ".join(KEPT)})
  SELECT %(table)s, %(tenant)s, coalesce(array_agg(account_id), '{{}}'),
    (SELECT ARRAY[{", ".join(MEANS)}] FROM means),
    {", ".join(f"coalesce(array_agg({name}), '{{}}')" for name in KEPT)}
  FROM facts
  RETURNING cardinality(partners) AS partner_count
), available AS (
  SELECT * FROM facts
  WHERE flags & 3 = 1 AND flags & 28 = 28 AND open_count < capacity
    AND (%(value)s::numeric IS NULL OR ((minimum_revenue IS NULL OR minimum_revenue <= %(value)s::numeric)
      AND (maximum_revenue IS NULL OR maximum_revenue >= %(value)s::numeric)))
)
SELECT kept.partner_count, {", ".join(f"means.{name}" for name in MEANS)}, available.account_id::text,
  {", ".join(f"available.{name}" for name in KEPT)}
FROM kept CROSS JOIN means LEFT JOIN available ON true
"""  # noqa: S608  names of our columns

NO_LOOPS = "SELECT set_config('enable_nestloop', %s, true)"


class Seen(NamedTuple):
    """What was kept of all partners as a row of `DistributionTable`, the programme's means, and who is available."""

    table_id: UUID
    partner_count: int
    prior: Rates
    available: list[Partner]


def look_at_partners(asked: Opportunity, *, stalled_before: datetime) -> Seen:
    """Keep what is to be seen of every partner now, and give those that are available for the opportunity."""
    table_id = uuid7()
    values = {
        "tenant": current_tenant().pk,
        "table": table_id,
        "skipped": list(asked.skipped),
        "territories": list(asked.territories),
        "lead_type": asked.lead_type,
        "products": list(asked.products),
        "value": asked.value,
        "stalled_before": stalled_before,
    }
    with connection.cursor() as cursor:
        # All partners are read: ten thousand look-ups one by one take three times as long as the hashes that statistics, young
        # or squeezed by the policies' conditions, do not suggest. Both settings end with the transaction, whoever comes next.
        cursor.execute(NO_LOOPS, ["off"])
        cursor.execute(FACTS, values)
        rows = cursor.fetchall()
        cursor.execute(NO_LOOPS, ["on"])
    count, *means = rows[0][: 1 + len(MEANS)]
    partners = [row[1 + len(MEANS) :] for row in rows]
    available = [partner_of(asked, UUID(key), *facts) for key, *facts in partners if key is not None]
    return Seen(table_id, count, Rates(*means), available)


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
