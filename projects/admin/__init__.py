"""Projects in the admin."""

from projects.admin import projects, team  # noqa: F401  registers the pages
