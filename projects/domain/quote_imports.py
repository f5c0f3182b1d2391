"""Import quotes from CSV (OPS-4). The number in the other system, else our own, says which quote the rows are.

A quote that was sent comes with its fingerprint. What customers decided is never imported: whoever says so was not signed in here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import DocumentFile
from fieldservice.domain.imports import BadColumn
from portal.accounts.domain.importing import Mode, run_import
from portal.kit.csv_rows import CsvFile, Report
from portal.tenancy.days import today
from projects.domain.document_books import Books
from projects.domain.document_imports import DocumentImporter, Made
from projects.domain.documents import check_step
from projects.domain.import_moments import check_past, moment_of
from projects.domain.lines import Item, rows_of, sum_up
from projects.domain.quote_rows import HEAD_COLUMNS, LINE_COLUMNS
from projects.domain.quotes import (
    OWN_OF_LINES,
    USUAL_VALIDITY,
    check_counted,
    close_quote,
    counted,
    fingerprint,
    make_final,
    write_quote_lines,
)
from projects.enums import QUOTE_TRANSITIONS, NumberKind, QuoteStatus
from projects.models import Quote, QuoteLine

DRAFT, SENT, WON, LOST = QuoteStatus.DRAFT, QuoteStatus.SENT, QuoteStatus.WON, QuoteStatus.LOST


def import_quotes(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import quotes with their lines. Raises FileRefused."""
    return run_import(QuoteImporter(by=by), DocumentFile(file, HEAD_COLUMNS, LINE_COLUMNS), mode=mode, by=by)


class QuoteImporter(DocumentImporter):
    """Creates and updates quotes."""

    name = "quotes"
    kind = NumberKind.QUOTE
    model = Quote
    line_model = QuoteLine
    own_fields = ("name", "valid_until", "introduction", "terms", "internal_notes", "is_exposed")
    origins = ("project",)
    movable = DocumentImporter.movable | {"project"}
    final_fields = ("status", "sent_at", "closed_at", "digest")

    def usual(self, head: Mapping[str, Any], values: Mapping[str, Any], books: Books) -> dict[str, Any]:
        return {"valid_until": (values.get("sent_date") or today()) + USUAL_VALIDITY}

    def own_of(self, line: Mapping[str, Any], books: Books) -> dict[str, Any]:
        return {name: line[name] for name in OWN_OF_LINES if name in line}

    def priced(self, document: Quote, items: Sequence[Item]) -> list[QuoteLine]:
        rows = rows_of(QuoteLine, document, items, parent="quote")
        sum_up(document, counted(rows))
        return rows

    def check_new(self, made: Made) -> None:
        if made.values.get("status", DRAFT) != DRAFT:
            check_counted(made.lines)
            check_days(made.values)

    def complete(self, made: Made) -> bool:
        quote, values = made.document, made.values
        quote.status = values.get("status", DRAFT)
        if quote.status == DRAFT:
            return False
        quote.sent_at = moment_of(values.get("sent_date") or values.get("closed_date"))
        quote.closed_at = moment_of(values.get("closed_date")) if quote.status in {WON, LOST} else None
        quote.digest = fingerprint(quote, made.lines)
        return True

    def rewrite(self, document: Quote, items: Sequence[Item], values: Mapping[str, Any]) -> None:
        write_quote_lines(document, items, by=self._by)

    def follow(self, document: Quote, values: Mapping[str, Any]) -> None:
        asked = QuoteStatus(values.get("status", document.status))
        if asked == document.status:
            return
        if document.status == DRAFT:
            check_days(values)
            make_final(document, at=moment_of(values.get("sent_date")), by=self._by)
        if asked in {WON, LOST}:
            close_quote(document, asked, by=self._by)
        elif asked != document.status:
            check_step(QuoteStatus(document.status), asked, QUOTE_TRANSITIONS)


def check_days(values: Mapping[str, Any]) -> None:
    """Raise BadColumn for days to come, and for a quote that was closed before it was sent."""
    sent, closed = values.get("sent_date"), values.get("closed_date")
    check_past(sent, "sent_date")
    check_past(closed, "closed_date")
    if sent and closed and closed < sent:
        raise BadColumn("closed_date", _("A quote is closed on the day that it was sent or later."))
