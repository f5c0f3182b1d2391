"""Lines of quotes, contracts and project invoices: priced as those of invoices are, each document with fields of its own (D6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from fieldservice.domain.invoice_lines import copy_of as charged_as
from fieldservice.domain.invoices import InvoiceItem, cost_of
from fieldservice.engine.totals import FREE, totals
from portal.kit.errors import DomainError
from projects.models.lines import PricedLine

MOST_LINES = 500
SomeLine = TypeVar("SomeLine", bound=PricedLine)
CHARGED = ("product", "description", "quantity", "unit", "unit_price", "discount_percent", "tax_name", "tax_rate")


@dataclass(frozen=True, slots=True)
class Item:
    """A line as it is to be: what is charged, and the fields of its own kind, as `is_optional`.

    `is_free` keeps quantity and price for the reader and charges nothing. `former` is the line that it was before its document
    was written anew: what hangs on that line goes along.
    """

    charged: InvoiceItem
    own: Mapping[str, Any] = field(default_factory=dict)
    is_free: bool = False
    former: UUID | None = None


def rows_of(kind: type[SomeLine], document, items: Sequence[Item], *, parent: str) -> list[SomeLine]:
    """The lines of a document with their amounts, not yet written; `parent` names the field that leads to it.

    Raises DomainError for what cannot be charged, and for more than MOST_LINES.
    """
    if len(items) > MOST_LINES:
        raise DomainError(_("At most %(count)d lines.") % {"count": MOST_LINES})
    longest = kind._meta.get_field("description").max_length
    rows = []
    for position, item in enumerate(items, start=1):
        cost = FREE if item.is_free else cost_of(item.charged, document.currency)
        values = {name: getattr(item.charged, name) for name in CHARGED}
        values["description"] = values["description"][:longest]
        rows.append(kind(**{parent: document}, **values, **item.own, position=position, net=cost.net, tax=cost.tax))
    return rows


def sum_up(document, lines: Iterable[PricedLine]) -> None:
    """Set net, tax and total of a document to the sums of these lines; the caller saves it."""
    sums = totals(lines)
    document.net, document.tax, document.total = sums.net, sums.tax, sums.total


def copy_of(line: PricedLine, **own: Any) -> Item:
    """A line as it was, with the fields of its kind."""
    return Item(charged_as(line), own, former=line.pk)
