"""Import levels of stock from CSV."""

from fieldservice.domain.stock_imports import STOCK_COLUMNS, import_stock
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import what lies in the warehouses from CSV; a second run of the same file changes nothing."
    columns = STOCK_COLUMNS
    verb = import_stock
