"""Import invoices from CSV."""

from fieldservice.domain.invoice_imports import import_invoices
from fieldservice.domain.invoice_rows import COLUMNS
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import invoices from CSV, a row for each line; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_invoices
