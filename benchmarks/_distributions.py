"""A programme of many partners with what they had before, written by INSERT … SELECT."""

import os

HOST = "bench-partners.localhost"
TERRITORIES = 40
# The first partner has this part of all opportunities.
SHARE = 20

PARTNERS = """
WITH places AS (
  INSERT INTO geo_place (id, tenant_id, name, line1, line2, city, region, postal_code, country, latitude, longitude, time_zone,
    geocoded_by, geocode_quality, geocode_note, geocode_due)
  SELECT gen_random_uuid(), %(tenant)s, n::text, 'Mill Street ' || n, '', 'New York', '', '10001', 'US', 40 + random() * 5,
    -75 + random() * 5, 'America/New_York', 'manual', '', '', false
  FROM generate_series(2, %(partners)s) AS n
  RETURNING id, name
), accounts AS (
  INSERT INTO accounts_account (id, tenant_id, number, name, kind, is_active, is_externally_maintained, place_id, created_at)
  SELECT gen_random_uuid(), %(tenant)s, 'P' || name, 'Partner ' || name, 'partner', true, false, id, now() FROM places
  RETURNING id
)
INSERT INTO partners_partnerprogramme (id, tenant_id, account_id, membership, since_date, is_active, capacity)
SELECT gen_random_uuid(), %(tenant)s, id, 'member', current_date, true, 5 FROM accounts
"""
TERRITORIES_OF = """
INSERT INTO partners_partnerterritory (id, tenant_id, programme_id, territory_id)
SELECT gen_random_uuid(), %(tenant)s, p.id, (%(territories)s::uuid[])[1 + (p.n + step * 13) %% %(count)s]
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM partners_partnerprogramme WHERE tenant_id = %(tenant)s) AS p
CROSS JOIN generate_series(0, 2) AS step
"""
OPPORTUNITIES = """
INSERT INTO partners_opportunity (id, tenant_id, number, topic, prospect_name, prospect_person, prospect_email, prospect_phone,
  place_id, situation, need, solution, internal_notes, estimated_revenue, currency, source, status, phase, is_ready, partner_id,
  external_number, is_exposed, created_at, moved_at, active_at, closed_at)
SELECT gen_random_uuid(), %(tenant)s, 'O-' || n, 'Lift ' || n, 'Prospect ' || n, '', '', '', %(place)s, '', '', '', '', 1000 + n,
  'USD', 'distributed', what.status, 'quoting', true,
  CASE WHEN n %% %(share)s = 0 THEN %(first)s ELSE (%(accounts)s::uuid[])[1 + n %% cardinality(%(accounts)s::uuid[])] END,
  '', true, now() - n * interval '1 minute', now() - n * interval '1 minute', now() - n * interval '1 minute',
  CASE WHEN what.status IN ('purchased', 'out_sold') THEN now() END
FROM generate_series(1, %(rows)s) AS n
CROSS JOIN LATERAL (SELECT CASE WHEN n %% %(share)s > 0 OR n %% 200 > 40 THEN (ARRAY['purchased', 'out_sold'])[1 + n %% 2]
  WHEN n %% 200 > 0 THEN 'accepted' ELSE 'delivered' END AS status) AS what
"""
DELIVERIES = """
INSERT INTO partners_delivery (id, tenant_id, opportunity_id, partner_id, outcome, delivered_at, expires_at, answered_at,
  accepted_at, moved_at, reported_at, ended_at, decline_reason, return_reason, comment)
SELECT gen_random_uuid(), %(tenant)s, id, partner_id,
  CASE status WHEN 'purchased' THEN 'won' WHEN 'out_sold' THEN 'lost' ELSE status END, created_at, now() + interval '3 days',
  CASE WHEN status <> 'delivered' THEN created_at END, CASE WHEN status <> 'delivered' THEN created_at END,
  CASE WHEN status <> 'delivered' THEN created_at END, CASE WHEN status <> 'delivered' THEN created_at END, closed_at, '', '', ''
FROM partners_opportunity WHERE tenant_id = %(tenant)s
"""
EVENTS = """
INSERT INTO partners_opportunityevent (id, tenant_id, opportunity_id, partner_id, kind, text, before, after, name, is_internal, at)
SELECT gen_random_uuid(), %(tenant)s, id, partner_id, 'phase', '', 'prospect', 'quoting', 'Ada', false, active_at
FROM partners_opportunity WHERE tenant_id = %(tenant)s
"""
RECORDS = """
INSERT INTO partners_partnerrecord (id, tenant_id, programme_id, open_count, delivered, accepted, declined, expired, returned, won,
  closed, reported, feedback, days)
SELECT gen_random_uuid(), %(tenant)s, p.id, count(d.id) FILTER (WHERE d.outcome IN ('delivered', 'accepted')), count(d.id),
  count(d.accepted_at), 0, 0, 0, count(d.id) FILTER (WHERE d.outcome = 'won'),
  count(d.id) FILTER (WHERE d.outcome IN ('won', 'lost')), count(d.reported_at), 0,
  coalesce(sum(extract(epoch FROM d.ended_at - d.accepted_at)) FILTER (WHERE d.outcome IN ('won', 'lost')) / 86400, 0)
FROM partners_partnerprogramme AS p
LEFT JOIN partners_delivery AS d ON d.partner_id = p.account_id AND d.tenant_id = p.tenant_id
WHERE p.tenant_id = %(tenant)s GROUP BY p.id
"""
GUARDED = ("partners_delivery", "partners_opportunityevent", "partners_opportunity")


def switch_guards(*, on: bool) -> None:
    """The past is written at once, which the guards of what happens one by one do not know."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        for table in GUARDED:
            owner.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER USER")


def fill(slug: str, partners: int, rows: int):
    """A company with so many partners and opportunities: the tenant, its territories, and a contact of the partner that has most."""
    from django.db import connection

    from partners.models import PartnerProgramme
    from portal.accounts.domain.web_roles import ship_web_roles
    from portal.tenancy.models import Tenant, TenantHost
    from portal.tenancy.scope import tenant_scope
    from tests.factories.geo import make_place, make_territory
    from tests.factories.partners import make_member, make_partner

    tenant = Tenant.objects.create(slug=slug, name=slug, time_zone="America/New_York", sections=["opportunities"])
    TenantHost.objects.create(host=f"{slug}.localhost", tenant=tenant, is_primary=True)
    switch_guards(on=False)
    with tenant_scope(tenant), connection.cursor() as cursor:
        ship_web_roles()
        territories = [make_territory(f"{n:03d}") for n in range(TERRITORIES)]
        first = make_partner(name="First partner", capacity=1000, territories=[])
        contact = make_member(first)
        values = {"tenant": tenant.pk, "partners": partners, "rows": rows, "first": first.account_id, "share": SHARE}
        values |= {"territories": [each.pk for each in territories], "count": TERRITORIES, "place": make_place().pk}
        cursor.execute(PARTNERS, values)
        cursor.execute(TERRITORIES_OF, values)
        others = PartnerProgramme.objects.exclude(pk=first.pk).order_by("pk")
        values["accounts"] = list(others.values_list("account_id", flat=True))
        for statement in (OPPORTUNITIES, DELIVERIES, EVENTS, RECORDS):
            cursor.execute(statement, values)
    switch_guards(on=True)
    return tenant, territories, contact
