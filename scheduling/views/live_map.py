"""The live map of a visit: the page, its events, and the same by asking (SCH-7)."""

from django.conf import settings as portal_settings
from django.http import JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access.viewer import viewer_for
from portal.accounts.enums import Section
from portal.accounts.queries import contact_of
from portal.signin.backends import LoginBackend
from portal.web.views.base import SectionDetailView
from scheduling.calendar import promised
from scheduling.cards import card
from scheduling.domain.rules import load_settings
from scheduling.live import live_state
from scheduling.queries import appointment_list, visible_appointment
from scheduling.views.base import visit_crumbs
from scheduling.views.streams import followed, once


def map_context(state: dict, *, events_url: str, state_url: str) -> dict:
    """What `scheduling/_live_map.html` reads."""
    return {
        "live": state,
        "live_events_url": events_url,
        "live_state_url": state_url,
        "tiles_url": portal_settings.MAP_TILES_URL,
        "tiles_credit": portal_settings.MAP_TILES_CREDIT,
    }


class _LiveView(SectionDetailView):
    """A visit that the viewer may see."""

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"
    query = staticmethod(appointment_list)


class LiveMapView(_LiveView):
    """`/appointments/ID/map/`: map and words; without JavaScript the words, read anew by a link."""

    template_name = "scheduling/live_map.html"

    def get_context(self, obj) -> dict:
        settings = load_settings()
        shown = card(obj, self.viewer, settings)["appointment"]
        events_url, state_url = (reverse(f"scheduling:{name}", args=[obj.pk]) for name in ("map_events", "map_state"))
        return {
            "appointment": shown,
            "crumbs": visit_crumbs(shown, _("Live map")),
            "planned": promised(obj, settings),
            **map_context(live_state(obj, settings), events_url=events_url, state_url=state_url),
        }


class LiveStateView(_LiveView):
    """`/appointments/ID/map/state/`: what the events say, for a browser that cannot listen."""

    def get(self, request, *args, **kwargs):
        return JsonResponse(live_state(self.get_object(), load_settings()))


class LiveEventsView(_LiveView):
    """`/appointments/ID/map/events/`: server-sent events while the technician is on the way."""

    def get(self, request, *args, **kwargs):
        booking = self.get_object()
        state = live_state(booking, load_settings())
        if not state["is_live"] or request.method == "HEAD" or self.viewer.is_preview:
            return once(state)
        return followed(request, booking.pk, state_reader(request, booking.pk))


def state_reader(request, pk):
    """What the person may see of the visit now, asked anew each time: who has left or lost the right sees no more."""
    store, key, user_id = type(request.session), request.session.session_key, request.user.pk

    def read() -> dict:
        user = LoginBackend().get_user(user_id) if store().exists(key) else None
        contact = contact_of(user) if user is not None else None
        booking = visible_appointment(viewer_for(contact), pk) if contact is not None else None
        return live_state(booking, load_settings())

    return read
