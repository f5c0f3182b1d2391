"""Invoices by file: rows of one number, amounts, payments, second runs, what is refused (OPS-4)."""

import datetime as dt
from decimal import Decimal

import pytest

from fieldservice.domain.invoice_imports import import_invoices
from fieldservice.domain.invoice_rows import COLUMNS
from fieldservice.models import Invoice, Payment
from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.tenancy.scope import named_scope, tenant_scope
from tests.factories.accounts import make_account, make_reviewer
from tests.factories.catalog import make_billing_terms, make_product
from tests.factories.fieldservice import make_work_order
from tests.factories.invoices import make_draft, make_invoice
from tests.imports.files import csv_file, opened, run

HEAD = "external_number,account_number,invoice_date,description,quantity,unit_price"
TWO = f"{HEAD}\nX1,A1,2026-03-01,Pump,2,12.50\nX1,A1,2026-03-01,Labour,1,40\n"


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        account = make_account(number="A1")
        make_reviewer(account=account)
        make_billing_terms(account, payment_days=10)
        return account


@pytest.fixture
def imported(tenant, account, tmp_path):
    return lambda text, *options: run("import_invoices", tenant, csv_file(tmp_path, text), *options)


@pytest.fixture
def scope(tenant):
    with tenant_scope(tenant):
        yield tenant


def rows(*lines, head=HEAD):
    return "\n".join([head, *lines]) + "\n"


def lines_of(invoice):
    return [(each.description, each.quantity, each.net) for each in invoice.lines.order_by("position")]


def test_rows_of_one_number_become_an_invoice(imported, account, tenant):
    output, is_clean = imported(TWO)

    assert is_clean, output
    assert "1 created" in output
    with tenant_scope(tenant):
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.external_number, invoice.account) == ("INV-1001", "X1", account)
        assert lines_of(invoice) == [("Pump", 2, Decimal(25)), ("Labour", 1, Decimal(40))]
        assert (invoice.total, invoice.status, invoice.is_exposed) == (Decimal(65), "issued", False)
        assert (invoice.invoice_date, invoice.due_date) == (dt.date(2026, 3, 1), dt.date(2026, 3, 11))
        assert invoice.issued_at.astimezone(tenant.zone).date() == dt.date(2026, 3, 1)


def test_the_same_file_again_changes_nothing(imported, tenant):
    text = rows(
        "X1,A1,2026-03-01,Pump,2,12.50,20,paid,2026-03-05,yes",
        "X1,A1,2026-03-01,Labour,1,40,20,,,",
        head=f"{HEAD},tax_rate,status,paid_date,is_exposed",
    )
    imported(text)
    output, is_clean = imported(text)

    assert is_clean, output
    assert "0 created, 0 updated, 1 unchanged" in output
    with tenant_scope(tenant):
        payment = Payment.objects.get()
        assert (payment.amount, payment.paid_date) == (Decimal(78), dt.date(2026, 3, 5))
        assert Invoice.objects.get().status == "paid"


def test_everything_a_row_may_say(imported, account, tenant):
    with tenant_scope(tenant):
        make_product(code="P1", name="Pump")
        work_order = make_work_order(account=account, external_number="W-7")
        make_account(number="B2")
    head = (
        "number,account_number,service_account_number,work_order_number,invoice_date,due_date,status,currency,net,tax,total,"
        "paid,paid_date,payment_method,note,internal_notes,is_exposed,product_code,quantity,unit,unit_price,"
        "discount_percent,tax_name,tax_rate"
    )
    line = "R-9,A1,B2,W-7,2026-03-01 08:26:00,2026-04-01,Issued,USD,22.5,4.5,27,7,2026-03-09,Card,Thanks,ours,yes,P1,2,pcs,12.5,10,VAT,20"

    output, is_clean = imported(rows(line, head=head))

    assert is_clean, output
    with tenant_scope(tenant):
        invoice = Invoice.objects.get()
        assert (invoice.number, invoice.work_order, invoice.service_account.number) == ("R-9", work_order, "B2")
        assert (invoice.due_date, invoice.note, invoice.internal_notes) == (dt.date(2026, 4, 1), "Thanks", "ours")
        assert (invoice.net, invoice.tax, invoice.paid, invoice.balance) == (Decimal("22.5"), Decimal("4.5"), 7, 20)
        [line] = invoice.lines.all()
        assert (line.description, line.unit, line.tax_name, line.tax_rate) == ("Pump", "pcs", "VAT", 20)
        assert AuditEntry.objects.filter(action="exposure.expose", object_id=invoice.pk).count() == 1


