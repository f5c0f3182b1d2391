"""What documents with priced lines say, in words and figures of the reader's language: invoices, quotes, contracts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fieldservice.engine.totals import totals
from fieldservice.papers.quantities import quantity_text
from portal.geo.addresses import address_lines
from portal.kit.money import money_text, percent_text, price_text


@dataclass(frozen=True, slots=True)
class State:
    """Where a document stands: a word, its tone, and for an open invoice how long there is to pay."""

    label: str
    tone: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A line, all of it text; `discount` is empty without one, `note` stands below the description."""

    description: str
    quantity: str
    price: str
    discount: str
    tax: str
    net: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a document says: who, what, how much. `totals` are rows of the component of that name."""

    title: str
    facts: list[dict]
    address: list[str]
    lines: list[PaperLine]
    totals: list[dict]
    has_discounts: bool


def paper_line(line: Any, currency: str, *, note: str = "") -> PaperLine:
    """A line as text."""
    language = get_language()
    return PaperLine(
        description=line.description,
        quantity=quantity_text(line.quantity, line.unit),
        price=price_text(line.unit_price, currency, language),
        discount=percent_text(line.discount_percent, language) if line.discount_percent else "",
        tax=percent_text(line.tax_rate, language),
        net=money_text(line.net, currency, language),
        note=note,
    )


def sums_of(document: Any, lines: Iterable[Any], *, total_label: str = "", is_last: bool = True) -> list[dict]:
    """Net, each tax, and the total, which stands out where it `is_last`."""
    currency, language = document.currency, get_language()

    def row(label: str, amount: Decimal) -> dict:
        return {"label": label, "value": money_text(amount, currency, language)}

    taxes = [
        row(f"{each.name or _('Tax')} {percent_text(each.rate, language)}", each.tax) for each in totals(lines).taxes
    ]
    total = row(total_label or _("Total"), document.total) | {"is_total": is_last}
    return [row(_("Net"), document.net), *taxes, total]


def address_of(account: Any) -> list[str]:
    """Name and address of an account, line by line."""
    return [account.name, *(address_lines(account.place) if account.place else ())]


def state_by_due(due_date: dt.date, today: dt.date) -> State:
    """How an invoice stands that is to be paid until that day."""
    days = (due_date - today).days
    if days < 0:
        late = ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
        return State(_("Overdue"), "danger", late)
    if days == 0:
        return State(_("Open"), "warn", _("due today"))
    return State(_("Open"), "info", ngettext("due in %(days)d day", "due in %(days)d days", days) % {"days": days})


def day_text(day: dt.date) -> str:
    """A date as the language writes it."""
    return date_format(day, "DATE_FORMAT")
