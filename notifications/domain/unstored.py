"""Send a message that belongs to no tenant and is worth no outbox."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from notifications.channels.email import EmailChannel
from notifications.links import primary_host
from notifications.models import OutboxMessage
from notifications.recipients import Recipient
from notifications.registry import message_named
from notifications.rendering import render
from portal.kit.ids import uuid7


def send_unstored(message_name: str, *, address: str, payload: dict, language: str) -> bool:
    """Render and send at once, outside of any transaction; false when the message no longer holds."""
    message = message_named(message_name)
    row_id = uuid7()
    row = OutboxMessage(
        id=row_id,
        name=message_name,
        payload=payload,
        address=address,
        message_id=f"<{row_id}@{primary_host(None)}>",
    )
    with transaction.atomic():
        if not message.still_true(row):
            return False
        envelope = render(message, row, Recipient("", address, language, ZoneInfo(settings.TIME_ZONE)))
    EmailChannel().send(envelope)
    return True
