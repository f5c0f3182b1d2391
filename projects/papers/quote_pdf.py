"""A quote as PDF in the company's brand and the reader's language, with the evidence of its decision (PSA-2)."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.papers.invoice_pdf import cells_of
from portal.kit.pdf import Column, Paper, Sum
from portal.tenancy.scope import current_tenant
from portal.web.papers import letterhead_of
from projects.enums import QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine
from projects.papers.quotes import paper_of

# What cannot be decided any more, or not yet, says so on each page.
MARKED = (QuoteStatus.DRAFT, QuoteStatus.REVISED, QuoteStatus.CANCELED)


def pdf_of(quote: Quote, lines: list[QuoteLine], decision: QuoteDecision | None) -> Paper:
    """The paper of a quote; `quote` comes from `queries.quotes.quote_detail` or `quote_for_staff`."""
    said = paper_of(quote, lines, decision)
    place = quote.account.place
    paper = Paper(
        letterhead_of(current_tenant()),
        title=said.title,
        language=get_language(),
        dated=quote.sent_at or quote.created_at,
        country=place.country if place else "",
        mark=quote.get_status_display() if quote.status in MARKED else "",
    )
    paper.columns((_("For"), said.address))
    paper.facts((fact["label"], fact["value"]) for fact in said.facts)
    if quote.introduction:
        paper.paragraph(quote.introduction)
    paper.table(columns_of(said), (cells_of(line, has_discounts=said.has_discounts) for line in said.lines))
    paper.sums(Sum(row["label"], row["value"], row.get("is_total", False)) for row in said.totals)
    if said.options:
        paper.heading(_("Options"))
        rows = (cells_of(each["line"], has_discounts=said.has_discounts) for each in said.options)
        paper.table(columns_of(said), rows)
    if quote.terms:
        paper.paragraph(quote.terms)
    if said.evidence:
        paper.heading(_("Decision"))
        paper.facts((fact["label"], fact["value"]) for fact in said.evidence)
    return paper


def columns_of(said) -> list[Column]:
    """The columns of the table of lines."""
    return [
        Column(_("Description"), 4),
        Column(_("Quantity"), 1.2, is_number=True),
        Column(_("Price"), 1.6, is_number=True),
        *([Column(_("Discount"), 1.1, is_number=True)] if said.has_discounts else []),
        Column(_("Tax"), 1.1, is_number=True),
        Column(_("Net"), 1.7, is_number=True),
    ]
