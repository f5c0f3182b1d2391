"""A hundred companies with projects, quotes and what belongs to them, written by INSERT … SELECT."""

import os

from _million import ACCOUNT_OF, ACCOUNTS, SHARE

TENANTS = int(os.environ.get("BENCH_TENANTS", "100"))
ROWS = int(os.environ.get("BENCH_ROWS", "200000"))
RESOURCES = 40
HOST = "bench-projects-0.localhost"

PROJECTS = """
INSERT INTO projects_project (id, tenant_id, number, name, account_id, manager_id, stage, health, health_comment,
  description, internal_notes, starts_date, ends_date, progress_percent, external_number, is_exposed, created_at, closed_at)
SELECT gen_random_uuid(), %(tenant)s, 'PRJ-' || n, 'Lift ' || n, (%(accounts)s::uuid[])[account_of(n, %(share)s)],
  (%(resources)s::uuid[])[1 + n %% %(people)s], CASE WHEN n %% 3 = 0 THEN 'closed' ELSE 'deliver' END,
  (ARRAY['green', 'yellow', 'red'])[1 + n %% 3], '', 'A new lift', '', current_date - n %% 700, current_date - n %% 700 + 365,
  n %% 101, '', n %% 20 <> 0, now() - n * interval '1 hour', CASE WHEN n %% 3 = 0 THEN now() END
FROM generate_series(1, %(count)s) AS n
"""
PHASES = """
INSERT INTO projects_projectphase (id, tenant_id, project_id, position, name)
SELECT gen_random_uuid(), %(tenant)s, project.id, position, 'Phase ' || position
FROM projects_project AS project CROSS JOIN generate_series(1, 2) AS position
"""
TASKS = """
INSERT INTO projects_projecttask (id, tenant_id, project_id, phase_id, kind, position, name, description, internal_notes,
  is_shown, ends_date, effort_minutes, progress_percent)
SELECT gen_random_uuid(), %(tenant)s, phase.project_id, phase.id, 'task', phase.position * 2 + n, 'Task ' || n, '', '',
  n = 1, current_date + n, 480, 50
FROM projects_projectphase AS phase CROSS JOIN generate_series(1, 2) AS n
"""
MEMBERS = """
INSERT INTO projects_teammember (id, tenant_id, project_id, resource_id, role_id, booked_minutes, soft_minutes, is_exposed,
  created_at)
SELECT gen_random_uuid(), %(tenant)s, project.id,
  (%(resources)s::uuid[])[1 + (place + n * 7) %% %(people)s], %(role)s, (2 - n) * 1440, (n - 1) * 1440, true, now()
FROM (SELECT id, row_number() OVER (ORDER BY number) AS place FROM projects_project) AS project
CROSS JOIN generate_series(1, 2) AS n
"""
BOOKINGS = """
INSERT INTO projects_teambooking (id, tenant_id, member_id, status, starts_date, ends_date, minutes_a_day, minutes, note,
  created_at)
SELECT gen_random_uuid(), %(tenant)s, member.id, CASE WHEN member.booked_minutes > 0 THEN 'hard' ELSE 'soft' END,
  current_date, current_date + 2, 480, 1440, '', now()
FROM projects_teammember AS member
"""
QUOTES = """
INSERT INTO projects_quote (id, tenant_id, number, revision, name, account_id, project_id, status, introduction, terms,
  internal_notes, currency, net, tax, total, valid_until, digest, external_number, is_exposed, created_at, sent_at, closed_at)
SELECT gen_random_uuid(), %(tenant)s, 'Q-' || n, 1, 'Lift ' || n, project.account_id, project.id, what.status, 'Dear customer',
  'Net 30 days', '', 'USD', 100, 10, 110, current_date + 30 - (n %% 40)::int, md5(n::text) || md5(n::text), '', n %% 20 <> 0,
  now() - n * interval '1 hour', CASE WHEN what.status <> 'draft' THEN now() - n * interval '1 hour' END,
  CASE WHEN what.status IN ('won', 'lost') THEN now() END
FROM (SELECT id, account_id, row_number() OVER (ORDER BY created_at DESC) AS n FROM projects_project) AS project
CROSS JOIN LATERAL (SELECT (ARRAY['sent', 'sent', 'won', 'lost', 'won', 'draft', 'sent'])[1 + n %% 7] AS status) AS what
"""
QUOTE_LINES = """
INSERT INTO projects_quoteline (id, tenant_id, quote_id, position, description, quantity, unit, unit_price,
  discount_percent, tax_name, tax_rate, net, tax, is_optional, unit_cost)
SELECT gen_random_uuid(), %(tenant)s, quote.id, position, 'Part ' || position, 1, 'piece', 50, 0, 'Sales tax', 10, 50, 5,
  position = 3, 20
FROM projects_quote AS quote CROSS JOIN generate_series(1, 3) AS position
"""
DECISIONS = """
INSERT INTO projects_quotedecision (id, tenant_id, quote_id, decision, reason, contact_id, user_id, name, email, browser, digest,
  options, total, decided_at)
SELECT gen_random_uuid(), %(tenant)s, quote.id, 'approved', '', %(contact)s, %(user)s, 'Ada', 'ada@example.com', '', quote.digest,
  '[]', quote.total, quote.sent_at
FROM projects_quote AS quote WHERE quote.status = 'won'
"""
CONTRACTS = """
INSERT INTO projects_contract (id, tenant_id, number, kind, name, account_id, project_id, quote_id, status, starts_date,
  ends_date, introduction, terms, internal_notes, currency, net, tax, total, external_number, is_exposed, created_at, opened_at)
SELECT gen_random_uuid(), %(tenant)s, replace(quote.number, 'Q', 'C'), 'contract', quote.name, quote.account_id, quote.project_id,
  quote.id, 'active', current_date - 30, current_date + 335, '', '', '', 'USD', 100, 10, 110, '', true, quote.created_at, now()
FROM projects_quote AS quote WHERE quote.status = 'won'
"""
CONTRACT_LINES = """
INSERT INTO projects_contractline (id, tenant_id, contract_id, position, description, quantity, unit, unit_price,
  discount_percent, tax_name, tax_rate, net, tax, billing_method)
SELECT gen_random_uuid(), %(tenant)s, contract.id, position, 'Part ' || position, 1, 'piece', 50, 0, 'Sales tax', 10, 50, 5,
  'fixed_price'
FROM projects_contract AS contract CROSS JOIN generate_series(1, 2) AS position
"""
INVOICES = """
INSERT INTO projects_projectinvoice (id, tenant_id, number, account_id, project_id, contract_id, status, invoice_date, due_date,
  currency, net, tax, total, note, internal_notes, external_number, is_exposed, created_at, confirmed_at, paid_at)
SELECT gen_random_uuid(), %(tenant)s, replace(contract.number, 'C', 'PI') || '-' || n, contract.account_id, contract.project_id,
  contract.id, CASE WHEN n = 1 THEN 'paid' ELSE 'confirmed' END, current_date - n::int * 30, current_date, 'USD', 50, 5, 55, '', '',
  '', true, now(), now(), CASE WHEN n = 1 THEN now() END
FROM projects_contract AS contract CROSS JOIN generate_series(1, 2) AS n
"""
INVOICE_LINES = """
INSERT INTO projects_projectinvoiceline (id, tenant_id, invoice_id, position, description, quantity, unit, unit_price,
  discount_percent, tax_name, tax_rate, net, tax, billing_type, internal_description)
SELECT gen_random_uuid(), %(tenant)s, invoice.id, 1, 'Work', 1, 'piece', 50, 0, 'Sales tax', 10, 50, 5, 'chargeable', ''
FROM projects_projectinvoice AS invoice
"""
# What was sent, opened or confirmed is written with its lines at once, which the guards of lines do not know.
GUARDED = ("projects_quoteline", "projects_contractline", "projects_projectinvoiceline")


