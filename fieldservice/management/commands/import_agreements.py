"""Import agreements from CSV."""

from fieldservice.domain.agreement_imports import import_agreements
from fieldservice.domain.agreement_rows import COLUMNS
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import agreements with their setups from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_agreements
