"""What the pages of agreements say: states, terms, visits and charges, as texts of the reader's language (FS-1)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fieldservice.domain.generated import prices_on
from fieldservice.domain.recurrences import day_text, days_text, recurrence_of, words
from fieldservice.enums import AgreementStatus
from fieldservice.models import Agreement, BookingSetup, InvoiceSetupLine
from fieldservice.papers.quantities import quantity_text
from portal.kit.money import ZERO, money_text, number_text, price_text, round_money
from portal.tenancy.scope import current_tenant

TONES = {
    AgreementStatus.ACTIVE: "ok",
    AgreementStatus.EXPIRED: "neutral",
    AgreementStatus.CANCELED: "neutral",
}
# Longer than so many days is said in months.
LONGEST_IN_DAYS = 62
DAYS_A_MONTH = 30.44


@dataclass(frozen=True, slots=True)
class Term:
    """A term in words, with how far it is in percent."""

    text: str
    percent: int
    progress: str
    note: str


def term_text(agreement: Agreement) -> str:
    """From – until."""
    return f"{day_text(agreement.start_date)} – {day_text(agreement.end_date)}"


def term_of(agreement: Agreement, today: dt.date) -> Term:
    """How far the term is on that day; it stands still once the agreement was canceled."""
    if agreement.status == AgreementStatus.CANCELED and agreement.ended_at is not None:
        today = min(today, agreement.ended_at.astimezone(current_tenant().zone).date())
    length = (agreement.end_date - agreement.start_date).days + 1
    passed = min(max((today - agreement.start_date).days + 1, 0), length)
    progress = _("Day %(day)s of %(length)s") % {
        "day": number_text(Decimal(passed), get_language()),
        "length": number_text(Decimal(length), get_language()),
    }
    return Term(term_text(agreement), passed * 100 // length, progress, note_of_term(agreement, today))


def note_of_term(agreement: Agreement, today: dt.date) -> str:
    """What comes next: it begins, it ends, or when it ended."""
    ended = agreement.ended_at
    if agreement.status != AgreementStatus.ACTIVE and ended is not None:
        day = min(ended.astimezone(current_tenant().zone).date(), agreement.end_date)
        if agreement.status == AgreementStatus.CANCELED:
            return _("Canceled on %(date)s") % {"date": day_text(day)}
        return _("Ended on %(date)s") % {"date": day_text(day)}
    if today < agreement.start_date:
        return begins_in((agreement.start_date - today).days)
    left = (agreement.end_date - today).days
    return ends_in(left) if left > 0 else _("Ends today")


def begins_in(days: int) -> str:
    if days > LONGEST_IN_DAYS:
        months = round(days / DAYS_A_MONTH)
        return ngettext("Begins in %(count)d month", "Begins in %(count)d months", months) % {"count": months}
    return ngettext("Begins in %(count)d day", "Begins in %(count)d days", days) % {"count": days}


def ends_in(days: int) -> str:
    if days > LONGEST_IN_DAYS:
        months = round(days / DAYS_A_MONTH)
        return ngettext("%(count)d month left", "%(count)d months left", months) % {"count": months}
    return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}


# Visits.


@dataclass(frozen=True, slots=True)
class Visit:
    """A booking setup as customers read it. `services`: each service with its asset, where that is seen."""

    title: str
    services: list[str]
    recurrence: str
    window: str
    dates: list[str]


def visit_of(setup: BookingSetup, agreement: Agreement) -> Visit:
    own = {
        "display_name": setup.incident_type.display_name,
        "name": setup.incident_type.name,
        "asset": setup.seen_asset,
    }
    title = setup.summary or own["display_name"] or own["name"]
    services = [service_text(each, title) for each in (own, *setup.further)]
    return Visit(
        title=title,
        services=[each for each in services if each],
        recurrence=words(recurrence_of(setup, agreement)),
        window=window_text(setup),
        dates=days_text(setup.next_dates) if agreement.status == AgreementStatus.ACTIVE else [],
    )


def service_text(incident: dict, title: str) -> str:
    """The service by the name that customers know, unless the title says it already, with its asset."""
    service = incident["display_name"] or incident["name"]
    return " · ".join(each for each in (service, incident["asset"]) if each and each != title)


def window_text(setup: BookingSetup) -> str:
    """Around the date, in which days and hours the visit is due; empty for any time of the day itself."""
    parts = []
    if setup.days_before:
        parts.append(ngettext("up to %(count)d day before", "up to %(count)d days before", setup.days_before) % {"count": setup.days_before})  # fmt: skip
    if setup.days_after:
        parts.append(ngettext("up to %(count)d day after", "up to %(count)d days after", setup.days_after) % {"count": setup.days_after})  # fmt: skip
    if setup.window_starts and setup.window_ends:
        hours = {
            "from": time_format(setup.window_starts, "TIME_FORMAT"),
            "until": time_format(setup.window_ends, "TIME_FORMAT"),
        }
        parts.append(_("%(from)s – %(until)s") % hours)
    return ", ".join(parts)


def next_visit(setups: Sequence[BookingSetup]) -> dt.date | None:
    """The first of all next dates."""
    return min((day for setup in setups for day in setup.next_dates), default=None)


# Charges.


@dataclass(frozen=True, slots=True)
class Charge:
    """An invoice setup as customers read it; `lines` are rows of the component "table", with prices for those who see money."""

    title: str
    recurrence: str
    dates: list[str]
    columns: list[dict]
    lines: list[dict]
    total: str


def charges_of(
    lines: Sequence[InvoiceSetupLine], agreement: Agreement, today: dt.date, *, sees_money: bool
) -> list[Charge]:
    """What is charged regularly. Whoever does not see the payer's money reads what and when, and no amount."""
    prices = prices_on(lines, agreement, today) if sees_money else [None] * len(lines)
    priced = zip(lines, prices, strict=True)
    return [charge_of(list(group), agreement) for _setup, group in groupby(priced, key=lambda each: each[0].setup_id)]


def charge_of(priced: list[tuple[InvoiceSetupLine, Decimal | None]], agreement: Agreement) -> Charge:
    """A setup of these lines; a line without a price is one whose price is not shown."""
    first, price = priced[0]
    sees_money = price is not None
    columns = [{"label": _("What")}, {"label": _("Quantity"), "is_number": True}]
    if sees_money:
        columns += [{"label": _("Price"), "is_number": True}, {"label": _("Amount"), "is_number": True}]
    currency, language = current_tenant().currency, get_language()
    nets = [round_money(line.quantity * price, currency) for line, price in priced if price is not None]
    return Charge(
        title=first.setup.name,
        recurrence=words(recurrence_of(first.setup, agreement)),
        dates=days_text(first.next_dates) if agreement.status == AgreementStatus.ACTIVE else [],
        columns=columns,
        lines=[{"cells": cells_of(line, price)} for line, price in priced],
        total=money_text(sum(nets, ZERO), currency, language) if sees_money else "",
    )


def cells_of(line: InvoiceSetupLine, price: Decimal | None) -> list[dict]:
    """A line as cells of the component "table"."""
    currency, language = current_tenant().currency, get_language()
    quantity = quantity_text(line.quantity, line.product.unit)
    cells = [{"value": str(line)}, {"value": quantity, "kind": "number"}]
    if price is None:
        return cells
    net = round_money(line.quantity * price, currency)
    return [
        *cells,
        {"value": price_text(price, currency, language), "kind": "money"},
        {"value": money_text(net, currency, language), "kind": "money"},
    ]


def date_text(day: dt.date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""
