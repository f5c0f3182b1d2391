"""The dates that come of a recurrence, and the instants that come of times of day (FS-2). Plain Python."""

import datetime as dt
import heapq
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product, takewhile
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import rrule

from fieldservice.engine.rules import LAST, SHIFTING, Rule, Unit

FREQUENCIES = MappingProxyType(
    {Unit.DAY: rrule.DAILY, Unit.WEEK: rrule.WEEKLY, Unit.MONTH: rrule.MONTHLY, Unit.YEAR: rrule.YEARLY}
)
WEEKDAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule from a first day on, single days besides, and days that are left out (which count among the rule's times)."""

    start: dt.date
    rule: Rule | None = None
    extra: frozenset[dt.date] = frozenset()
    skipped: frozenset[dt.date] = frozenset()


def dates(recurrence: Recurrence, first: dt.date, last: dt.date) -> list[dt.date]:
    """The dates from `first` to `last`, both included, in order, each once."""
    return [each for each in occurrences(recurrence, last) if each >= first]


def upcoming(recurrence: Recurrence, first: dt.date, last: dt.date, count: int) -> list[dt.date]:
    """The next `count` dates from `first` on, none after `last`."""
    return list(islice((each for each in occurrences(recurrence, last) if each >= first), count))


def occurrences(recurrence: Recurrence, last: dt.date) -> Iterator[dt.date]:
    """Every date up to `last` in order, each once."""
    former = None
    by_rule = rule_dates(recurrence.rule, recurrence.start, last) if recurrence.rule else iter(())
    single = sorted(each for each in recurrence.extra if each <= last)
    for each in heapq.merge(by_rule, single):
        if each != former and each not in recurrence.skipped:
            yield each
        former = each


def rule_dates(rule: Rule, start: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The dates of the rule alone. Months and times are counted here: dateutil would look for the next one to the end of time."""
    found = (each.date() for each in rrule.rrule(FREQUENCIES[rule.unit], **arguments(rule, start, last)))
    if rule.months and rule.unit != Unit.YEAR:
        found = (each for each in found if each.month in rule.months)
    if rule.times:
        found = islice(found, rule.times)
    return takewhile(lambda each: each <= last, found)


def arguments(rule: Rule, start: dt.date, last: dt.date) -> dict[str, Any]:
    """What dateutil is asked for."""
    until = min(last, rule.until) if rule.until else last
    asked: dict[str, Any] = {"dtstart": midnight(start), "until": midnight(until), "interval": rule.every}
    if rule.unit == Unit.WEEK and rule.weekdays:
        asked["byweekday"] = rule.weekdays
    if rule.unit in {Unit.DAY, Unit.WEEK}:
        return asked
    if rule.unit == Unit.YEAR:
        asked["bymonth"] = rule.months[0] if rule.months else start.month
    if rule.nths:
        asked["byweekday"] = [WEEKDAYS[day](nth) for nth, day in product(rule.nths, rule.weekdays)]
        return asked
    days = rule.month_days or (start.day,)
    if days[0] in SHIFTING:
        return asked | {"bymonthday": (days[0], LAST), "bysetpos": 1}
    return asked | {"bymonthday": days}


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def shifts(rule: Rule, start: dt.date) -> bool:
    """Whether the day of the month is one that some of the rule's months do not have."""
    if rule.unit not in {Unit.MONTH, Unit.YEAR} or rule.nths:
        return False
    months = rule.months or ((start.month,) if rule.unit == Unit.YEAR else tuple(range(1, 13)))
    day = (rule.month_days or (start.day,))[0]
    return any(day > monthrange(2023, month)[1] for month in months)


# Times of day.


def instant_at(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """That time of that day in the zone, in UTC. A time that the clocks skip is later by what they skip; of one that comes twice it is the first."""
    return dt.datetime.combine(day, time.replace(fold=0), tzinfo=zone).astimezone(dt.UTC)


def span(
    first: dt.date, last: dt.date, starts: dt.time | None, ends: dt.time | None, zone: ZoneInfo
) -> tuple[dt.datetime, dt.datetime]:
    """From the time `starts` of the first day to `ends` of the last one, in UTC; without times whole days.

    Where the clocks skip part of it, it is as long as the clock on the wall says.
    """
    begins = instant_at(first, starts or dt.time(), zone)
    close = dt.datetime.combine(last, ends) if ends else dt.datetime.combine(last, dt.time()) + dt.timedelta(days=1)
    finish = instant_at(close.date(), close.time(), zone)
    if finish <= begins:
        finish = begins + (close - dt.datetime.combine(first, starts or dt.time()))
    return begins, finish
