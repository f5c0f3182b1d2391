"""Import project invoices from CSV."""

from portal.accounts.management.import_command import ImportCommand
from projects.domain.invoice_imports import import_project_invoices
from projects.domain.invoice_rows import COLUMNS


class Command(ImportCommand):
    help = "Import project invoices from CSV, a row for each line; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_project_invoices
