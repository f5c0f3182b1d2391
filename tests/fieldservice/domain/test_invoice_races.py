"""Many at once on one invoice: never overpaid, one payment a key, one invoice a work order, one end of a draft (FS-5)."""

from decimal import Decimal
from uuid import uuid4

import pytest

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoice_payments import record_payment
from fieldservice.domain.invoice_work_orders import invoice_work_order
from fieldservice.domain.invoices import cancel, issue
from fieldservice.enums import InvoiceStatus, LineStatus, WorkOrderStatus
from fieldservice.models import Invoice, Payment, WorkOrderProduct
from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from portal.timeline.models import Entry
from tests.factories.accounts import make_reviewer
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_work_order
from tests.factories.invoices import make_draft, make_invoice, make_item
from tests.kit.races import at_once

CLIENTS = 12

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def invoice(committed):
    with tenant_scope(committed):
        return make_invoice(make_item(unit_price=Decimal(100), tax_rate=Decimal(0)))


def now(tenant, invoice):
    with tenant_scope(tenant):
        return Invoice.objects.get(pk=invoice.pk)


def test_parallel_payments_never_overpay(committed, invoice):
    results = at_once(committed, *[lambda: record_payment(invoice, amount=Decimal(30))] * CLIENTS)

    assert sum(isinstance(each, Payment) for each in results) == 3
    assert (now(committed, invoice).paid, now(committed, invoice).status) == (Decimal(90), InvoiceStatus.ISSUED)


def test_parallel_payments_and_credits_meet_the_total(committed, invoice):
    pay = lambda: record_payment(invoice, amount=Decimal(40))  # noqa: E731
    give = lambda: credit(invoice, amount=Decimal(30), reason="Late")  # noqa: E731

    at_once(committed, *[pay, give] * (CLIENTS // 2))

    found = now(committed, invoice)
    assert found.paid + found.credited <= found.total
    assert found.balance < Decimal(30)


def test_one_key_is_one_payment(committed, invoice):
    key = uuid4()

    results = at_once(committed, *[lambda: record_payment(invoice, amount=Decimal(30), request_key=key)] * CLIENTS)

    assert {each.pk for each in results} == {results[0].pk}
    assert now(committed, invoice).paid == Decimal(30)


def test_a_work_order_is_invoiced_once(committed):
    with tenant_scope(committed):
        work_order = make_work_order(system_status=WorkOrderStatus.POSTED)
        WorkOrderProduct.objects.create(
            work_order=work_order, product=make_product(), status=LineStatus.USED, quantity_to_bill=1, unit_price=5
        )

    results = at_once(committed, *[lambda: invoice_work_order(work_order)] * CLIENTS)

    assert {each.pk for each in results} == {results[0].pk}
    with tenant_scope(committed):
        assert Invoice.objects.count() == 1


def test_a_draft_is_issued_once(committed):
    with tenant_scope(committed):
        make_reviewer(account=(draft := make_draft(is_exposed=True)).account)

    results = at_once(committed, *[lambda: issue(Invoice.objects.get(pk=draft.pk))] * CLIENTS)

    assert {(each.pk, each.number, each.status) for each in results} == {(draft.pk, draft.number, InvoiceStatus.ISSUED)}
    with tenant_scope(committed):
        assert AuditEntry.objects.filter(action="invoice.issue", object_id=draft.pk).count() == 1
        assert Entry.objects.filter(code="invoice.issued", object_id=draft.pk).count() == 1
        assert OutboxMessage.objects.filter(name="invoice_exposed").count() == 1
        assert make_draft(account=draft.account).number == "INV-1002"


def test_a_draft_is_issued_or_canceled_never_both(committed):
    with tenant_scope(committed):
        draft = make_draft()

    at_once(committed, *[lambda: issue(draft), lambda: cancel(draft, reason="Wrong")] * (CLIENTS // 2))

    found = now(committed, draft)
    assert found.status == InvoiceStatus.CANCELED


def test_payment_against_cancel_has_one_winner(committed, invoice):
    pay = lambda: record_payment(invoice, amount=Decimal(100))  # noqa: E731
    stop = lambda: cancel(invoice, reason="Wrong")  # noqa: E731

    at_once(committed, *[pay, stop] * (CLIENTS // 2))

    found = now(committed, invoice)
    assert (found.status, found.paid) in {(InvoiceStatus.PAID, Decimal(100)), (InvoiceStatus.CANCELED, Decimal(0))}


def test_numbers_have_no_gap_nor_twin(committed):
    with tenant_scope(committed):
        account = make_draft().account

    at_once(committed, *[lambda: make_draft(account=account)] * CLIENTS)

    with tenant_scope(committed):
        found = sorted(int(each.removeprefix("INV-")) for each in Invoice.objects.values_list("number", flat=True))
    assert found == list(range(1001, 1001 + CLIENTS + 1))
