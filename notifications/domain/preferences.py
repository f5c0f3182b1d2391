"""Switch messages off and on again (NOT-3)."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from notifications.enums import ChannelName
from notifications.models import ContactPreference, MessageSetting, TextMessageConsent
from notifications.registry import Audience, Message, all_messages, message_named
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock


@transaction.atomic
def switch_off(
    contact: Contact, message_name: str, *, channel: ChannelName = ChannelName.EMAIL, by=None
) -> ContactPreference:
    """The contact does not want this message by this way; audited."""
    preference, is_new = ContactPreference.objects.get_or_create(
        contact=contact,
        name=message_named(message_name).name,
        channel=channel,
        defaults={"switched_off_at": clock.now()},
    )
    if is_new:
        record(by, "message.switch_off", contact, after={"message": message_name})
    return preference


@transaction.atomic
def switch_on(contact: Contact, message_name: str, *, channel: ChannelName = ChannelName.EMAIL, by=None) -> None:
    """The contact wants this message by this way again; audited."""
    removed, _ = ContactPreference.objects.filter(contact=contact, name=message_name, channel=channel).delete()
    if removed:
        record(by, "message.switch_on", contact, after={"message": message_name})


@dataclass(frozen=True, slots=True)
class Offer:
    """The messages among which a contact may choose, by way."""

    mail: list[Message]
    sms: list[Message]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a contact wants: names of messages by way, and the number for text messages, empty for none."""

    mail: frozenset[str]
    sms: frozenset[str]
    phone: str


def offer() -> Offer:
    """What the tenant in scope sends and a contact may switch off."""
    rows = dict(MessageSetting.objects.order_by("pk").values_list("name", "is_on"))
    texted = (
        set(MessageSetting.objects.filter(sms_is_on=True).values_list("name", flat=True)) if settings.SMS_URL else ()
    )
    told = [each for each in all_messages() if each.audience == Audience.CONTACT and each.is_optional]
    told.sort(key=lambda each: str(each.title))
    return Offer(
        mail=[each for each in told if rows.get(each.name, True)],
        sms=[each for each in told if each.has_sms and each.name in texted],
    )


def choice_of(contact: Contact) -> Choice:
    """What the contact wants now."""
    offered = offer()
    off = set(ContactPreference.objects.filter(contact=contact).values_list("channel", "name"))
    consents = TextMessageConsent.objects.filter(contact=contact).order_by("pk")
    return Choice(
        mail=frozenset(each.name for each in offered.mail if (ChannelName.EMAIL, each.name) not in off),
        sms=frozenset(each.name for each in offered.sms if (ChannelName.SMS, each.name) not in off),
        phone=consents.values_list("phone", flat=True).first() or "",
    )


@transaction.atomic
def choose(contact: Contact, wanted: Choice, *, by=None) -> None:
    """Keep what the contact wants; each change audited. What was not on offer stays as it is."""
    before, offered = choice_of(contact), offer()
    for channel, messages, had, wants in (
        (ChannelName.EMAIL, offered.mail, before.mail, wanted.mail),
        (ChannelName.SMS, offered.sms, before.sms, wanted.sms),
    ):
        for each in messages:
            if (each.name in had) != (each.name in wants):
                switch = switch_on if each.name in wants else switch_off
                switch(contact, each.name, channel=channel, by=by)
    if offered.sms and wanted.phone != before.phone:
        set_phone(contact, wanted.phone, by=by)


@transaction.atomic
def set_phone(contact: Contact, phone: str, *, by=None) -> None:
    """Send text messages to this number (E.164) from now on, or none with an empty one; audited."""
    if phone:
        TextMessageConsent.objects.update_or_create(contact=contact, defaults={"phone": phone, "given_at": clock.now()})
    else:
        TextMessageConsent.objects.filter(contact=contact).delete()
    record(by, "text_messages.consent" if phone else "text_messages.withdraw", contact)
