"""Reads over outbox and preferences."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from notifications.enums import OPEN_STATES, ChannelName
from notifications.models import ContactPreference, MessageSetting, MessageText, OutboxMessage, Suppression
from portal.accounts.models import Contact
from portal.kit import clock
from portal.tenancy.models import Heartbeat

# The heartbeat of the sweep: up to when everything that was due has been sent.
SWEPT = "outbox"


def takeable() -> QuerySet[OutboxMessage]:
    """Rows that a worker may take now: due ones, and claimed ones whose lease ran out. Oldest first."""
    return OutboxMessage.objects.filter(state__in=OPEN_STATES, next_attempt_at__lte=clock.now()).order_by(
        "next_attempt_at", "pk"
    )


def due_rows(limit: int) -> list[tuple[UUID, str]]:
    """At most `limit` ids of rows that a worker may take now, with their channels."""
    return list(takeable().values_list("pk", "channel")[:limit])


def is_switched_off(row: OutboxMessage) -> bool:
    """Whether the tenant, or the recipient for themselves, has switched this message off on its way."""
    if row.channel == ChannelName.WEBHOOK:
        return False
    settings = MessageSetting.objects.filter(name=row.name)
    is_sms = row.channel == ChannelName.SMS
    if not settings.filter(sms_is_on=True).exists() if is_sms else settings.filter(is_on=False).exists():
        return True
    return (
        row.contact_id is not None
        and ContactPreference.objects.filter(name=row.name, contact_id=row.contact_id, channel=row.channel).exists()
    )


def is_suppressed(address: str, channel: str) -> bool:
    """Whether nothing is sent to this address any more (SECURITY 22)."""
    return Suppression.objects.filter(channel=channel, address=address.lower(), lifted_at__isnull=True).exists()


def own_words(message_name: str, language: str) -> MessageText | None:
    """The tenant's own words for this message in this language."""
    return MessageText.objects.filter(name=message_name, language=language).order_by("pk").first()


def oldest_due_at() -> datetime | None:
    """Since when the longest-waiting message of the tenant in scope has been due; None when nothing waits.

    An event that was tried waits for the company's own program, which says nothing of how we are.
    """
    overdue = OutboxMessage.objects.filter(state__in=OPEN_STATES, due_at__lte=clock.now())
    overdue = overdue.exclude(channel=ChannelName.WEBHOOK, attempts__gt=0)
    return overdue.order_by("due_at", "pk").values_list("due_at", flat=True).first()


def outbox_age() -> float | None:
    """For how many seconds something has been due, as the last sweep over all tenants saw it (OPS-3, SECURITY 21).

    It grows too when nobody sweeps any more; None before the first sweep.
    """
    swept = Heartbeat.objects.filter(name=SWEPT).order_by("pk").values_list("beat_at", flat=True).first()
    return None if swept is None else (clock.now() - swept).total_seconds()


def contact_by_id(contact_id) -> Contact | None:
    """The active contact of the tenant in scope, for a link that names it."""
    return Contact.objects.filter(pk=contact_id, is_active=True).select_related("user").order_by("pk").first()
