"""Cells of the resource import that hold a list (OPS-4)."""

import datetime as dt
import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.kit.csv_cells import BadCell, date, line

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHIFT = re.compile(r"^(?P<first>[A-Za-z]{3})(?:-(?P<last>[A-Za-z]{3}))? (?P<starts>\S+)-(?P<ends>\S+)$")
SKILL = re.compile(
    r"^(?P<name>[^=]+?)(?: *= *(?P<rating>\d{1,2}))?(?: +from +(?P<since>\S+))?(?: +until +(?P<until>\S+))?$"
)
RATINGS = range(1, 11)


class Skill(NamedTuple):
    """A characteristic as a file names it."""

    name: str
    rating: int | None
    valid_from: dt.date | None
    valid_until: dt.date | None


def parts(value: str) -> list[str]:
    """What stands between semicolons."""
    return [part.strip() for part in value.split(";") if part.strip()]


def words(value: str) -> tuple[str, ...]:
    """Names: "Brooklyn; Queens"."""
    name = line(120)
    return tuple(dict.fromkeys(name(part) for part in parts(value)))


def skills(value: str) -> tuple[Skill, ...]:
    """Characteristics: "Gas boiler=8 until 2027-03-31; Refrigerant handling from 2024-01-01"."""
    found = [skill(part) for part in parts(value)]
    if len({each.name.lower() for each in found}) < len(found):
        raise BadCell(_("A characteristic is named twice."))
    return tuple(found)


def skill(part: str) -> Skill:
    """One characteristic."""
    match = SKILL.match(part)
    if match is None:
        raise BadCell(_("Write “%(part)s” like: Gas boiler=8 until 2027-03-31.") % {"part": part[:60]})
    rating = int(match["rating"]) if match["rating"] else None
    if rating is not None and rating not in RATINGS:
        raise BadCell(_("A rating is a number from 1 to 10."))
    since = date(match["since"]) if match["since"] else None
    until = date(match["until"]) if match["until"] else None
    if since and until and until < since:
        raise BadCell(_("The end lies before the beginning."))
    return Skill(line(120)(match["name"]), rating, since, until)


def hours(value: str) -> tuple[tuple[int, dt.time, dt.time], ...]:
    """Weekly hours, wall times of the resource: "Mon-Fri 08:00-17:00; Sat 09:00-13:00"."""
    found = [each for part in parts(value) for each in shift(part)]
    if len({(weekday, starts) for weekday, starts, _ends in found}) < len(found):
        raise BadCell(_("Two shifts of a day begin at the same time."))
    return tuple(found)


def shift(part: str) -> list[tuple[int, dt.time, dt.time]]:
    """The same hours on one day, or on each from one day to another."""
    match = SHIFT.match(part)
    try:
        first = DAYS.index(match["first"].lower())
        last = DAYS.index(match["last"].lower()) if match["last"] else first
        starts, ends = (dt.time.fromisoformat(match[name].zfill(5)) for name in ("starts", "ends"))
    except (TypeError, ValueError):
        starts = ends = None
    if starts == ends or starts.tzinfo or ends.tzinfo:
        raise BadCell(_("Write “%(part)s” like: Mon-Fri 08:00-17:00.") % {"part": part[:60]})
    count = (last - first) % len(DAYS) + 1
    return [((first + step) % len(DAYS), starts, ends) for step in range(count)]
