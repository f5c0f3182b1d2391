"""Projects in the admin."""

from projects.admin import quotes  # noqa: F401  registers the pages
