"""A contract as PDF in the company's brand and the reader's language (PSA-3)."""

from django.utils.translation import gettext as _

from fieldservice.papers.document_pdf import sheets_of
from portal.kit.pdf import Column, Paper
from projects.enums import ContractStatus
from projects.models import Contract, ContractLine, ContractMilestone
from projects.papers.contracts import milestone_columns, milestone_rows, paper_of

# What binds nobody says so on each page.
MARKED = (ContractStatus.DRAFT, ContractStatus.LOST)


def pdf_of(contract: Contract, lines: list[ContractLine], milestones: list[ContractMilestone]) -> Paper:
    """The paper; `contract` comes from `queries.contracts.contract_detail` or `contract_for_staff`."""
    paper = sheets_of(
        paper_of(contract, lines),
        contract.account,
        address_label=_("Customer"),
        dated=contract.opened_at or contract.created_at,
        mark=contract.get_status_display() if contract.status in MARKED else "",
        introduction=contract.introduction,
    )
    if milestones:
        paper.heading(_("Milestones"))
        heads = milestone_columns(milestones, sees_money=True)
        columns = [Column(each["label"], 2, is_number=each.get("is_number", False)) for each in heads]
        rows = milestone_rows(contract, milestones, sees_money=True)
        paper.table(columns, ([cell["value"] or "–" for cell in row["cells"]] for row in rows))
    if contract.terms:
        paper.heading(_("Terms"))
        paper.paragraph(contract.terms)
    return paper
