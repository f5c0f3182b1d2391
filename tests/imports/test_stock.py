"""Warehouses, vendors and levels by file: created, updated, unchanged, refused (OPS-4)."""

from decimal import Decimal

import pytest

from fieldservice.models import InventoryJournal, ProductInventory, Vendor, Warehouse
from portal.geo.models import Place
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.stock import make_part, make_warehouse
from tests.imports.files import csv_file, run

STOCK = "warehouse_number,product_code,on_hand,on_order,reorder_point\n"


@pytest.fixture
def imported(tenant, tmp_path):
    def go(command, text, *options):
        return run(command, tenant, csv_file(tmp_path, text), *options)

    return go


@pytest.fixture
def store(tenant):
    with tenant_scope(tenant):
        make_part(code="VALV")
        make_part(code="PIPE")
        make_product(code="CARE")
        return make_warehouse(number="MAIN")


def test_warehouses_come_with_their_address(imported, tenant):
    text = (
        "number,name,driver,is_externally_maintained,line1,city,country\nMAIN,Main store,,yes,1 Dock Rd,New York,US\n"
    )
    text += "VAN-1,Van 1,Ada Byron,no,,,\n"
    output, is_clean = imported("import_warehouses", text)
    assert is_clean, output
    output, _clean = imported("import_warehouses", text)
    assert "0 created, 0 updated, 2 unchanged" in output
    with tenant_scope(tenant):
        store, van = Warehouse.objects.select_related("place").order_by("number")
        assert (store.name, store.place.city, store.is_externally_maintained) == ("Main store", "New York", True)
        assert (van.driver, van.place) == ("Ada Byron", None)
    imported("import_warehouses", "number,name,line1,city,country\nMAIN,Store,2 Dock Rd,New York,US\n")
    with tenant_scope(tenant):
        store.refresh_from_db()
        assert (store.name, store.place.line1, store.is_externally_maintained) == ("Store", "2 Dock Rd", True)
        assert Place.objects.count() == 1


def test_vendors_may_be_accounts_too(imported, tenant):
    with tenant_scope(tenant):
        account = make_account(number="A1")
    text = (
        "number,name,account_number,email,is_active\nV1,Valves and sons,A1,Orders@valves.example,yes\nV2,Pipes,,,no\n"
    )
    output, is_clean = imported("import_vendors", text)
    assert is_clean, output
    with tenant_scope(tenant):
        first, second = Vendor.objects.order_by("number")
        assert (first.account, first.email) == (account, "orders@valves.example")
        assert (second.account, second.is_active) == (None, False)
    output, is_clean = imported("import_vendors", "number,name,account_number\nV1,Valves,A9\nV3,Taps,\n")
    assert not is_clean
    assert "Row 2, account_number: There is no account with the number “A9”." in output
    assert "1 created" in output


def test_levels_become_what_the_file_says(imported, tenant, store):
    output, is_clean = imported("import_stock", f"{STOCK}MAIN,VALV,12.5,4,3\nMAIN,PIPE,0,,\n")
    assert is_clean, output
    assert "2 created" in output
    output, _clean = imported("import_stock", f"{STOCK}MAIN,VALV,10,,3\nMAIN,PIPE,0,,\n")
    assert "0 created, 1 updated, 1 unchanged" in output
    output, _clean = imported("import_stock", "warehouse_number,product_code,on_hand\nMAIN,VALV,10\n")
    assert "1 unchanged" in output
    with tenant_scope(tenant):
        level = ProductInventory.objects.get(product__code="VALV")
        assert (level.on_hand, level.on_order, level.reorder_point) == (10, 4, 3)
        assert ProductInventory.objects.get(product__code="PIPE").reorder_point is None
        booked = InventoryJournal.objects.order_by("created_at", "kind").values_list("kind", "quantity", "reason")
        assert list(booked) == [
            ("on_hand", Decimal("12.5"), "import"),
            ("on_order", 4, "import"),
            ("on_hand", Decimal("-2.5"), "import"),
        ]


def test_rows_that_cannot_be_are_told(imported, tenant, store):
    rows = "NONE,VALV,1,,\nMAIN,NONE,1,,\nMAIN,CARE,1,,\nMAIN,VALV,much,,\nMAIN,PIPE,1,-1,\n"
    output, is_clean = imported("import_stock", f"{STOCK}{rows}")
    assert not is_clean
    for sentence in (
        "Row 2, warehouse_number: There is no warehouse with the number “NONE”.",
        "Row 3, product_code: There is no product with the number “NONE”.",
        "is no inventory product.",
        "Row 5, on_hand: “much” is no number",
        "Row 6, on_order: At least 0.",
    ):
        assert sentence in output
    with tenant_scope(tenant):
        assert not ProductInventory.objects.exists()


def test_a_dry_run_moves_nothing(imported, tenant, store):
    output, is_clean = imported("import_stock", f"{STOCK}MAIN,VALV,12,,\n", "--dry-run")
    assert is_clean
    assert "1 created" in output
    with tenant_scope(tenant):
        assert not InventoryJournal.objects.exists()
