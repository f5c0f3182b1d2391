"""The outbox, the tenant's words, and who wants what."""

from notifications.models.bounces import ProviderEvent, Suppression
from notifications.models.messages import OutboxAttempt, OutboxMessage
from notifications.models.preferences import ContactPreference, MessageSetting, TextMessageConsent
from notifications.models.texts import MessageText
from notifications.models.webhooks import WebhookEndpoint

__all__ = [
    "ContactPreference",
    "MessageSetting",
    "MessageText",
    "OutboxAttempt",
    "OutboxMessage",
    "ProviderEvent",
    "Suppression",
    "TextMessageConsent",
    "WebhookEndpoint",
]
