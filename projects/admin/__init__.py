"""Projects in the admin."""

from projects.admin import contracts, invoices, projects, team  # noqa: F401  registers the pages