def test_amounts_of_lines_may_be_those_of_another_system(imported, tenant):
    head = f"{HEAD},tax_rate,line_net,line_tax,total"

    output, is_clean = imported(rows("X1,A1,2026-03-01,Pump,1,356.90,8,356.898000,28.55,385.45", head=head))

    assert is_clean, output
    with tenant_scope(tenant):
        [line] = Invoice.objects.get().lines.all()
        assert (line.net, line.tax) == (Decimal("356.90"), Decimal("28.55"))


def test_nobody_is_told_of_the_past(imported, tenant):
    imported(rows("X1,A1,2026-03-01,Pump,1,5,yes", head=f"{HEAD},is_exposed"))

    with tenant_scope(tenant):
        assert Invoice.objects.get().is_exposed
        assert not OutboxMessage.objects.exists()


def test_a_dry_run_tells_and_writes_nothing(imported, tenant):
    output, is_clean = imported(TWO, "--dry-run")

    assert is_clean
    assert "1 created" in output
    with tenant_scope(tenant):
        assert not Invoice.objects.exists()


BAD = [
    ("X1,NONE,2026-03-01,Pump,1,5", "account_number", "no account with the number"),
    (",A1,2026-03-01,Pump,1,5", "external_number", "Give the number in the other system"),
    ("X1,A1,soon,Pump,1,5", "invoice_date", "no date and time"),
    ("X1,A1,2026-03-01,,1,5", "description", "Name a product"),
    ("X1,A1,2026-03-01,Pump,-1,5", "quantity", "At least 0."),
    ("X1,A1,2026-03-01,Pump,1,-5", "unit_price", "At least 0."),
    ("X1,A1,2026-03-01,Pump,1.0001,5", "quantity", "At most 3 decimals."),
    ("X1,A1,2026-03-01,Pump,NaN,5", "quantity", "no number like"),
    ("X1,A1,2026-03-01,Pump,1,99999999", "unit_price", "At most"),
    ('X1,A1,2026-03-01,Pump,1,"1,5"', "unit_price", "no number like"),
    ("X1,A1,2026-03-01,=Pump,1,5", "description", "formula"),
]


@pytest.mark.parametrize(("line", "column", "words"), BAD)
def test_a_bad_cell_is_named_and_the_other_invoices_go_on(imported, tenant, line, column, words):
    good = [f"G{n},A1,2026-03-01,Pump,1,5" for n in range(2)]

    output, is_clean = imported(rows(good[0], line, good[1]))

    assert not is_clean
    assert f"Row 3, {column}: " in output
    assert words in output
    with tenant_scope(tenant):
        assert not Invoice.objects.filter(external_number="X1").exists()


MORE = [
    ("status,paid", "paid,3", "paid", "paid in full"),
    ("status,paid", "issued,6", "paid", "More was paid"),
    ("status,paid", "draft,5", "paid", "is not paid"),
    ("total", "5.01", "total", "The lines make 5, not 5.01."),
    ("tax", "1", "tax", "The lines make 0, not 1."),
    ("currency", "EUR", "currency", "in USD"),
    ("product_code", "P-404", "product_code", "no product with the number"),
    ("work_order_number", "W-404", "work_order_number", "none with the number"),
    ("work_order_number", "W-OTHER", "work_order_number", "belongs to another account"),
    ("service_account_number", "A-404", "service_account_number", "no account"),
    ("due_date", "2026-02-01", "due_date", "on its date or later"),
    ("paid,paid_date", "1,2199-01-01", "paid_date", "has not come yet"),
    ("status", "lost", "status", "is not known here"),
]


@pytest.mark.parametrize("case", MORE, ids=[f"{each[0]}={each[1]}" for each in MORE])
def test_what_does_not_fit_is_refused(imported, tenant, case):
    names, cells, column, words = case
    with tenant_scope(tenant):
        make_work_order(number="W-OTHER")

    output, is_clean = imported(rows(f"X1,A1,2026-03-01,Pump,1,5,{cells}", head=f"{HEAD},{names}"))

    assert not is_clean
    assert f"Row 2, {column}: " in output
    assert words in output
    with tenant_scope(tenant):
        assert not Invoice.objects.exists()


