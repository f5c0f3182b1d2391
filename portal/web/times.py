"""The one formatter of instants (D6, UX-4): the site's zone always, the viewer's beside it where they differ."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUTES_AN_HOUR = 60


def zone_of(zone: str | ZoneInfo) -> ZoneInfo:
    """The zone by its name, or itself."""
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def zone_name(instant: datetime, zone: str | ZoneInfo) -> str:
    """The short name of the zone at that instant: EST, GMT+4."""
    local = instant.astimezone(zone_of(zone))
    name = local.tzname() or "UTC"
    if name[0] not in "+-":
        return name
    minutes = int(local.utcoffset().total_seconds()) // MINUTES_AN_HOUR
    hours, rest = divmod(abs(minutes), MINUTES_AN_HOUR)
    return f"GMT{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def place_of(zone: str | ZoneInfo) -> str:
    """The town that the zone is named after."""
    return zone_of(zone).key.rsplit("/", 1)[-1].replace("_", " ")


def format_date(instant: datetime, zone: str | ZoneInfo) -> str:
    """The day at the site: "Tuesday, 24 November 2026" as the language writes it."""
    local = instant.astimezone(zone_of(zone))
    weekday, day = formats.date_format(local, "l"), formats.date_format(local, "DATE_FORMAT")
    # Translators: a weekday and a date, as "Tuesday, 24 November 2026".
    return _("%(weekday)s, %(date)s") % {"weekday": weekday, "date": day}


@lru_cache(maxsize=4096)
def _day(day: date, _language: str | None) -> str:
    return formats.date_format(day, "DATE_FORMAT")


def short_date(instant: datetime, zone: str | ZoneInfo) -> str:
    """The day at the site without its weekday, for lines of a list; each day is written once in a language."""
    return _day(instant.astimezone(zone_of(zone)).date(), get_language())


def format_time(instant: datetime, zone: str | ZoneInfo) -> str:
    """The hour at the site as the language writes it, without the zone."""
    return formats.time_format(instant.astimezone(zone_of(zone)).timetz(), "TIME_FORMAT")


def format_hours(instant: datetime, zone: str | ZoneInfo, ends: datetime | None = None) -> str:
    """The hour at the site, or from–to."""
    starts = format_time(instant, zone)
    return starts if ends is None else f"{starts} – {format_time(ends, zone)}"


def format_instant(instant: datetime, zone: str | ZoneInfo, *, ends: datetime | None = None) -> str:
    """Day, hour (or from–to) and zone at the site."""
    hours = format_hours(instant, zone, ends)
    parts = {"date": format_date(instant, zone), "time": hours, "zone": zone_name(instant, zone)}
    # Translators: a date, an hour or a range of hours, and the zone's short name.
    return _("%(date)s, %(time)s %(zone)s") % parts


def format_duration(minutes: int) -> str:
    """How long something takes, in words: "45 minutes", "1 hour 30 minutes", "8 hours"."""
    hours, rest = divmod(minutes, MINUTES_AN_HOUR)
    in_hours = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    in_minutes = ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if hours and rest:
        # Translators: a duration, as "1 hour 30 minutes".
        return _("%(hours)s %(minutes)s") % {"hours": in_hours, "minutes": in_minutes}
    return in_hours if hours else in_minutes


@dataclass(frozen=True, slots=True)
class When:
    """An instant in words. `site` names the site's zone; `viewer` is empty unless the viewer's clock differs."""

    site: str
    viewer: str
    iso: str


def describe(
    instant: datetime, zone: str | ZoneInfo, *, viewer_zone: str | ZoneInfo = "", ends: datetime | None = None
) -> When:
    """How a page, mail or paper says when something is."""
    viewer = ""
    if viewer_zone and _differ(instant, zone, viewer_zone):
        own = {"when": _own_clock(instant, zone, viewer_zone, ends), "place": place_of(viewer_zone)}
        # Translators: the same instant by the viewer's own clock, and the town of that zone.
        viewer = _("%(when)s for you (%(place)s)") % own
    return When(format_instant(instant, zone, ends=ends), viewer, instant.astimezone(UTC).isoformat())


def _own_clock(instant: datetime, zone: str | ZoneInfo, viewer_zone: str | ZoneInfo, ends: datetime | None) -> str:
    if instant.astimezone(zone_of(zone)).date() != instant.astimezone(zone_of(viewer_zone)).date():
        return format_instant(instant, viewer_zone, ends=ends)
    return f"{format_hours(instant, viewer_zone, ends)} {zone_name(instant, viewer_zone)}"


def _differ(instant: datetime, one: str | ZoneInfo, other: str | ZoneInfo) -> bool:
    return instant.astimezone(zone_of(one)).utcoffset() != instant.astimezone(zone_of(other)).utcoffset()
