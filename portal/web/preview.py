"""A preview changes nothing: the one place that refuses (TEN-6).

Three walls: every unsafe method is refused but stopping and signing out; pages that are not the contact's are refused;
what is left runs in a transaction in which PostgreSQL refuses every write and every lock, whatever a GET may try.
"""

from django.contrib import messages
from django.db import InternalError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from psycopg.errors import ReadOnlySqlTransaction

from portal.access.domain.previews import PreviewEnd
from portal.access.preview import end
from portal.tenancy.scope import read_only
from portal.web.declarations import Rule, declaration_of
from portal.web.views.base import Refused

SAFE = ("GET", "HEAD", "OPTIONS")
STOP, SIGN_OUT, HOME = "stop_preview", "account_logout", "home"
# What a contact sees by being a contact. Pages of a login (“signed in”), of staff and of technicians are the person's own,
# but for the first page, which is everybody's.
SHOWN = {Rule.PUBLIC, Rule.CONTACT, Rule.ROLE, Rule.VISIBLE, Rule.POLICY}


class PreviewMiddleware:
    """Stands last, so that what it runs is the view and nothing else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        is_safe = request.method in SAFE
        # A page that is open to everybody asks for no session, and gets none asked for here.
        if is_safe and not getattr(view, "login_required", True):
            return None
        preview = request.preview
        if not preview:
            return close(request, preview) if getattr(preview, "over", None) else None
        match = request.resolver_match
        if match.view_name in {STOP, SIGN_OUT}:
            if match.view_name == SIGN_OUT and not is_safe:
                end(request, preview, PreviewEnd.SIGNED_OUT)
            return None
        name = {"name": preview.contact}
        if not is_safe:
            raise Refused(_("You see the portal as %(name)s and can change nothing. End the preview to go on.") % name)
        declared = declaration_of(view, match.url_name or "", match.namespace)
        if match.view_name != HOME and (declared is None or declared.rule not in SHOWN):
            raise Refused(
                _("You see the portal as %(name)s, and this page is no part of it. End the preview first.") % name
            )
        return look(request, view, args, kwargs)


def close(request, preview):
    """The way back, once time or right is over; nothing of the request is done. An exception would undo the audit."""
    end(request, preview, preview.over)
    messages.info(request, _("You no longer see the portal as %(name)s.") % {"name": preview.contact})
    return HttpResponseRedirect(preview.back)


def look(request, view, args, kwargs):
    """The answer of the view, rendered while nothing can be written."""
    try:
        with read_only():
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
            return response
    except InternalError as error:
        if isinstance(error.__cause__, ReadOnlySqlTransaction):
            raise Refused(_("This page would keep something, which a preview does not do.")) from error
        raise