def fill_company(number: int, rows: int):
    """A company with so many projects and quotes; the approver of its largest customer, and the partner that has its people."""
    from django.db import connection

    from portal.accounts.domain.web_roles import ship_web_roles
    from portal.accounts.enums import AccountKind
    from portal.tenancy.models import Tenant, TenantHost
    from portal.tenancy.scope import tenant_scope
    from tests.factories.accounts import make_account, make_contact
    from tests.factories.projects import make_role
    from tests.factories.quotes import make_decider
    from tests.factories.scheduling import make_resource

    name = f"bench-projects-{number}"
    tenant = Tenant.objects.create(slug=name, name=f"Bench {number}", time_zone="America/New_York")
    TenantHost.objects.create(host=f"{name}.localhost", tenant=tenant, is_primary=True)
    with tenant_scope(tenant), connection.cursor() as cursor:
        ship_web_roles()
        accounts = [make_account() for _ in range(ACCOUNTS)]
        decider = make_decider(account=accounts[0])
        partner = make_contact("psa-partner-approver", account=make_account(kind=AccountKind.PARTNER))
        # A tenth of the people are the partner's.
        people = [make_resource(account=partner.account if place % 10 == 0 else None) for place in range(RESOURCES)]
        values = {
            "tenant": tenant.pk,
            "accounts": [account.pk for account in accounts],
            "resources": [each.pk for each in people],
            "people": len(people),
            "role": make_role().pk,
            "contact": decider.pk,
            "user": decider.user.pk,
            "share": SHARE,
            "count": rows,
        }
        for statement in (PROJECTS, PHASES, TASKS, MEMBERS, BOOKINGS, QUOTES, QUOTE_LINES, DECISIONS):
            cursor.execute(statement, values)
        for statement in (CONTRACTS, CONTRACT_LINES, INVOICES, INVOICE_LINES):
            cursor.execute(statement, values)
        return decider, partner


def fill():
    """TENANTS companies with ROWS projects and as many quotes in all; the people of the first company."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(ACCOUNT_OF)
        for table in GUARDED:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        people = [fill_company(number, ROWS // TENANTS) for number in range(TENANTS)]
        for table in GUARDED:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return people[0]
