"""Import work orders from CSV."""

from fieldservice.domain.work_order_imports import COLUMNS, import_work_orders
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import work orders from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_work_orders
