"""A quote as PDF in the company's brand and the reader's language, with the evidence of its decision (PSA-2)."""

from django.utils.translation import gettext as _

from fieldservice.papers.document_pdf import sheets_of
from portal.kit.pdf import Column, Paper
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine
from projects.papers.quotes import paper_of

# What cannot be decided any more, or not yet, says so on each page.
MARKED = (QuoteStatus.DRAFT, QuoteStatus.REVISED, QuoteStatus.CANCELED)


def pdf_of(quote: Quote, lines: list[QuoteLine], decision: QuoteDecision | None) -> Paper:
    """The paper of a quote; `quote` comes from `queries.quotes.quote_detail` or `quote_for_staff`."""
    said = paper_of(quote, lines, decision)
    paper = sheets_of(
        said,
        quote.account,
        address_label=_("For"),
        dated=quote.sent_at or quote.created_at,
        mark=quote.get_status_display() if quote.status in MARKED else "",
        introduction=quote.introduction,
    )
    if said.options:
        paper.heading(_("Options"))
        columns = [
            Column(_("Option"), 4),
            Column(_("Quantity"), 1.5, is_number=True),
            Column(_("With taxes"), 2, is_number=True),
        ]
        paper.table(columns, ([each.line.description, each.line.quantity, each.total] for each in said.options))
    if quote.terms:
        paper.heading(_("Terms"))
        paper.paragraph(quote.terms)
    if said.evidence:
        paper.heading(_("Decision"))
        paper.facts((fact["label"], fact["value"]) for fact in said.evidence)
    return paper
