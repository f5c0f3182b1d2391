"""An appointment as its card shows it, in the words of customers (SCH-6)."""

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.access.viewer import Viewer
from portal.web.times import describe, format_hours
from scheduling.calendar import promised
from scheduling.domain.tracking import is_tracked
from scheduling.enums import PAST_STATUSES, BookingStatus
from scheduling.messages.visits import arrival_range
from scheduling.models import Booking, SchedulingSettings
from scheduling.policies import can_change, can_choose_when_late, can_give_feedback, can_wish_earlier, runs_late

TONES = {
    BookingStatus.SCHEDULED: "info",
    BookingStatus.TRAVELING: "live",
    BookingStatus.IN_PROGRESS: "live",
    BookingStatus.ON_BREAK: "live",
    BookingStatus.COMPLETED: "ok",
    BookingStatus.FOLLOW_UP: "warn",
    BookingStatus.CANCELED: "neutral",
}


def status_label(booking: Booking) -> str:
    """The status as a customer says it."""
    return {
        BookingStatus.SCHEDULED: pgettext("visit", "Scheduled"),
        BookingStatus.TRAVELING: pgettext("visit", "On the way"),
        BookingStatus.IN_PROGRESS: pgettext("visit", "In progress"),
        BookingStatus.ON_BREAK: pgettext("visit", "In progress"),
        BookingStatus.COMPLETED: pgettext("visit", "Completed"),
        BookingStatus.FOLLOW_UP: pgettext("visit", "Another visit is needed"),
        BookingStatus.CANCELED: pgettext("visit", "Canceled"),
    }[BookingStatus(booking.status)]


def when_of(booking: Booking, viewer: Viewer, settings: SchedulingSettings):
    """When the technician comes: the promised window where exact times are hidden, the time and end otherwise."""
    starts, ends = promised(booking, settings)
    return describe(starts, booking.time_zone, viewer_zone=viewer.contact.time_zone, ends=ends)


def technician_of(booking: Booking, settings: SchedulingSettings) -> str:
    """The name of whoever comes; empty where the company keeps names to itself."""
    return booking.resource.name if settings.shows_technician_name else ""


def phone_of(booking: Booking, settings: SchedulingSettings) -> str:
    """The technician's number while on the way, where the company gives it out."""
    is_near = booking.status == BookingStatus.TRAVELING
    return booking.resource.phone if settings.shows_technician_phone and is_near else ""


def phase_of(booking: Booking, *, is_active: bool) -> str:
    if is_active:
        return "active"
    return "past" if booking.status in PAST_STATUSES else "upcoming"


def card(booking: Booking, viewer: Viewer, settings: SchedulingSettings, *, is_active: bool = False) -> dict:
    """What components/appointment.html reads, with its actions; `booking` is one of `appointment_list`."""
    when = when_of(booking, viewer, settings)
    url = reverse("scheduling:detail", args=[booking.pk])
    phase = phase_of(booking, is_active=is_active)
    title = booking.incident_type.display_name or booking.incident_type.name
    return {
        "appointment": {
            "title": title,
            "url": url,
            "weekday": formats.date_format(booking.local_date, "D"),
            "day": formats.date_format(booking.local_date, "j"),
            "month": formats.date_format(booking.local_date, "M"),
            "when": when.site,
            "viewer_when": when.viewer,
            "address": address_of(booking),
            "technician": technician_of(booking, settings),
            "number": booking.seen_number,
            "status_label": status_label(booking),
            "status_tone": TONES[BookingStatus(booking.status)],
            "phase": phase,
            "sentence": booking.seen_asset,
            "notice": late_words(booking) if runs_late(booking, settings) else "",
        },
        "actions": actions_of(booking, viewer, settings, url),
    }


def actions_of(booking: Booking, viewer: Viewer, settings: SchedulingSettings, url: str) -> list[dict]:
    """What the viewer may do with the visit; what is not possible any more says why (SCH-6)."""
    actions = [{"label": _("Details"), "url": url, "kind": "secondary", "icon": "", "verdict": None}]
    if booking.status in PAST_STATUSES:
        return [*actions, *feedback_actions(booking, viewer, settings)]
    if is_tracked(booking, settings):
        map_url = reverse("scheduling:map", args=[booking.pk])
        actions.append({"label": _("View live map"), "url": map_url, "kind": "primary", "icon": "map", "verdict": None})
    if can_choose_when_late(viewer, booking, settings):
        late_url = reverse("scheduling:late", args=[booking.pk])
        actions.append(
            {"label": _("Your choices"), "url": late_url, "kind": "primary", "icon": "clock", "verdict": None}
        )
    verdict = can_change(viewer, booking, settings)
    if not verdict.allowed:
        label = _("Change or cancel")
        return [*actions, {"label": label, "url": "", "kind": "secondary", "icon": "", "verdict": verdict}]
    if can_wish_earlier(viewer, booking, settings):
        earlier_url = reverse("scheduling:earlier", args=[booking.pk])
        actions.append(
            {"label": _("Earlier times"), "url": earlier_url, "kind": "quiet", "icon": "bell", "verdict": None}
        )
    change, cancel = (reverse(f"scheduling:{name}", args=[booking.pk]) for name in ("change", "cancel"))
    return [
        *actions,
        {"label": _("Change"), "url": change, "kind": "secondary", "icon": "calendar-days", "verdict": verdict},
        {"label": _("Cancel visit"), "url": cancel, "kind": "quiet", "icon": "x-mark", "verdict": verdict},
    ]


def late_words(booking: Booking) -> str:
    """When somebody who runs late is expected, as a range (SCH-15)."""
    starts, ends = arrival_range(booking.estimated_arrival_at)
    hours = format_hours(starts, booking.time_zone, ends)
    return _("We come later than we told you. Expected: %(hours)s.") % {"hours": hours}


def feedback_actions(booking: Booking, viewer: Viewer, settings: SchedulingSettings) -> list[dict]:
    """Give feedback on a completed visit, or read what was given (SCH-9)."""
    url = reverse("scheduling:feedback", args=[booking.pk])
    if booking.has_feedback:
        return [{"label": _("Your feedback"), "url": url, "kind": "quiet", "icon": "star", "verdict": None}]
    if not settings.surveys_are_on or booking.status != BookingStatus.COMPLETED:
        return []
    verdict = can_give_feedback(viewer, booking, settings)
    return [{"label": _("Give feedback"), "url": url, "kind": "secondary", "icon": "star", "verdict": verdict}]


def address_of(booking: Booking) -> str:
    place = booking.place
    return ", ".join(part for part in (place.line1, place.city) if part)
