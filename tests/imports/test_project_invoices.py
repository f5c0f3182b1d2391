"""Project invoices by file: lines, what is not charged, confirmed and paid, what is refused (OPS-4, PSA-4)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from notifications.models import OutboxMessage
from portal.tenancy.scope import named_scope, tenant_scope
from projects.domain.invoice_imports import import_project_invoices
from projects.domain.invoice_rows import COLUMNS
from projects.models import ProjectInvoice
from tests.factories.accounts import make_account
from tests.factories.catalog import make_billing_terms, make_product
from tests.factories.contracts import make_contract, make_customer, make_project_draft
from tests.factories.projects import make_project, make_role
from tests.factories.scheduling import make_resource
from tests.imports.files import csv_file, opened, run

NOW = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)
HEAD = "external_number,account_number,invoice_date,description,quantity,unit_price"
WORK = "X1,A1,2026-03-01,Work,2,50"


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        account = make_account(number="A1")
        make_customer(account=account)
        make_billing_terms(account, payment_days=10)
        return account


@pytest.fixture
def imported(tenant, account, tmp_path):
    return lambda text, *options: run("import_project_invoices", tenant, csv_file(tmp_path, text), *options)


def rows(*lines, head=HEAD):
    return "\n".join([head, *lines]) + "\n"


def change(imported, **cells):
    """Import X1 with these columns beside its line."""
    return imported(rows(",".join([WORK, *cells.values()]), head=",".join([HEAD, *cells])))


def test_rows_of_one_number_become_a_confirmed_invoice(imported, account, tenant):
    output, is_clean = imported(rows(WORK, "X1,A1,2026-03-01,Doors,1,20"))

    assert is_clean, output
    with tenant_scope(tenant):
        invoice = ProjectInvoice.objects.get()
        assert (invoice.number, invoice.status, invoice.total) == ("PI-1001", "confirmed", Decimal(120))
        assert (invoice.due_date, invoice.is_exposed) == (dt.date(2026, 3, 11), False)
        assert invoice.confirmed_at.astimezone(tenant.zone).date() == dt.date(2026, 3, 1)


def test_everything_a_row_may_say(imported, account, tenant):
    with tenant_scope(tenant):
        project, contract = make_project(account=account), make_contract(account=account)
        make_product(code="P1", name="Work")
        role, resource = make_role(name="Engineer"), make_resource(external_number="R7")
    cells = {
        "number": "PI-9",
        "account_number": "A1",
        "project_number": project.number,
        "contract_number": contract.number,
        "invoice_date": "2026-02-01",
        "due_date": "2026-02-20",
        "status": "paid",
        "paid_date": "2026-02-15",
        "currency": "USD",
        "net": "90",
        "tax": "18",
        "total": "108",
        "note": "Thanks",
        "internal_notes": "ours",
        "is_exposed": "yes",
        "product_code": "P1",
        "description": "",
        "quantity": "1",
        "unit": "h",
        "unit_price": "100",
        "discount_percent": "10",
        "tax_name": "VAT",
        "tax_rate": "20",
        "line_net": "",
        "line_tax": "",
        "date": "2026-01-20",
        "role": "Engineer",
        "resource_number": "R7",
        "billing_type": "chargeable",
        "internal_description": "overtime",
    }
    assert set(cells) == {each.name for each in COLUMNS} - {"external_number"}
    text = rows(",".join(cells.values()), head=",".join(cells))

    output, is_clean = imported(text)

    assert is_clean, output
    assert "1 unchanged" in imported(text)[0]
    with tenant_scope(tenant):
        invoice = ProjectInvoice.objects.get()
        assert (invoice.number, invoice.project, invoice.contract) == ("PI-9", project, contract)
        assert (invoice.total, invoice.note, invoice.internal_notes) == (108, "Thanks", "ours")
        assert invoice.paid_at.astimezone(tenant.zone).date() == dt.date(2026, 2, 15)
        line = invoice.lines.get()
        assert (line.description, line.role, line.resource, line.date) == ("Work", role, resource, dt.date(2026, 1, 20))
        assert line.internal_description == "overtime"


def test_only_what_is_chargeable_adds_up(imported, tenant):
    output, is_clean = imported(
        rows(f"{WORK},", "X1,A1,2026-03-01,Gift,1,20,complimentary", head=f"{HEAD},billing_type")
    )

    assert is_clean, output
    with tenant_scope(tenant):
        assert ProjectInvoice.objects.get().total == 100


@pytest.mark.parametrize("status", ["draft", "in_review", "confirmed", "paid"])
@pytest.mark.parametrize("billing_type", ["chargeable", "complimentary"])
def test_the_same_file_again_changes_nothing(imported, status, billing_type):
    cells = {"status": status, "billing_type": billing_type, "tax_rate": "20", "is_exposed": "yes"}
    change(imported, **cells)
    output, is_clean = change(imported, **cells)

    assert is_clean, output
    assert "0 created, 0 updated, 1 unchanged" in output


BAD = [
    ({"due_date": "2026-02-01"}, "due_date: An invoice is due"),
    ({"status": "paid", "paid_date": "2199-01-01"}, "paid_date: This day has not come yet."),
    ({"role": "Pilot"}, "role: There is none called “Pilot”."),
    ({"resource_number": "R404"}, "resource_number: There is none called"),
    ({"contract_number": "C-404"}, "contract_number: There is none with the number"),
    ({"billing_type": "non_chargeable"}, "needs a line that the customer sees"),
    ({"total": "101"}, "total: The lines make"),
    ({"currency": "EUR"}, "currency: Amounts are in USD here."),
]


@pytest.mark.parametrize("case", BAD, ids=[str(each[0]) for each in BAD])
def test_what_does_not_fit_is_told_and_leaves_nothing(imported, tenant, case):
    cells, words = case

    output, is_clean = change(imported, **cells)

    assert not is_clean
    assert words in output
    with tenant_scope(tenant):
        assert not ProjectInvoice.objects.exists()


# What is there already.


def test_an_invoice_goes_on_without_mail_and_never_back(imported, tenant):
    change(imported, status="draft", is_exposed="yes")
    for status in ("in_review", "draft", "in_review", "confirmed", "paid"):
        output, is_clean = change(imported, status=status)
        assert is_clean, output
        with tenant_scope(tenant):
            assert ProjectInvoice.objects.get().status == status
            assert not OutboxMessage.objects.exists()

    for status in ("draft", "in_review", "confirmed"):
        output, is_clean = change(imported, status=status)
        assert not is_clean
        assert "cannot become" in output


def test_a_draft_takes_everything_a_confirmed_invoice_nothing(imported, account, tenant):
    with tenant_scope(tenant):
        make_project_draft(account=account, external_number="X1")
    assert change(imported, status="draft", note="Thanks")[1]
    with tenant_scope(tenant):
        invoice = ProjectInvoice.objects.get()
        assert (invoice.total, invoice.note, invoice.invoice_date) == (100, "Thanks", dt.date(2026, 3, 1))
    change(imported, status="confirmed")

    output, is_clean = imported(rows(WORK.replace("50", "51")))

    assert not is_clean
    assert "stay as they are" in output


def test_queries_are_bounded(tenant, account, tmp_path, django_assert_max_num_queries):
    text = rows(*(f"X{n},A1,2026-03-01,Line {line},1,5" for n in range(120) for line in range(4)))

    with django_assert_max_num_queries(40), named_scope(tenant):
        report = import_project_invoices(opened(csv_file(tmp_path, text), COLUMNS))

    assert (report.created, report.error_count) == (120, 0)
