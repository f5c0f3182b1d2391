"""Lists of documents with amounts, which those alone see whose web roles include money (FS-5, PSA-2 to PSA-4)."""

from collections.abc import Callable
from typing import Any, ClassVar

from portal.kit.money import round_money
from portal.web.lines import Line
from portal.web.listing import Column, Listing
from portal.web.paging import Sort
from portal.web.views.base import SectionListView

Heads = tuple[tuple[str, Any], ...]


def money_cell(field: str, *, signed: Callable[[Any, Any], Any] = lambda _document, amount: amount) -> Callable:
    """An amount of a row of the export, as a number, so that the rows add up; empty for those who do not see it.

    The rows carry `sees_money`, as queries annotate it; `signed(document, amount)` turns what lowers a sum.
    """
    return lambda each: round_money(signed(each, getattr(each, field)), each.currency) if each.sees_money else ""


class PricedListView(SectionListView):
    """Columns, orders and heads in two parts: those for everybody, and those about amounts.

    An order by amounts tells much: it is offered to those only who see some. Heads are (key of the order or "", label);
    `lines(documents, sees_money=…)` puts the rows of a page in words.
    """

    columns: ClassVar[tuple[Column, ...]]
    money_columns: ClassVar[tuple[Column, ...]]
    plain_sorts: ClassVar[tuple[Sort, ...]]
    money_sorts: ClassVar[tuple[Sort, ...]]
    heads: ClassVar[Heads]
    money_heads: ClassVar[Heads]
    lines: ClassVar[Callable[..., list[Line]]]

    @property
    def sees_money(self) -> bool:
        """Whether the viewer sees the money of any account."""
        return self.viewer.may_see_money(self.section)

    @property
    def export_columns(self) -> tuple[Column, ...]:
        """Amounts for those only who see some."""
        return (*self.columns, *self.money_columns) if self.sees_money else self.columns

    @property
    def sorts(self) -> tuple[Sort, ...]:
        """Those by amounts for those only who see some."""
        return (*self.plain_sorts, *self.money_sorts) if self.sees_money else self.plain_sorts

    def get_context(self, listing: Listing) -> dict:
        about_money = self.money_heads if self.sees_money else ()
        return {
            "rows": type(self).lines(listing.page.rows, sees_money=self.sees_money),
            "columns": [
                {"label": label, "is_number": is_number, **column_sort(listing, key)}
                for heads, is_number in ((self.heads, False), (about_money, True))
                for key, label in heads
            ],
        }


def column_sort(listing: Listing, key: str) -> dict:
    """The link that sorts by a column, none for one without an order."""
    return listing.column_sort(key) if key else {"sort_url": "", "direction": ""}
