"""Rules of recurrences: as much of RFC 5545 as service agreements need (FS-2). Plain Python.

Where the RFC leaves a date out, people expect the last day: what falls on the 31st is on the 30th of shorter months and on
the 28th or 29th of February; what falls on 29 February is on the 28th in other years. `Rule.text` says so in the RFC's own
terms (`BYMONTHDAY=31,-1;BYSETPOS=1`), so that every other reader of it finds the same dates.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import Any

LAST = -1
# Days that some months do not have.
SHIFTING = (29, 30, 31)
NTHS = (1, 2, 3, 4, LAST)
MOST_TIMES = 1000
MOST_SINGLE_DATES = 100
LONGEST_TEXT = 300
YEARS = range(1900, 2200)


class Unit(StrEnum):
    """What a rule counts in."""

    DAY = "DAILY"
    WEEK = "WEEKLY"
    MONTH = "MONTHLY"
    YEAR = "YEARLY"


class Flaw(StrEnum):
    """Why a rule is refused."""

    FORM = "form"
    PART = "part"
    UNIT = "unit"
    EVERY = "every"
    WEEKDAYS = "weekdays"
    NTHS = "nths"
    MONTH_DAYS = "month_days"
    SHIFTING = "shifting"
    MONTHS = "months"
    TIMES = "times"
    UNTIL = "until"
    ENDS = "ends"


class BadRule(ValueError):
    """A rule that cannot be used; `flaw` says why, `detail` names the part or the limit."""

    def __init__(self, flaw: Flaw, detail: object = ""):
        super().__init__(f"{flaw} {detail}".strip())
        self.flaw = flaw
        self.detail = detail


MOST_EVERY = MappingProxyType({Unit.DAY: 366, Unit.WEEK: 104, Unit.MONTH: 120, Unit.YEAR: 20})
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Every so many days, weeks, months or years; raises BadRule for what makes no sense.

    `weekdays` (0 is Monday) belong to weeks, or with `nths` (1 to 4, -1 for the last) to months and years; `month_days` (1 to
    31, -1 for the last) to months and years. Without either the day of the start counts. A yearly rule has one month or the
    start's; in other rules `months` leaves all others out. It ends after `times` dates or with `until`, or not at all.
    """

    unit: Unit
    every: int = 1
    weekdays: tuple[int, ...] = ()
    nths: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    times: int | None = None
    until: dt.date | None = None

    def __post_init__(self):
        for name in ("weekdays", "nths", "month_days", "months"):
            object.__setattr__(self, name, in_order(getattr(self, name)))
        check(self)

    @property
    def text(self) -> str:
        """The rule as RFC 5545 writes it, always in the same way; `parse` reads it back."""
        parts = [f"FREQ={self.unit}"]
        if self.every > 1:
            parts.append(f"INTERVAL={self.every}")
        if self.weekdays:
            codes = [f"{nth or ''}{WEEKDAY_CODES[day]}" for nth, day in product(self.nths or (0,), self.weekdays)]
            parts.append(f"BYDAY={','.join(codes)}")
        if self.month_days:
            shifts = self.month_days[0] in SHIFTING
            parts.append(f"BYMONTHDAY={joined(self.month_days)}" + (f",{LAST};BYSETPOS=1" if shifts else ""))
        if self.months:
            parts.append(f"BYMONTH={joined(self.months)}")
        if self.times:
            parts.append(f"COUNT={self.times}")
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)


def in_order(numbers: Iterable[int]) -> tuple[int, ...]:
    """Each once, from small to large, what counts from the end at the end."""
    return tuple(sorted(set(numbers), key=lambda number: (number < 0, number)))


def joined(numbers: Iterable[int]) -> str:
    return ",".join(str(number) for number in numbers)


def check(rule: Rule) -> None:
    """Raise BadRule for what is out of bounds or contradicts itself."""
    by_month = rule.unit in {Unit.MONTH, Unit.YEAR}
    if not 1 <= rule.every <= MOST_EVERY[rule.unit]:
        raise BadRule(Flaw.EVERY, MOST_EVERY[rule.unit])
    if not set(rule.weekdays) <= set(range(7)) or (rule.weekdays and rule.unit == Unit.DAY):
        raise BadRule(Flaw.WEEKDAYS)
    if not set(rule.nths) <= set(NTHS) or bool(rule.nths) != bool(rule.weekdays and by_month):
        raise BadRule(Flaw.NTHS)
    check_month_days(rule, allowed=by_month and not rule.weekdays)
    if not set(rule.months) <= set(range(1, 13)) or (rule.unit == Unit.YEAR and len(rule.months) > 1):
        raise BadRule(Flaw.MONTHS)
    if rule.times is not None and not 1 <= rule.times <= MOST_TIMES:
        raise BadRule(Flaw.TIMES, MOST_TIMES)
    if rule.until is not None and rule.until.year not in YEARS:
        raise BadRule(Flaw.UNTIL)
    if rule.times is not None and rule.until is not None:
        raise BadRule(Flaw.ENDS)


