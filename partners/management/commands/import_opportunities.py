"""Import opportunities from CSV."""

from partners.domain.opportunity_imports import COLUMNS, import_opportunities
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import opportunities that nobody has yet from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_opportunities
