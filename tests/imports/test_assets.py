"""Assets and their locations by file."""

import pytest

from fieldservice.models import Asset, FunctionalLocation
from portal.accounts.models import Account
from portal.audit.models import AuditEntry
from portal.geo.models import Place
from portal.tenancy.scope import tenant_scope
from tests.factories.catalog import make_product
from tests.imports.files import csv_file, run

HEAD = "account_number,serial_number,name,location,line1,postal_code,country,parent_serial_number,is_exposed\n"
GOOD = (
    f"{HEAD}A1,B-1,Boiler,21 Oak St,21 Oak St,10001,US,,yes\n"
    "A1,B-2,Burner,21 Oak St,21 Oak St,10001,US,B-1,\n"
    "A1,B-3,Pump,Annex,,,,B-1,yes\n"
)


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        place = Place.objects.create(line1="Head office", country="US", latitude=40.7, longitude=-74)
        return Account.objects.create(number="A1", name="Linden Park", place=place)


@pytest.fixture
def imported(tenant, account, tmp_path):
    def go(text, *options):
        return run("import_assets", tenant, csv_file(tmp_path, text), *options)

    return go


def test_rows_become_assets_at_locations_below_parents(imported, tenant, account):
    output, is_clean = imported(GOOD)
    assert is_clean
    assert "3 created" in output
    with tenant_scope(tenant):
        boiler, burner, pump = Asset.objects.select_related("location__place", "parent").order_by("serial_number")
        assert (burner.parent, pump.parent, boiler.parent) == (boiler, boiler, None)
        assert (boiler.is_exposed, burner.is_exposed) == (True, False)
        assert boiler.location == burner.location
        assert boiler.location.place.point is not None
        assert pump.location.place == account.place
        assert FunctionalLocation.objects.count() == 2


def test_a_second_run_changes_nothing(imported, tenant):
    imported(GOOD)
    output, is_clean = imported(GOOD)
    assert is_clean
    assert "0 created, 0 updated, 3 unchanged" in output
    with tenant_scope(tenant):
        assert (Asset.objects.count(), FunctionalLocation.objects.count()) == (3, 2)


def test_exposing_by_file_is_audited(imported, tenant):
    imported(GOOD)
    with tenant_scope(tenant):
        assert AuditEntry.objects.filter(action="exposure.expose").count() == 2
    imported("account_number,serial_number,name,is_exposed\nA1,B-1,Boiler,no\n")
    with tenant_scope(tenant):
        entry = AuditEntry.objects.get(action="exposure.hide")
        assert (entry.before, entry.after) == ({"is_exposed": True}, {"is_exposed": False})


def test_what_the_file_does_not_name_stays(imported, tenant):
    imported(GOOD)
    output, _clean = imported("account_number,serial_number,name\nA1,B-2,Burner 2\n")
    assert "1 updated" in output
    with tenant_scope(tenant):
        burner = Asset.objects.select_related("parent", "location").get(serial_number="B-2")
        assert (burner.name, burner.parent.serial_number, burner.location.name) == ("Burner 2", "B-1", "21 Oak St")


def test_make_and_warranty_come_with_the_file(imported, tenant):
    with tenant_scope(tenant):
        make_product(code="BO-1", name="Condensing boiler")
    head = "account_number,serial_number,name,product_code,manufacturer,model,warranty_starts_date,warranty_ends_date,warranty_terms\n"
    output, is_clean = imported(f"{head}A1,B-1,Boiler,BO-1,Viessmann,Vitocrossal,2025-01-01,2027-12-31,Parts only\n")
    assert is_clean, output
    with tenant_scope(tenant):
        boiler = Asset.objects.select_related("product").get()
        assert (boiler.product.name, boiler.manufacturer, boiler.model_name) == (
            "Condensing boiler",
            "Viessmann",
            "Vitocrossal",
        )
        assert (boiler.warranty_starts_date.year, boiler.warranty_ends_date.year) == (2025, 2027)
        assert boiler.warranty_terms == "Parts only"
    output, _clean = imported(f"{head}A1,B-1,Boiler,BO-9,,,,,\nA1,B-2,Pump,,,,2026-01-02,2026-01-01,\n")
    assert "Row 2, product_code: There is no product with the number “BO-9”." in output
    assert "Row 3, warranty_ends_date: The warranty ends before it begins." in output
    imported("account_number,serial_number,name,product_code,model\nA1,B-1,Boiler,,\n")
    with tenant_scope(tenant):
        boiler.refresh_from_db()
        assert (boiler.product, boiler.model_name, boiler.manufacturer) == (None, "", "Viessmann")


def test_masters_follow_the_parents_of_the_file(imported, tenant):
    imported(GOOD)
    with tenant_scope(tenant):
        boiler, burner, pump = Asset.objects.order_by("serial_number")
        assert (boiler.master, burner.master, pump.master) == (None, boiler, boiler)
    imported("account_number,serial_number,name,parent_serial_number\nA1,B-3,Pump,B-2\nA1,B-2,Burner,\n")
    with tenant_scope(tenant):
        assert Asset.objects.get(pk=pump.pk).master == burner


def test_a_tree_that_is_too_deep_is_told(imported, tenant):
    rows = [f"A1,T-{n:02},x,{f'T-{n - 1:02}' if n else ''}" for n in range(30)]
    rows += [f"A1,U-{n:02},x,{f'U-{n - 1:02}' if n else ''}" for n in range(30)]
    head = "account_number,serial_number,name,parent_serial_number\n"
    assert imported(head + "\n".join(rows))[1]
    output, is_clean = imported(f"{head}A1,U-00,x,T-29\n")
    assert not is_clean
    assert "Row 2, parent_serial_number: The tree would be too deep." in output


def test_an_empty_parent_cuts_the_asset_loose(imported, tenant):
    imported(GOOD)
    imported("account_number,serial_number,name,parent_serial_number\nA1,B-2,Burner,\n")
    with tenant_scope(tenant):
        assert Asset.objects.get(serial_number="B-2").parent_id is None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A9,B-9,x,,,,,,", "Row 2, account_number: There is no account with the number “A9”."),
        ("A1,B-9,x,,,,,B-9,", "Row 2, parent_serial_number: An asset cannot be its own parent."),
        ("A1,B-9,x,,,,,B-8,", "Row 2, parent_serial_number: The parent is not there"),
        ("A1,,x,,,,,,", "Row 2, serial_number: This cell may not be empty."),
        ("A1,B-9,x,Yard,1 St,,,,", "Row 2: An address needs its country"),
        ("A1,B-9,=x,,,,,,", "Row 2, name: The cell begins like a formula."),
    ],
)
def test_bad_rows_are_told(imported, row, told):
    output, is_clean = imported(f"{HEAD}{row}\n")
    assert not is_clean
    assert told in output


def test_a_new_location_needs_an_address(imported, tenant, account):
    with tenant_scope(tenant):
        Account.objects.filter(pk=account.pk).update(place=None)
    output, _clean = imported("account_number,serial_number,name,location\nA1,B-1,Boiler,Cellar\n")
    assert "Row 2, location: The location “Cellar” is new" in output


def test_a_refused_row_leaves_no_location_behind(imported, tenant):
    imported(f"{HEAD}A1,B-9,x,New yard,1 St,10001,US,B-9,\n")
    with tenant_scope(tenant):
        assert not FunctionalLocation.objects.exists()


def test_dry_run_writes_nothing(imported, tenant):
    output, _clean = imported(GOOD, "--dry-run")
    assert "3 created" in output
    with tenant_scope(tenant):
        assert not Asset.objects.exists()
        assert not FunctionalLocation.objects.exists()
