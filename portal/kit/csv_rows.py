"""Read a CSV file of any origin row by row: clean values or row errors, never a traceback, flat memory (OPS-4)."""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.kit.csv_cells import UNDECODED, BadCell, Column, clean
from portal.kit.errors import DomainError

GZIP_MAGIC = b"\x1f\x8b"
DELIMITERS = ",;\t"
LONGEST_LINE = 1_000_000
KEPT_ERRORS = 500


class FileRefused(DomainError):
    """The whole file cannot be used: nothing was read."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with clean values, by field; fields that the file lacks are absent. The headings are row 1."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row, where, and what to write instead; no column means the row as a whole."""

    row: int
    column: str
    sentence: str


class BadRow(list[RowError]):
    """All that is wrong with a row; `values` are its clean cells, by which it may be told to what it belongs."""

    def __init__(self, errors: Sequence[RowError], values: Mapping[str, Any] | None = None):
        super().__init__(errors)
        self.values = values or {}


@dataclass
class Report:
    """What an import did, or in a dry run would do."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    error_count: int = 0
    errors: list[RowError] = field(default_factory=list)
    ignored_columns: tuple[str, ...] = ()
    is_written: bool = True

    def refuse(self, error: RowError) -> None:
        """Count an error; the first ones are kept to be shown."""
        self.error_count += 1
        if len(self.errors) < KEPT_ERRORS:
            self.errors.append(error)

    def add(self, batch: "Report") -> None:
        """Count what a batch did."""
        self.created += batch.created
        self.updated += batch.updated
        self.unchanged += batch.unchanged
        for error in batch.errors:
            self.refuse(error)

    @property
    def is_clean(self) -> bool:
        return self.error_count == 0


class CsvFile:
    """A CSV file, plain or gzipped, whose headings name the fields of `columns`.

    `mapping` renames headings: {heading in the file: field}. `constants` gives every row the same text in a field.
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[Column],
        *,
        mapping: Mapping[str, str] | None = None,
        constants: Mapping[str, str] | None = None,
    ):
        self.path = path
        self.columns = {column.name: column for column in columns}
        self.mapping = {heading_key(heading): name for heading, name in (mapping or {}).items()}
        self.constants = dict(constants or {})
        self.ignored: tuple[str, ...] = ()
        for name in (*self.mapping.values(), *self.constants):
            if name not in self.columns:
                raise FileRefused(
                    _("There is no field “%(name)s”. The fields are: %(fields)s.")
                    % {"name": name, "fields": ", ".join(self.columns)}
                )

    def rows(self) -> Iterator[Row | list[RowError]]:
        """Each row in turn: clean, or all that is wrong with it. Raises FileRefused before the first row only."""
        number = 0
        try:
            with open_binary(self.path) as binary:
                lines = Lines(binary)
                delimiter, names = self._headings(lines)
                number = 1
                for number, each in enumerate(records(lines, delimiter), start=2):
                    if isinstance(each, str):
                        yield [RowError(number, "", each)]
                    elif any(cell.strip() for cell in each):
                        yield self._row(number, names, each)
        except (OSError, EOFError, zlib.error) as error:
            reason = _("The file cannot be read: %(reason)s.") % {"reason": getattr(error, "strerror", "") or error}
            if not number:
                raise FileRefused(reason) from error
            yield [RowError(number + 1, "", reason)]

    def _headings(self, lines: "Lines") -> tuple[str, list[str | None]]:
        """The delimiter of the file and the field of each column."""
        header = next(lines, "").removeprefix("\ufeff")
        if UNDECODED.search(header) or "\x00" in header:
            raise FileRefused(_("This is not UTF-8 text. Save the file as “CSV UTF-8”."))
        delimiter = max(DELIMITERS, key=header.count)
        try:
            headings = next(csv.reader([header], delimiter=delimiter, strict=True), [])
        except csv.Error:
            headings = []
        if not any(heading.strip() for heading in headings):
            raise FileRefused(_("The file has no headings in its first line."))
        return delimiter, self._names(headings)

    def _names(self, headings: list[str]) -> list[str | None]:
        """The field of each heading, None where it is ignored."""
        found = [self.mapping.get(key, key) for key in map(heading_key, headings)]
        names = [name if name in self.columns and name not in self.constants else None for name in found]
        known = [name for name in names if name]
        self.ignored = tuple(
            heading[:40] for heading, name in zip(headings, names, strict=True) if name is None and heading.strip()
        )
        for name in known:
            if known.count(name) > 1:
                raise FileRefused(_("Two columns fill the field “%(name)s”.") % {"name": name})
        keys = {heading_key(heading) for heading in headings}
        if absent := [heading for heading in self.mapping if heading not in keys]:
            raise FileRefused(_("The file has no column “%(names)s”.") % {"names": ", ".join(absent)})
        given = {*known, *self.constants}
        if missing := [name for name, column in self.columns.items() if column.is_required and name not in given]:
            raise FileRefused(
                ngettext("The file has no column %(names)s.", "The file has no columns %(names)s.", len(missing))
                % {"names": ", ".join(missing)}
            )
        return names

    def _row(self, number: int, names: list[str | None], cells: list[str]) -> Row | list[RowError]:
        if len(cells) != len(names):
            return [
                RowError(
                    number,
                    "",
                    _("The row has %(cells)d cells, the headings are %(headings)d.")
                    % {"cells": len(cells), "headings": len(names)},
                )
            ]
        raw = {name: cell for name, cell in zip(names, cells, strict=True) if name} | self.constants
        values, errors = {}, []
        for name, cell in raw.items():
            try:
                values[name] = clean(self.columns[name], cell)
            except BadCell as error:
                errors.append(RowError(number, name, str(error)))
        return BadRow(errors, values) if errors else Row(number, values)


