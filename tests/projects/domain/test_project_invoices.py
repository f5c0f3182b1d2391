"""Drafting, reviewing, confirming, paying and correcting project invoices (PSA-4, DYNAMICS 6.6)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.kit.errors import DomainError
from projects.domain.invoice_corrections import correct, discard
from projects.domain.invoices import confirm, record_paid, send_back, submit, write_lines
from projects.enums import INVOICE_TRANSITIONS, BillingType, InvoiceStatus
from projects.models import ProjectInvoice, ProjectInvoiceLine, ProjectTask
from tests.factories.accounts import make_account
from tests.factories.catalog import make_billing_terms
from tests.factories.contracts import (
    make_contract,
    make_line,
    make_plain_project,
    make_project_draft,
    make_project_invoice,
)

pytestmark = pytest.mark.usefixtures("in_tenant")
NOT_CHARGED = [BillingType.NON_CHARGEABLE, BillingType.COMPLIMENTARY]


@time_machine.travel("2026-12-01T03:30:00Z")
def test_a_draft_is_of_today_and_due_by_the_terms():
    account = make_account()
    make_billing_terms(account, payment_days=10)

    draft = make_project_draft(account=account)

    assert (draft.invoice_date, draft.due_date) == (dt.date(2026, 11, 30), dt.date(2026, 12, 10))
    assert (draft.number, draft.status, draft.is_exposed, draft.confirmed_at) == ("PI-1001", "draft", False, None)


@pytest.mark.parametrize("kind", NOT_CHARGED)
def test_only_what_is_chargeable_adds_up(kind):
    draft = make_project_draft(make_line(), make_line(quantity=Decimal(2), billing_type=kind))

    assert (draft.net, draft.tax, draft.total) == (Decimal(100), Decimal("8.88"), Decimal("108.88"))
    free = draft.lines.get(billing_type=kind)
    assert (free.quantity, free.unit_price, free.net, free.tax) == (Decimal(2), Decimal(100), 0, 0)


def test_records_of_another_account_are_refused():
    for field, record in (("project", make_plain_project(make_account())), ("contract", make_contract())):
        with pytest.raises(DomainError, match="another account") as refused:
            make_project_draft(**{field: record})
        assert refused.value.field == field


def test_a_task_of_another_project_is_refused():
    account = make_account()
    own, other = make_plain_project(account), make_plain_project(account)
    task = ProjectTask.objects.create(project=other, name="Survey")

    with pytest.raises(DomainError, match="another project"):
        make_project_draft(make_line(task=task), account=account, project=own)


def test_it_is_not_due_before_its_date():
    with pytest.raises(DomainError) as refused:
        make_project_draft(invoice_date=dt.date(2026, 5, 2), due_date=dt.date(2026, 5, 1))
    assert refused.value.field == "due_date"


def test_lines_are_written_while_it_is_a_draft():
    draft = make_project_draft()
    write_lines(draft, [make_line(unit_price=Decimal(7), tax_rate=Decimal(0)), make_line(unit_price=Decimal(0))])
    assert (draft.net, draft.lines.count()) == (Decimal(7), 2)

    for verb in (submit, confirm):
        verb(draft)
        with pytest.raises(DomainError, match="Only a draft"):
            write_lines(draft, [make_line()])


@pytest.mark.parametrize("verb", [submit, confirm])
def test_an_invoice_that_tells_the_customer_nothing_is_not_confirmed(verb):
    for draft in (make_project_draft(), make_project_draft()):
        write_lines(draft, [])
        with pytest.raises(DomainError, match="a line that the customer sees"):
            verb(draft)
        write_lines(draft, [make_line(billing_type=BillingType.NON_CHARGEABLE)])
        with pytest.raises(DomainError, match="a line that the customer sees"):
            verb(draft)


def test_what_costs_nothing_is_paid_at_once():
    invoice = make_project_invoice(make_line(billing_type=BillingType.COMPLIMENTARY))

    assert (invoice.status, invoice.total) == (InvoiceStatus.PAID, 0)
    assert invoice.paid_at is not None


# States.


def in_state(status):
    draft = make_project_draft()
    if status == InvoiceStatus.IN_REVIEW:
        submit(draft)
    if status in {InvoiceStatus.CONFIRMED, InvoiceStatus.PAID}:
        confirm(draft)
    if status == InvoiceStatus.PAID:
        record_paid(draft)
    return draft


VERBS = {
    InvoiceStatus.DRAFT: send_back,
    InvoiceStatus.IN_REVIEW: submit,
    InvoiceStatus.CONFIRMED: confirm,
    InvoiceStatus.PAID: record_paid,
}


@pytest.mark.parametrize("after", list(VERBS))
@pytest.mark.parametrize("before", list(InvoiceStatus))
def test_the_matrix_of_states(before, after):
    invoice = in_state(before)
    was = invoice.confirmed_at, invoice.paid_at
    # Confirming what was paid is the repetition of an earlier step.
    is_repeat = before == after or (before, after) == (InvoiceStatus.PAID, InvoiceStatus.CONFIRMED)

    if after in INVOICE_TRANSITIONS[before] or is_repeat:
        assert VERBS[after](invoice).status == (before if is_repeat else after)
        assert not is_repeat or was == (invoice.confirmed_at, invoice.paid_at)
    else:
        with pytest.raises(DomainError, match="cannot become"):
            VERBS[after](invoice)
        assert ProjectInvoice.objects.get(pk=invoice.pk).status == before


def test_the_table_names_every_status():
    assert set(INVOICE_TRANSITIONS) == set(InvoiceStatus)


def test_each_step_is_in_the_trail_once():
    draft = make_project_draft()
    for verb in (submit, submit, send_back, submit, confirm, confirm, record_paid, record_paid):
        verb(draft)

    trail = AuditEntry.objects.filter(object_id=draft.pk).order_by("pk").values_list("action", flat=True)
    steps = ["create", "submit", "send_back", "submit", "confirm", "paid"]
    assert list(trail) == [f"project_invoice.{each}" for each in steps]


@time_machine.travel("2026-03-20T16:00:00Z")
def test_it_was_paid_on_a_day_that_has_come():
    invoice = make_project_invoice()
    with pytest.raises(DomainError, match="not come yet") as refused:
        record_paid(invoice, paid_date=dt.date(2026, 3, 21))
    assert refused.value.field == "paid_date"

    record_paid(invoice, paid_date=dt.date(2026, 3, 2))

    assert invoice.paid_at == dt.datetime(2026, 3, 2, 5, tzinfo=dt.UTC), "midnight in New York"


# Corrections.


def test_a_correction_is_a_draft_with_the_lines_as_they_were():
    original = make_project_invoice(
        make_line(description="Work", quantity=Decimal(3), internal_description="late"),
        make_line(billing_type=BillingType.COMPLIMENTARY),
        note="Thank you",
    )

    correction = correct(original)

    assert (correction.status, correction.corrects, correction.total, correction.note, correction.is_exposed) == (
        *("draft", original, original.total, "Thank you", True),
    )
    fields = ("description", "quantity", "net", "tax", "billing_type", "internal_description")
    lines = [list(each.lines.order_by("position").values_list(*fields)) for each in (original, correction)]
    assert lines[0] == lines[1]
    assert correct(original).pk == correction.pk


@time_machine.travel("2026-03-20T16:00:00Z")
def test_a_correction_is_due_with_the_original_unless_that_day_has_gone_by():
    account = make_account()
    make_billing_terms(account, payment_days=10)
    days = {"account": account, "invoice_date": dt.date(2026, 3, 1)}
    dues = [correct(make_project_invoice(due_date=dt.date(2026, 3, day), **days)).due_date for day in (20, 19)]

    assert dues == [dt.date(2026, 3, 20), dt.date(2026, 3, 30)]


def test_confirming_it_marks_the_original():
    original = make_project_invoice()
    correction = correct(original)
    original.refresh_from_db()
    assert not original.is_corrected

    write_lines(correction, [make_line(unit_price=Decimal(80))])
    confirm(correction)

    original.refresh_from_db()
    assert original.is_corrected
    assert (original.status, original.net, correction.net) == (InvoiceStatus.CONFIRMED, Decimal(100), Decimal(80))


def test_a_correction_is_corrected_in_turn():
    second = confirm(correct(make_project_invoice()))

    third = confirm(correct(second))

    second.refresh_from_db()
    assert second.is_corrected
    assert not third.is_corrected


@pytest.mark.parametrize("status", [InvoiceStatus.DRAFT, InvoiceStatus.IN_REVIEW, InvoiceStatus.PAID])
def test_only_what_is_confirmed_and_not_paid_is_corrected(status):
    with pytest.raises(DomainError, match="Only a confirmed invoice"):
        correct(in_state(status))


def test_what_has_a_correction_is_not_paid():
    original = make_project_invoice()
    correction = correct(original)
    with pytest.raises(DomainError, match="has a correction"):
        record_paid(original)

    discard(correction)

    assert record_paid(original).status == InvoiceStatus.PAID


@pytest.mark.parametrize("status", [InvoiceStatus.IN_REVIEW, InvoiceStatus.CONFIRMED, InvoiceStatus.PAID])
def test_only_drafts_are_thrown_away(status):
    invoice = in_state(status)

    with pytest.raises(DomainError, match="Only a draft"):
        discard(invoice)


# What the database keeps, whatever code writes.

FINAL = [
    lambda invoice: ProjectInvoice.objects.filter(pk=invoice.pk).update(due_date=dt.date(2099, 1, 1)),
    lambda invoice: ProjectInvoice.objects.filter(pk=invoice.pk).update(note="Other"),
    lambda invoice: ProjectInvoice.objects.filter(pk=invoice.pk).update(net=1, total=Decimal("9.88")),
    lambda invoice: ProjectInvoice.objects.filter(pk=invoice.pk).update(status=InvoiceStatus.DRAFT, paid_at=None),
    lambda invoice: ProjectInvoice.objects.filter(pk=invoice.pk).update(confirmed_at=clock.now()),
    lambda invoice: ProjectInvoice.objects.filter(pk=invoice.pk)._raw_delete("default"),
    lambda invoice: ProjectInvoiceLine.objects.filter(invoice=invoice).update(net=1),
    lambda invoice: ProjectInvoiceLine.objects.filter(invoice=invoice).update(description="Other"),
    lambda invoice: ProjectInvoiceLine.objects.filter(invoice=invoice).update(invoice=make_project_draft()),
    lambda invoice: ProjectInvoiceLine.objects.filter(invoice=invoice)._raw_delete("default"),
    lambda invoice: ProjectInvoiceLine.objects.create(invoice=invoice, position=9, description="More"),
]


@pytest.mark.parametrize("change", FINAL)
@pytest.mark.parametrize("status", [InvoiceStatus.CONFIRMED, InvoiceStatus.PAID])
def test_what_was_confirmed_stays_as_it_is(status, change):
    invoice = in_state(status)

    with pytest.raises(IntegrityError, match="stay"), transaction.atomic():
        change(invoice)


@pytest.mark.parametrize("field", ["is_exposed", "internal_notes", "external_number"])
def test_what_is_the_companys_own_may_still_change(field):
    invoice = make_project_invoice(is_exposed=False)
    value = True if field == "is_exposed" else "Other"

    assert ProjectInvoice.objects.filter(pk=invoice.pk).update(**{field: value}) == 1


@pytest.mark.parametrize("kind", NOT_CHARGED)
def test_the_database_charges_nothing_that_is_not_chargeable(kind):
    draft = make_project_draft()

    with pytest.raises(IntegrityError, match="project_invoice_line_charged"), transaction.atomic():
        ProjectInvoiceLine.objects.create(invoice=draft, position=9, description="x", billing_type=kind, net=1)


def test_the_database_corrects_an_invoice_once():
    correction = correct(make_project_invoice())

    with pytest.raises(IntegrityError, match="project_invoice_corrected_once"), transaction.atomic():
        make_project_draft(account=correction.account, corrects=correction.corrects)
