"""The outbox for staff."""

from notifications.admin import messages, preferences  # noqa: F401  registers the pages
