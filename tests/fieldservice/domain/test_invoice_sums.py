"""The database has the last word on invoices: what was issued stays, and the sums are right at every commit."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoice_payments import record_payment, reverse_payment
from fieldservice.domain.invoices import issue
from fieldservice.models import Invoice, InvoiceLine, Payment
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.factories.invoices import make_draft, make_invoice, make_item

pytestmark = pytest.mark.usefixtures("in_tenant")


def check_now():
    """What COMMIT would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


WRONG_SUMS = [
    lambda invoice: InvoiceLine.objects.filter(invoice=invoice).update(net=1),
    lambda invoice: InvoiceLine.objects.filter(invoice=invoice).update(tax=1),
    lambda invoice: InvoiceLine.objects.filter(invoice=invoice).delete(),
    lambda invoice: InvoiceLine.objects.create(invoice=invoice, position=9, description="More", net=1),
    lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(net=1, total=Decimal("9.88")),
    lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(paid=1),
    lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(credited=1),
    lambda invoice: Payment.objects.create(
        invoice=invoice, amount=1, paid_date=invoice.invoice_date, created_at=clock.now()
    ),
]


@pytest.mark.parametrize("change", WRONG_SUMS)
def test_wrong_sums_are_not_committed(change):
    invoice = make_draft()
    check_now()

    with refused("Lines, payments and credit notes"), transaction.atomic():
        change(invoice)
        check_now()


def test_right_sums_are():
    invoice = make_invoice(make_item(), make_item(unit_price=Decimal("0.05")))
    payment = record_payment(invoice, amount=Decimal(50))
    reverse_payment(payment)
    record_payment(invoice, amount=Decimal(20))
    credit(invoice, amount=Decimal(10), reason="Goodwill")

    check_now()


def test_sums_are_checked_whatever_tenant_is_in_scope_by_then(other_tenant):
    invoice = make_draft()
    check_now()

    with refused("Lines, payments and credit notes"), transaction.atomic():
        InvoiceLine.objects.filter(invoice=invoice).update(net=1)
        with tenant_scope(other_tenant):
            check_now()


def test_the_check_leaves_the_scope_as_it_was(other_tenant):
    make_draft()

    with tenant_scope(other_tenant):
        check_now()
        assert not Invoice.objects.exists()


CHANGES_OF_ISSUED = [
    lambda invoice: InvoiceLine.objects.filter(invoice=invoice).update(description="Something else"),
    lambda invoice: InvoiceLine.objects.filter(invoice=invoice).delete(),
    lambda invoice: InvoiceLine.objects.create(invoice=invoice, position=9, description="More"),
    lambda invoice: InvoiceLine.objects.filter(invoice=invoice).update(invoice=make_draft()),
    lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(number="X-1"),
    lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(net=0, tax=0, total=0),
    lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(account=make_draft().account),
    lambda invoice: Invoice.objects.filter(pk=invoice.pk).update(status="draft"),
    lambda invoice: invoice.delete(),
]


@pytest.mark.parametrize("change", CHANGES_OF_ISSUED)
def test_what_was_issued_stays(change):
    invoice = make_invoice()

    with refused("stay"), transaction.atomic():
        change(invoice)


def test_a_draft_may_change_and_go():
    draft = make_draft()
    InvoiceLine.objects.filter(invoice=draft).update(description="Something else")

    draft.delete()

    check_now()
    assert not InvoiceLine.objects.exists()


CHANGES_OF_PAYMENTS = [
    lambda payment: Payment.objects.filter(pk=payment.pk).update(amount=2),
    lambda payment: Payment.objects.filter(pk=payment.pk).delete(),
    lambda payment: Payment.objects.filter(pk=reverse_payment(payment).pk).update(reversed_at=None),
]


@pytest.mark.parametrize("change", CHANGES_OF_PAYMENTS)
def test_a_payment_is_taken_back_not_changed(change):
    payment = record_payment(make_invoice(), amount=Decimal(1))

    with refused("taken back, not changed"), transaction.atomic():
        change(payment)


def test_an_issued_draft_is_final():
    draft = make_draft()
    issue(draft)

    with refused("stay"), transaction.atomic():
        draft.lines.all().delete()
