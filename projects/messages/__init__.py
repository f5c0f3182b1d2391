"""Mails of the section, a family a file."""

from projects.messages import documents, quotes  # noqa: F401  registers the messages
