"""Agreements by file: terms, coverage, setups by recurrence columns (OPS-4)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from fieldservice.domain.generation import sweep
from fieldservice.models import Agreement, BookingDate, BookingSetup, InvoiceSetup, WorkOrder
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account
from tests.factories.catalog import make_price_list, make_product
from tests.factories.fieldservice import make_asset, make_incident_type, make_location
from tests.imports.files import csv_file, run

NOW = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)
HEAD = "external_number,account_number,name,start_date,end_date"
ROW = "X1,A1,Boiler care,2026-01-01,2026-12-31"
VISIT = f"{HEAD},status,setup,setup_name,incident_type,unit"
CHARGE = f"{HEAD},status,setup,setup_name,unit,product_code,quantity,unit_price"


@pytest.fixture(autouse=True)
def frozen(tenant):
    with time_machine.travel(NOW, tick=False), tenant_scope(tenant):
        account = make_account(number="A1")
        make_account(number="A2")
        make_location(account=account, name="Cellar")
        make_asset(account=account, serial_number="B-1", name="Boiler")
        make_asset(account=account, serial_number="B-2", name="Pump")
        make_asset(serial_number="B-9")
        make_incident_type(name="Service")
        make_price_list(name="Large customers")
        make_product(code="CARE")
        make_product(code="SALT")
        make_product(code="HOUR", kind="service")
        yield


@pytest.fixture
def imported(tenant, tmp_path):
    def go(text, *options):
        return run("import_agreements", tenant, csv_file(tmp_path, text), *options)

    return go


def test_a_row_becomes_an_agreement(imported):
    columns = (
        "billing_account_number,price_list,generation_time,description,internal_notes,covered_serial_numbers,is_exposed"
    )
    output, is_clean = imported(
        f"{HEAD},{columns}\n{ROW},A2,Large customers,06:30,All boilers.,Pays late,B-1; B-2,yes\n"
    )

    assert is_clean, output
    made = Agreement.objects.get()
    assert (made.number, made.external_number, made.status) == ("AG-1001", "X1", "estimate")
    assert (made.account.number, made.billing_account.number, made.price_list.name) == ("A1", "A2", "Large customers")
    assert (str(made.start_date), str(made.end_date), made.generation_time) == (
        "2026-01-01",
        "2026-12-31",
        dt.time(6, 30),
    )
    assert (made.description, made.internal_notes, made.is_exposed) == ("All boilers.", "Pays late", True)
    assert {each.asset.serial_number for each in made.coverage.all()} == {"B-1", "B-2"}
    assert AuditEntry.objects.filter(action="exposure.expose", object_id=made.pk).count() == 1


def test_a_visit_comes_with_its_recurrence_and_work(imported):
    columns = "asset_serial_number,location,days_after,window_starts,window_ends,weekdays,nths,months,is_automatic"
    output, is_clean = imported(
        f"{VISIT},{columns}\n{ROW},active,visit,Spring,service,months,B-1,Cellar,5,08:00,12:00,Mon,first; third,3; 4,yes\n"
    )

    assert is_clean, output
    setup = BookingSetup.objects.get()
    assert (setup.rule, setup.asset.serial_number) == ("FREQ=MONTHLY;BYDAY=1MO,3MO;BYMONTH=3,4", "B-1")
    assert (setup.days_after, setup.window_starts, setup.is_automatic) == (5, dt.time(8), True)
    assert not BookingDate.objects.exists(), "the next sweep plans"
    sweep(go_on=lambda: True)
    dates = BookingDate.objects.order_by("date").values_list("date", flat=True)
    assert [str(each) for each in dates] == ["2026-03-16", "2026-04-06", "2026-04-20"]
    assert WorkOrder.objects.get().place == setup.place


@pytest.mark.parametrize(
    ("columns", "cells", "rule"),
    [
        (",rule", ",FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO"),
        (",unit,every,month_days", ",months,3,31", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31,-1;BYSETPOS=1"),
        (",unit,month_days,until", ",months,1; last,2026-06-30", "FREQ=MONTHLY;BYMONTHDAY=1,-1;UNTIL=20260630"),
        (",unit,weekdays,times", ",weeks,tue;Thursday,4", "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4"),
        (",extra_dates", ",2026-05-01; 2026-09-01", ""),
    ],
)
def test_recurrences_by_columns_or_by_rule(imported, columns, cells, rule):
    output, is_clean = imported(f"{HEAD},setup,setup_name,incident_type{columns}\n{ROW},visit,Spring,Service{cells}\n")

    assert is_clean, output
    assert BookingSetup.objects.get().rule == rule


def test_further_rows_bring_further_setups_and_lines(imported):
    output, is_clean = imported(
        f"{CHARGE},incident_type\n"
        f"{ROW},active,invoice,Fee,months,CARE,2,45.50,\n"
        f"{ROW},active,invoice,Fee,months,SALT,1,,\n"
        f"{ROW},active,visit,Check,years,,,,Service\n"
    )

    assert is_clean, output
    assert "1 created, 2 updated" in output
    fee = InvoiceSetup.objects.get()
    assert [(each.product.code, each.quantity, each.unit_price) for each in fee.lines.order_by("position")] == [
        ("CARE", 2, Decimal("45.50")),
        ("SALT", 1, None),
    ]
    assert BookingSetup.objects.get().agreement == fee.agreement


def test_a_second_run_changes_nothing(imported):
    text = (
        f"{CHARGE},incident_type,covered_serial_numbers,extra_dates,is_exposed\n"
        f"{ROW},active,invoice,Fee,months,CARE,2,45.50,,B-1,2026-05-02,yes\n"
        f"{ROW},active,visit,Check,years,,,,Service,B-1,,yes\n"
    )
    assert "1 created, 1 updated, 0 unchanged, 0 errors" in imported(text)[0]
    sweep(go_on=lambda: True)

    assert "0 created, 0 updated, 2 unchanged, 0 errors" in imported(text)[0]


def test_a_changed_file_changes_what_is_there(imported):
    head, row = f"{VISIT},covered_serial_numbers", "X1,A1,{},2026-01-01,{},active,visit,Spring,Service,{},{}"
    imported(f"{head}\n{row.format('Care', '2026-12-31', 'months', 'B-1')}\n")
    sweep(go_on=lambda: True)

    output, is_clean = imported(f"{head}\n{row.format('Full care', '2026-05-31', 'weeks', 'B-2')}\n")

    assert is_clean, output
    sweep(go_on=lambda: True)
    made = Agreement.objects.get()
    assert (made.name, str(made.end_date)) == ("Full care", "2026-05-31")
    assert [each.asset.serial_number for each in made.coverage.all()] == ["B-2"]
    dates = BookingDate.objects.filter(status="active").order_by("date").values_list("date", flat=True)
    assert [str(dates[0]), str(dates[len(dates) - 1])] == ["2026-03-19", "2026-05-28"]


@pytest.mark.parametrize(
    ("status", "end", "expected"),
    [
        ("active", "2026-12-31", ("2026-01-01", None)),
        ("expired", "2026-02-28", ("2026-01-01", "2026-03-01")),
        ("canceled", "2026-12-31", ("2026-01-01", "2026-03-10")),
    ],
)
def test_the_past_comes_with_its_moments(imported, status, end, expected):
    imported(f"{HEAD},status\nX1,A1,Care,2026-01-01,{end},{status}\n")

    made = Agreement.objects.get()
    days = [moment and str(moment.date()) for moment in (made.activated_at, made.ended_at)]
    assert (made.status, tuple(days)) == (status, expected)


def test_the_status_follows_the_table(imported):
    text = f"{VISIT}\n{ROW},{{}},visit,Spring,Service,months\n"
    imported(text.format("estimate"))
    output, is_clean = imported(text.format("active"))
    assert is_clean, output
    assert BookingDate.objects.count() == 9, "the verb plans at once"
    imported(text.format("canceled"))
    assert set(BookingDate.objects.values_list("status", flat=True)) == {"canceled"}

    output, is_clean = imported(text.format("active"))

    assert not is_clean
    assert "Row 2, status: An agreement that is “Canceled” cannot become “Active”." in output


@pytest.mark.parametrize(
    ("columns", "cells", "told"),
    [
        ("status", "gone", "status: “gone” is not known here."),
        ("status,end_date", "active,2026-01-31", None),
        ("billing_account_number", "A7", "billing_account_number: There is no account"),
        ("price_list", "Cheap", "price_list: There is no price list “Cheap”."),
        ("generation_time", "noon", "generation_time: “noon” is no time like 08:30."),
        ("covered_serial_numbers", "B-1; B-9", "covered_serial_numbers: The account has no asset with the serial number “B-9”."),
        ("setup,setup_name", "visit,", "setup_name: Give the setup a name."),
        ("setup,setup_name,unit", "visit,S,months", "incident_type: There is no incident type “”."),
        ("setup,setup_name,incident_type", "visit,S,Service", "unit: Say how it repeats, or give single dates."),
        ("setup,setup_name,incident_type,rule", "visit,S,Service,FREQ=HOURLY", "rule: A recurrence counts days"),
        ("setup,setup_name,incident_type,rule,unit", "visit,S,Service,FREQ=DAILY,days", "rule: Give the rule or its columns"),
        ("setup,setup_name,incident_type,unit,every", "visit,S,Service,years,0", "every: Enter a whole number from 1 to 20."),
        ("setup,setup_name,incident_type,unit,weekdays", "visit,S,Service,weeks,Mon;Foo", "weekdays: “Foo” is no weekday"),
        ("setup,setup_name,incident_type,unit,month_days", "visit,S,Service,months,32", "month_days: At most 31."),
        ("setup,setup_name,incident_type,unit,first_date", "visit,S,Service,days,2027-05-01", "unit: None of its dates lies"),
        ("setup,setup_name,incident_type,unit,window_starts", "visit,S,Service,days,08:00", "window_ends: Name both times"),
        ("setup,setup_name,incident_type,unit,asset_serial_number", "visit,S,Service,days,B-9", "asset_serial_number: The account has no asset"),
        ("setup,setup_name,incident_type,unit,location", "visit,S,Service,days,Roof", "location: The account has no location “Roof”."),
        ("setup,setup_name,unit,product_code", "invoice,S,months,NONE", "product_code: There is no product"),
        ("setup,setup_name,unit,product_code", "invoice,S,months,HOUR", "product_code: A service by time belongs on a work order"),
        ("setup,setup_name,unit,product_code,quantity", "invoice,S,months,CARE,0", "quantity: More than 0."),
        ("setup,setup_name,unit,product_code,quantity", "invoice,S,months,CARE,-1", "quantity: More than 0."),
    ],
)  # fmt: skip
def test_cells_that_do_not_fit_are_told_and_write_nothing(imported, columns, cells, told):
    if told is None:
        output, _clean = imported(
            f"external_number,account_number,name,start_date,{columns}\nX1,A1,Care,2026-01-01,{cells}\n"
        )
        assert "status: The term is over: this agreement has expired." in output
    else:
        output, _clean = imported(f"{HEAD},{columns}\n{ROW},{cells}\n")
        assert f"Row 2, {told}" in output

    assert not Agreement.objects.exists()
    assert not BookingSetup.objects.exists()
    assert not InvoiceSetup.objects.exists()


def test_rows_that_contradict_their_first_row_are_told(imported):
    output, _clean = imported(
        f"{CHARGE}\n{ROW},active,invoice,Fee,months,CARE,1,\n"
        "X1,A1,Other care,2026-01-01,2026-12-31,active,invoice,Fee,months,SALT,1,\n"
        "X2,A1,Care,2026-01-01,2025-12-31,active,invoice,Fee,months,SALT,1,\n"
        "X2,A1,Care,2026-01-01,2025-12-31,active,invoice,Fee,months,CARE,1,\n"
        ",A1,Care,2026-01-01,2026-12-31,active,invoice,Fee,months,CARE,1,\n"
    )

    assert "Row 3, name: Row 2 says otherwise of this agreement." in output
    assert "Row 4, end_date: The term ends on or after its first day." in output
    assert "Row 5: Row 4 of this agreement has an error." in output
    assert "Row 6, external_number: Give the number" in output
    assert [each.external_number for each in Agreement.objects.all()] == ["X1"]


def test_a_row_with_an_error_leaves_nothing_behind_for_the_next(imported):
    output, _clean = imported(
        f"{CHARGE}\n{ROW},active,,,,,,\n{ROW},active,invoice,Fee,months,NONE,1,\n{ROW},active,invoice,Fee,months,CARE,1,\n"
    )

    assert "Row 3, product_code: There is no product" in output
    assert [each.product.code for each in InvoiceSetup.objects.get().lines.all()] == ["CARE"]


def test_an_agreement_of_another_account_is_not_taken_over(imported):
    imported(f"{HEAD}\n{ROW}\n")

    output, _clean = imported(f"{HEAD}\nX1,A2,Boiler care,2026-01-01,2026-12-31\n")

    assert "Row 2, account_number: This agreement belongs to another account." in output


def test_dry_run_and_strict_write_nothing(imported):
    good, bad = f"{ROW}\n", "X2,A7,Care,2026-01-01,2026-12-31\n"

    imported(f"{HEAD}\n{good}", "--dry-run")
    imported(f"{HEAD}\n{good}{bad}", "--strict")

    assert not Agreement.objects.exists()


def test_queries_do_not_grow_with_the_rows(imported, django_assert_max_num_queries):
    rows = "".join(
        f"X{number},A1,Care,2026-01-01,2026-12-31,active,{kind},S,{'Service' if kind == 'visit' else ''},months,CARE,B-1\n"
        for number in range(200)
        for kind in ("visit", "invoice")
    )
    text = f"{VISIT},product_code,covered_serial_numbers\n{rows}"
    with django_assert_max_num_queries(45):
        output, _clean = imported(text)
    assert "200 created, 200 updated" in output
    with django_assert_max_num_queries(45):
        output, _clean = imported(text)
    assert "400 unchanged" in output
