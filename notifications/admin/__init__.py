"""The outbox for staff."""

from notifications.admin import bounces, messages, preferences, texts, webhooks  # noqa: F401  registers the pages
