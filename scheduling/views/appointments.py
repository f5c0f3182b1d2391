"""One appointment: when, where, who, why, and the calendar file."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.calendar import visit_event
from portal.accounts.enums import Section
from portal.geo.addresses import address_lines
from portal.web.views.base import SectionDetailView
from scheduling.calendar import visit_of
from scheduling.cards import card, phone_of, technician_of
from scheduling.domain.rules import load_settings
from scheduling.queries import appointment_list


class AppointmentView(SectionDetailView):
    """The page behind a card, and the confirmation of a booking."""

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"
    template_name = "scheduling/appointment.html"
    query = staticmethod(appointment_list)

    def get_context(self, obj) -> dict:
        settings = load_settings()
        shown = card(obj, self.viewer, settings)
        return {
            "appointment": shown["appointment"],
            # The first one leads to this very page.
            "actions": shown["actions"][1:],
            "booking": obj,
            "crumbs": [{"label": _("Appointments"), "url": reverse("home")}, {"label": shown["appointment"]["title"]}],
            "work_order_url": work_order_url(obj),
            "address_lines": address_lines(obj.place),
            "why": why_sentence(obj, technician_of(obj, settings)),
            "technician_phone": phone_of(obj, settings),
        }


class CalendarFileView(SectionDetailView):
    """The visit as a calendar file (RFC 5545); the same event as in the confirmation."""

    section = Section.SCHEDULING
    object_type = "scheduling.Booking"
    query = staticmethod(appointment_list)

    def get(self, request, *args, **kwargs):
        booking = self.get_object()
        event = visit_event(visit_of(booking, self.viewer.contact, load_settings()))
        return HttpResponse(
            event,
            content_type="text/calendar; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="visit.ics"'},
        )


def work_order_url(booking) -> str:
    """The work order's page, for those who may open it."""
    return reverse("fieldservice:work_order_detail", args=[booking.work_order_id]) if booking.seen_number else ""


def why_sentence(booking, name: str) -> str:
    """One plain sentence for the customer (SCH-13); without a name, whoever comes is the technician."""
    candidates = (booking.why or {}).get("candidates", [])
    fitting = sum(1 for each in candidates if each.get("fits"))
    name = name or _("The technician")
    if not candidates:
        return _("%(name)s was assigned by our staff.") % {"name": name}
    if fitting > 1:
        return _("%(name)s is qualified for this, is free at that time and has the shortest way to you.") % {
            "name": name
        }
    return _("%(name)s is qualified for this and free at that time.") % {"name": name}
