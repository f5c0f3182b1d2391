"""The live map of a visit in words and figures, as its customer reads it (SCH-7)."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.web.times import format_hours, zone_name
from scheduling.calendar import technician_name
from scheduling.cards import status_label
from scheduling.domain.tracking import Whereabouts, is_tracked, where_is
from scheduling.enums import AT_WORK, BookingStatus
from scheduling.models import Booking, SchedulingSettings

SECONDS, METRES = 60, 1000
# Nearer than this, whole kilometres say too little, and at the door single metres are no better than the phone's guess.
NEAR, AT_DOOR = 950, 50
AHEAD = (BookingStatus.SCHEDULED, BookingStatus.TRAVELING)


def live_state(booking: Booking | None, settings: SchedulingSettings) -> dict[str, Any]:
    """What the map shows now, ready for JSON; `is_live` false with the reason where there is no map.

    `may_return`: there may be one later, when the technician sets off or shares the position again.

    A booking of None is one that may not be seen any more.
    """
    if booking is None:
        reason = _("This page is not shared with you any more.")
        return {"is_live": False, "may_return": False, "reason": reason, "status": ""}
    seen = where_is(booking, settings)
    if seen is None:
        return {
            "is_live": False,
            "may_return": settings.tracking_is_on and booking.status in AHEAD,
            "reason": why_no_map(booking, settings),
            "status": status_label(booking),
        }
    point, fix = booking.place.point, seen.fix
    return {
        "is_live": True,
        "reason": "",
        "status": status_label(booking),
        "who": who_comes(booking, settings),
        "arrival": arrival_of(seen, booking.time_zone),
        "age": age_of(seen),
        "accuracy": accuracy_of(seen),
        "distance": distance_of(seen),
        "notice": notice_of(seen),
        "signal": signal_of(seen),
        "is_lost": seen.is_lost,
        "site": list(point) if point else None,
        "position": list(fix.point) if fix else None,
        "accuracy_metres": fix.accuracy_metres if fix else None,
        "at": fix.at.isoformat() if fix else None,
    }


def can_be_followed(booking: Booking, settings: SchedulingSettings) -> bool:
    """Whether there is a live map of this visit now."""
    return is_tracked(booking, settings)


def why_no_map(booking: Booking, settings: SchedulingSettings) -> str:
    """One sentence on why there is no map now."""
    if booking.status == BookingStatus.CANCELED:
        return _("This visit was canceled.")
    if booking.status in AT_WORK:
        return _("The technician has arrived.")
    if booking.status in {BookingStatus.COMPLETED, BookingStatus.FOLLOW_UP}:
        return _("This visit is over.")
    if not settings.tracking_is_on:
        return _("We do not show our technicians on a map. Call us to ask where yours is.")
    if booking.status == BookingStatus.TRAVELING:
        return _("The technician is on the way but does not share the position.")
    return _("The map opens here once the technician is on the way.")


def who_comes(booking: Booking, settings: SchedulingSettings) -> str:
    """Who is on the way; by name where the company gives it."""
    name = technician_name(booking) if settings.shows_technician_name else ""
    return _("%(name)s is on the way to you.") % {"name": name} if name else _("Your technician is on the way to you.")


def arrival_of(seen: Whereabouts, zone: str) -> str:
    """From when to when to expect the technician."""
    told = {"hours": format_hours(seen.earliest, zone, seen.latest), "zone": zone_name(seen.earliest, zone)}
    # Translators: a range of hours and the zone's short name.
    return _("Expected arrival: %(hours)s %(zone)s") % told


def age_of(seen: Whereabouts) -> str:
    """How old the position is."""
    if seen.age_seconds is None:
        return _("Waiting for the first position.")
    if seen.age_seconds == 0:
        return _("Position from just now")
    return _("Position from %(age)s ago") % {"age": span(seen.age_seconds)}


def span(seconds: int) -> str:
    """So many seconds, from a minute on minutes."""
    if seconds < SECONDS:
        return ngettext("%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
    minutes = seconds // SECONDS
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def accuracy_of(seen: Whereabouts) -> str:
    """How far the position may be off."""
    if seen.fix is None or seen.fix.accuracy_metres is None:
        return ""
    return _("Accurate to about %(distance)s") % {"distance": distance_text(max(1, seen.fix.accuracy_metres))}


def distance_of(seen: Whereabouts) -> str:
    """How far there is still to drive."""
    if seen.metres is None:
        return ""
    if seen.metres < AT_DOOR:
        return _("Less than %(distance)s to go") % {"distance": distance_text(AT_DOOR)}
    return _("About %(distance)s to go") % {"distance": distance_text(seen.metres)}


def distance_text(metres: int) -> str:
    """Metres, from a kilometre on kilometres."""
    if metres < NEAR:
        return _("%(count)s m") % {"count": number_format(metres, 0)}
    return _("%(count)s km") % {"count": number_format(metres / METRES, 1)}


def notice_of(seen: Whereabouts) -> str:
    """What to think of an arrival that no routing server stands behind, where one should."""
    if not seen.is_stopgap:
        return ""
    return _("Road routing is not answering; the arrival is estimated along a straight line.")


def signal_of(seen: Whereabouts) -> str:
    """What to think of a position that grows old."""
    if not seen.is_lost:
        return ""
    if seen.fix is None:
        return _("No signal from the technician's phone yet. The visit goes on as planned.")
    return _("The signal of the technician's phone is lost. The map shows where it was last.")
