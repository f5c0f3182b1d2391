"""A visit by the link in a message, without sign-in: read only (SCH-7, SECURITY 26)."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.geo.addresses import address_lines
from portal.web.declarations import Rule, declare
from scheduling.cards import card
from scheduling.domain.links import note_opened, open_link
from scheduling.domain.rules import load_settings
from scheduling.live import live_state
from scheduling.views.live_map import map_context
from scheduling.views.streams import followed, once

SHY = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store, private"}


def by_link(view):
    """Open the visit of the code; 404 alike for a wrong, an expired and a blocked one. The address is told to nobody."""

    @login_not_required
    @require_safe
    @declare(Rule.SECRET, object_type="scheduling.Booking")
    @wraps(view)
    def opened(request, code):
        found = open_link(code) if request.tenant is not None else None
        if found is None:
            raise Http404
        response = view(request, code, *found)
        for name, value in SHY.items():
            response.headers[name] = value
        return response

    return opened


@by_link
def open_visit(request, code, booking, viewer):
    """`/v/CODE/`: when, where, who, and the map while the technician is on the way."""
    note_opened(code)
    settings = load_settings()
    events_url, state_url = (reverse(f"visit_link:{name}", args=[code]) for name in ("events", "state"))
    context = {
        "appointment": {**card(booking, viewer, settings)["appointment"], "url": ""},
        "booking": booking,
        "technician": booking.resource.name if settings.shows_technician_name else "",
        "address_lines": address_lines(booking.place),
        **map_context(live_state(booking, settings), events_url=events_url, state_url=state_url),
    }
    return render(request, "scheduling/visit_link.html", context)


@by_link
def link_state(request, code, booking, viewer):
    """`/v/CODE/state/`: the map in words and figures."""
    return JsonResponse(live_state(booking, load_settings()))


@by_link
def link_events(request, code, booking, viewer):
    """`/v/CODE/events/`: server-sent events while the technician is on the way and the link is good."""
    state = live_state(booking, load_settings())
    if not state["is_live"] or request.method == "HEAD":
        return once(state)

    def read() -> dict:
        found = open_link(code)
        return live_state(found[0] if found else None, load_settings())

    return followed(request, booking.pk, read)
