"""Import projects from CSV."""

from portal.accounts.management.import_command import ImportCommand
from projects.domain.project_imports import import_projects
from projects.domain.project_rows import COLUMNS


class Command(ImportCommand):
    help = "Import projects with phases and tasks from CSV; a second run of the same file changes nothing."
    columns = COLUMNS
    verb = import_projects
