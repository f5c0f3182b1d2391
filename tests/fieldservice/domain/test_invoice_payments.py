"""Payments and credit notes (FS-5)."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoice_payments import record_payment, reverse_payment
from fieldservice.domain.invoices import cancel, issue
from fieldservice.enums import INVOICE_TRANSITIONS, InvoiceKind, InvoiceStatus
from portal.audit.models import AuditEntry
from portal.kit.errors import Conflict, DomainError
from tests.factories.invoices import make_draft, make_invoice, make_item

pytestmark = pytest.mark.usefixtures("in_tenant")
ALL = Decimal("108.88")


def test_an_invoice_is_paid_when_nothing_is_left():
    invoice = make_invoice()

    record_payment(invoice, amount=Decimal("8.88"), method="Card", reference="77")
    assert (invoice.status, invoice.balance) == (InvoiceStatus.ISSUED, Decimal(100))

    record_payment(invoice, amount=Decimal(100))
    assert (invoice.status, invoice.balance) == (InvoiceStatus.PAID, Decimal(0))
    assert invoice.closed_at is not None
    assert invoice.payments.count() == 2


def test_the_same_key_pays_once():
    invoice, key = make_invoice(), uuid4()

    first, again = (record_payment(invoice, amount=Decimal(60), request_key=key) for _time in range(2))

    assert first.pk == again.pk
    assert invoice.paid == Decimal(60)
    assert AuditEntry.objects.filter(action="invoice.payment").count() == 1


@pytest.mark.parametrize("amount", ["0", "-1", "108.89", "0.001"])
def test_an_amount_that_does_not_fit_is_refused(amount):
    invoice = make_invoice()

    with pytest.raises(DomainError) as refused:
        record_payment(invoice, amount=Decimal(amount))
    assert refused.value.field == "amount"
    assert not invoice.payments.exists()


def test_money_does_not_come_in_tomorrow():
    with pytest.raises(DomainError) as refused:
        record_payment(make_invoice(), amount=Decimal(1), paid_date=dt.date(2999, 1, 1))
    assert refused.value.field == "paid_date"


def test_a_payment_taken_back_opens_the_invoice_again():
    invoice = make_invoice()
    payment = record_payment(invoice, amount=ALL)

    for _time in range(2):
        reverse_payment(payment, reason="Bounced")

    invoice.refresh_from_db()
    assert (invoice.status, invoice.balance, invoice.closed_at) == (InvoiceStatus.ISSUED, ALL, None)
    assert AuditEntry.objects.filter(action="invoice.reverse").count() == 1


def test_a_whole_credit_copies_the_lines():
    invoice = make_invoice(make_item(quantity=Decimal(2)), make_item(unit_price=Decimal(5), tax_rate=Decimal(0)))

    note = credit(invoice, reason="Wrong site")

    assert (note.kind, note.credits, note.status) == (InvoiceKind.CREDIT_NOTE, invoice, InvoiceStatus.PAID)
    assert note.number != invoice.number
    assert (note.net, note.tax, note.total, note.balance) == (invoice.net, invoice.tax, invoice.total, Decimal(0))
    assert [each.description for each in note.lines.order_by("position")] == [
        each.description for each in invoice.lines.order_by("position")
    ]
    assert (invoice.status, invoice.credited, invoice.balance) == (InvoiceStatus.PAID, invoice.total, Decimal(0))


def test_parts_of_a_credit_add_up_to_the_taxes_of_the_invoice():
    invoice = make_invoice(
        make_item(unit_price=Decimal("33.33"), tax_rate=Decimal("7.7")),
        make_item(unit_price=Decimal("0.07"), tax_name="Reduced", tax_rate=Decimal("2.5")),
        make_item(unit_price=Decimal("10.01"), tax_name="None", tax_rate=Decimal(0)),
    )

    notes = [credit(invoice, amount=amount, reason="Late") for amount in (Decimal("0.01"), Decimal("13.37"))]
    notes.append(credit(invoice, reason="Late"))

    assert sum(each.tax for each in notes) == invoice.tax
    assert sum(each.total for each in notes) == invoice.total
    assert invoice.status == InvoiceStatus.PAID


def test_a_credit_note_is_as_visible_as_its_invoice():
    assert [credit(make_invoice(is_exposed=each), reason="Late").is_exposed for each in (True, False)] == [True, False]


def test_what_was_paid_is_not_credited():
    invoice = make_invoice()
    record_payment(invoice, amount=Decimal(100))

    with pytest.raises(DomainError, match=r"8\.88 is left") as refused:
        credit(invoice, amount=Decimal("8.89"), reason="Late")
    assert refused.value.field == "amount"
    assert credit(invoice, reason="Late").total == Decimal("8.88")


def test_a_credit_decided_by_an_old_balance_is_refused():
    invoice = make_invoice()
    record_payment(invoice, amount=Decimal(8))

    with pytest.raises(Conflict):
        credit(invoice, amount=Decimal(1), reason="Late", seen_balance=ALL)
    assert not invoice.credit_notes.exists()


def test_a_credit_note_is_not_credited_nor_paid_nor_canceled():
    note = credit(make_invoice(), reason="Late")

    for verb in (
        lambda: credit(note, reason="Late"),
        lambda: record_payment(note, amount=Decimal(1)),
        lambda: cancel(note, reason="Late"),
    ):
        with pytest.raises(DomainError):
            verb()


def test_a_credit_needs_a_reason():
    with pytest.raises(DomainError) as refused:
        credit(make_invoice(), reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.parametrize(
    "part",
    [lambda each: record_payment(each, amount=Decimal(1)), lambda each: credit(each, amount=Decimal(1), reason="Late")],
)
def test_what_was_paid_or_credited_in_part_is_not_canceled(part):
    invoice = make_invoice()
    part(invoice)

    with pytest.raises(DomainError, match="paid or credited"):
        cancel(invoice, reason="Wrong")


# The whole matrix: each verb in each status, and where it leads; None where it is refused.
def paid():
    invoice = make_invoice()
    record_payment(invoice, amount=ALL)
    return invoice


def canceled():
    return cancel(make_draft(), reason="Wrong")


STATES = {
    InvoiceStatus.DRAFT: make_draft,
    InvoiceStatus.ISSUED: make_invoice,
    InvoiceStatus.PAID: paid,
    InvoiceStatus.CANCELED: canceled,
}
VERBS = {
    "issue": issue,
    "pay": lambda each: record_payment(each, amount=each.total),
    "pay a part": lambda each: record_payment(each, amount=Decimal(1)),
    "reverse": lambda each: reverse_payment(each.payments.get()),
    "credit": lambda each: credit(each, reason="Late"),
    "cancel": lambda each: cancel(each, reason="Wrong"),
}
DRAFT, ISSUED, PAID, CANCELED = InvoiceStatus
LEADS_TO = {
    "issue": {DRAFT: ISSUED, ISSUED: ISSUED, PAID: PAID, CANCELED: None},
    "pay": {DRAFT: None, ISSUED: PAID, PAID: None, CANCELED: None},
    "pay a part": {DRAFT: None, ISSUED: ISSUED, PAID: None, CANCELED: None},
    "reverse": {PAID: ISSUED},
    "credit": {DRAFT: None, ISSUED: PAID, PAID: None, CANCELED: None},
    "cancel": {DRAFT: CANCELED, ISSUED: CANCELED, PAID: None, CANCELED: CANCELED},
}
MATRIX = [(verb, before, after) for verb, row in LEADS_TO.items() for before, after in row.items()]


@pytest.mark.parametrize(("verb", "before", "after"), MATRIX)
def test_every_verb_in_every_status(verb, before, after):
    invoice = STATES[before]()
    assert invoice.status == before

    if after is None:
        with pytest.raises(DomainError):
            VERBS[verb](invoice)
    else:
        VERBS[verb](invoice)
    invoice.refresh_from_db()
    assert invoice.status == (after or before)


def test_the_matrix_uses_every_step_of_the_table():
    used = {(before, after) for _verb, before, after in MATRIX if after not in {None, before}}
    # A draft that costs nothing is paid by way of Open.
    assert used == {(before, after) for before, row in INVOICE_TRANSITIONS.items() for after in row}
