"""Projects in the admin."""
