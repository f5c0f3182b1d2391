"""Import quotes from CSV."""

from portal.accounts.management.import_command import ImportCommand
from projects.domain.quote_imports import import_quotes
from projects.domain.quote_rows import COLUMNS


class Command(ImportCommand):
    help = "Import quotes from CSV, a row for each line; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_quotes
