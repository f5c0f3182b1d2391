"""The exchange in the admin."""

from integrations.admin import connections, fields, projects, rows, runs, tasks  # noqa: F401  registers the pages
