"""The outbox and what people and tenants switched off."""

from notifications.models.messages import OutboxAttempt, OutboxMessage
from notifications.models.preferences import ContactPreference, MessageSetting

__all__ = ["ContactPreference", "MessageSetting", "OutboxAttempt", "OutboxMessage"]
