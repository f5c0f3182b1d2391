"""From a row to an envelope: language, time zone, text and HTML (NOT-3)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import css_inline
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from notifications.channels.base import Envelope
from notifications.enums import ChannelName
from notifications.links import site_url
from notifications.models import MessageText, OutboxMessage
from notifications.queries import own_words
from notifications.recipients import Recipient
from notifications.registry import Message
from notifications.unsubscribing import unsubscribe_url
from notifications.wording import filled, values_of
from portal.tenancy.scope import active_tenant
from portal.web.context import Brand

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@dataclass(frozen=True, slots=True)
class Written:
    """A message in words."""

    subject: str
    text: str
    html: str


def render(message: Message, row: OutboxMessage, recipient: Recipient) -> Envelope:
    """The message as this recipient reads it now, by the row's way."""
    match row.channel:
        case ChannelName.SMS:
            return render_sms(message, row, recipient)
        case ChannelName.WEBHOOK:
            return render_event(row, recipient)
        case _:
            return render_mail(message, row, recipient)


def render_sms(message: Message, row: OutboxMessage, recipient: Recipient) -> Envelope:
    """A short text: the tenant's own, or the shipped one."""
    brand = Brand(active_tenant())
    with reading_as(recipient):
        context = message.context(row)
        text = write_sms(message, context, brand, recipient, own_words(message.name, recipient.language))
    return Envelope(row.message_id, brand.name, recipient.name, recipient.address, subject="", text=text, html="")


def render_event(row: OutboxMessage, recipient: Recipient) -> Envelope:
    """What happened, as JSON: ids and times, no words (SECURITY 23)."""
    data = {"id": str(row.pk), "contact": row.contact_id and str(row.contact_id), **row.payload}
    event = {"type": row.name, "timestamp": row.created_at.isoformat(), "data": data}
    keys = (row.endpoint.secret, row.endpoint.former_secret)
    return Envelope(
        message_id=row.message_id,
        sender_name="",
        recipient_name=recipient.name,
        recipient=recipient.address,
        subject="",
        text=json.dumps(event, separators=(",", ":")),
        html="",
        secrets=tuple(filter(None, keys)),
    )


def write_sms(message: Message, context: dict, brand: Brand, recipient: Recipient, own: MessageText | None) -> str:
    """The text message in words, in one line. The recipient's language and zone are active."""
    if own is not None and own.sms:
        return filled(own.sms, values_of(message, context, brand, recipient))
    return " ".join(as_text(f"{message.template_prefix}.sms.txt", {"brand": brand, **context}).split())


def render_mail(message: Message, row: OutboxMessage, recipient: Recipient) -> Envelope:
    """The mail with its text, its HTML and its files."""
    tenant = active_tenant()
    brand = Brand(tenant)
    optional_url = "" if message.is_transactional else unsubscribe_url(row, tenant)
    with reading_as(recipient):
        own = own_words(message.name, recipient.language) if tenant else None
        written = write(message, message.context(row), brand, recipient, own, unsubscribe_url=optional_url)
        return Envelope(
            message_id=row.message_id,
            sender_name=brand.name,
            recipient_name=recipient.name,
            recipient=recipient.address,
            subject=written.subject,
            text=written.text,
            html=written.html,
            reply_to=brand.support_email,
            language=recipient.language,
            unsubscribe_url=optional_url,
            attachments=message.attachments(row),
        )


def write(
    message: Message,
    context: dict,
    brand: Brand,
    recipient: Recipient,
    own: MessageText | None,
    *,
    unsubscribe_url: str = "",
) -> Written:
    """The message in words: the shipped ones but for what `own` says. The recipient's language and zone are active."""
    values = values_of(message, context, brand, recipient)
    context = {**base_context(brand, recipient), "unsubscribe_url": unsubscribe_url, **context}
    if own is not None:
        context |= {"introduction": filled(own.introduction, values), "closing": filled(own.closing, values)}
    subject = filled(own.subject, values) if own is not None and own.subject else ""
    return Written(
        subject=subject or as_text(f"{message.template_prefix}.subject.txt", context),
        text=as_text(f"{message.template_prefix}.txt", context) + "\n",
        html=as_html(f"{message.template_prefix}.html", context),
    )


@contextmanager
def reading_as(recipient: Recipient) -> Iterator[None]:
    """Texts and times in the recipient's language and zone."""
    with translation.override(recipient.language), timezone.override(recipient.zone):
        yield


def base_context(brand: Brand, recipient: Recipient) -> dict:
    """What every mail knows; the names are those of the pages."""
    return {
        "brand": brand,
        "site_url": site_url(brand.tenant),
        "recipient": recipient,
        "LANGUAGE_CODE": recipient.language,
        "LANGUAGE_BIDI": translation.get_language_bidi(),
        "introduction": "",
        "closing": "",
    }


def as_text(name: str, context: dict) -> str:
    """A text template; nothing is escaped, as nothing is markup."""
    template = get_template(name).template
    return template.render(Context(context, autoescape=False)).strip()


def as_html(name: str, context: dict) -> str:
    """An HTML template with its styles written into the elements, as mail programs need it."""
    return _inliner.inline(get_template(name).render(context))
