"""What a row of an import of invoices may say: the invoice, and one of its lines (OPS-4)."""

from fieldservice.domain.document_rows import day, line_columns, money
from fieldservice.enums import InvoiceStatus
from portal.kit.csv_cells import Column, choice, date, flag, line, text

LINE_COLUMNS = line_columns(200)
HEAD_COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("service_account_number", line(40)),
    Column("agreement_number", line(60)),
    Column("work_order_number", line(60)),
    Column("invoice_date", day, is_required=True),
    Column("due_date", day, empty=None),
    Column("status", choice(InvoiceStatus.values), empty=InvoiceStatus.ISSUED.value),
    Column("currency", line(3)),
    Column("net", money, empty=None),
    Column("tax", money, empty=None),
    Column("total", money, empty=None),
    Column("paid", money, empty=None),
    Column("paid_date", date, empty=None),
    Column("payment_method", line(60)),
    Column("note", text(2000)),
    Column("internal_notes", text(4000)),
    Column("is_exposed", flag, empty=False),
)
COLUMNS = (*HEAD_COLUMNS, *LINE_COLUMNS)
