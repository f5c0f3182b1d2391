"""Import contracts from CSV."""

from portal.accounts.management.import_command import ImportCommand
from projects.domain.contract_imports import import_contracts
from projects.domain.contract_rows import COLUMNS


class Command(ImportCommand):
    help = (
        "Import contracts and order forms from CSV, a row for each line; a second run of the same file changes nothing."
    )
    columns = COLUMNS
    verb = import_contracts
