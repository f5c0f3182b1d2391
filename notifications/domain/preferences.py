"""Switch messages off and on again (NOT-3)."""

from django.db import transaction

from notifications.models import ContactPreference
from notifications.registry import message_named
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock


@transaction.atomic
def switch_off(contact: Contact, message_name: str, *, by=None) -> ContactPreference:
    """The contact does not want this message; audited."""
    preference, is_new = ContactPreference.objects.get_or_create(
        contact=contact, name=message_named(message_name).name, defaults={"switched_off_at": clock.now()}
    )
    if is_new:
        record(by, "message.switch_off", contact, after={"message": message_name})
    return preference


@transaction.atomic
def switch_on(contact: Contact, message_name: str, *, by=None) -> None:
    """The contact wants this message again; audited."""
    removed, _ = ContactPreference.objects.filter(contact=contact, name=message_name).delete()
    if removed:
        record(by, "message.switch_on", contact, after={"message": message_name})
