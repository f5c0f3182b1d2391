"""The technician's day on the phone (SCH-8, first part)."""

from itertools import groupby
from urllib.parse import urlencode

from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import render

from portal.geo.addresses import one_line
from portal.web.declarations import Rule, declare
from portal.web.times import format_date, format_time
from scheduling.cards import TONES, status_label
from scheduling.domain.technicians import agenda, resource_of
from scheduling.enums import BookingStatus
from scheduling.models import Booking

DIRECTIONS = "https://www.openstreetmap.org/directions"


@declare(Rule.TECHNICIAN, object_type="scheduling.Booking")
def day(request):
    """Today's and the next days' visits, with the way there; 404 for everybody else."""
    resource = resource_of(request.user) if request.tenant is not None else None
    if resource is None:
        raise Http404
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    days = [
        {"label": label, "visits": [visit_of(each, resource.time_zone) for each in visits]}
        for label, visits in groupby(agenda(resource), lambda each: format_date(each.arrives_at, resource.time_zone))
    ]
    return render(request, "scheduling/technician/day.html", {"resource": resource, "days": days})


def visit_of(booking: Booking, zone: str) -> dict:
    """A visit as the technician needs it."""
    point = booking.place.point
    query = urlencode({"engine": "fossgis_osrm_car", "route": f";{point.latitude},{point.longitude}"}) if point else ""
    return {
        "booking": booking,
        "hours": f"{format_time(booking.arrives_at, zone)} – {format_time(booking.ends_at, zone)}",
        "leaves": format_time(booking.leaves_at, zone),
        "service": booking.incident_type.name,
        "address": one_line(booking.place, home=booking.place.country),
        "directions": f"{DIRECTIONS}?{query}" if point else "",
        "status": status_label(booking),
        "tone": TONES[BookingStatus(booking.status)],
    }
