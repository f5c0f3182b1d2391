"""Import vendors from CSV."""

from fieldservice.domain.stock_imports import VENDOR_COLUMNS, import_vendors
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import vendors from CSV; a second run of the same file changes nothing."
    columns = VENDOR_COLUMNS
    verb = import_vendors
