"""A project invoice in words and figures of the reader's language: for its page, its print and its PDF alike (PSA-4)."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from fieldservice.papers.documents import Paper, State, address_of, day_text, paper_line, state_by_due, sums_of
from projects.enums import BillingType, InvoiceStatus
from projects.models import ProjectInvoice, ProjectInvoiceLine


def title_of(invoice: ProjectInvoice) -> str:
    """What the document is called, with its number."""
    if invoice.corrects_id is not None:
        return _("Correction %(number)s") % {"number": invoice.number}
    return _("Invoice %(number)s") % {"number": invoice.number}


def state_of(invoice: ProjectInvoice, today: dt.date) -> State:
    """The state as customers read it; `today` is the tenant's."""
    if invoice.is_corrected:
        return State(_("Corrected"), "neutral")
    if invoice.status == InvoiceStatus.PAID:
        return State(_("Paid"), "ok")
    return state_by_due(invoice.due_date, today)


def due_text(invoice: ProjectInvoice) -> str:
    """The last day to pay; empty for an invoice in whose place another one stands."""
    return "" if invoice.is_corrected else day_text(invoice.due_date)


def facts_of(invoice: ProjectInvoice) -> list[dict]:
    """Number and dates, and what it belongs to as far as the viewer sees that, with the ways there."""

    def origin(label, name: str, noun: str, pk) -> dict:
        return {"label": label, "value": name, "url": name and reverse(f"projects:{noun}_detail", args=[pk])}

    return [
        {"label": _("Number"), "value": invoice.number},
        {"label": _("Date"), "value": day_text(invoice.invoice_date)},
        {"label": _("Due"), "value": due_text(invoice)},
        origin(_("Project"), invoice.seen_project, "project", invoice.project_id),
        origin(_("Contract"), invoice.seen_contract, "contract", invoice.contract_id),
        origin(_("Corrects invoice"), invoice.seen_corrects, "invoice", invoice.corrects_id),
        origin(_("Corrected by"), invoice.seen_correction, "invoice", invoice.correction_id),
    ]


def paper_of(invoice: ProjectInvoice, lines: list[ProjectInvoiceLine]) -> Paper:
    """The whole paper; for those only who see the payer's money."""
    return Paper(
        title=title_of(invoice),
        facts=facts_of(invoice),
        address=address_of(invoice.account),
        lines=[
            paper_line(each, invoice.currency, note=note_of(each, sees_project=invoice.sees_project)) for each in lines
        ],
        totals=sums_of(invoice, lines, is_last=not invoice.is_corrected),
        has_discounts=any(each.discount_percent for each in lines),
    )


def note_of(line: ProjectInvoiceLine, *, sees_project: bool) -> str:
    """That it costs nothing, when it was, and for those who see the project who did what."""
    parts = [_("Complimentary")] if line.billing_type == BillingType.COMPLIMENTARY else []
    if line.date is not None:
        parts.append(day_text(line.date))
    if sees_project:
        task = line.task if line.task is not None and line.task.is_shown else None
        parts += [each.name for each in (line.resource, line.role, task) if each is not None]
    return " · ".join(parts)
