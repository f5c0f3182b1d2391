"""What a contact wants to hear: on a page of their own, and by the link in an optional message.

The link's GET asks, its POST does it, from the page or by one click of a mail program.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.domain.preferences import Choice, choice_of, choose, offer, switch_off
from notifications.forms import PreferencesForm
from notifications.queries import contact_by_id
from notifications.registry import message_named
from notifications.unsubscribing import read_token
from portal.web.declarations import Rule, declare
from portal.web.views.base import UNPROCESSABLE, SectionView

METHODS = ("GET", "HEAD", "POST")


class PreferencesView(SectionView):
    """`/notifications/`: which messages come by e-mail, and which as text messages to which number (NOT-3, NOT-4)."""

    section = None
    object_type = ""
    access_rule = Rule.CONTACT
    template_name = "notifications/preferences.html"

    def get(self, request):
        now = choice_of(self.viewer.contact)
        initial = {"mail": list(now.mail), "sms": list(now.sms), "phone": now.phone}
        return self.render(form=PreferencesForm(offer=offer(), initial=initial))

    def post(self, request):
        form = PreferencesForm(request.POST, offer=offer())
        if not form.is_valid():
            return self.render(form=form, status=UNPROCESSABLE)
        data = form.cleaned_data
        wanted = Choice(frozenset(data["mail"]), frozenset(data.get("sms", ())), data.get("phone", ""))
        choose(self.viewer.contact, wanted, by=request.user)
        messages.success(request, _("Your choice was saved."))
        return redirect("notifications:preferences")


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
