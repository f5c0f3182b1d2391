"""The tenant's own words for messages: placeholders like {service}, and no other language in them (NOT-1, SECURITY 30)."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from notifications.recipients import Recipient
from notifications.registry import Message, all_messages
from portal.web.context import Brand

COMMON = {"company": _("the name of your company"), "name": _("the name of the recipient")}
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def placeholders_of(message: Message) -> dict[str, str]:
    """What the words of this message may hold, with what each stands for."""
    return {**COMMON, **message.placeholders}


def unknown_in(text: str, message: Message) -> list[str]:
    """What stands in braces in the text and is none of the message's placeholders."""
    known = placeholders_of(message)
    return sorted({each for each in PLACEHOLDER.findall(text) if each not in known})


def has_stray_braces(text: str) -> bool:
    """Whether a brace belongs to no placeholder: it would stand in the message as it is."""
    return bool(set("{}") & set(PLACEHOLDER.sub("", text)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in; what is not known stays as it was written."""
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)


def values_of(message: Message, context: dict, brand: Brand, recipient: Recipient) -> dict[str, str]:
    """What the placeholders of the message stand for, for this recipient."""
    return {"company": brand.name, "name": recipient.name, **message.words(context)}


def editable_messages() -> list[Message]:
    """The messages whose words the tenant may change, by title."""
    return sorted((each for each in all_messages() if each.is_editable), key=lambda each: str(each.title))
