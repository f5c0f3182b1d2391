"""A CSV of invoice lines read as invoices: rows that follow each other and share a number are one (OPS-4)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from fieldservice.enums import InvoiceStatus
from portal.kit.csv_cells import Column, choice, date, decimal, flag, instant, line, text
from portal.kit.csv_rows import CsvFile, Row, RowError

HUNDRED = Decimal(100)


def day(value: str) -> dt.date:
    """A day, with or without an hour behind it."""
    return instant(value).date()


money = decimal(3)
LINE_COLUMNS = (
    Column("product_code", line(40)),
    Column("description", line(200)),
    Column("quantity", decimal(3), empty=Decimal(1)),
    Column("unit", line(20)),
    Column("unit_price", decimal(4), empty=Decimal(0)),
    Column("discount_percent", decimal(2, maximum=HUNDRED), empty=Decimal(0)),
    Column("tax_name", line(60)),
    Column("tax_rate", decimal(4, maximum=HUNDRED), empty=Decimal(0)),
    Column("line_net", money, empty=None),
    Column("line_tax", money, empty=None),
)
HEAD_COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("service_account_number", line(40)),
    Column("agreement_number", line(60)),
    Column("work_order_number", line(60)),
    Column("invoice_date", day, is_required=True),
    Column("due_date", day, empty=None),
    Column("status", choice(InvoiceStatus.values), empty=InvoiceStatus.ISSUED.value),
    Column("currency", line(3)),
    Column("net", money, empty=None),
    Column("tax", money, empty=None),
    Column("total", money, empty=None),
    Column("paid", money, empty=None),
    Column("paid_date", date, empty=None),
    Column("payment_method", line(60)),
    Column("note", text(2000)),
    Column("internal_notes", text(4000)),
    Column("is_exposed", flag, empty=False),
)
COLUMNS = (*HEAD_COLUMNS, *LINE_COLUMNS)
HEAD_NAMES = tuple(column.name for column in HEAD_COLUMNS)
LINE_NAMES = tuple(column.name for column in LINE_COLUMNS)
EMPTY = {column.name: column.empty for column in HEAD_COLUMNS}
Key = tuple[str, str]


def key_of(values: Mapping) -> Key | None:
    """Which invoice a row belongs to: by the number in the other system, else by our own."""
    if external := values.get("external_number"):
        return "external", external
    return ("own", values["number"]) if values.get("number") else None


@dataclass
class Group:
    """Rows of one invoice while they are read; `key` is None where the rows do not say whose they are."""

    key: Key | None
    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def first(self) -> int:
        return min([row.number for row in self.rows] + [error.row for error in self.errors])

    def as_row(self) -> Row | list[RowError]:
        """One row with the head of the invoice and its `lines`, or all that is wrong."""
        head, errors = {}, list(self.errors)
        for row in self.rows:
            for name in HEAD_NAMES:
                value = row.values.get(name, EMPTY[name])
                if name in row.values and head.setdefault(name, value) != value and value != EMPTY[name]:
                    errors.append(RowError(row.number, name, _("This differs from the first row of the invoice.")))
        if self.key is None:
            errors.append(RowError(self.first, "external_number", _("Give the number of the invoice.")))
        lines = [{name: row.values[name] for name in LINE_NAMES if name in row.values} for row in self.rows]
        return errors or Row(self.first, {**head, "lines": lines})


class InvoiceFile:
    """A file of lines; what a CSV file is to the importer, with a row for each invoice."""

    def __init__(self, file: CsvFile):
        self.path = file.path
        self._file = file

    @property
    def ignored(self) -> tuple[str, ...]:
        return self._file.ignored

    def rows(self) -> Iterator[Row | list[RowError]]:
        """Each invoice in turn. One of whose rows something is wrong is left out as a whole; raises FileRefused."""
        scattered = self._scattered()
        for group, is_spoilt in with_neighbours(self._groups()):
            if group.key is None and not group.rows:
                yield group.errors
            elif group.key is not None and hash(group.key) in scattered:
                yield [
                    RowError(group.first, "", _("The rows of an invoice follow each other. Sort the file by number."))
                ]
            elif is_spoilt:
                sentence = _("The row beside this invoice cannot be read and may belong to it, so it is left out.")
                yield [*group.errors, RowError(group.first, "", sentence)]
            else:
                yield group.as_row()

    def _groups(self) -> Iterator[Group]:
        """Runs of rows with the same number; a row whose number cannot be read stands alone."""
        group: Group | None = None
        for each in self._file.rows():
            key = key_of(getattr(each, "values", {}))
            if group is None or key is None or key != group.key:
                if group is not None:
                    yield group
                group = Group(key)
            if isinstance(each, Row):
                group.rows.append(each)
            else:
                group.errors.extend(each)
        if group is not None:
            yield group

    def _scattered(self) -> set[int]:
        """The hashed numbers that more than one run of rows has: a part of such an invoice would pass for the whole."""
        seen: set[int] = set()
        again: set[int] = set()
        for group in self._groups():
            known = hash(group.key)
            (again if known in seen else seen).add(known)
        return again


def with_neighbours(groups: Iterator[Group]) -> Iterator[tuple[Group, bool]]:
    """Each group, and whether a row before or behind it may have been one of its own."""
    former: Group | None = None
    present = next(groups, None)
    while present is not None:
        following = next(groups, None)
        yield present, any(each is not None and is_unreadable(each) for each in (former, following))
        former, present = present, following


def is_unreadable(group: Group) -> bool:
    """A row of which nobody knows whose it is."""
    return group.key is None and not group.rows
