"""Projects in the admin."""

from projects.admin import contracts, invoices, projects, quotes, team  # noqa: F401  registers the pages
