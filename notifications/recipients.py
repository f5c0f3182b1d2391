"""Who a row goes to, at the moment of sending."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from notifications.models import OutboxMessage
from portal.tenancy.scope import current_tenant


@dataclass(frozen=True, slots=True)
class Recipient:
    """Name, address, and in what language and zone they read."""

    name: str
    address: str
    language: str
    zone: ZoneInfo


def recipient_of(row: OutboxMessage) -> Recipient | None:
    """The contact as it is now, or the row's address; None when the contact is gone or no longer active."""
    tenant = current_tenant()
    contact = row.contact
    if contact is not None:
        if not (contact.is_active and contact.account.is_active and contact.email):
            return None
        zone = ZoneInfo(contact.time_zone or tenant.time_zone)
        return Recipient(contact.full_name, contact.email, tenant.language_for(contact.language), zone)
    if not row.address:
        return None
    return Recipient("", row.address, tenant.language_for(row.language), ZoneInfo(row.time_zone))
