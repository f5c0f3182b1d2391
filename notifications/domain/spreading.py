"""A message also goes by the other ways that are wanted: rows of their own, written when somebody first takes it (NOT-4).

So the writer of a message is not kept waiting, a reminder that is taken back goes nowhere, and each way has its own
attempts. The key is the message's with the way behind it: whoever comes second writes nothing.
"""

from django.conf import settings

from notifications.enums import ChannelName
from notifications.links import primary_host
from notifications.models import MessageSetting, OutboxMessage, TextMessageConsent, WebhookEndpoint
from notifications.registry import Audience, Message, UnknownMessageError, message_named
from portal.kit import clock
from portal.kit.ids import uuid7
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant

DELIVER = "notifications.deliver"
MOST_ENDPOINTS = 20


def spread(row: OutboxMessage) -> None:
    """Write what goes by text message and to endpoints beside this e-mail, in the transaction that takes it."""
    if row.channel != ChannelName.EMAIL or row.contact_id is None:
        return
    try:
        message = message_named(row.name)
    except UnknownMessageError:
        return
    if message.audience != Audience.CONTACT or not message.keeps_payload:
        return
    copies = [*text_messages(row, message), *events(row)]
    if copies:
        OutboxMessage.objects.bulk_create(copies, ignore_conflicts=True)
        for each in copies:
            after_commit(DELIVER, current_tenant().pk, each.pk)


def text_messages(row: OutboxMessage, message: Message) -> list[OutboxMessage]:
    """The text message beside it, where the tenant sends them and the contact asked for them."""
    if not (settings.SMS_URL and message.has_sms):
        return []
    is_wanted = (
        MessageSetting.objects.filter(name=row.name, sms_is_on=True).exists()
        and TextMessageConsent.objects.filter(contact_id=row.contact_id).exists()
    )
    return [beside(row, ChannelName.SMS, "sms")] if is_wanted else []


def events(row: OutboxMessage) -> list[OutboxMessage]:
    """An event for each endpoint that is told of such messages."""
    endpoints = WebhookEndpoint.objects.filter(is_active=True).order_by("pk")[:MOST_ENDPOINTS]
    return [
        beside(row, ChannelName.WEBHOOK, f"webhook:{each.pk}", endpoint=each)
        for each in endpoints
        if not each.events or row.name in each.events
    ]


def beside(
    row: OutboxMessage, channel: ChannelName, way: str, *, endpoint: WebhookEndpoint | None = None
) -> OutboxMessage:
    """The same message by another way, due now."""
    row_id, now = uuid7(), clock.now()
    return OutboxMessage(
        id=row_id,
        key=f"{row.key}:{way}",
        name=row.name,
        payload=row.payload,
        contact_id=row.contact_id,
        channel=channel,
        endpoint=endpoint,
        language=row.language,
        time_zone=row.time_zone,
        due_at=row.due_at,
        next_attempt_at=now,
        message_id=f"<{row_id}@{primary_host(current_tenant())}>",
        created_at=now,
    )
