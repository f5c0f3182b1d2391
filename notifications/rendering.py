"""From a row to an envelope: language, time zone, text and HTML (NOT-3)."""

from collections.abc import Iterator
from contextlib import contextmanager

import css_inline
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from notifications.channels.base import Envelope
from notifications.links import site_url
from notifications.models import OutboxMessage
from notifications.recipients import Recipient
from notifications.registry import Message
from notifications.unsubscribing import unsubscribe_url
from portal.tenancy.scope import active_tenant
from portal.web.context import Brand

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def render(message: Message, row: OutboxMessage, recipient: Recipient) -> Envelope:
    """The message as this recipient reads it now."""
    tenant = active_tenant()
    brand = Brand(tenant)
    optional_url = "" if message.is_transactional else unsubscribe_url(row, tenant)
    with reading_as(recipient):
        context = {**base_context(brand, recipient), "unsubscribe_url": optional_url, **message.context(row)}
        return Envelope(
            message_id=row.message_id,
            sender_name=brand.name,
            recipient_name=recipient.name,
            recipient=recipient.address,
            subject=as_text(f"{message.template_prefix}.subject.txt", context),
            text=as_text(f"{message.template_prefix}.txt", context) + "\n",
            html=as_html(f"{message.template_prefix}.html", context),
            reply_to=brand.support_email,
            language=recipient.language,
            unsubscribe_url=optional_url,
            attachments=message.attachments(row),
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
    }


def as_text(name: str, context: dict) -> str:
    """A text template; nothing is escaped, as nothing is markup."""
    template = get_template(name).template
    return template.render(Context(context, autoescape=False)).strip()


def as_html(name: str, context: dict) -> str:
    """An HTML template with its styles written into the elements, as mail programs need it."""
    return _inliner.inline(get_template(name).render(context))
