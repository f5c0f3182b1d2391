"""Technicians by file: start place, territories, skills with dates, weekly hours."""

import datetime as dt

import pytest

from portal.geo.models import Territory
from portal.tenancy.scope import tenant_scope
from scheduling.domain.import_cells import hours, skills
from scheduling.models import (
    BookableResource,
    Characteristic,
    ResourceCharacteristic,
    ResourceTerritory,
    WorkingHours,
)
from tests.imports.files import csv_file, run

HEAD = "external_number,name,line1,postal_code,country,latitude,longitude,ends_at_start,territories,skills,hours\n"
GOOD = (
    f"{HEAD}T1,Rosa Diaz,1 Home St,10001,US,40.75,-73.99,yes,Manhattan; Brooklyn,"
    "Gas boiler=8 until 2027-03-31; Refrigerants,Mon-Fri 08:00-17:00; Sat 9:00-13:00\n"
)


@pytest.fixture
def imported(tenant, tmp_path):
    with tenant_scope(tenant):
        for name in ("Manhattan", "Brooklyn"):
            Territory.objects.create(name=name)
        for name in ("Gas boiler", "Refrigerants"):
            Characteristic.objects.create(name=name)

    def go(text, *options):
        return run("import_resources", tenant, csv_file(tmp_path, text), *options)

    return go


def test_a_row_becomes_a_resource(imported, tenant):
    output, is_clean = imported(GOOD)
    assert is_clean, output
    with tenant_scope(tenant):
        rosa = BookableResource.objects.select_related("start_place").get()
        assert (rosa.name, rosa.time_zone, rosa.start_place.latitude) == ("Rosa Diaz", "America/New_York", 40.75)
        assert rosa.end_place_id == rosa.start_place_id
        assert ResourceTerritory.objects.count() == 2
        boiler = ResourceCharacteristic.objects.get(characteristic__name="Gas boiler")
        assert (boiler.rating, boiler.valid_until) == (8, dt.date(2027, 3, 31))
        assert WorkingHours.objects.count() == 6


def test_a_second_run_changes_nothing(imported, tenant):
    imported(GOOD)
    output, _clean = imported(GOOD)
    assert "0 created, 0 updated, 1 unchanged" in output
    with tenant_scope(tenant):
        assert WorkingHours.objects.count() == 6


def test_a_list_replaces_the_one_before_and_an_absent_one_leaves_it(imported, tenant):
    imported(GOOD)
    output, _clean = imported("external_number,name,hours\nT1,Rosa Diaz,Mon 08:00-12:00\n")
    assert "1 updated" in output
    with tenant_scope(tenant):
        assert WorkingHours.objects.count() == 1
        assert ResourceCharacteristic.objects.count() == 2


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("territories", "Queens", "Row 2: There is no territory “Queens”."),
        ("skills", "Welding=3", "Row 2: There is no characteristic “Welding”."),
        ("skills", "Gas boiler=11", "Row 2, skills: A rating is a number from 1 to 10."),
        ("skills", "Gas boiler; gas boiler=2", "Row 2, skills: A characteristic is named twice."),
        ("skills", "Gas boiler until soon", "Row 2, skills: “soon” is no date"),
        ("skills", "Gas boiler from 2026-02-01 until 2026-01-01", "Row 2, skills: The end lies before"),
        ("hours", "daily", "Row 2, hours: Write “daily” like: Mon-Fri 08:00-17:00."),
        ("hours", "Mon 08:00-08:00", "Row 2, hours: Write"),
        ("hours", "Mon 25:00-26:00", "Row 2, hours: Write"),
        ("hours", "Mon-Tue 08:00-12:00; Tue 08:00-10:00", "Row 2, hours: Two shifts"),
        ("phone", "ring me", "Row 2, phone:"),
        ("time_zone", "Mars/Olympus", "Row 2, time_zone:"),
    ],
)
def test_bad_cells_are_told(imported, tenant, column, cell, told):
    output, is_clean = imported(f"external_number,name,{column}\nT1,Rosa,{cell}\n")
    assert not is_clean
    assert told in output
    with tenant_scope(tenant):
        assert not BookableResource.objects.exists()


def test_days_run_over_the_weekend():
    assert [weekday for weekday, _starts, _ends in hours("Sat-Mon 08:00-12:00")] == [5, 6, 0]


def test_names_of_skills_may_hold_digits_and_words():
    assert [each.name for each in skills("EPA 608; Gas mains=3; F-gas")] == ["EPA 608", "Gas mains", "F-gas"]
