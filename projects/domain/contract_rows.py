"""What a row of an import of contracts may say: the contract, and one of its lines with its milestones (OPS-4)."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fieldservice.domain.agreement_rows import listed
from fieldservice.domain.document_rows import day, line_columns, money
from portal.kit.csv_cells import BadCell, Column, choice, date, flag, line, text
from projects.domain.milestones import MOST_MILESTONES, MilestoneItem
from projects.enums import BillingMethod, ContractKind, ContractStatus, MilestoneStatus

MILESTONE = re.compile(
    r"^(?P<name>[^=]+?) *= *(?P<amount>\S+)(?: +until +(?P<due>\S+))?(?: +(?P<status>ready|invoiced))?$"
)
STATUSES = {None: MilestoneStatus.NOT_READY, "ready": MilestoneStatus.READY, "invoiced": MilestoneStatus.POSTED}


@dataclass(frozen=True, slots=True)
class ImportedMilestone:
    """A milestone as a file names it, and how far its billing is."""

    item: MilestoneItem
    status: MilestoneStatus


def milestone(value: str) -> ImportedMilestone:
    """A part of a fixed price, net: "Deposit=500 until 2026-04-01 invoiced"."""
    match = MILESTONE.match(value)
    if match is None:
        sentence = _("“%(value)s” is no milestone like Deposit=500 until 2026-04-01.")
        raise BadCell(sentence % {"value": value[:40]})
    item = MilestoneItem(
        name=line(160)(match["name"]),
        amount=money(match["amount"]),
        due_date=date(match["due"]) if match["due"] else None,
    )
    return ImportedMilestone(item, STATUSES[match["status"]])


LINE_COLUMNS = (
    *line_columns(300),
    Column("billing_method", choice(BillingMethod.values), empty=BillingMethod.FIXED_PRICE.value),
    Column("limit_amount", money, empty=None),
    Column("milestones", listed(milestone, most=MOST_MILESTONES), empty=()),
)
HEAD_COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("project_number", line(60)),
    Column("quote_number", line(60)),
    Column("kind", choice(ContractKind.values), empty=ContractKind.CONTRACT.value),
    Column("name", line(160), is_required=True),
    Column("status", choice(ContractStatus.values), empty=ContractStatus.DRAFT.value),
    Column("starts_date", day, is_required=True),
    Column("ends_date", day, empty=None),
    Column("closed_date", day, empty=None),
    Column("currency", line(3)),
    Column("net", money, empty=None),
    Column("tax", money, empty=None),
    Column("total", money, empty=None),
    Column("introduction", text(4000)),
    Column("terms", text(8000)),
    Column("internal_notes", text(4000)),
    Column("is_exposed", flag, empty=False),
)
COLUMNS = (*HEAD_COLUMNS, *LINE_COLUMNS)
