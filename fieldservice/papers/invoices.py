"""An invoice in words and figures of the reader's language: for its page, its print and its PDF alike."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fieldservice.engine.totals import totals
from fieldservice.enums import InvoiceKind, InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine
from fieldservice.papers.quantities import quantity_text
from portal.geo.addresses import address_lines
from portal.kit.money import ZERO, money_text, percent_text, price_text


@dataclass(frozen=True, slots=True)
class State:
    """Where an invoice stands: a word, its tone, and for an open one how long there is to pay."""

    label: str
    tone: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line, all of it text; `discount` is empty without one."""

    description: str
    quantity: str
    price: str
    discount: str
    tax: str
    net: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What an invoice says: who, what, how much. `totals` are rows of the component of that name."""

    title: str
    facts: list[dict]
    address: list[str]
    lines: list[PaperLine]
    totals: list[dict]
    has_discounts: bool


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
    days = (invoice.due_date - today).days
    if days < 0:
        late = ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
        return State(_("Overdue"), "danger", late)
    if days == 0:
        return State(_("Open"), "warn", _("due today"))
    return State(_("Open"), "info", ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days})


def day_text(day: dt.date) -> str:
    """A date as the language writes it."""
    return date_format(day, "DATE_FORMAT")


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
        address=[invoice.account.name, *(address_lines(invoice.account.place) if invoice.account.place else ())],
        lines=[line_of(invoice, each) for each in lines],
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


def line_of(invoice: Invoice, line: InvoiceLine) -> PaperLine:
    """A line as text."""
    language = get_language()
    return PaperLine(
        description=line.description,
        quantity=quantity_text(line.quantity, line.unit),
        price=price_text(line.unit_price, invoice.currency, language),
        discount=percent_text(line.discount_percent, language) if line.discount_percent else "",
        tax=percent_text(line.tax_rate, language),
        net=amount_text(invoice, line.net),
    )


def totals_of(invoice: Invoice, lines: list[InvoiceLine]) -> list[dict]:
    """Net, each tax, total, and what is left of it after payments and credits."""
    rows = [{"label": _("Net"), "value": amount_text(invoice, invoice.net)}]
    rows += [
        {
            "label": f"{each.name or _('Tax')} {percent_text(each.rate, get_language())}",
            "value": amount_text(invoice, each.tax),
        }
        for each in totals(lines).taxes
    ]
    is_credit, is_canceled = invoice.kind == InvoiceKind.CREDIT_NOTE, invoice.status == InvoiceStatus.CANCELED
    total = _("Total credit") if is_credit else _("Total")
    rows.append({"label": total, "value": amount_text(invoice, invoice.total), "is_total": not is_canceled})
    if invoice.paid:
        rows.append({"label": _("Paid"), "value": amount_text(invoice, -invoice.paid)})
    if invoice.credited:
        rows.append({"label": _("Credited"), "value": amount_text(invoice, -invoice.credited)})
    if invoice.paid or invoice.credited:
        rows.append({"label": _("Balance"), "value": amount_text(invoice, invoice.balance), "is_total": True})
    if is_canceled:
        rows.append({"label": _("To pay"), "value": amount_text(invoice, invoice.balance), "is_total": True})
    return rows
