"""Quotes by file: lines, options, what was sent with its fingerprint, what is never imported (OPS-4, PSA-2)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from notifications.models import OutboxMessage
from portal.tenancy.scope import named_scope, tenant_scope
from projects.domain.projects import create_project
from projects.domain.quote_imports import import_quotes
from projects.domain.quote_rows import COLUMNS
from projects.domain.quotes import close_quote, fingerprint, lines_in_order, revise
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteDecision
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.projects import make_project
from tests.factories.quotes import make_decider, make_quote, make_quote_draft
from tests.imports.files import csv_file, opened, run

NOW = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)
HEAD = "external_number,account_number,name,description,quantity,unit_price"
LIFT = ("X1,A1,Lift B,Cabin,1,9000", "X1,A1,Lift B,Doors,4,250.50")


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        account = make_account(number="A1")
        make_decider(account=account)
        return account


@pytest.fixture
def imported(tenant, account, tmp_path):
    return lambda text, *options: run("import_quotes", tenant, csv_file(tmp_path, text), *options)


def rows(*lines, head=HEAD):
    return "\n".join([head, *lines]) + "\n"


def change(imported, **cells):
    """Import X1 with these columns beside its line."""
    head = ",".join([HEAD, *cells])
    return imported(rows(",".join(["X1,A1,Lift B,Cabin,1,9000", *cells.values()]), head=head))


def lines_of(quote):
    return [(each.description, each.quantity, each.net) for each in quote.lines.order_by("position")]


def test_rows_of_one_number_become_a_draft(imported, account, tenant):
    output, is_clean = imported(rows(*LIFT))

    assert is_clean, output
    assert "1 created" in output
    with tenant_scope(tenant):
        quote = Quote.objects.get()
        assert (quote.number, quote.revision, quote.external_number) == ("Q-1001", 1, "X1")
        assert lines_of(quote) == [("Cabin", 1, Decimal(9000)), ("Doors", 4, Decimal(1002))]
        assert (quote.total, quote.status, quote.is_exposed, quote.digest) == (Decimal(10002), "draft", False, "")
        assert quote.valid_until == dt.date(2026, 4, 9)


def test_everything_a_row_may_say(imported, account, tenant):
    with tenant_scope(tenant):
        make_product(code="P1", name="Cabin")
        project = create_project(account, name="Tower")
    required = {"number": "Q-9", "account_number": "A1", "name": "Lift B"}
    once = {
        "project_number": project.number,
        "status": "Won",
        "sent_date": "2026-02-01",
        "closed_date": "2026-02-20",
        "valid_until": "2026-02-28",
        "currency": "USD",
        "net": "180",
        "tax": "36",
        "total": "216",
        "introduction": "Dear",
        "terms": "Net",
        "internal_notes": "ours",
        "is_exposed": "yes",
    }
    names = "product_code,description,quantity,unit,unit_price,discount_percent,tax_name,tax_rate,line_net,line_tax,is_optional,unit_cost"
    head = [*required, *once, *names.split(",")]
    assert {*head, "external_number"} == {each.name for each in COLUMNS}
    first, second = "P1,,2,pcs,100,10,VAT,20,,,no,55", "P1,,1,pcs,70,0,VAT,20,,,yes,30"

    output, is_clean = imported(
        rows(
            ",".join([*required.values(), *once.values(), first]),
            ",".join([*required.values(), *("" for _ in once), second]),
            head=",".join(head),
        )
    )

    assert is_clean, output
    with tenant_scope(tenant):
        quote = Quote.objects.get()
        assert (quote.number, quote.project, quote.status, quote.is_exposed) == ("Q-9", project, "won", True)
        assert (quote.net, quote.tax, quote.total) == (180, 36, 216)
        assert (quote.introduction, quote.terms, quote.internal_notes) == ("Dear", "Net", "ours")
        days = [each.astimezone(tenant.zone).date() for each in (quote.sent_at, quote.closed_at)]
        assert days == [dt.date(2026, 2, 1), dt.date(2026, 2, 20)]
        counted, optional = quote.lines.order_by("position")
        assert (counted.description, counted.is_optional, counted.unit_cost) == ("Cabin", False, 55)
        assert (optional.net, optional.is_optional, optional.unit_cost) == (70, True, 30)


@pytest.mark.parametrize("status", ["sent", "won", "lost"])
def test_what_was_sent_comes_with_its_fingerprint_and_no_decision(imported, tenant, status):
    output, is_clean = change(imported, status=status, sent_date="2026-02-01", is_exposed="yes")

    assert is_clean, output
    with tenant_scope(tenant):
        quote = Quote.objects.get()
        assert quote.digest == fingerprint(quote, lines_in_order(quote)) != ""
        assert (quote.closed_at is None) == (status == "sent")
        assert not QuoteDecision.objects.exists()
        assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("status", ["draft", "sent", "won", "lost"])
def test_the_same_file_again_changes_nothing(imported, tenant, status):
    cells = {"status": status, "tax_rate": "20", "is_optional": "no", "valid_until": "2026-02-20"}
    change(imported, **cells)
    output, is_clean = change(imported, **cells)

    assert is_clean, output
    assert "0 created, 0 updated, 1 unchanged" in output


def test_a_dry_run_tells_and_writes_nothing(imported, tenant):
    output, is_clean = imported(rows(*LIFT), "--dry-run")

    assert is_clean
    assert "1 created" in output
    with tenant_scope(tenant):
        assert not Quote.objects.exists()


BAD = [
    ("account_number", "NONE", "account_number", "no account with the number"),
    ("external_number", "", "external_number", "Give the number in the other system"),
    ("quantity", "-1", "quantity", "At least 0."),
    ("description", "", "description", "Name a product"),
    ("description", "=1+1", "description", "formula"),
    ("product_code", "P404", "product_code", "no product with the number"),
    ("project_number", "P404", "project_number", "none with the number"),
    ("project_number", "PRJ-OTHER", "project_number", "belongs to another account"),
    ("status", "revised", "status", "is not known here"),
    ("status", "approved", "status", "is not known here"),
    ("currency", "EUR", "currency", "in USD"),
    ("total", "9001", "total", "The lines make 9E+3, not 9001."),
    ("valid_until", "soon", "valid_until", "no date"),
]


@pytest.mark.parametrize("case", BAD, ids=[f"{each[0]}={each[1]}" for each in BAD])
def test_what_does_not_fit_is_told_and_leaves_nothing(imported, tenant, case):
    name, cell, column, words = case
    with tenant_scope(tenant):
        make_project(number="PRJ-OTHER")
    values = dict(zip(HEAD.split(","), LIFT[0].split(","), strict=True)) | {name: cell}

    output, is_clean = imported(rows(",".join(values.values()), head=",".join(values)))

    assert not is_clean
    assert f"Row 2, {column}: " in output
    assert words in output
    with tenant_scope(tenant):
        assert not Quote.objects.exists()


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"status": "sent", "sent_date": "2199-01-01"}, "sent_date: This day has not come yet."),
        ({"status": "won", "closed_date": "2199-01-01"}, "closed_date: This day has not come yet."),
        ({"status": "won", "sent_date": "2026-02-02", "closed_date": "2026-02-01"}, "closed_date: A quote is closed"),
        ({"status": "sent", "is_optional": "yes"}, "at least one line that is not optional"),
    ],
)
def test_what_was_sent_fits_its_days_and_lines(imported, tenant, cells, words):
    output, is_clean = change(imported, **cells)

    assert not is_clean
    assert words in output
    with tenant_scope(tenant):
        assert not Quote.objects.exists()


def test_the_line_that_is_wrong_is_named(imported):
    output, _clean = imported(rows(LIFT[0], "X1,A1,Lift B,,1,5"))

    assert "Row 3, description: Name a product" in output


# What is there already.


def test_a_draft_takes_everything_and_is_sent_without_mail(imported, tenant):
    imported(rows(*LIFT))

    output, is_clean = change(imported, status="sent", sent_date="2026-03-01", is_exposed="yes", terms="Net")

    assert is_clean, output
    with tenant_scope(tenant):
        quote = Quote.objects.get()
        assert (lines_of(quote), quote.status, quote.terms) == ([("Cabin", 1, Decimal(9000))], "sent", "Net")
        assert quote.digest == fingerprint(quote, lines_in_order(quote))
        assert quote.sent_at.astimezone(tenant.zone).date() == dt.date(2026, 3, 1)
        assert not OutboxMessage.objects.exists()
    assert change(imported, status="won")[1]
    with tenant_scope(tenant):
        assert Quote.objects.get().status == "won"


@pytest.mark.parametrize(
    "line", ["X1,A1,Lift B,Cabin,1,9001", "X1,A1,Lift C,Cabin,1,9000", "X1,A1,Lift B,Cabin,2,9000"]
)
def test_what_was_sent_stays_as_it_is(imported, tenant, line):
    change(imported, status="sent")

    output, is_clean = imported(rows(line))

    assert not is_clean
    assert "stay as they are" in output
    with tenant_scope(tenant):
        assert (Quote.objects.get().name, Quote.objects.get().total) == ("Lift B", 9000)


def test_notes_project_and_exposure_of_what_was_sent_may_change(imported, account, tenant):
    change(imported, status="sent")
    with tenant_scope(tenant):
        project = make_project(account=account)

    cells = {"status": "sent", "project_number": project.number, "internal_notes": "ours", "is_exposed": "yes"}
    output, is_clean = change(imported, **cells)

    assert is_clean, output
    with tenant_scope(tenant):
        quote = Quote.objects.get()
        assert (quote.project, quote.internal_notes, quote.is_exposed) == (project, "ours", True)


def test_no_status_goes_back(imported, tenant):
    change(imported, status="won")

    for status in ("draft", "sent", "lost"):
        output, is_clean = change(imported, status=status)
        assert not is_clean
        assert "cannot become" in output


def test_our_own_number_names_the_newest_revision(imported, account, tenant):
    with tenant_scope(tenant):
        first = make_quote(account=account)
        second = revise(first)
    head = HEAD.replace("external_number", "number")

    output, is_clean = imported(rows(f"{first.number},A1,Lift C,Cabin,1,5", head=head))

    assert is_clean, output
    with tenant_scope(tenant):
        second.refresh_from_db()
        assert (second.name, second.total) == ("Lift C", 5)
        close_quote(second, QuoteStatus.CANCELED)
    assert not imported(rows(f"{first.number},A1,Lift C,Cabin,1,5,sent", head=f"{head},status"))[1]


def test_another_accounts_quote_is_not_taken_over(imported, tenant):
    with tenant_scope(tenant):
        other = make_quote_draft(external_number="X1")

    output, is_clean = imported(rows(*LIFT))

    assert not is_clean
    assert "Row 2, account_number: This record belongs to another account." in output
    with tenant_scope(tenant):
        other.refresh_from_db()
        assert other.total == 120


def test_queries_are_bounded(tenant, account, tmp_path, django_assert_max_num_queries):
    text = rows(
        *(f"X{n},A1,Lift,Line {line},1,5,sent,yes" for n in range(120) for line in range(4)),
        head=f"{HEAD},status,is_exposed",
    )
    file = opened(csv_file(tmp_path, text), COLUMNS)

    with django_assert_max_num_queries(40), named_scope(tenant):
        report = import_quotes(file)

    assert (report.created, report.error_count) == (120, 0)
