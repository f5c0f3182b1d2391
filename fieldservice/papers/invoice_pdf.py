"""An invoice as PDF in the company's brand and the reader's language (FS-5)."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.enums import InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine
from fieldservice.papers.invoices import paper_of
from portal.kit.pdf import Column, Paper, Sum
from portal.tenancy.scope import current_tenant
from portal.web.papers import letterhead_of

# What is no bill (yet) says so on each page.
MARKED = (InvoiceStatus.DRAFT, InvoiceStatus.CANCELED)


def pdf_of(invoice: Invoice, lines: list[InvoiceLine]) -> Paper:
    """The paper of an invoice or credit note; `invoice` comes from `queries.invoices.invoice_detail` or `invoice_for_staff`."""
    said = paper_of(invoice, lines)
    place = invoice.account.place
    paper = Paper(
        letterhead_of(current_tenant()),
        title=said.title,
        language=get_language(),
        dated=invoice.issued_at or invoice.created_at,
        country=place.country if place else "",
        mark=invoice.get_status_display() if invoice.status in MARKED else "",
    )
    paper.columns((_("Bill to"), said.address))
    paper.facts((fact["label"], fact["value"]) for fact in said.facts)
    columns = [
        Column(_("Description"), 4),
        Column(_("Quantity"), 1.2, is_number=True),
        Column(_("Price"), 1.6, is_number=True),
        *([Column(_("Discount"), 1.1, is_number=True)] if said.has_discounts else []),
        Column(_("Tax"), 1.1, is_number=True),
        Column(_("Net"), 1.7, is_number=True),
    ]
    paper.table(columns, (cells_of(line, has_discounts=said.has_discounts) for line in said.lines))
    paper.sums(Sum(row["label"], row["value"], row.get("is_total", False)) for row in said.totals)
    if invoice.note:
        paper.paragraph(invoice.note)
    return paper


def cells_of(line, *, has_discounts: bool) -> list[str]:
    """A line of the table."""
    discount = [line.discount or "–"] if has_discounts else []
    return [line.description, line.quantity, line.price, *discount, line.tax, line.net]
