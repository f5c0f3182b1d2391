"""Accounts and contacts by file: created, updated, unchanged, refused; nothing twice, nothing of another tenant."""

import pytest

from portal.accounts.models import Account, Contact
from portal.audit.models import AuditEntry
from portal.geo.models import Place, Territory, TerritoryArea
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.imports.files import csv_file, run

GOOD = (
    "number,name,line1,city,region,postal_code,country,latitude,longitude,contact_name,contact_email\n"
    "A1,Linden Park,21 Oak St,New York,NY,10001,US,40.75,-73.99,Ada Lane,Ada@linden.example\n"
    "A2,Cedar Row,3 Elm St,Brooklyn,NY,11201,US,,,,\n"
)


@pytest.fixture
def imported(tenant, tmp_path):
    def go(text, *options):
        return run("import_accounts", tenant, csv_file(tmp_path, text), *options)

    return go


def account(number):
    return Account.objects.select_related("place", "parent", "territory").get(number=number)


def test_rows_become_accounts_with_address_and_contact(imported, tenant):
    output, is_clean = imported(GOOD)
    assert is_clean
    assert "2 created, 0 updated, 0 unchanged, 0 errors" in output
    with tenant_scope(tenant):
        first, second = account("A1"), account("A2")
        assert (first.place.latitude, first.place.time_zone, first.kind) == (40.75, "America/New_York", "customer")
        assert second.place.point is not None
        contact = Contact.objects.get()
        assert (contact.account, contact.full_name, contact.email) == (first, "Ada Lane", "ada@linden.example")
        entry = AuditEntry.objects.get(action="import.accounts")
        assert entry.after["created"] == 2


def test_a_second_run_changes_nothing(imported, tenant):
    imported(GOOD)
    output, is_clean = imported(GOOD)
    assert is_clean
    assert "0 created, 0 updated, 2 unchanged" in output
    with tenant_scope(tenant):
        assert (Account.objects.count(), Place.objects.count(), Contact.objects.count()) == (2, 2, 1)
        assert AuditEntry.objects.filter(action="import.accounts").count() == 1


def test_what_a_file_lacks_stays_and_what_is_empty_goes(imported, tenant):
    imported(GOOD)
    with tenant_scope(tenant):
        territory = Territory.objects.create(name="North")
        Account.objects.filter(number="A1").update(territory=territory)
    output, _clean = imported("number,name\nA1,Linden Park Homes\n")
    assert "1 updated" in output
    with tenant_scope(tenant):
        assert (account("A1").name, account("A1").territory) == ("Linden Park Homes", territory)
    imported("number,name,territory\nA1,Linden Park Homes,\n")
    with tenant_scope(tenant):
        assert account("A1").territory is None


def test_a_changed_address_moves_the_place_and_finds_its_territory(imported, tenant):
    with tenant_scope(tenant):
        TerritoryArea.objects.create(
            territory=Territory.objects.create(name="Brooklyn"), country="US", postal_prefix="112"
        )
    imported(GOOD)
    output, _clean = imported(
        GOOD.replace("21 Oak St,New York,NY,10001,US,40.75,-73.99", "9 Bay St,Brooklyn,NY,11231,US,,")
    )
    assert "1 updated, 1 unchanged" in output
    with tenant_scope(tenant):
        place = account("A1").place
        assert (place.line1, place.territory.name) == ("9 Bay St", "Brooklyn")
        assert account("A2").place.territory.name == "Brooklyn"
        assert Place.objects.count() == 2


def test_dry_run_tells_and_writes_nothing(imported, tenant):
    output, is_clean = imported(GOOD, "--dry-run")
    assert is_clean
    assert "2 created" in output
    assert "Nothing was written" in output
    with tenant_scope(tenant):
        assert not Account.objects.exists()
        assert not Place.objects.exists()
        assert not AuditEntry.objects.exists()


BAD = "number,name,territory\nA1,Good,\n,No number,\nA1,Again,\nA3,Lost,Atlantis\nA4,Good too,\n"


def test_bad_rows_are_told_and_good_ones_written(imported, tenant):
    output, is_clean = imported(BAD)
    assert not is_clean
    assert "Row 3, number: This cell may not be empty." in output
    assert "Row 4, number: An earlier row" in output
    assert "Row 5: There is no territory “Atlantis”." in output
    assert "2 created, 0 updated, 0 unchanged, 3 errors" in output
    with tenant_scope(tenant):
        assert set(Account.objects.values_list("number", flat=True)) == {"A1", "A4"}


