"""The link by which a recipient switches an optional message off, without signing in (RFC 8058, SECURITY 22)."""

from uuid import UUID

from django.core import signing
from django.urls import reverse

from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import UnknownMessageError, message_named
from portal.tenancy.models import Tenant
from portal.tenancy.scope import current_tenant

SALT = "notifications.unsubscribe"


def unsubscribe_url(row: OutboxMessage, tenant: Tenant) -> str:
    """The address for this recipient and message; empty when there is no contact to remember it for."""
    if row.contact_id is None:
        return ""
    token = signing.dumps([str(tenant.pk), str(row.contact_id), row.name], salt=SALT)
    return absolute(reverse("notifications:unsubscribe", args=[token]), tenant)


def read_token(token: str) -> tuple[UUID, str] | None:
    """Contact and message of a link of the tenant in scope; None for any other text, and for a message that is no more."""
    try:
        tenant_id, contact_id, name = signing.loads(token, salt=SALT)
        is_ours = UUID(tenant_id) == current_tenant().pk
        return (UUID(contact_id), message_named(name).name) if is_ours else None
    except (signing.BadSignature, ValueError, TypeError, UnknownMessageError):
        return None
