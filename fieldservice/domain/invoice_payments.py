"""Money that came in for an invoice, and what was taken back of it (FS-5)."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

from babel.numbers import get_currency_precision
from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.invoices import lock_invoice, refresh, settle
from fieldservice.enums import InvoiceStatus
from fieldservice.models import Invoice, Payment
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.money import ZERO, round_money
from portal.tenancy.days import today
from portal.timeline.domain.comments import note_event


@transaction.atomic
def record_payment(
    invoice: Invoice,
    *,
    amount: Decimal,
    paid_date: dt.date | None = None,
    method: str = "",
    reference: str = "",
    request_key: UUID | None = None,
    by=None,
) -> Payment:
    """Record money that came in, all or a part; the invoice is paid once nothing is left. Audited.

    The same request key again returns the first payment. Raises DomainError for an amount that does not fit the balance.
    """
    locked = lock_invoice(invoice)
    if request_key is not None:
        known = locked.payments.filter(request_key=request_key).order_by("pk").first()
        if known is not None:
            refresh(invoice, locked)
            return known
    check_amount(locked, amount)
    day = paid_date or today()
    if day > today():
        raise DomainError(_("This day has not come yet."), field="paid_date")
    payment = Payment.objects.create(
        invoice=locked,
        amount=amount,
        paid_date=day,
        method=method,
        reference=reference,
        request_key=request_key,
        created_at=clock.now(),
    )
    before = figures(locked)
    locked.paid += amount
    settle(locked)
    locked.save(update_fields=["paid", "status", "closed_at"])
    record(by, "invoice.payment", locked, before=before, after=figures(locked) | {"payment": str(payment.pk)})
    note_event(locked, "invoice.payment", {"date": day.isoformat()}, by=by)
    refresh(invoice, locked)
    return payment


@transaction.atomic
def reverse_payment(payment: Payment, *, reason: str = "", by=None) -> Payment:
    """Take back a payment that bounced or was recorded wrongly; a paid invoice is open again. Audited; once."""
    locked = lock_invoice(payment.invoice)
    row = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    if row.reversed_at is None:
        before = figures(locked)
        row.reversed_at = clock.now()
        row.save(update_fields=["reversed_at"])
        locked.paid -= row.amount
        settle(locked)
        locked.save(update_fields=["paid", "status", "closed_at"])
        after = figures(locked) | {"payment": str(row.pk), "reason": reason.strip()}
        record(by, "invoice.reverse", locked, before=before, after=after)
        note_event(locked, "invoice.reversed", {"date": row.paid_date.isoformat()}, by=by)
    payment.reversed_at = row.reversed_at
    refresh(payment.invoice, locked)
    return payment


def check_amount(invoice: Invoice, amount: Decimal) -> None:
    """Raise DomainError unless so much of a locked invoice can be paid or credited."""
    if invoice.status != InvoiceStatus.ISSUED:
        raise DomainError(_("The invoice is not open: nothing is left to pay."))
    if amount <= ZERO:
        raise DomainError(_("The amount is above 0."), field="amount")
    if amount != round_money(amount, invoice.currency):
        digits = get_currency_precision(invoice.currency)
        raise DomainError(_("At most %(digits)d decimals.") % {"digits": digits}, field="amount")
    if amount > invoice.balance:
        balance = round_money(invoice.balance, invoice.currency)
        raise DomainError(_("Only %(balance)s is left to pay.") % {"balance": balance}, field="amount")


def check_seen(invoice: Invoice, seen_balance: Decimal | None) -> None:
    """Raise Conflict when the balance is another one than the person saw who decides by it."""
    if seen_balance is not None and seen_balance != invoice.balance:
        raise Conflict(_("The balance has changed meanwhile. Look at the invoice again."))


def figures(invoice: Invoice) -> dict[str, str]:
    """What the audit keeps of the state of payment."""
    return {"status": invoice.status, "paid": str(invoice.paid), "credited": str(invoice.credited)}
