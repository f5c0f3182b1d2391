"""Import technicians and other resources from CSV."""

from portal.accounts.management.import_command import ImportCommand
from scheduling.domain.imports import COLUMNS, import_resources


class Command(ImportCommand):
    help = "Import technicians and other resources from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_resources
