"""What a cell of an imported file may hold: text in, a clean value out, or a sentence that says what to write (OPS-4)."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.kit.texts import straight
from portal.kit.zones import zone_names

TRUE = frozenset({"1", "true", "yes", "y", "on"})
FALSE = frozenset({"0", "false", "no", "n", "off"})
FORMULA = re.compile(r"^(?:[=@]|[+\-](?![\s0-9(.]))")
GUARDED_FORMULA = re.compile(r"^'[=@+\-]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
UNDECODED = re.compile(r"[\ud800-\udfff]")
PHONE = re.compile(r"^[+0-9][0-9 ()./x-]{2,}$")
COUNTRY = re.compile(r"^[A-Z]{2}$")
NUMBER = re.compile(r"^-?[0-9]{1,15}(?:\.[0-9]{1,15})?$")
DAY = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
LARGEST = Decimal(9_999_999)
YEARS = range(1900, 2200)


class BadCell(ValueError):
    """A cell that cannot be used; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field that a file may fill. `parse` gets the trimmed text of a cell that is not empty and may raise BadCell.

    A column that the file lacks leaves the field of an existing record alone; an empty cell sets it to `empty`.
    """

    name: str
    parse: Callable[[str], Any]
    empty: Any = ""
    is_required: bool = False


def clean(column: Column, raw: str) -> Any:
    """The value of a cell; raises BadCell."""
    if UNDECODED.search(raw):
        raise BadCell(_("This is not UTF-8 text. Save the file as “CSV UTF-8”."))
    if CONTROL.search(raw):
        raise BadCell(_("The cell holds signs that cannot be shown."))
    text = straight(raw).strip()
    if text:
        return column.parse(text)
    if column.is_required:
        raise BadCell(_("This cell may not be empty."))
    return column.empty


def text(maximum: int) -> Callable[[str], str]:
    """Words, at most so many signs; refuses what a spreadsheet would run as a formula, unless a ' stands before it."""

    def parse(value: str) -> str:
        if FORMULA.match(value):
            raise BadCell(_("The cell begins like a formula. Put a ' before it if it is meant as text."))
        if GUARDED_FORMULA.match(value):
            value = value[1:]
        if len(value) > maximum:
            raise BadCell(
                _("The text has %(length)d signs; at most %(maximum)d fit.")
                % {"length": len(value), "maximum": maximum}
            )
        return value

    return parse


def line(maximum: int) -> Callable[[str], str]:
    """Words in one line: runs of blanks and line ends become one blank."""
    words = text(maximum)
    return lambda value: words(" ".join(value.split()))


def choice(values: Iterable[str]) -> Callable[[str], str]:
    """One of these values, whatever its case; blanks and hyphens count as underscores."""
    known = {str(each): str(each) for each in values}

    def parse(value: str) -> str:
        found = known.get(value.lower().replace(" ", "_").replace("-", "_"))
        if found is None:
            raise BadCell(
                _("“%(value)s” is not known here. Use one of: %(values)s.")
                % {"value": value[:40], "values": ", ".join(known)}
            )
        return found

    return parse


def flag(value: str) -> bool:
    """Yes or no."""
    lowered = value.lower()
    if lowered in TRUE or lowered in FALSE:
        return lowered in TRUE
    raise BadCell(_("“%(value)s” is neither yes nor no.") % {"value": value[:40]})


def degrees(limit: int) -> Callable[[str], float]:
    """An angle from -limit to limit."""

    def parse(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not -limit <= number <= limit:
            raise BadCell(
                _("“%(value)s” is no number from -%(limit)d to %(limit)d.") % {"value": value[:40], "limit": limit}
            )
        return number

    return parse


def decimal(
    places: int, *, minimum: Decimal | None = Decimal(0), maximum: Decimal = LARGEST, above: Decimal | None = None
) -> Callable[[str], Decimal]:
    """A number with a point and at most so many decimals, from `minimum` (None: whichever) to `maximum`; more than `above`, if given."""

    def parse(value: str) -> Decimal:
        if not NUMBER.match(value):
            raise BadCell(_("“%(value)s” is no number like 1234.50.") % {"value": value[:40]})
        number = Decimal(value)
        if number != round(number, places):
            raise BadCell(_("At most %(count)d decimals.") % {"count": places})
        if above is not None and number <= above:
            raise BadCell(_("More than %(number)s.") % {"number": above})
        if minimum is not None and number < minimum:
            raise BadCell(_("At least %(number)s.") % {"number": minimum})
        if number > maximum:
            raise BadCell(_("At most %(number)s.") % {"number": maximum})
        return number

    return parse


def whole(maximum: int) -> Callable[[str], int]:
    """A whole number from 0 to `maximum`."""
    number = decimal(0, maximum=Decimal(maximum))
    return lambda value: int(number(value))


def date(value: str) -> dt.date:
    """A day, 2026-12-31."""
    try:
        found = dt.date.fromisoformat(value)
    except ValueError:
        found = None
    if found is None:
        check_calendar(value)
        raise BadCell(_("“%(value)s” is no date like 2026-12-31.") % {"value": value[:40]})
    check_year(found)
    return found


def instant(value: str) -> dt.datetime:
    """A moment, 2026-12-31T17:30 in the time of the site, or with an offset of its own; may come back naive."""
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None:
        check_calendar(value)
        raise BadCell(_("“%(value)s” is no date and time like 2026-12-31T17:30.") % {"value": value[:40]})
    check_year(found)
    return found


def check_calendar(value: str) -> None:
    """Raise BadCell for a day that is written well and that no calendar has."""
    written = DAY.match(value)
    if written is None:
        return
    try:
        dt.date(*map(int, written.groups()))
    except ValueError:
        raise BadCell(_("“%(value)s” is in no calendar: check year, month and day.") % {"value": value[:40]}) from None


def check_year(day: dt.date) -> None:
    """Raise BadCell for a year that is a slip of the hand."""
    if day.year not in YEARS:
        raise BadCell(
            _("The year %(year)d is out of range: use %(first)d to %(last)d.")
            % {"year": day.year, "first": YEARS[0], "last": YEARS[-1]}
        )


def email(value: str) -> str:
    """An e-mail address in lower case."""
    try:
        validate_email(value)
    except ValidationError:
        raise BadCell(_("“%(value)s” is no e-mail address.") % {"value": value[:80]}) from None
    return value.lower()


def phone(value: str) -> str:
    """A telephone number, at most 40 signs."""
    if not PHONE.match(value) or len(value) > 40:  # noqa: PLR2004  the field's length
        raise BadCell(_("“%(value)s” is no telephone number.") % {"value": value[:40]})
    return value


def country(value: str) -> str:
    """Two ISO letters."""
    code = value.upper()
    if not COUNTRY.match(code):
        raise BadCell(_("Use the two capitals of the country, for example US."))
    return code


def time_zone(value: str) -> str:
    """A name of the time zone database."""
    if value not in zone_names():
        raise BadCell(_("“%(value)s” is no time zone. Use a name like Europe/London.") % {"value": value[:40]})
    return value