class OldLineEnds(io.RawIOBase):
    """A stream whose lines end with a carriage return alone, as old spreadsheets write them, with the line ends of today."""

    def __init__(self, binary: io.BufferedReader):
        self._binary = binary

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        piece = self._binary.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(piece)] = piece
        return len(piece)


class Lines:
    """The lines of a binary stream as text, each of bounded length; what is not UTF-8 stays recognisable."""

    def __init__(self, binary: io.BufferedReader):
        beginning = binary.peek(1)
        # Not the last byte: a line feed may follow it.
        is_old = b"\r" in beginning[:-1] and b"\n" not in beginning
        self._binary: BinaryIO = io.BufferedReader(OldLineEnds(binary)) if is_old else binary
        self._was_cut = False

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._binary.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        piece = line
        while len(piece) == LONGEST_LINE and not piece.endswith(b"\n"):
            self._was_cut = True
            piece = self._binary.readline(LONGEST_LINE)
        return line.decode("utf-8", errors="surrogateescape")

    def forget_cut(self) -> bool:
        """Whether a line was cut since this was last asked."""
        was_cut, self._was_cut = self._was_cut, False
        return was_cut


def records(lines: Lines, delimiter: str) -> Iterator[list[str] | str]:
    """The cells of each record; where one cannot be read, the sentence that says why."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            lines.forget_cut()
            yield _("The row cannot be read: a cell is too long or a quotation mark is missing.")
        else:
            yield _("The row is too long.") if lines.forget_cut() else cells


def heading_key(heading: str) -> str:
    """A heading in lower case with underscores, so that "Serial number" fills serial_number."""
    return "_".join(heading.strip().lower().replace("-", " ").split())


@contextmanager
def open_binary(path: Path) -> Iterator[io.BufferedReader]:
    """The file's bytes, unpacked when it is gzipped, whatever its name."""
    with path.open("rb") as raw:
        if raw.peek(2)[:2] == GZIP_MAGIC:
            with gzip.open(raw) as unpacked:
                yield io.BufferedReader(unpacked)  # type: ignore[arg-type]
        else:
            yield raw


def batches(rows: Iterator[Row | list[RowError]], size: int, refuse: Callable[[RowError], None]) -> Iterator[list[Row]]:
    """Clean rows by the batch; errors go to `refuse` on the way."""
    batch: list[Row] = []
    for each in rows:
        if isinstance(each, Row):
            batch.append(each)
        else:
            for error in each:
                refuse(error)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
