"""Import accounts and contacts from CSV."""

from portal.accounts.domain.imports import COLUMNS, import_accounts
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import accounts and contacts from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_accounts
