"""A month as the calendar component shows it: weeks, weekday names, the state of each day in words."""

import calendar
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

# The weeks of these languages begin on another day than Monday (0 is Monday, as in `calendar`).
FIRST_WEEKDAYS = {"en-us": 6, "en": 6, "en-gb": 0, "ar": 5, "he": 6}


@dataclass(frozen=True, slots=True)
class Weekday:
    """A column's head."""

    short: str
    long: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day's cell. `state`: free, full or closed; without `url` it cannot be chosen, `note` says why."""

    date: date
    number: str
    label: str
    state: str
    note: str
    url: str
    is_today: bool
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Month:
    """What templates/components/month-calendar.html reads. `sample`: a day's number for the legend."""

    label: str
    sample: str
    weekdays: list[Weekday]
    weeks: list[list[Day | None]]
    previous_url: str
    next_url: str


@dataclass(frozen=True, slots=True)
class MonthLinks:
    """Where days and neighbouring months lead; an empty address means that there is nothing to go to."""

    day: Callable[[date], str]
    previous: str = ""
    following: str = ""


def build_month(
    first: date,
    free: Collection[date],
    *,
    links: MonthLinks,
    today: date,
    selected: date | None = None,
    reasons: Mapping[date, str] | None = None,
    first_weekday: int = 0,
) -> Month:
    """The month of `first`. `free`: the days with room; `reasons`: why a day has none, in words (SCH-1)."""
    why = reasons or {}
    weeks = [
        [
            _day(each, links, is_free=each in free, today=today, selected=selected, reason=why.get(each, ""))
            if each.month == first.month
            else None
            for each in week
        ]
        for week in calendar.Calendar(first_weekday).monthdatescalendar(first.year, first.month)
    ]
    order = [(first_weekday + offset) % 7 for offset in range(7)]
    return Month(
        label=formats.date_format(first, "YEAR_MONTH_FORMAT"),
        sample=formats.date_format(last_of(first), "j"),
        weekdays=[Weekday(str(WEEKDAYS_ABBR[each]), str(WEEKDAYS[each])) for each in order],
        weeks=weeks,
        previous_url=links.previous,
        next_url=links.following,
    )


def first_weekday_of(language: str) -> int:
    """The day that a week begins with in this language."""
    return FIRST_WEEKDAYS.get(language, FIRST_WEEKDAYS.get(language.split("-", maxsplit=1)[0], 0))


def month_after(first: date, steps: int = 1) -> date:
    """The first day of the month so many steps away; negative steps go back."""
    index = first.year * 12 + first.month - 1 + steps
    return date(index // 12, index % 12 + 1, 1)


def last_of(first: date) -> date:
    """The last day of the month."""
    return month_after(first) - timedelta(days=1)


def _day(each: date, links: MonthLinks, *, is_free: bool, today: date, selected: date | None, reason: str) -> Day:
    taken = "closed" if each < today or reason else "full"
    return Day(
        date=each,
        number=formats.date_format(each, "j"),
        label=formats.date_format(each, "l, j F"),
        state="free" if is_free else taken,
        note=_note(each, today, reason, is_free=is_free),
        url=links.day(each) if is_free else "",
        is_today=each == today,
        is_selected=each == selected,
    )


def _note(each: date, today: date, reason: str, *, is_free: bool) -> str:
    if is_free:
        return _("Free")
    if each < today:
        return _("Past")
    return reason or _("Nothing free")