def test_strict_writes_all_or_nothing(imported, tenant):
    output, is_clean = imported(BAD, "--strict")
    assert not is_clean
    assert "Nothing was written." in output
    with tenant_scope(tenant):
        assert not Account.objects.exists()
    assert imported(GOOD, "--strict")[1]
    with tenant_scope(tenant):
        assert Account.objects.count() == 2


def test_parents_may_come_later_in_the_file(imported, tenant):
    _output, is_clean = imported("number,name,parent_number\nA1,Child,A2\nA2,Parent,\n")
    assert is_clean
    with tenant_scope(tenant):
        assert account("A1").parent == account("A2")
    assert "0 updated, 2 unchanged" in imported("number,name,parent_number\nA1,Child,A2\nA2,Parent,\n")[0]


def test_parents_that_never_come_and_circles_are_told(imported, tenant):
    output, is_clean = imported("number,name,parent_number\nA1,One,A2\nA2,Two,A1\nA3,Self,A3\nA4,Lost,A9\n")
    assert not is_clean
    assert "Row 3, parent_number: The parent lies below" in output
    assert "Row 4, parent_number: The parent lies below" in output
    assert "Row 5, parent_number: The parent is not there" in output
    with tenant_scope(tenant):
        assert (account("A1").parent, account("A2").parent) == (account("A2"), None)


def test_an_address_needs_a_country_and_both_coordinates(imported):
    output, _clean = imported("number,name,line1,country,latitude,longitude\nA1,a,1 St,,,\nA2,b,1 St,US,40,\n")
    assert "Row 2: An address needs its country" in output
    assert "Row 3: Enter both latitude and longitude" in output


def test_columns_are_renamed_and_filled_by_options(tenant, tmp_path):
    path = csv_file(tmp_path, "Kundennummer;Firma;Strasse;PLZ\n77;Acme;1 High St;10002\n")
    options = (
        "--map",
        "Kundennummer=number",
        "Firma=name",
        "--map",
        "Strasse=line1",
        "PLZ=postal_code",
        "--set",
        "country=US",
    )
    output, is_clean = run("import_accounts", tenant, path, *options)
    assert (is_clean, "1 created" in output) == (True, True)


@pytest.mark.parametrize("options", [("--map", "number"), ("--map", "=x"), ("--set", "nonsense=1")])
def test_options_that_make_no_sense_are_refused(imported, options):
    assert not imported(GOOD, *options)[1]


@pytest.mark.django_db
def test_unknown_company_is_refused(tmp_path):
    output, is_clean = run("import_accounts", Tenant(slug="nobody"), csv_file(tmp_path, GOOD))
    assert (is_clean, "no company" in output) == (False, True)


def test_companies_do_not_meet(imported, tenant, other_tenant, tmp_path):
    imported(GOOD)
    output, _clean = run("import_accounts", other_tenant, csv_file(tmp_path, GOOD))
    assert "2 created" in output
    with tenant_scope(other_tenant):
        assert Account.objects.count() == 2


def test_a_contact_is_updated_by_its_e_mail(imported, tenant):
    imported(GOOD)
    output, _clean = imported(GOOD.replace("Ada Lane", "Ada Lovelace"))
    assert "1 updated, 1 unchanged" in output
    with tenant_scope(tenant):
        assert Contact.objects.get().full_name == "Ada Lovelace"


def test_the_database_has_the_last_word_and_one_row_pays(imported, tenant, monkeypatch):
    from portal.accounts.domain import imports

    with tenant_scope(tenant):
        Account.objects.create(number="taken", name="Old")
    plan = imports.AccountImporter._plan

    def sly(self, row, account, report):
        made = plan(self, row, account, report)
        if row.values["number"] == "A2":
            made.record.number = "taken"
        return made

    monkeypatch.setattr(imports.AccountImporter, "_plan", sly)
    output, is_clean = imported("number,name\nA1,a\nA2,b\nA3,c\n")
    assert not is_clean
    assert "Row 3: The row contradicts other records" in output
    assert "2 created" in output


@pytest.mark.slow
def test_many_rows_take_batches(imported, tenant, django_assert_max_num_queries):
    text = "number,name\n" + "".join(f"N{number},Account {number}\n" for number in range(2000))
    with django_assert_max_num_queries(60):
        output, _clean = imported(text)
    assert "2000 created" in output
