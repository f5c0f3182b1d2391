"""Import partners of the programme from CSV."""

from partners.domain.partner_imports import COLUMNS, import_partners
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import what partners take on from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_partners
