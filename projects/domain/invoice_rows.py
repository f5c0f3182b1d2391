"""What a row of an import of project invoices may say: the invoice, and one of its lines (OPS-4)."""

from fieldservice.domain.document_rows import day, line_columns, money
from portal.kit.csv_cells import Column, choice, flag, line, text
from projects.enums import BillingType, InvoiceStatus

LINE_COLUMNS = (
    *line_columns(300),
    Column("date", day, empty=None),
    Column("role", line(80)),
    Column("resource_number", line(60)),
    Column("billing_type", choice(BillingType.values), empty=BillingType.CHARGEABLE.value),
    Column("internal_description", line(300)),
)
HEAD_COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("project_number", line(60)),
    Column("contract_number", line(60)),
    Column("invoice_date", day, is_required=True),
    Column("due_date", day, empty=None),
    Column("status", choice(InvoiceStatus.values), empty=InvoiceStatus.CONFIRMED.value),
    Column("paid_date", day, empty=None),
    Column("currency", line(3)),
    Column("net", money, empty=None),
    Column("tax", money, empty=None),
    Column("total", money, empty=None),
    Column("note", text(2000)),
    Column("internal_notes", text(4000)),
    Column("is_exposed", flag, empty=False),
)
COLUMNS = (*HEAD_COLUMNS, *LINE_COLUMNS)
