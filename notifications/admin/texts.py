"""The tenant's own words for messages, with a preview (NOT-1)."""

from zoneinfo import ZoneInfo

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from notifications.forms import MessageTextForm
from notifications.models import MessageText
from notifications.recipients import Recipient
from notifications.registry import Message, UnknownMessageError, message_named, title_of
from notifications.rendering import Written, reading_as, write, write_sms
from notifications.wording import COMMON, placeholders_of
from portal.tenancy.admin import TenantModelAdmin, portal_admin
from portal.tenancy.scope import current_tenant
from portal.web.context import Brand
from portal.web.views.mailbox import SANDBOX


@admin.register(MessageText, site=portal_admin)
class MessageTextAdmin(TenantModelAdmin):
    """A row for each message and language; what is left empty keeps the shipped words."""

    position = 22
    form = MessageTextForm
    list_display = ("title", "language", "subject")
    list_filter = ("language",)
    search_fields = ("subject", "introduction", "closing")
    ordering = ("name", "language", "pk")
    fields = ("name", "language", "placeholders", "subject", "introduction", "closing", "sms")
    readonly_fields = ("placeholders",)

    @admin.display(description=gettext_lazy("message"), ordering="name")
    def title(self, text):
        return title_of(text.name)

    @admin.display(description=gettext_lazy("what stands for what"))
    def placeholders(self, text):
        """Those of the message; those of every message while it is not chosen yet."""
        message = known_message(text.name)
        names = placeholders_of(message) if message else COMMON
        return format_html_join("", "<div><code>{{{}}}</code> {}</div>", names.items())

    def get_urls(self):
        view = self.admin_site.admin_view
        own = [
            path("<path:object_id>/preview/", view(self.preview_view), name="notifications_messagetext_preview"),
            path("<path:object_id>/preview/mail/", view(self.mail_view), name="notifications_messagetext_mail"),
        ]
        return [*own, *super().get_urls()]

    def preview_view(self, request, object_id):
        """The message with these words, as of an invented visit; nothing is sent from here."""
        text = self.find(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview of %(name)s") % {"name": title_of(text.name)},
            "opts": self.opts,
            "text": text,
            "written": preview_of(text),
            "sms": preview_sms(text),
        }
        return TemplateResponse(request, "admin/notifications/messagetext/preview.html", context)

    @method_decorator(xframe_options_sameorigin)
    def mail_view(self, request, object_id):
        """The HTML of the preview, sandboxed."""
        response = HttpResponse(preview_of(self.find(request, object_id)).html)
        response["Content-Security-Policy"] = SANDBOX
        return response

    def find(self, request, object_id) -> MessageText:
        """The row, if it is there and its message can be shown."""
        text = self.get_object(request, unquote(object_id))
        message = known_message(text.name) if text else None
        if message is None or not message.is_editable:
            raise Http404
        return text


def known_message(name: str) -> Message | None:
    """The message of this name, None for one that no app knows any more."""
    try:
        return message_named(name)
    except UnknownMessageError:
        return None


def invented(text: MessageText) -> Recipient:
    """A person who reads the text's language."""
    return Recipient("Ada Byron", "ada@example.com", text.language, ZoneInfo(current_tenant().time_zone))


def preview_of(text: MessageText) -> Written:
    """The message in the text's language for an invented person."""
    recipient, message = invented(text), message_named(text.name)
    with reading_as(recipient):
        return write(message, message.sample(), Brand(current_tenant()), recipient, text)


def preview_sms(text: MessageText) -> str:
    """The same as a text message; empty for what never goes as one."""
    recipient, message = invented(text), message_named(text.name)
    if not message.has_sms:
        return ""
    with reading_as(recipient):
        return write_sms(message, message.sample(), Brand(current_tenant()), recipient, text)
