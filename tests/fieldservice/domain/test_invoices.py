"""Drafting, issuing and canceling invoices (FS-5)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from fieldservice.domain.invoices import cancel, draft_invoice, issue, write_lines
from fieldservice.enums import INVOICE_TRANSITIONS, InvoiceStatus
from fieldservice.models import FieldServiceSettings, Invoice
from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from tests.factories.accounts import make_account
from tests.factories.catalog import make_billing_terms
from tests.factories.invoices import make_draft, make_invoice, make_item

pytestmark = pytest.mark.usefixtures("in_tenant")


def test_totals_are_rounded_line_by_line_half_up():
    draft = make_draft(
        make_item(quantity=Decimal("0.333"), unit_price=Decimal(15)),  # 4.995 is 5.00, its tax 0.44375
        make_item(unit_price=Decimal("10.00"), discount_percent=Decimal("12.5"), tax_rate=Decimal(0)),
    )

    lines = [(line.net, line.tax) for line in draft.lines.order_by("position")]
    assert lines == [(Decimal("5.00"), Decimal("0.44")), (Decimal("8.75"), Decimal(0))]
    assert (draft.net, draft.tax, draft.total) == (Decimal("13.75"), Decimal("0.44"), Decimal("14.19"))


def test_numbers_follow_each_other_and_nothing_is_exposed():
    drafts = [make_draft() for _time in range(2)]

    assert [each.number for each in drafts] == ["INV-1001", "INV-1002"]
    assert (drafts[0].status, drafts[0].is_exposed, drafts[0].issued_at) == (InvoiceStatus.DRAFT, False, None)


@time_machine.travel("2026-12-01T03:30:00Z")
def test_the_day_is_the_tenants_and_the_days_to_pay_those_of_the_terms():
    account = make_account()
    FieldServiceSettings.objects.create(payment_days=14)
    assert make_draft(account=account).due_date == dt.date(2026, 12, 14)

    make_billing_terms(account, payment_days=0)
    draft = make_draft(account=account)

    assert (draft.invoice_date, draft.due_date) == (dt.date(2026, 11, 30), dt.date(2026, 11, 30))


def test_an_invoice_is_not_due_before_its_date():
    with pytest.raises(DomainError, match="on its date or later") as refused:
        make_draft(invoice_date=dt.date(2026, 5, 2), due_date=dt.date(2026, 5, 1))
    assert refused.value.field == "due_date"
    assert not Invoice.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"quantity": Decimal(-1)},
        {"unit_price": Decimal(-1)},
        {"discount_percent": Decimal("100.01")},
        {"tax_rate": Decimal(101)},
    ],
)
def test_a_line_that_cannot_be_charged_is_refused(fields):
    with pytest.raises(DomainError):
        make_draft(make_item(**fields))


def test_a_draft_gets_other_lines_an_issued_invoice_does_not():
    draft = make_draft()
    write_lines(draft, [make_item(unit_price=Decimal(7), tax_rate=Decimal(0)), make_item(unit_price=Decimal(1))])
    assert (draft.net, draft.lines.count()) == (Decimal(8), 2)

    issue(draft)

    with pytest.raises(DomainError, match="stay as they are"):
        write_lines(draft, [make_item()])


def test_what_costs_nothing_is_paid_at_once():
    assert make_invoice(make_item(unit_price=Decimal(0))).status == InvoiceStatus.PAID


def test_an_invoice_without_lines_is_not_issued():
    draft = draft_invoice(make_account(), lines=[])

    with pytest.raises(DomainError, match="without lines"):
        issue(draft)


def test_each_step_is_in_the_trail_once():
    draft = make_draft()
    for _time in range(2):
        issue(draft)
    for _time in range(2):
        cancel(draft, reason="Wrong account")

    trail = AuditEntry.objects.filter(object_id=draft.pk).order_by("pk").values_list("action", flat=True)
    assert list(trail) == ["invoice.create", "invoice.issue", "invoice.cancel"]
    assert (draft.status, draft.cancel_reason) == (InvoiceStatus.CANCELED, "Wrong account")
    assert draft.closed_at is not None


def test_canceling_needs_a_reason():
    with pytest.raises(DomainError) as refused:
        cancel(make_draft(), reason="  ")
    assert refused.value.field == "reason"


STEPS = [(before, after) for before in InvoiceStatus for after in InvoiceStatus if before != after]


def test_the_table_names_every_status():
    assert set(INVOICE_TRANSITIONS) == set(InvoiceStatus)
