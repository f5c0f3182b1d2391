"""A work order as PDF in the company's brand and the reader's language (FS-4)."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fieldservice.models import WorkOrder
from fieldservice.papers.work_orders import Charges, Paper, PaperLine
from portal.kit.pdf import Column, Sum
from portal.kit.pdf import Paper as PdfPaper
from portal.tenancy.scope import current_tenant
from portal.web.papers import letterhead_of


def pdf_of(work_order: WorkOrder, said: Paper) -> PdfPaper:
    """The paper of a work order: what `said` says, and nothing else."""
    paper = PdfPaper(
        letterhead_of(current_tenant()),
        title=said.title,
        language=get_language(),
        dated=work_order.completed_at or work_order.created_at,
        country=work_order.place.country,
    )
    paper.lead(work_order.summary)
    paper.columns((_("Service for"), [work_order.account.name]), (_("Site"), said.address))
    shown_above = {_("Account"), _("Site")}
    paper.facts((fact["label"], fact["value"]) for fact in said.facts if fact["label"] not in shown_above)
    if said.tasks:
        paper.heading(_("Tasks"))
        columns = [Column(_("Task"), 4), Column(_("Progress"), 1.4), Column(_("Result"), 3)]
        paper.table(columns, [(below(each.name, each.note), each.progress, each.result) for each in said.tasks])
    add_charges(paper, _("Products and services"), said.used, sees_money=said.sees_money)
    add_charges(paper, _("Planned"), said.planned, sees_money=said.sees_money)
    for heading, text in (
        (_("Your comments"), work_order.customer_comments),
        (_("What was done"), work_order.resolution),
        (_("Signature"), said.signature),
    ):
        if text:
            paper.heading(heading)
            paper.paragraph(text)
    return paper


def add_charges(paper: PdfPaper, heading: str, charges: Charges, *, sees_money: bool) -> None:
    """The lines with their sums; without prices for those who see no money."""
    if not charges.lines:
        return
    paper.heading(heading)
    columns = [Column(_("Description"), 4), Column(_("Quantity"), 1.6, is_number=True)]
    if sees_money:
        columns += [Column(_("Price"), 1.8, is_number=True)]
        columns += [Column(_("Discount"), 1.1, is_number=True)] if charges.has_discounts else []
        columns += [Column(_("Net"), 1.5, is_number=True)]
    paper.table(columns, [cells_of(each, charges, sees_money=sees_money) for each in charges.lines])
    paper.sums(Sum(row["label"], row["value"], row.get("is_total", False)) for row in charges.totals)


def cells_of(line: PaperLine, charges: Charges, *, sees_money: bool) -> list[str]:
    """A line of the table."""
    cells = [below(line.description, line.note), line.quantity]
    if not sees_money:
        return cells
    return [*cells, line.price or "–", *([line.discount or "–"] if charges.has_discounts else []), line.amount]


def below(text: str, note: str) -> str:
    """A text with its note on the next line."""
    return f"{text}\n{note}" if note else text