# An invoice is all of its rows or none.


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (("X1,A1,2026-03-01,Pump,1,5", "X1,A1,2026-03-01,Pump,x,5", "X2,A1,2026-03-01,Pump,1,5"), {"X2"}),
        (("X1,A1,2026-03-01,Pump,x,5", "X1,A1,2026-03-01,Pump,1,5", "X2,A1,2026-03-01,Pump,1,5"), {"X2"}),
        (("X1,A1,2026-03-01,Pump,1,5", "nonsense", "X2,A1,2026-03-01,Pump,1,5", "X3,A1,2026-03-01,P,1,5"), {"X3"}),
        (("X1,A1,2026-03-01,Pump,1,5", "X2,A1,2026-03-01,Pump,1,5", "X1,A1,2026-03-01,Pump,1,5"), {"X2"}),
        (("X1,A1,2026-03-01,Pump,1,5", "X1,A1,2026-03-02,Pump,1,5", "X2,A1,2026-03-01,Pump,1,5"), {"X2"}),
        (("X1,A1,2026-03-01,Pump,1,5", "X1,A9,2026-03-01,Pump,1,5", "X2,A1,2026-03-01,Pump,1,5"), {"X2"}),
    ],
)
def test_a_part_of_an_invoice_never_passes_for_the_whole(imported, tenant, lines, left):
    _output, is_clean = imported(rows(*lines))

    assert not is_clean
    with tenant_scope(tenant):
        assert set(Invoice.objects.values_list("external_number", flat=True)) == left


# What is there already.


def change(imported, **cells):
    """Import X1 once more with these columns beside its line."""
    head = ",".join([HEAD, *cells])
    return imported(rows(",".join(["X1,A1,2026-03-01,Pump,1,5", *cells.values()]), head=head))


def test_a_draft_takes_everything_and_is_issued(imported, tenant):
    change(imported, status="draft")

    output, is_clean = imported(rows("X1,A1,2026-03-02,Filter,2,7,note", head=f"{HEAD},note"))

    assert is_clean, output
    assert "1 updated" in output
    with tenant_scope(tenant):
        invoice = Invoice.objects.get()
        assert (lines_of(invoice), invoice.status, invoice.note) == ([("Filter", 2, Decimal(14))], "draft", "note")
    change(imported, status="issued")
    with tenant_scope(tenant):
        assert (Invoice.objects.get().status, Invoice.objects.get().total) == ("issued", 5)


@pytest.mark.parametrize("line", ["X1,A1,2026-03-01,Pump,1,6", "X1,A1,2026-03-02,Pump,1,5"])
def test_an_issued_invoice_keeps_lines_and_dates(imported, tenant, line):
    change(imported)

    output, is_clean = imported(rows(line))

    assert not is_clean
    assert "Credit it instead" in output
    with tenant_scope(tenant):
        assert Invoice.objects.get().total == 5


def test_payments_follow_and_are_never_taken_back(imported, tenant):
    change(imported, paid="2")
    change(imported, paid="3", due_date="2026-05-01")
    output, is_clean = change(imported, paid="1")

    assert not is_clean
    assert "More was paid already" in output
    with tenant_scope(tenant):
        invoice = Invoice.objects.get()
        assert (invoice.paid, invoice.due_date) == (3, dt.date(2026, 5, 1))
        assert sorted(invoice.payments.values_list("amount", flat=True)) == [1, 2]
    change(imported, status="paid")
    with tenant_scope(tenant):
        assert Invoice.objects.get().status == "paid"


def test_what_was_canceled_there_is_canceled_here(imported, tenant):
    change(imported)

    assert change(imported, status="canceled")[1]
    assert "1 unchanged" in change(imported, status="canceled")[0]
    assert "was canceled" in change(imported, status="issued")[0]
    with tenant_scope(tenant):
        assert Invoice.objects.get().status == "canceled"


def test_another_system_gives_our_invoice_its_number(imported, account, tenant):
    with tenant_scope(tenant):
        draft = make_draft(account=account)
        taken = make_invoice(account=account, external_number="ELSE")
    line = "{},A1,2026-03-01,Pump,1,5,{}"

    output, _is_clean = imported(
        rows(line.format("X1", draft.number), line.format("X2", taken.number), head=f"{HEAD},number")
    )

    assert "1 updated" in output
    assert "Row 3: " in output
    with tenant_scope(tenant):
        draft.refresh_from_db()
        assert (draft.external_number, lines_of(draft)) == ("X1", [("Pump", 1, Decimal(5))])


def test_our_own_numbers_go_on_behind_imported_ones(imported, tenant):
    imported(rows("INV-5000,A1,2026-03-01,Pump,1,5", head=HEAD.replace("external_number", "number")))

    with tenant_scope(tenant):
        assert make_draft().number == "INV-5001"


def test_queries_are_bounded(tenant, account, tmp_path, django_assert_max_num_queries):
    text = rows(*(f"X{n},A1,2026-03-01,Line {line},1,5" for n in range(120) for line in range(4)))
    file = opened(csv_file(tmp_path, text), COLUMNS)

    with django_assert_max_num_queries(40), named_scope(tenant):
        report = import_invoices(file)

    assert (report.created, report.error_count) == (120, 0)
