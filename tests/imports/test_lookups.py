"""What an import looks up for a batch is never joined: without statistics, tables may be compared row by row (OPS-4)."""

import pytest
from django.db import connection

from fieldservice.models import IncidentType, WorkOrderType
from portal.geo.models import Place
from portal.tenancy.scope import tenant_scope
from tests.imports.files import csv_file, run

MANY = 120  # PostgreSQL looks into a list of up to 100
FILES = {
    "import_accounts": ("number,name,line1,city,country", "A{0},Linden {0},{0} Oak St,New York,US"),
    "import_assets": ("serial_number,account_number,name,location", "S{0},A{0},Boiler,Office"),
    "import_work_orders": (
        "external_number,number,account_number,incident_type,asset_serial_number",
        "X{0},WO-{0},A{0},No heat,S{0}",
    ),
    "import_agreements": (
        "external_number,number,account_number,name,start_date,end_date",
        "X{0},AG-{0},A{0},Care,2026-01-01,2027-01-01",
    ),
    "import_resources": ("external_number,name,line1,city,country", "R{0},Ada {0},{0} Elm St,New York,US"),
    "import_invoices": (
        "external_number,account_number,work_order_number,invoice_date,description,quantity,unit_price",
        "I{0},A{0},WO-{0},2026-01-05,Visit,1,10.00",
    ),
    "import_projects": (
        "external_number,account_number,name,manager_number,phase,task",
        "P{0},A{0},Tower,R{0},Phase {0},Task {0}",
    ),
    "import_quotes": (
        "external_number,account_number,project_number,name,description,quantity,unit_price,status",
        "Q{0},A{0},P{0},Lift,Cabin,1,10.00,sent",
    ),
    "import_contracts": (
        "external_number,account_number,project_number,quote_number,name,starts_date,description,unit_price,status",
        "C{0},A{0},P{0},Q{0},Lift,2026-01-05,Cabin,10.00,active",
    ),
    "import_project_invoices": (
        "external_number,account_number,project_number,contract_number,invoice_date,description,unit_price,resource_number",
        "PI{0},A{0},P{0},C{0},2026-01-05,Work,10.00,R{0}",
    ),
}


class LongLookups:
    """Keeps the reading statements that carry the numbers of a batch."""

    def __init__(self):
        self.found = []

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SELECT") and params and len(params) > MANY:
            self.found.append(sql)
        return execute(sql, params, many, context)


@pytest.mark.django_db
def test_no_lookup_of_a_batch_joins(tenant, tmp_path):
    with tenant_scope(tenant):
        kind = WorkOrderType.objects.create(name="Repair")
        IncidentType.objects.create(name="No heat", work_order_type=kind)
        Place.objects.create(line1="Depot", country="US", time_zone="America/New_York", latitude=40.7, longitude=-74)
    for command, (head, row) in FILES.items():
        file = csv_file(tmp_path, "\n".join([head, *(row.format(each) for each in range(1, MANY + 2))]))
        for _round in ("new", "known"):
            with connection.execute_wrapper(lookups := LongLookups()):
                output, is_clean = run(command, tenant, file)
            assert is_clean, (command, output)
        assert lookups.found, command
        assert not [sql for sql in lookups.found if " JOIN " in sql], command
