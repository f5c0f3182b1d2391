"""What a row of an import of agreements may say: the agreement, and one of its setups with its recurrence (OPS-4)."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from fieldservice.domain.imports import BadColumn
from fieldservice.domain.recurrences import sentence_of
from fieldservice.engine.rules import LAST, MOST_SINGLE_DATES, BadRule, Flaw, Rule, Unit, parse
from fieldservice.enums import AgreementStatus, Priority
from portal.kit.csv_cells import BadCell, Column, choice, date, decimal, flag, line, text, whole

VISIT, INVOICE = "visit", "invoice"
UNITS = MappingProxyType({"days": Unit.DAY, "weeks": Unit.WEEK, "months": Unit.MONTH, "years": Unit.YEAR})
NTHS = MappingProxyType({"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST})
SHORTEST_DAY = 2
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def clock_time(value: str) -> dt.time:
    """A time of day, 08:30."""
    try:
        return dt.time.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        raise BadCell(_("“%(value)s” is no time like 08:30.") % {"value": value[:40]}) from None


def listed(parse_one: Callable[[str], Any], most: int = 31) -> Callable[[str], tuple]:
    """Several values with semicolons between them."""

    def parse_all(value: str) -> tuple:
        words = [each.strip() for each in value.replace(",", ";").split(";") if each.strip()]
        if len(words) > most:
            raise BadCell(_("At most %(count)d values.") % {"count": most})
        return tuple(parse_one(word) for word in words)

    return parse_all


def weekday(value: str) -> int:
    """A weekday by its English name or its first letters: Mon."""
    found = [number for number, name in enumerate(DAYS) if name.startswith(value.lower())]
    if len(value) < SHORTEST_DAY or len(found) != 1:
        raise BadCell(_("“%(value)s” is no weekday like Mon.") % {"value": value[:40]})
    return found[0]


def nth(value: str) -> int:
    """Which weekday of a month: first to fourth, or last."""
    return NTHS[choice(NTHS)(value)]


def day_of_month(value: str) -> int:
    """1 to 31, or last."""
    return LAST if value.lower() == "last" else whole(31)(value)


COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("billing_account_number", line(40)),
    Column("name", line(160), is_required=True),
    Column("start_date", date, is_required=True),
    Column("end_date", date, is_required=True),
    Column("status", choice(AgreementStatus.values), empty=AgreementStatus.ESTIMATE.value),
    Column("price_list", line(80)),
    Column("generation_time", clock_time, empty=None),
    Column("description", text(4000)),
    Column("internal_notes", text(4000)),
    Column("covered_serial_numbers", listed(line(80), most=200), empty=()),
    Column("is_exposed", flag, empty=False),
    Column("setup", choice((VISIT, INVOICE))),
    Column("setup_name", line(120)),
    Column("rule", line(300)),
    Column("every", whole(366), empty=None),
    Column("unit", choice(UNITS)),
    Column("weekdays", listed(weekday), empty=()),
    Column("nths", listed(nth), empty=()),
    Column("month_days", listed(day_of_month), empty=()),
    Column("months", listed(whole(12)), empty=()),
    Column("until", date, empty=None),
    Column("times", whole(1000), empty=None),
    Column("first_date", date, empty=None),
    Column("extra_dates", listed(date, most=MOST_SINGLE_DATES), empty=()),
    Column("skipped_dates", listed(date, most=MOST_SINGLE_DATES), empty=()),
    Column("days_ahead", whole(90), empty=None),
    Column("setup_is_active", flag, empty=True),
    Column("is_automatic", flag, empty=True),
    Column("incident_type", line(120)),
    Column("asset_serial_number", line(80)),
    Column("location", line(160)),
    Column("priority", choice(Priority.values), empty=Priority.NORMAL.value),
    Column("summary", line(200)),
    Column("days_before", whole(60), empty=0),
    Column("days_after", whole(60), empty=0),
    Column("window_starts", clock_time, empty=None),
    Column("window_ends", clock_time, empty=None),
    Column("product_code", line(40)),
    Column("line_description", line(200)),
    Column("quantity", decimal(3, above=Decimal(0)), empty=1),
    Column("unit_price", decimal(4), empty=None),
)
COLUMN_OF = MappingProxyType(
    {
        Flaw.EVERY: "every",
        Flaw.WEEKDAYS: "weekdays",
        Flaw.NTHS: "nths",
        Flaw.MONTH_DAYS: "month_days",
        Flaw.SHIFTING: "month_days",
        Flaw.MONTHS: "months",
        Flaw.TIMES: "times",
        Flaw.UNTIL: "until",
        Flaw.ENDS: "until",
    }
)


def rule_of(values: Mapping[str, Any]) -> str:
    """The rule that a row gives as RFC 5545, or column by column; "" where it gives none. Raises BadColumn."""
    given, unit = values.get("rule", ""), values.get("unit", "")
    if given and unit:
        raise BadColumn("rule", _("Give the rule or its columns, not both."))
    try:
        if given:
            return parse(given).text
        if not unit:
            return ""
        return Rule(
            unit=UNITS[unit],
            every=1 if values.get("every") is None else values["every"],
            until=values.get("until"),
            times=values.get("times"),
            **{name: values.get(name, ()) for name in ("weekdays", "nths", "month_days", "months")},
        ).text
    except BadRule as error:
        column = "rule" if given else COLUMN_OF.get(error.flaw, "unit")
        raise BadColumn(column, sentence_of(error)) from error


def gives_rule(values: Mapping[str, Any]) -> bool:
    """Whether the file has columns that say how a setup repeats."""
    return "rule" in values or "unit" in values
