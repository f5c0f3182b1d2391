"""A CSV of lines read as documents: rows that follow each other and share a number are one (OPS-4)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from portal.kit.csv_cells import Column, decimal, instant, line
from portal.kit.csv_rows import CsvFile, Row, RowError

HUNDRED = Decimal(100)


def day(value: str) -> dt.date:
    """A day, with or without an hour behind it."""
    return instant(value).date()


money = decimal(3)
Key = tuple[str, str]


def line_columns(longest: int) -> tuple[Column, ...]:
    """What a line charges; `longest` is how many signs its description may have."""
    return (
        Column("product_code", line(40)),
        Column("description", line(longest)),
        Column("quantity", decimal(3), empty=Decimal(1)),
        Column("unit", line(20)),
        Column("unit_price", decimal(4), empty=Decimal(0)),
        Column("discount_percent", decimal(2, maximum=HUNDRED), empty=Decimal(0)),
        Column("tax_name", line(60)),
        Column("tax_rate", decimal(4, maximum=HUNDRED), empty=Decimal(0)),
        Column("line_net", money, empty=None),
        Column("line_tax", money, empty=None),
    )


def key_of(values: Mapping) -> Key | None:
    """Which document a row belongs to: by the number in the other system, else by our own."""
    if external := values.get("external_number"):
        return "external", external
    return ("own", values["number"]) if values.get("number") else None


def of_lines(rows: Iterable[Row], column: str) -> set[str]:
    """What the lines of documents say in this column."""
    return {line.get(column, "") for row in rows for line in row.values["lines"]} - {""}


@dataclass
class Group:
    """Rows of one document while they are read; `key` is None where the rows do not say whose they are."""

    key: Key | None
    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def first(self) -> int:
        return min([row.number for row in self.rows] + [error.row for error in self.errors])

    def as_row(self, head_columns: Sequence[Column], line_columns: Sequence[Column]) -> Row | list[RowError]:
        """One row with the head and its `lines`, each with its `row` in the file, or all that is wrong."""
        head, errors = {}, list(self.errors)
        for row in self.rows:
            for column in head_columns:
                name, value = column.name, row.values.get(column.name, column.empty)
                if name in row.values and head.setdefault(name, value) != value and value != column.empty:
                    errors.append(RowError(row.number, name, _("This differs from the first row of this number.")))
        if self.key is None:
            sentence = _("Give the number in the other system, or our own number.")
            errors.append(RowError(self.first, "external_number", sentence))
        names = [column.name for column in line_columns]
        lines = [
            {"row": row.number} | {name: row.values[name] for name in names if name in row.values} for row in self.rows
        ]
        return errors or Row(self.first, {**head, "lines": lines})


class DocumentFile:
    """A file of lines; what a CSV file is to the importer, with a row for each document.

    `head` are the columns that a document has once, `lines` those that each of its rows has.
    """

    def __init__(self, file: CsvFile, head: Sequence[Column], lines: Sequence[Column]):
        self.path = file.path
        self._file = file
        self._head, self._lines = head, lines

    @property
    def ignored(self) -> tuple[str, ...]:
        return self._file.ignored

    def rows(self) -> Iterator[Row | list[RowError]]:
        """Each document in turn. One of whose rows something is wrong is left out as a whole; raises FileRefused."""
        scattered = self._scattered()
        for group, is_spoilt in with_neighbours(self._groups()):
            if group.key is None and not group.rows:
                yield group.errors
            elif group.key is not None and hash(group.key) in scattered:
                sentence = _("Rows of the same number follow each other. Sort the file by number.")
                yield [RowError(group.first, "", sentence)]
            elif is_spoilt:
                sentence = _("The row beside this one cannot be read and may belong to it, so it is left out.")
                yield [*group.errors, RowError(group.first, "", sentence)]
            else:
                yield group.as_row(self._head, self._lines)

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
        """The hashed numbers that more than one run of rows has: a part of such a document would pass for the whole."""
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
