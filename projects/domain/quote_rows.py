"""What a row of an import of quotes may say: the quote, and one of its lines (OPS-4)."""

from fieldservice.domain.document_rows import day, line_columns, money
from portal.kit.csv_cells import Column, choice, decimal, flag, line, text
from projects.enums import QuoteStatus

# Revisions and what customers decide happen here, and withdrawn quotes are of no use: none of them is imported.
STATUSES = (QuoteStatus.DRAFT, QuoteStatus.SENT, QuoteStatus.WON, QuoteStatus.LOST)
LINE_COLUMNS = (
    *line_columns(300),
    Column("is_optional", flag, empty=False),
    Column("unit_cost", decimal(4), empty=0),
)
HEAD_COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("project_number", line(60)),
    Column("name", line(160), is_required=True),
    Column("status", choice(STATUSES), empty=QuoteStatus.DRAFT.value),
    Column("sent_date", day, empty=None),
    Column("closed_date", day, empty=None),
    Column("valid_until", day, empty=None),
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
