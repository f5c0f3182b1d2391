"""Import warehouses from CSV."""

from fieldservice.domain.stock_imports import WAREHOUSE_COLUMNS, import_warehouses
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import warehouses and vans from CSV; a second run of the same file changes nothing."
    columns = WAREHOUSE_COLUMNS
    verb = import_warehouses
