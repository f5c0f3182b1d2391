"""What the pages of the section say alike: hours, days, how a project stands (UX-4)."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.web.times import format_duration
from projects.enums import Health, ProjectStage
from projects.queries.projects import Schedule

STAGE_TONES = {
    ProjectStage.NEW: "neutral",
    ProjectStage.QUOTE: "info",
    ProjectStage.PLAN: "info",
    ProjectStage.DELIVER: "accent",
    ProjectStage.COMPLETE: "ok",
    ProjectStage.CLOSED: "neutral",
}
HEALTH_TONES = {Health.GREEN: "ok", Health.YELLOW: "warn", Health.RED: "danger"}
# A schedule is kept within so many points of what was planned.
TOLERANCE = 3
DONE = 100


def day_text(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def span_text(first: dt.date | None, last: dt.date | None) -> str:
    """From – until, or the one of them that is known."""
    if first and last:
        return day_text(first) if first == last else f"{day_text(first)} – {day_text(last)}"
    if first:
        return _("from %(day)s") % {"day": day_text(first)}
    return _("until %(day)s") % {"day": day_text(last)} if last else ""


def hours_text(minutes: int) -> str:
    """Booked time in words; nothing where nothing is booked."""
    return format_duration(minutes) if minutes else ""


def percent_of(done: int, effort: int) -> int:
    return done // effort if effort else 0


def schedule_words(schedule: Schedule | None) -> tuple[str, str, str]:
    """How the work stands against the plan, the figures behind it, and a tone; empty without a plan."""
    if schedule is None:
        return "", "", ""
    figures = _("%(done)s %% done, %(planned)s %% planned by today") % {
        "done": schedule.done,
        "planned": schedule.planned,
    }
    difference = schedule.done - schedule.planned
    if abs(difference) < TOLERANCE:
        return _("On schedule"), figures, "ok"
    if difference > 0:
        return _("Ahead of schedule"), figures, "ok"
    return _("Behind schedule"), figures, "warn"


def more_text(total: int, shown: int) -> str:
    """How many of a list are not on the page."""
    rest = total - shown
    return ngettext("and %(count)d more", "and %(count)d more", rest) % {"count": rest} if rest > 0 else ""


def names_text(names: list[str], most: int) -> str:
    """Some names, and whether there are others."""
    if len(names) > most:
        return _("%(names)s and others") % {"names": ", ".join(names[:most])}
    return ", ".join(names)
