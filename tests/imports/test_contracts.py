"""Contracts by file: terms, milestones of fixed prices, statuses, what is refused (OPS-4, PSA-3)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from notifications.models import OutboxMessage
from portal.tenancy.scope import named_scope, tenant_scope
from projects.domain.contract_imports import import_contracts
from projects.domain.contract_rows import COLUMNS
from projects.models import Contract, ContractMilestone
from tests.factories.accounts import make_account
from tests.factories.contracts import make_contract_draft, make_customer, make_line, make_milestones, make_won_quote
from tests.factories.projects import make_project
from tests.imports.files import csv_file, opened, run

NOW = dt.datetime(2026, 3, 10, 16, tzinfo=dt.UTC)
HEAD = "external_number,account_number,name,starts_date,description,quantity,unit_price"
LIFT = "X1,A1,Lift B,2026-01-05,Cabin,1,1000"


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        account = make_account(number="A1")
        make_customer(account=account)
        return account


@pytest.fixture
def imported(tenant, account, tmp_path):
    return lambda text, *options: run("import_contracts", tenant, csv_file(tmp_path, text), *options)


def rows(*lines, head=HEAD):
    return "\n".join([head, *lines]) + "\n"


def change(imported, **cells):
    """Import X1 with these columns beside its line."""
    return imported(rows(",".join([LIFT, *cells.values()]), head=",".join([HEAD, *cells])))


def milestones():
    found = ContractMilestone.objects.order_by("line__position", "position")
    return [(each.name, each.amount, each.due_date, each.status) for each in found]


def test_rows_of_one_number_become_a_draft(imported, account, tenant):
    output, is_clean = imported(rows(LIFT, "X1,A1,Lift B,2026-01-05,Doors,4,250.50"))

    assert is_clean, output
    with tenant_scope(tenant):
        contract = Contract.objects.get()
        assert (contract.number, contract.external_number, contract.status) == ("C-1001", "X1", "draft")
        assert (contract.total, contract.lines.count(), contract.is_exposed) == (Decimal(2002), 2, False)
        assert not milestones()


def test_everything_a_row_may_say(imported, account, tenant):
    with tenant_scope(tenant):
        project, quote = make_project(account=account), make_won_quote(account=account)
    cells = {
        "number": "C-9",
        "account_number": "A1",
        "project_number": project.number,
        "quote_number": quote.number,
        "kind": "order form",
        "name": "Lift B",
        "status": "active",
        "starts_date": "2026-01-05",
        "ends_date": "2026-12-31",
        "closed_date": "",
        "currency": "USD",
        "net": "1800",
        "tax": "360",
        "total": "2160",
        "introduction": "Dear",
        "terms": "Net",
        "internal_notes": "ours",
        "is_exposed": "yes",
        "product_code": "",
        "description": "Work",
        "quantity": "20",
        "unit": "h",
        "unit_price": "100",
        "discount_percent": "10",
        "tax_name": "VAT",
        "tax_rate": "20",
        "line_net": "",
        "line_tax": "",
        "billing_method": "time and material",
        "limit_amount": "1500",
        "milestones": "",
    }
    assert set(cells) == {each.name for each in COLUMNS} - {"external_number"}

    output, is_clean = imported(rows(",".join(cells.values()), head=",".join(cells)))

    assert is_clean, output
    with tenant_scope(tenant):
        contract = Contract.objects.get()
        assert (contract.number, contract.project, contract.quote, contract.kind) == (
            "C-9",
            project,
            quote,
            "order_form",
        )
        assert (contract.total, contract.ends_date, contract.is_exposed) == (2160, dt.date(2026, 12, 31), True)
        assert contract.opened_at.astimezone(tenant.zone).date() == dt.date(2026, 1, 5)
        line = contract.lines.get()
        assert (line.billing_method, line.limit_amount) == ("time_and_material", 1500)
        assert not OutboxMessage.objects.exists()


def test_milestones_come_with_how_far_they_are_billed(imported, tenant):
    cell = "Deposit=400 until 2026-02-01 invoiced; Delivery = 500.50 ready; Rest=99.50"

    output, is_clean = change(imported, status="active", milestones=cell)

    assert is_clean, output
    with tenant_scope(tenant):
        assert milestones() == [
            ("Deposit", 400, dt.date(2026, 2, 1), "posted"),
            ("Delivery", Decimal("500.5"), None, "ready"),
            ("Rest", Decimal("99.5"), None, "not_ready"),
        ]


@pytest.mark.parametrize(
    ("status", "expected"), [("draft", []), ("active", ["not_ready"]), ("closed", ["posted"]), ("lost", [])]
)
def test_a_fixed_price_without_milestones_is_billed_at_once(imported, tenant, status, expected):
    output, is_clean = change(imported, status=status)

    assert is_clean, output
    with tenant_scope(tenant):
        assert [status for *_rest, status in milestones()] == expected


@pytest.mark.parametrize("status", ["draft", "active", "closed", "lost"])
def test_the_same_file_again_changes_nothing(imported, tenant, status):
    cells = {"status": status, "milestones": "Half=500; Rest=500", "tax_rate": "20", "ends_date": "2026-02-20"}
    change(imported, **cells)
    output, is_clean = change(imported, **cells)

    assert is_clean, output
    assert "0 created, 0 updated, 1 unchanged" in output


BAD = [
    ({"status": "active", "milestones": "Half=500"}, "its milestones add up to 500.00, not to 1000.00"),
    ({"milestones": "Half"}, "milestones: “Half” is no milestone like"),
    ({"milestones": "Half=0"}, "worth more than 0"),
    ({"milestones": "Half=0.001"}, "worth more than 0, in whole units"),
    ({"milestones": "Half=500", "billing_method": "time_and_material"}, "milestones: Milestones belong to fixed"),
    ({"limit_amount": "500"}, "limit_amount: A limit is above 0"),
    ({"ends_date": "2026-01-01"}, "ends_date: A contract ends after it begins."),
    ({"status": "closed", "closed_date": "2199-01-01"}, "closed_date: This day has not come yet."),
    ({"quote_number": "Q-404"}, "quote_number: There is none with the number"),
    ({"status": "won"}, "status: “won” is not known here"),
]


@pytest.mark.parametrize("case", BAD, ids=[str(each[0]) for each in BAD])
def test_what_does_not_fit_is_told_and_leaves_nothing(imported, tenant, case):
    cells, words = case

    output, is_clean = change(imported, **cells)

    assert not is_clean
    assert words in output
    with tenant_scope(tenant):
        assert not Contract.objects.exists()
        assert not milestones()


def test_a_quote_has_one_contract(imported, account, tenant):
    with tenant_scope(tenant):
        quote = make_won_quote(account=account)
    head, line = f"{HEAD},quote_number", f"{{}},A1,Lift B,2026-01-05,Cabin,1,1000,{quote.number}"

    output, is_clean = imported(rows(line.format("X1"), line.format("X2"), head=head))

    assert not is_clean
    assert "1 created" in output
    assert "Row 3: The row contradicts other records" in output


# What is there already.


def test_a_draft_is_written_opened_and_closed_without_mail(imported, tenant):
    change(imported, milestones="Half=500; Rest=500")
    change(imported, milestones="All=1000", is_exposed="yes")
    with tenant_scope(tenant):
        assert [name for name, *_rest in milestones()] == ["All"]

    assert change(imported, status="active")[1]
    with tenant_scope(tenant):
        assert (Contract.objects.get().status, [name for name, *_rest in milestones()]) == ("active", ["All"])
        assert not OutboxMessage.objects.exists()
    assert change(imported, status="closed")[1]
    output, is_clean = change(imported, status="active")
    assert not is_clean
    assert "cannot become" in output


def test_a_file_without_milestones_leaves_them_alone(imported, account, tenant):
    with tenant_scope(tenant):
        draft = make_contract_draft(make_line(unit_price=Decimal(1000)), account=account, external_number="X1")
        make_milestones(draft, 400, 600)

    output, is_clean = change(imported)

    assert is_clean, output
    with tenant_scope(tenant):
        assert Contract.objects.get().lines.get().description == "Cabin"
        assert [amount for _name, amount, *_rest in milestones()] == [400, 600]


def test_what_was_opened_stays_as_it_is(imported, tenant):
    change(imported, status="active")

    for line in (
        LIFT.replace("1000", "1001"),
        LIFT.replace("Lift B", "Lift C"),
        LIFT.replace("2026-01-05", "2026-01-06"),
    ):
        output, is_clean = imported(rows(line))
        assert not is_clean
        assert "stay as they are" in output
    assert change(imported, is_exposed="yes", internal_notes="ours")[1]


def test_queries_are_bounded(tenant, account, tmp_path, django_assert_max_num_queries):
    text = rows(
        *(f"X{n},A1,Lift,2026-01-05,Line {line},1,5,active" for n in range(120) for line in range(4)),
        head=f"{HEAD},status",
    )

    with django_assert_max_num_queries(40), named_scope(tenant):
        report = import_contracts(opened(csv_file(tmp_path, text), COLUMNS))

    assert (report.created, report.error_count) == (120, 0)
