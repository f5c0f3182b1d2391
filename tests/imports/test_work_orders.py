"""Work orders by file: sites, people, statuses, numbers, moments."""

from datetime import UTC, datetime

import pytest

from fieldservice.domain.work_orders import create_work_order
from fieldservice.enums import NumberKind
from fieldservice.models import Asset, FunctionalLocation, IncidentType, WorkOrder, WorkOrderType
from portal.accounts.models import Account, Contact
from portal.catalog.domain.numbers import take_number
from portal.geo.models import Place
from portal.tenancy.scope import tenant_scope
from tests.imports.files import csv_file, run

HEAD = "external_number,account_number,incident_type"


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        office, site = (
            Place.objects.create(line1=line1, country="US", time_zone="America/New_York", latitude=40.7, longitude=-74)
            for line1 in ("Office", "Site")
        )
        account = Account.objects.create(number="A1", name="Linden Park", place=office)
        location = FunctionalLocation.objects.create(account=account, name="21 Oak St", place=site)
        Asset.objects.create(account=account, serial_number="B-1", name="Boiler", location=location)
        Contact.objects.create(account=account, full_name="Ada Lane", email="ada@linden.example")
        kind = WorkOrderType.objects.create(name="Repair")
        IncidentType.objects.create(name="No heat", work_order_type=kind)
        return account


@pytest.fixture
def imported(tenant, account, tmp_path):
    def go(text, *options):
        return run("import_work_orders", tenant, csv_file(tmp_path, text), *options)

    return go


def only(**fields):
    return WorkOrder.objects.select_related("place", "asset", "reported_by", "incident_type").get(**fields)


def test_a_row_becomes_a_work_order(imported, tenant):
    output, is_clean = imported(
        f"{HEAD},asset_serial_number,reported_by_email,status,created_at,completed_at,resolution,is_exposed\n"
        "X1,A1,no HEAT,B-1,ADA@linden.example,Completed,2019-12-31T18:52,2020-01-01T09:00,Heat restored.,yes\n"
    )
    assert is_clean, output
    with tenant_scope(tenant):
        order = only()
        assert (order.number, order.external_number, order.summary) == ("WO-1001", "X1", "No heat")
        assert (order.place.line1, order.asset.name, order.reported_by.full_name) == ("Site", "Boiler", "Ada Lane")
        assert (order.system_status, order.resolution, order.is_exposed) == ("completed", "Heat restored.", True)
        assert order.created_at == datetime(2019, 12, 31, 23, 52, tzinfo=UTC)
        assert order.completed_at == datetime(2020, 1, 1, 14, 0, tzinfo=UTC)


def test_a_second_run_changes_nothing(imported, tenant):
    text = (
        f"{HEAD},line1,postal_code,country,created_at\n"
        "X1,A1,No heat,5 New St,10001,US,2019-12-31T18:52\nX2,A1,No heat,5 New St,10001,US,2019-12-31T18:52\n"
    )
    assert "2 created" in imported(text)[0]
    assert "0 created, 0 updated, 2 unchanged" in imported(text)[0]
    with tenant_scope(tenant):
        assert Place.objects.filter(line1="5 New St").count() == 1
        assert WorkOrder.objects.count() == 2


@pytest.mark.parametrize(
    ("columns", "cells", "site"),
    [
        ("", "", "Office"),
        (",location", ",21 Oak St", "Site"),
        (",asset_serial_number", ",B-1", "Site"),
        (",line1,country", ",21 Oak St,US", "21 Oak St"),
    ],
)
def test_the_site_is_found(imported, tenant, columns, cells, site):
    assert imported(f"{HEAD}{columns}\nX1,A1,No heat{cells}\n")[1]
    with tenant_scope(tenant):
        assert only().place.line1 == site


@pytest.mark.parametrize(
    ("columns", "cells", "told"),
    [
        (",status", ",Lost", "Row 2, status: “Lost” is not known here."),
        (",asset_serial_number", ",B-9", "Row 2, asset_serial_number: The account has no asset"),
        (",reported_by_email", ",eve@x.example", "Row 2, reported_by_email: The account has no contact"),
        (",billing_account_number", ",A9", "Row 2, billing_account_number: There is no account"),
        (",created_at", ",yesterday", "Row 2, created_at: “yesterday” is no date and time"),
        (",location", ",Yard", None),
    ],
)
def test_cells_that_do_not_fit_are_told(imported, columns, cells, told):
    output, is_clean = imported(f"{HEAD}{columns}\nX1,A1,No heat{cells}\n")
    assert is_clean is (told is None)
    assert (told or "1 created") in output


def test_unknown_service_and_missing_number_are_told(imported):
    output, _clean = imported(f"{HEAD}\nX1,A1,Flood\n,A1,No heat\n")
    assert "Row 2, incident_type: There is no incident type “Flood”." in output
    assert "Row 3, external_number: Give the number" in output


def test_the_status_follows_the_table_of_transitions(imported, tenant):
    text = f"{HEAD},status\nX1,A1,No heat,{{}}\n"
    imported(text.format("completed"))
    imported(text.format("posted"))
    output, is_clean = imported(text.format("scheduled"))
    assert not is_clean
    assert "Row 2, status: A work order that is “Posted” cannot become “Scheduled”." in output
    with tenant_scope(tenant):
        assert only().system_status == "posted"


def test_numbers_from_elsewhere_are_never_given_out_again(imported, tenant):
    imported("number,account_number,incident_type\nWO-1003,A1,No heat\n17,A1,No heat\n")
    imported(f"{HEAD}\nX1,A1,No heat\n")
    with tenant_scope(tenant):
        assert only(external_number="X1").number == "WO-1004"
        assert take_number(NumberKind.WORK_ORDER) == "WO-1005"


def test_an_imported_work_order_lives_beside_a_created_one(imported, tenant, account):
    with tenant_scope(tenant):
        incident_type = IncidentType.objects.get()
        created = create_work_order(account, incident_type=incident_type, place=account.place)
    imported(f"{HEAD}\nX1,A1,No heat\n")
    with tenant_scope(tenant):
        assert created.number == "WO-1001"
        assert only(external_number="X1").number == "WO-1002"


def test_dry_run_takes_no_number(imported, tenant):
    imported(f"{HEAD}\nX1,A1,No heat\n", "--dry-run")
    with tenant_scope(tenant):
        assert not WorkOrder.objects.exists()
        assert take_number(NumberKind.WORK_ORDER) == "WO-1001"


def test_queries_do_not_grow_with_the_rows(imported, tenant, django_assert_max_num_queries):
    rows = "".join(f"X{number},A1,No heat,B-1,yes\n" for number in range(400))
    with django_assert_max_num_queries(40):
        imported(f"{HEAD},asset_serial_number,is_exposed\n{rows}")
    with django_assert_max_num_queries(40):
        output, _clean = imported(f"{HEAD},asset_serial_number,is_exposed\n{rows}")
    assert "400 unchanged" in output
