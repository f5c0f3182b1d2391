"""Switch an optional message off by the link in it. GET asks, POST does it, from the page or by one click of a mail program."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.domain.preferences import switch_off
from notifications.queries import contact_by_id
from notifications.registry import message_named
from notifications.unsubscribing import read_token
from portal.web.declarations import Rule, declare

METHODS = ("GET", "HEAD", "POST")


@csrf_exempt
@login_not_required
@require_http_methods(METHODS)
@declare(Rule.SECRET, methods=METHODS)
def unsubscribe(request, token):
    """The signed link stands for the person: a mail program that posts has neither session nor CSRF token (RFC 8058)."""
    known = read_token(token) if request.tenant else None
    contact = contact_by_id(known[0]) if known else None
    if contact is None:
        raise Http404
    message = message_named(known[1])
    is_done = request.method == "POST"
    if is_done:
        switch_off(contact, message.name, by=contact.user)
    return render(request, "notifications/unsubscribe.html", {"message": message, "is_done": is_done})
