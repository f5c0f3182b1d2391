"""Who a row goes to, at the moment of sending."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from notifications.enums import ChannelName
from notifications.models import OutboxMessage, TextMessageConsent
from portal.accounts.models import Contact
from portal.tenancy.scope import current_tenant


@dataclass(frozen=True, slots=True)
class Recipient:
    """Name, address, and in what language and zone they read."""

    name: str
    address: str
    language: str
    zone: ZoneInfo


def recipient_of(row: OutboxMessage) -> Recipient | None:
    """The contact as it is now, or the row's address; None when the contact is gone or no longer active.

    For a text message the number that the contact asked for, for an event the endpoint while it is in use.
    """
    tenant = current_tenant()
    if row.channel == ChannelName.WEBHOOK:
        zone = ZoneInfo(tenant.time_zone)
        endpoint = row.endpoint
        return Recipient(endpoint.name, endpoint.url, tenant.default_language, zone) if endpoint.is_active else None
    if row.contact is not None:
        address = address_of(row.contact, row.channel)
        zone = ZoneInfo(row.contact.time_zone or tenant.time_zone)
        language = tenant.language_for(row.contact.language)
        return Recipient(row.contact.full_name, address, language, zone) if address else None
    if not row.address:
        return None
    return Recipient("", row.address, tenant.language_for(row.language), ZoneInfo(row.time_zone))


def address_of(contact: Contact, channel: str) -> str:
    """Where the contact is reached by this way; empty for who is not active or has not asked for text messages."""
    if not (contact.is_active and contact.account.is_active):
        return ""
    return number_of(contact) if channel == ChannelName.SMS else contact.email


def number_of(contact: Contact) -> str:
    """The number at which the contact wants text messages, empty for none."""
    numbers = TextMessageConsent.objects.filter(contact=contact).order_by("pk")
    return numbers.values_list("phone", flat=True).first() or ""