def check_month_days(rule: Rule, *, allowed: bool) -> None:
    """Raise BadRule unless the days of the month may stand together; a day that shifts stands alone."""
    if not set(rule.month_days) <= {*range(1, 32), LAST} or (rule.month_days and not allowed):
        raise BadRule(Flaw.MONTH_DAYS)
    if len(rule.month_days) > 1 and set(rule.month_days) & set(SHIFTING):
        raise BadRule(Flaw.SHIFTING)


# Reading.


def parse(text: str) -> Rule:
    """The rule of a text like "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31"; raises BadRule for whatever is not listed here."""
    parts = split(text)
    fields: dict[str, Any] = {"unit": unit_of(parts.pop("FREQ", ""))}
    if parts.pop("WKST", "MO") != "MO":
        raise BadRule(Flaw.PART, "WKST")
    position = parts.pop("BYSETPOS", None)
    if position is not None and not (position == "1" and is_shifting(parts.get("BYMONTHDAY", ""))):
        raise BadRule(Flaw.PART, "BYSETPOS")
    for name, value in parts.items():
        if name not in READERS:
            raise BadRule(Flaw.PART, name[:20])
        fields |= READERS[name](value)
    if position is not None:
        fields["month_days"] = fields["month_days"][:1]
    if fields["unit"] == Unit.YEAR and fields.get("every", 1) == 1 and len(fields.get("months", ())) > 1:
        fields["unit"] = Unit.MONTH
    return Rule(**fields)


def split(text: str) -> dict[str, str]:
    """The parts by name; raises BadRule for what is no rule at all."""
    if len(text) > LONGEST_TEXT:
        raise BadRule(Flaw.FORM)
    pairs = [part.partition("=") for part in text.strip().upper().removeprefix("RRULE:").rstrip(";").split(";")]
    parts = {name.strip(): value.strip() for name, _sign, value in pairs}
    if len(parts) != len(pairs) or not all(value for value in parts.values()):
        raise BadRule(Flaw.FORM)
    return parts


def unit_of(word: str) -> Unit:
    try:
        return Unit(word)
    except ValueError:
        raise BadRule(Flaw.UNIT, word[:20]) from None


def numbers(flaw: Flaw, value: str) -> tuple[int, ...]:
    """Whole numbers between commas, of at most four digits each; raises BadRule."""
    words = value.split(",")
    if not all(word.lstrip("+-").isascii() and word.lstrip("+-").isdecimal() and len(word) <= 5 for word in words):  # noqa: PLR2004  sign and four digits
        raise BadRule(flaw)
    try:
        return tuple(int(word) for word in words)
    except ValueError:
        raise BadRule(flaw) from None


def number(flaw: Flaw, value: str) -> int:
    found = numbers(flaw, value)
    if len(found) != 1:
        raise BadRule(flaw)
    return found[0]


def is_shifting(value: str) -> bool:
    """Whether these days of the month are "this one, or the last"."""
    found = numbers(Flaw.MONTH_DAYS, value or "0")
    return len(found) == 2 and found[0] in SHIFTING and found[1] == LAST  # noqa: PLR2004  the day and the last


def weekdays_of(value: str) -> dict[str, Any]:
    """Weekdays, or the nth ones: every nth with every weekday, as the form has them."""
    found = [(word[:-2].removeprefix("+"), word[-2:]) for word in value.split(",")]
    if not all(code in WEEKDAY_CODES for _nth, code in found):
        raise BadRule(Flaw.WEEKDAYS)
    weekdays = {WEEKDAY_CODES.index(code) for _nth, code in found}
    nths = {number(Flaw.NTHS, nth) if nth else 0 for nth, _code in found}
    if len(found) != len(weekdays) * len(nths) or (0 in nths and len(nths) > 1):
        raise BadRule(Flaw.NTHS)
    return {"weekdays": tuple(weekdays), "nths": tuple(nths - {0})}


def until_of(value: str) -> dict[str, Any]:
    """The last day; a time of day is left aside."""
    try:
        return {"until": dt.datetime.strptime(value[:8], "%Y%m%d").date()}  # noqa: DTZ007  a day has no zone
    except ValueError:
        raise BadRule(Flaw.UNTIL) from None


READERS = MappingProxyType(
    {
        "INTERVAL": lambda value: {"every": number(Flaw.EVERY, value)},
        "BYDAY": weekdays_of,
        "BYMONTHDAY": lambda value: {"month_days": numbers(Flaw.MONTH_DAYS, value)},
        "BYMONTH": lambda value: {"months": numbers(Flaw.MONTHS, value)},
        "COUNT": lambda value: {"times": number(Flaw.TIMES, value)},
        "UNTIL": until_of,
    }
)
