"""Credit notes: a document of its own that lowers the balance of an invoice (FS-5)."""

from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fieldservice.domain.invoice_lines import copy_of
from fieldservice.domain.invoice_notices import tell_of
from fieldservice.domain.invoice_payments import check_amount, check_seen, figures
from fieldservice.domain.invoices import InvoiceItem, finish_issue, line_rows, lock_invoice, refresh, settle
from fieldservice.engine.credits import gross_of, part_of
from fieldservice.engine.totals import TaxTotal
from fieldservice.enums import InvoiceKind, NumberKind
from fieldservice.models import Invoice, InvoiceLine
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from portal.timeline.domain.comments import note_event


@transaction.atomic
def credit(
    invoice: Invoice, *, reason: str, amount: Decimal | None = None, seen_balance: Decimal | None = None, by=None
) -> Invoice:
    """Credit an open invoice, by `amount` (gross) or whatever is left of it; returns the credit note. Audited.

    The credit note has a number of its own, is issued at once, and as visible as the invoice. What was paid is not credited:
    take the payment back first. `seen_balance` is what the person saw who decides; raises Conflict when it is another one
    by now, DomainError without a reason or for an amount that does not fit the balance.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say why the invoice is credited. The customer reads it."), field="reason")
    locked = lock_invoice(invoice)
    check_seen(locked, seen_balance)
    if locked.kind == InvoiceKind.CREDIT_NOTE:
        raise DomainError(_("A credit note is not credited itself."))
    amount = locked.balance if amount is None else amount
    check_amount(locked, amount)
    note = write_note(locked, items_of(locked, amount), reason)
    before = figures(locked)
    locked.credited += amount
    settle(locked)
    locked.save(update_fields=["credited", "status", "closed_at"])
    record(by, "invoice.credit", locked, before=before, after=figures(locked) | {"credit_note": note.number})
    note_event(locked, "invoice.credited", by=by)
    finish_issue(note, by=by)
    tell_of([note])
    refresh(invoice, locked)
    return note


def write_note(invoice: Invoice, items: list[InvoiceItem], reason: str) -> Invoice:
    """The credit note as a draft, with its lines."""
    note = Invoice(
        kind=InvoiceKind.CREDIT_NOTE,
        credits=invoice,
        account_id=invoice.account_id,
        service_account_id=invoice.service_account_id,
        agreement_id=invoice.agreement_id,
        work_order_id=invoice.work_order_id,
        invoice_date=max(today(), invoice.invoice_date),
        due_date=max(today(), invoice.invoice_date),
        currency=invoice.currency,
        note=reason[: Invoice._meta.get_field("note").max_length],
        is_exposed=invoice.is_exposed,
        created_at=clock.now(),
    )
    rows = line_rows(note, items)
    note.number = take_number(NumberKind.INVOICE)
    note.save(force_insert=True)
    InvoiceLine.objects.bulk_create(rows)
    return note


def items_of(invoice: Invoice, amount: Decimal) -> list[InvoiceItem]:
    """What the credit note lists: the invoice's lines where all of it is credited, else a sum for each rate of tax."""
    lines = list(invoice.lines.select_related("product").order_by("position", "pk"))
    if amount == invoice.total:
        return [copy_of(line) for line in lines]
    with translation.override(current_tenant().default_language):
        text = _("Credit for invoice %(number)s") % {"number": invoice.number}
    return [
        InvoiceItem(
            description=text, unit_price=part.net, net=part.net, tax=part.tax, tax_name=part.name, tax_rate=part.rate
        )
        for part in part_of(groups_left(invoice, lines), amount, invoice.currency)
    ]


def groups_left(invoice: Invoice, lines: list[InvoiceLine]) -> list[TaxTotal]:
    """What the invoice charges at each rate less what was credited of it, so that several credits add up to its taxes."""
    credited = InvoiceLine.objects.filter(invoice__credits=invoice).order_by("pk")
    groups: dict[tuple[str, Decimal], TaxTotal] = {}
    for line, sign in [(each, 1) for each in lines] + [(each, -1) for each in credited]:
        key = (line.tax_name, line.tax_rate)
        former = groups.get(key, TaxTotal(*key, Decimal(0), Decimal(0)))
        groups[key] = TaxTotal(*key, former.net + sign * line.net, former.tax + sign * line.tax)
    return [each for each in groups.values() if gross_of(each)]
