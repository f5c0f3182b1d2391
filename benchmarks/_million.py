"""A hundred companies with a million work orders and what belongs to them, written by INSERT … SELECT."""

import os

TENANTS = int(os.environ.get("BENCH_TENANTS", "100"))
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
ACCOUNTS = 50
HOST = "bench-0.localhost"
# The account that is looked at has this share of its company's rows; the others share the rest.
SHARE = 5

ASSETS = """
INSERT INTO fieldservice_asset (id, tenant_id, account_id, name, serial_number, category, manufacturer, model_name,
  warranty_terms, description, internal_notes, is_active, is_exposed, created_at)
SELECT gen_random_uuid(), %(tenant)s, (%(accounts)s::uuid[])[account_of(n, %(share)s)],
  'Boiler ' || n, 'S-' || n, (ARRAY['Heating', 'Cooling', 'Lift'])[1 + n %% 3], 'Maker', 'M' || n %% 20, '', '', '',
  n %% 10 <> 0, n %% 20 <> 0, now() - n * interval '1 hour'
FROM generate_series(1, %(count)s) AS n
"""
WORK_ORDERS = """
INSERT INTO fieldservice_workorder (id, tenant_id, number, account_id, incident_type_id, place_id, asset_id, agreement_id,
  priority, system_status, summary, customer_comments, resolution, internal_notes, cancel_reason, external_number,
  is_exposed, is_taxable, created_at)
SELECT gen_random_uuid(), %(tenant)s, 'WO-' || n, (%(accounts)s::uuid[])[account_of(n, %(share)s)], %(service)s,
  (%(places)s::uuid[])[account_of(n, %(share)s)], (%(assets)s::uuid[])[account_of(n, %(share)s)], (%(agreements)s::uuid[])[account_of(n, %(share)s)],
  (ARRAY['low', 'normal', 'normal', 'high', 'emergency'])[1 + n %% 5],
  (ARRAY['unscheduled', 'scheduled', 'in_progress', 'completed', 'posted', 'canceled'])[1 + n %% 6],
  'No heating in flat ' || n, '', '', '', '', '', n %% 50 <> 0, true, now() - n * interval '7 minutes'
FROM generate_series(1, %(count)s) AS n
"""
AGREEMENTS = """
INSERT INTO fieldservice_agreement (id, tenant_id, number, name, account_id, status, start_date, end_date, description,
  internal_notes, cancel_reason, external_number, is_exposed, created_at, activated_at)
SELECT gen_random_uuid(), %(tenant)s, 'AG-' || n, 'Maintenance ' || n, (%(accounts)s::uuid[])[account_of(n, %(share)s)],
  (ARRAY['active', 'active', 'expired'])[1 + n %% 3], current_date - n %% 700, current_date - n %% 700 + 365, '', '', '', '',
  n %% 20 <> 0, now(), now()
FROM generate_series(1, %(count)s) AS n
"""
INVOICES = """
INSERT INTO fieldservice_invoice (id, tenant_id, number, kind, account_id, status, invoice_date, due_date, currency,
  net, tax, total, paid, credited, note, internal_notes, cancel_reason, external_number, is_exposed, created_at, issued_at)
SELECT gen_random_uuid(), %(tenant)s, 'INV-' || n, 'invoice', (%(accounts)s::uuid[])[account_of(n, %(share)s)],
  (ARRAY['issued', 'paid', 'paid'])[1 + n %% 3], current_date - n %% 900, current_date - n %% 900 + 30, 'USD',
  100, 10, 110, CASE WHEN n %% 3 = 0 THEN 0 ELSE 110 END, 0, '', '', '', '', n %% 20 <> 0,
  now() - n * interval '1 hour', now()
FROM generate_series(1, %(count)s) AS n
"""
INVOICE_LINES = """
INSERT INTO fieldservice_invoiceline (id, tenant_id, invoice_id, position, description, quantity, unit, unit_price,
  discount_percent, tax_name, tax_rate, net, tax)
SELECT gen_random_uuid(), %(tenant)s, invoice.id, position, 'Part ' || position, 1, 'piece', 50, 0, 'Sales tax', 10, 50, 5
FROM fieldservice_invoice AS invoice CROSS JOIN generate_series(1, 2) AS position
"""
TASKS = """
INSERT INTO fieldservice_workordertask (id, tenant_id, work_order_id, name, estimated_minutes, actual_minutes,
  percent_done, result, position)
SELECT gen_random_uuid(), %(tenant)s, work_order.id, 'Check the burner', 15, 0, 0, '', 1
FROM fieldservice_workorder AS work_order
"""
BOOKED = ("fieldservice_invoice", "fieldservice_invoiceline")
# Every share-th row belongs to the account that is looked at.
ACCOUNT_OF = f"""
CREATE OR REPLACE FUNCTION account_of(n bigint, share int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN n % share = 0 THEN 1 ELSE 2 + (n % {ACCOUNTS - 1})::int END $$
"""


def fill_company(number: int | str, rows: int, share: int = SHARE):
    """A company with so many work orders; returns the approver of the account with the largest share."""
    from django.db import connection

    from fieldservice.models import Agreement, Asset
    from portal.accounts.domain.web_roles import ship_web_roles
    from portal.tenancy.models import Tenant, TenantHost
    from portal.tenancy.scope import tenant_scope
    from tests.factories.accounts import make_account, make_approver
    from tests.factories.fieldservice import make_incident_type

    tenant = Tenant.objects.create(slug=f"bench-{number}", name=f"Bench {number}", time_zone="America/New_York")
    TenantHost.objects.create(host=f"bench-{number}.localhost", tenant=tenant, is_primary=True)
    with tenant_scope(tenant), connection.cursor() as cursor:
        ship_web_roles()
        accounts = [make_account() for _ in range(ACCOUNTS)]
        values = {
            "tenant": tenant.pk,
            "accounts": [account.pk for account in accounts],
            "places": [account.place_id for account in accounts],
            "service": make_incident_type().pk,
            "share": share,
        }
        spread = values | {"share": SHARE}
        cursor.execute(ASSETS, spread | {"count": max(rows // 10, ACCOUNTS * SHARE)})
        cursor.execute(AGREEMENTS, spread | {"count": max(rows // 100, ACCOUNTS * SHARE)})
        values["assets"] = one_each(Asset, accounts)
        values["agreements"] = one_each(Agreement, accounts)
        cursor.execute(WORK_ORDERS, values | {"count": rows})
        cursor.execute(TASKS, values)
        cursor.execute(INVOICES, values | {"count": rows // 4})
        cursor.execute(INVOICE_LINES, values)
        return make_approver(account=accounts[0]).user


def one_each(model, accounts) -> list:
    """The id of an exposed record of each account."""
    found = dict(model.objects.filter(is_exposed=True).order_by("pk").values_list("account_id", "pk"))
    return [found[account.pk] for account in accounts]


def fill(export_rows: int):
    """TENANTS companies with ROWS work orders in all, and one with `export_rows` of one customer.

    The approver of the first company, and the one of the last.
    """
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(ACCOUNT_OF)
        # What is written as issued has its lines before and its sums from here.
        for table in BOOKED:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        users = [fill_company(number, ROWS // TENANTS) for number in range(TENANTS)]
        heavy = fill_company("export", export_rows, share=1)
        for table in BOOKED:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return users[0], heavy
