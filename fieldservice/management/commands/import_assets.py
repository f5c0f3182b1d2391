"""Import assets and their locations from CSV."""

from fieldservice.domain.asset_imports import COLUMNS, import_assets
from portal.accounts.management.import_command import ImportCommand


class Command(ImportCommand):
    help = "Import assets and their locations from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_assets
