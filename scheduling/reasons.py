"""The engine's reasons as sentences: why a resource did or did not get a visit, for staff (SCH-13)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduling.engine.types import Reason

SENTENCES = {
    Reason.FITS: _("Could do it."),
    Reason.OUTSIDE_HOURS: _("Does not work at that time."),
    Reason.BUSY: _("Has another visit at that time."),
    Reason.TIME_OFF: _("Has time off."),
    Reason.TRAVEL_BEFORE: _("Would not get there in time from the visit before."),
    Reason.TRAVEL_AFTER: _("Would be late for the next visit, or home after hours."),
    Reason.TOO_FAR: _("Is farther away than the settings allow."),
    Reason.SITE_CLOSED: _("The site is closed at that time."),
    Reason.NO_LOCATION: _("Has no start address whose position is known."),
    Reason.SKILL: _("Does not have a characteristic that the service needs."),
    Reason.RATING: _("Is not rated high enough for the service."),
    Reason.SKILL_EXPIRED: _("A characteristic that the service needs is not valid on that day."),
    Reason.TERRITORY: _("Does not work in the territory of the site."),
    Reason.RESTRICTED: _("Must never be sent to this account."),
    Reason.NOT_CHOSEN: _("Is not among those whom the account asked for."),
    Reason.INACTIVE: _("Is not active, or not open for self-scheduling."),
}

METHODS = {
    "great_circle": _("as the crow flies, with the detour factor of the settings"),
    "osrm": _("by road"),
}


def measured_by(method: str) -> str | Promise:
    """How the ways of a decision were measured, in words."""
    return METHODS.get(method, method)


def sentence(code: str) -> str | Promise:
    """What staff read for a reason code as it is stored; the code itself where this version does not know it."""
    try:
        return SENTENCES[Reason(code)]
    except ValueError:
        return code
