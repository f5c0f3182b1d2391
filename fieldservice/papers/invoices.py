"""An invoice in words and figures of the reader's language: for its page, its print and its PDF alike."""

import datetime as dt
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.enums import InvoiceKind, InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine
from fieldservice.papers.documents import Paper, State, address_of, day_text, paper_line, state_by_due, sums_of
from portal.kit.money import ZERO, money_text


def title_of(invoice: Invoice) -> str:
    """What the document is called, with its number."""
    number = {"number": invoice.number}
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return _("Credit note %(number)s") % number
    return _("Invoice %(number)s") % number


def state_of(invoice: Invoice, today: dt.date) -> State:
    """The state as customers read it; `today` is the tenant's."""
    if invoice.status == InvoiceStatus.CANCELED:
        return State(_("Canceled"), "neutral")
    if invoice.kind == InvoiceKind.CREDIT_NOTE:
        return State(_("Issued"), "ok")
    if invoice.status == InvoiceStatus.PAID:
        is_credited = invoice.credited > ZERO and invoice.paid == ZERO
        return State(_("Credited"), "neutral") if is_credited else State(_("Paid"), "ok")
    return state_by_due(invoice.due_date, today)


def amount_text(invoice: Invoice, amount: Decimal) -> str:
    """An amount of this invoice as the language writes it."""
    return money_text(amount, invoice.currency, get_language())


def due_text(invoice: Invoice) -> str:
    """The last day to pay; empty for a credit note and a canceled invoice, which ask for nothing."""
    asks = invoice.kind == InvoiceKind.INVOICE and invoice.status != InvoiceStatus.CANCELED
    return day_text(invoice.due_date) if asks else ""


def signed(invoice: Invoice, amount: Decimal) -> Decimal:
    """An amount as it counts beside those of other invoices: a credit note lowers what there is to pay."""
    return -amount if invoice.kind == InvoiceKind.CREDIT_NOTE else amount


def paper_of(invoice: Invoice, lines: list[InvoiceLine]) -> Paper:
    """The whole paper; for those only who see the payer's money."""
    return Paper(
        title=title_of(invoice),
        facts=facts_of(invoice),
        address=address_of(invoice.account),
        lines=[paper_line(each, invoice.currency) for each in lines],
        totals=totals_of(invoice, lines),
        has_discounts=any(each.discount_percent for each in lines),
    )


def facts_of(invoice: Invoice) -> list[dict]:
    """Number and dates, and what it came from as far as the viewer sees that, with the ways there."""

    def origin(label, number: str, noun: str, pk) -> dict:
        return {"label": label, "value": number, "url": number and reverse(f"fieldservice:{noun}_detail", args=[pk])}

    served = invoice.seen_service if invoice.seen_service != invoice.account.name else ""
    return [
        {"label": _("Number"), "value": invoice.number},
        {"label": _("Date"), "value": day_text(invoice.invoice_date)},
        {"label": _("Due"), "value": due_text(invoice)},
        {"label": _("Service for"), "value": served},
        origin(_("Credits invoice"), invoice.seen_credits, "invoice", invoice.credits_id),
        origin(_("Work order"), invoice.seen_work_order, "work_order", invoice.work_order_id),
        origin(_("Agreement"), invoice.seen_agreement, "agreement", invoice.agreement_id),
    ]


def totals_of(invoice: Invoice, lines: list[InvoiceLine]) -> list[dict]:
    """Net, each tax, total, and what is left of it after payments and credits."""
    is_credit, is_canceled = invoice.kind == InvoiceKind.CREDIT_NOTE, invoice.status == InvoiceStatus.CANCELED
    label = _("Total credit") if is_credit else _("Total")
    rows = sums_of(invoice, lines, total_label=label, is_last=not is_canceled)
    if invoice.paid:
        rows.append({"label": _("Paid"), "value": amount_text(invoice, -invoice.paid)})
    if invoice.credited:
        rows.append({"label": _("Credited"), "value": amount_text(invoice, -invoice.credited)})
    if invoice.paid or invoice.credited:
        rows.append({"label": _("Balance"), "value": amount_text(invoice, invoice.balance), "is_total": True})
    if is_canceled:
        rows.append({"label": _("To pay"), "value": amount_text(invoice, invoice.balance), "is_total": True})
    return rows
