"""CSV that a spreadsheet cannot run: the one layer that every export passes (FS-7, SECURITY 34)."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from decimal import Decimal

BYTE_ORDER_MARK = "\ufeff"
CONTENT_TYPE = "text/csv; charset=utf-8"
# What makes a spreadsheet take a text for a formula, full-width forms included.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")


def safe_cell(value) -> str:
    """A value as the text of a cell. Numbers stay numbers; a text that begins like a formula gets an apostrophe."""
    if type(value) is str:
        return safe_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return safe_text(str(value))


def safe_text(text: str) -> str:
    """A text as that of a cell."""
    if "\0" in text:
        text = text.replace("\0", "")
    start = text[:1]
    if start == " ":
        start = text.lstrip(" ")[:1]
    return f"'{text}" if start in FORMULA_STARTS else text


def csv_line(values: Iterable) -> str:
    """One line of CSV from any values, each made safe."""
    return csv_lines([values])


def csv_lines(rows: Iterable[Iterable]) -> str:
    """Lines of CSV, a row each."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\r\n").writerows([safe_cell(value) for value in row] for row in rows)
    return lines.getvalue()
