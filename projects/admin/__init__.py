"""Projects in the admin."""

from projects.admin import projects, quotes, team  # noqa: F401  registers the pages
