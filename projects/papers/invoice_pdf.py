"""A project invoice as PDF in the company's brand and the reader's language (PSA-4)."""

from django.utils.translation import gettext as _

from fieldservice.papers.document_pdf import sheets_of
from portal.kit.pdf import Paper
from projects.enums import InvoiceStatus
from projects.models import ProjectInvoice, ProjectInvoiceLine
from projects.papers.invoices import paper_of

# What is no bill (yet) says so on each page.
MARKED = (InvoiceStatus.DRAFT, InvoiceStatus.IN_REVIEW)


def pdf_of(invoice: ProjectInvoice, lines: list[ProjectInvoiceLine]) -> Paper:
    """The paper; `invoice` comes from `queries.invoices.invoice_detail` or `invoice_for_staff`."""
    paper = sheets_of(
        paper_of(invoice, lines),
        invoice.account,
        address_label=_("Bill to"),
        dated=invoice.confirmed_at or invoice.created_at,
        mark=mark_of(invoice),
    )
    if invoice.note:
        paper.paragraph(invoice.note)
    return paper


def mark_of(invoice: ProjectInvoice) -> str:
    """What stands beside the title of an invoice that nobody is to pay (any more)."""
    if invoice.is_corrected:
        return _("Corrected")
    return invoice.get_status_display() if invoice.status in MARKED else ""
