"""An invoice as PDF in the company's brand and the reader's language (FS-5)."""

from django.utils.translation import gettext as _

from fieldservice.enums import InvoiceStatus
from fieldservice.models import Invoice, InvoiceLine
from fieldservice.papers.document_pdf import sheets_of
from fieldservice.papers.invoices import paper_of
from portal.kit.pdf import Paper

# What is no bill (yet) says so on each page.
MARKED = (InvoiceStatus.DRAFT, InvoiceStatus.CANCELED)


def pdf_of(invoice: Invoice, lines: list[InvoiceLine]) -> Paper:
    """The paper of an invoice or credit note; `invoice` comes from `queries.invoices.invoice_detail` or `invoice_for_staff`."""
    paper = sheets_of(
        paper_of(invoice, lines),
        invoice.account,
        address_label=_("Bill to"),
        dated=invoice.issued_at or invoice.created_at,
        mark=invoice.get_status_display() if invoice.status in MARKED else "",
    )
    if invoice.note:
        paper.paragraph(invoice.note)
    return paper
