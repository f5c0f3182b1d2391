"""The technician's day on the phone (SCH-8)."""

from functools import wraps
from itertools import groupby
from urllib.parse import urlencode

from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import render

from portal.geo.addresses import one_line
from portal.web.declarations import Rule, declare
from portal.web.times import format_date, format_time
from scheduling.cards import TONES, status_label
from scheduling.domain.technicians import agenda, resource_of, traveling_visit
from scheduling.enums import BookingStatus
from scheduling.models import Booking

DIRECTIONS = "https://www.openstreetmap.org/directions"
READ = ("GET", "HEAD")


def for_technician(*methods: str, object_type: str = "scheduling.Booking"):
    """Give the view the technician's resource; 404 for everybody else, 405 for other methods."""

    def decorate(view):
        @declare(Rule.TECHNICIAN, object_type=object_type, methods=methods)
        @wraps(view)
        def guarded(request, **values):
            resource = resource_of(request.user) if request.tenant is not None else None
            if resource is None:
                raise Http404
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            return view(request, resource, **values)

        return guarded

    return decorate


@for_technician(*READ)
def day(request, resource):
    """Today's and the next days' visits, with the way there."""
    days = [
        {"label": label, "visits": [visit_of(each, resource.time_zone) for each in visits]}
        for label, visits in groupby(agenda(resource), lambda each: format_date(each.arrives_at, resource.time_zone))
    ]
    on_the_way = traveling_visit(resource) if resource.shares_position else None
    context = {"resource": resource, "days": days, "track_id": on_the_way.pk if on_the_way else None}
    return render(request, "scheduling/technician/day.html", context)


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
