"""Pages by key: a cursor names the last row seen, so that page 4,000 costs what page 1 does (D8, UX-5).

A cursor is a position, not a secret: it is validated, never trusted, and the rule of visibility holds whatever it says.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import Expression, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

PAGE_SIZE = 25
COUNT_LIMIT = 1000
CURSOR_LIMIT = 4096
AMOUNT_LIMIT = 24
# Digits before and behind the point: far more than a sum has, and as many as the database takes.
LARGEST_AMOUNT = Decimal(10) ** 14
LARGEST_EXPONENT = 24
BEYOND = _("This page of the list does not exist. Go back to its beginning.")


def moment(text) -> dt.datetime:
    """An aware instant from a cursor, in UTC: the database takes fewer offsets than Python does."""
    value = dt.datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(text)
    return value.astimezone(dt.UTC)


def day(text) -> dt.date:
    """A date from a cursor."""
    if not isinstance(text, str):
        raise TypeError(text)
    return dt.date.fromisoformat(text)


def amount(text) -> Decimal:
    """A sum of money from a cursor."""
    if not isinstance(text, str) or len(text) > AMOUNT_LIMIT:
        raise ValueError(text)
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or abs(value) > LARGEST_AMOUNT:
        raise ValueError(text)
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > LARGEST_EXPONENT:
        raise ValueError(text)
    return value


def words(text) -> str:
    """A text from a cursor."""
    if not isinstance(text, str) or "\0" in text:
        raise ValueError(text)
    text.encode()
    return text


def small_number(value) -> int:
    """A small whole number from a cursor."""
    if type(value) is not int or not -(2**31) < value < 2**31:
        raise ValueError(value)
    return value


@dataclass(frozen=True, slots=True)
class Sort:
    """An order that a list offers: by `expression` (never NULL), ties by id in the same direction."""

    key: str
    label: str
    expression: str | Expression
    parse: Callable = words
    is_descending: bool = False

    @property
    def value(self) -> Expression:
        return F(self.expression) if isinstance(self.expression, str) else self.expression


@dataclass(frozen=True, slots=True)
class Order:
    """A sort in the direction that the viewer chose."""

    sort: Sort
    is_descending: bool

    @property
    def parameter(self) -> str:
        return f"-{self.sort.key}" if self.is_descending else self.sort.key


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursors of the pages beside them ("" where there is none)."""

    rows: list = field(default_factory=list)
    after: str = ""
    before: str = ""

    @property
    def has_others(self) -> bool:
        return bool(self.after or self.before)


def order_from(parameter: str, sorts: tuple[Sort, ...]) -> Order:
    """The order that `?sort=` asks for among the listed ones; the first one otherwise."""
    wanted = {sort.key: sort for sort in sorts}.get(parameter.removeprefix("-"))
    if wanted is None:
        return Order(sorts[0], sorts[0].is_descending)
    return Order(wanted, parameter.startswith("-"))


def cursor_of(row, order: Order) -> str:
    """The cursor of a row that `ordered()` annotated."""
    value = row.sort_value
    text = value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, Decimal) else value
    packed = json.dumps([order.parameter, text, str(row.pk)], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def position_from(cursor: str, order: Order) -> tuple[object, UUID]:
    """The sort value and id that a cursor names.

    Raises BadRequest for a cursor that is not ours or belongs to another order.
    """
    try:
        parameter, value, pk = json.loads(unpacked(cursor))
        position = order.sort.parse(value), UUID(pk)
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadRequest(BEYOND) from error
    if parameter != order.parameter:
        raise BadRequest(BEYOND)
    return position


def unpacked(cursor: str) -> bytes:
    """The text inside a cursor; a longer one than ours can be is not looked into."""
    return base64.b64decode(cursor[:CURSOR_LIMIT] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)


def ordered(rows: QuerySet, order: Order, *, backwards: bool = False) -> QuerySet:
    """The rows in this order, or in the opposite one."""
    sign = "-" if order.is_descending != backwards else ""
    return rows.annotate(sort_value=order.sort.value).order_by(f"{sign}sort_value", f"{sign}pk")


def beyond(order: Order, position: tuple[object, UUID], *, backwards: bool = False) -> Q:
    """What comes after the position in this order (before it when going backwards)."""
    value, pk = position
    way = "lt" if order.is_descending != backwards else "gt"
    return Q(**{f"sort_value__{way}e": value}) & (Q(**{f"sort_value__{way}": value}) | Q(**{f"pk__{way}": pk}))


def page_rows(rows: QuerySet, order: Order, position, *, backwards: bool, size: int = PAGE_SIZE) -> QuerySet:
    """The rows of a page from a position on, and one more where there are more."""
    query = ordered(rows, order, backwards=backwards)
    if position is not None:
        query = query.filter(beyond(order, position, backwards=backwards))
    return query[: size + 1]


def page_of(rows: QuerySet, order: Order, *, after: str = "", before: str = "", size: int = PAGE_SIZE) -> Page:
    """One page by one query."""

    def fetch(position, *, backwards: bool) -> list:
        return list(page_rows(rows, order, position, backwards=backwards, size=size))

    return page_from(fetch, order, after=after, before=before, size=size)


def page_from(
    fetch: Callable[..., list], order: Order, *, after: str = "", before: str = "", size: int = PAGE_SIZE
) -> Page:
    """The page that `fetch(position, backwards=…)` gives, as `page_rows` says."""
    backwards = bool(before and not after)
    cursor = after or before
    found = fetch(position_from(cursor, order) if cursor else None, backwards=backwards)
    has_more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page()
    has_next = backwards or has_more
    has_former = has_more if backwards else bool(after)
    return Page(
        rows=found,
        after=cursor_of(found[-1], order) if has_next else "",
        before=cursor_of(found[0], order) if has_former else "",
    )


def bounded_count(rows: QuerySet, limit: int = COUNT_LIMIT) -> tuple[int, bool]:
    """How many rows there are up to `limit`, and whether there are more."""
    count = rows.order_by().values("pk")[: limit + 1].count()
    return min(count, limit), count > limit
