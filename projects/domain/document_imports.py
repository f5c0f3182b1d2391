"""What the imports of quotes, contracts and project invoices share: rows of one number, amounts, what may still change (OPS-4).

Imports bring the past: nobody is told by mail, and what customers were shown keeps its lines, texts and dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import key_of
from fieldservice.domain.imports import BadColumn, account_of, by_numbers, linkable, number_all, refusal
from fieldservice.domain.invoice_books import check_amounts, check_currency, item_of
from fieldservice.domain.invoice_imports import SAME_LINE, facts_of
from portal.access.domain.exposure import note_exposures
from portal.access.models import ExposedModel
from portal.accounts.domain.importing import differences
from portal.kit import clock
from portal.kit.csv_cells import BadCell
from portal.kit.csv_rows import Report, Row
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant
from projects.domain.document_books import Books, of_account, open_books
from projects.domain.documents import lock
from projects.domain.lines import Item
from projects.models.lines import PricedLine


@dataclass
class Made:
    """A document with its lines before they are written."""

    document: Any
    lines: list[Any]
    values: Mapping[str, Any]


class DocumentImporter:
    """Creates documents with their lines, and brings those that are there in line by the verbs that staff use."""

    name: ClassVar[str]
    key_column: ClassVar[str] = "external_number"
    kind: ClassVar[str]
    model: ClassVar[type[ExposedModel]]
    line_model: ClassVar[type[PricedLine]]
    # Fields that the file names as the model does, and those by which a document says where it comes from.
    own_fields: ClassVar[tuple[str, ...]]
    optional_dates: ClassVar[tuple[str, ...]] = ()
    origins: ClassVar[tuple[str, ...]]
    # In these statuses a document is still written.
    writable: ClassVar[tuple[str, ...]] = ("draft",)
    # What a final document may still change, besides its status, and what its final state brings.
    movable: ClassVar[frozenset[str]] = frozenset({"is_exposed", "internal_notes", "external_number"})
    final_fields: ClassVar[tuple[str, ...]]

    def __init__(self, *, by=None):
        self._by = by

    def key(self, row: Row) -> tuple[str, str] | None:
        return key_of(row.values)

    def write(self, rows: list[Row], report: Report) -> None:
        """New ones by a bounded number of queries, those that are there one by one."""
        books, known = open_books(rows), by_numbers(self.model.objects.all(), rows)
        made = []
        for row in rows:
            document = known.get(key_of(row.values)) or linkable(known, row)
            try:
                if document is None:
                    made.append(self._plan(row.values, books))
                elif self._update(document, row.values, books):
                    report.updated += 1
                else:
                    report.unchanged += 1
            except (BadCell, DomainError) as error:
                report.refuse(refusal(row, error))
        self._create(made)
        report.created += len(made)

    def finish(self, report: Report) -> None:
        """No document waits for another."""

    def usual(self, head: Mapping[str, Any], values: Mapping[str, Any], books: Books) -> dict[str, Any]:
        """What a new document has where its rows do not say it."""
        return {}

    def own_of(self, line: Mapping[str, Any], books: Books) -> dict[str, Any]:
        """The fields of a line that only this kind of document has; raises BadColumn."""
        raise NotImplementedError

    def priced(self, document, items: Sequence[Item]) -> list[Any]:
        """The lines with their amounts, not yet written; sets the totals of the document. Raises DomainError."""
        raise NotImplementedError

    def check_new(self, made: Made) -> None:
        """Raise BadColumn or DomainError for a new document that its status does not allow."""
        raise NotImplementedError

    def complete(self, made: Made) -> bool:
        """Give a new document, written as a draft with its lines, the state that its rows say; whether it is another one."""
        raise NotImplementedError

    def after_lines(self, made: Sequence[Made]) -> None:
        """Write what hangs on the lines of new documents."""

    def hangs_otherwise(self, document, values: Mapping[str, Any]) -> bool:
        """Whether the rows say something else of what hangs on the lines of a draft."""
        return False

    def rewrite(self, document, items: Sequence[Item], values: Mapping[str, Any]) -> None:
        """Replace the lines of a draft, with what hangs on them; raises DomainError."""
        raise NotImplementedError

    def follow(self, document, values: Mapping[str, Any]) -> None:
        """Take the steps that the rows of a known document ask for; raises DomainError."""
        raise NotImplementedError

    def _plan(self, values: Mapping[str, Any], books: Books) -> Made:
        head = self._head(values, books)
        own = {"currency": current_tenant().currency, "created_at": clock.now()}
        document = self.model(**(own | self.usual(head, values, books) | head))
        made = Made(document, self.priced(document, self._items(values, books)), values)
        check_amounts(values, document)
        self.check_new(made)
        return made

    def _create(self, made: Sequence[Made]) -> None:
        """Lines are written while their document is a draft: the database lets nobody touch those of a final one."""
        number_all(self.kind, [each.document for each in made])
        self.model.objects.bulk_create(each.document for each in made)
        self.line_model.objects.bulk_create(line for each in made for line in each.lines)
        self.after_lines(made)
        final = [each.document for each in made if self.complete(each)]
        self.model.objects.bulk_update(final, self.final_fields)
        note_exposures([each.document for each in made if each.document.is_exposed], by=self._by)

    @transaction.atomic
    def _update(self, document, values: Mapping[str, Any], books: Books) -> bool:
        """Bring a document that is there in line with its rows; whether anything changed. Raises BadCell, DomainError."""
        locked = lock(document)
        head = self._head(values, books)
        if locked.account_id != head["account"].pk:
            raise BadColumn("account_number", _("This record belongs to another account."))
        changed = differences(locked, head)
        lines_change = self._compare(locked, values, books)
        is_writable = locked.status in self.writable
        if not is_writable and (lines_change or set(changed) - self.movable):
            raise BadColumn("", _("This is final: its lines, texts and dates stay as they are."))
        if changed:
            locked.save(update_fields=changed)
        if "is_exposed" in changed:
            note_exposures([locked], by=self._by)
        if lines_change := lines_change or (is_writable and self.hangs_otherwise(locked, values)):
            self.rewrite(locked, self._items(values, books), values)
        before = locked.status
        self.follow(locked, values)
        return bool(changed) or lines_change or locked.status != before

    def _head(self, values: Mapping[str, Any], books: Books) -> dict[str, Any]:
        """The fields of the document that its rows name; raises BadColumn."""
        check_currency(values)
        account = account_of(books.accounts, values["account_number"], "account_number")
        wanted = {"account": account}
        wanted |= {name: values[name] for name in self.own_fields if values.get(name) is not None}
        wanted |= {name: None for name in self.optional_dates if name in values and values[name] is None}
        wanted |= {name: values[name] for name in ("number", "external_number") if values.get(name)}
        return wanted | {
            name: of_account(account, values[f"{name}_number"], name, books)
            for name in self.origins
            if f"{name}_number" in values
        }

    def _items(self, values: Mapping[str, Any], books: Books) -> list[Item]:
        return [Item(item_of(line, books.products), self.own_of(line, books)) for line in values["lines"]]

    def _compare(self, document, values: Mapping[str, Any], books: Books) -> bool:
        """Whether the rows charge something else than the document does."""
        probe = self.model(currency=document.currency, project_id=document.project_id)
        items = self._items(values, books)
        wanted = self.priced(probe, items)
        check_amounts(values, probe)
        names = (*SAME_LINE, *sorted({name for item in items for name in item.own}))
        present = document.lines.order_by("position", "pk")
        return [facts_of(each, names) for each in wanted] != [facts_of(each, names) for each in present]
