"""Visits in the customer's own calendar program: get the private address, renew it, end it; the file itself (NOT-3)."""

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.enums import Section
from portal.web.declarations import Rule, declare
from portal.web.views.base import SectionView
from scheduling.domain.feeds import feed_of, make_feed, read_feed, revoke_feed


class FeedView(SectionView):
    """`/calendar/`: the address is shown once, when it is made."""

    section = Section.SCHEDULING
    object_type = ""
    access_rule = Rule.ROLE
    template_name = "scheduling/calendar_feed.html"

    def get(self, request):
        return self.render(feed=feed_of(self.viewer.contact), address="")

    def post(self, request):
        contact = self.viewer.contact
        if "revoke" in request.POST:
            revoke_feed(contact, by=request.user)
            messages.success(request, _("The calendar address opens nothing any more."))
            return redirect("calendar_feed:page")
        address = make_feed(contact, by=request.user)
        return self.render(feed=feed_of(contact), address=address)


@login_not_required
@require_safe
@declare(Rule.SECRET)
def feed_file(request, code):
    """`/calendar/CODE.ics`; calendar programs ask often and get 304 while nothing changed."""
    content = read_feed(code) if request.tenant is not None else None
    if content is None:
        raise Http404
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "no-cache, private",
        "Content-Disposition": 'inline; filename="visits.ics"',
        "X-Robots-Tag": "noindex, nofollow",
    }
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, response=response)
