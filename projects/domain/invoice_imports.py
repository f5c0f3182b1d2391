"""Import project invoices from CSV (OPS-4). The number in the other system, else our own, says which invoice the rows are.

Corrections are written here, and milestones are billed here: neither is imported.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from fieldservice.domain.document_rows import DocumentFile
from portal.accounts.domain.importing import Mode, run_import
from portal.kit.csv_rows import CsvFile, Report
from portal.kit.money import ZERO
from projects.domain.document_books import Books, of_line
from projects.domain.document_imports import DocumentImporter, Made
from projects.domain.documents import check_step
from projects.domain.import_moments import check_past, moment_of
from projects.domain.invoice_rows import HEAD_COLUMNS, LINE_COLUMNS
from projects.domain.invoices import (
    check_due,
    check_shown,
    finish_confirm,
    line_rows,
    record_paid,
    send_back,
    submit,
    write_lines,
)
from projects.domain.lines import Item
from projects.enums import INVOICE_TRANSITIONS, InvoiceStatus, NumberKind
from projects.models import ProjectInvoice, ProjectInvoiceLine

DRAFT, IN_REVIEW = InvoiceStatus.DRAFT, InvoiceStatus.IN_REVIEW
CONFIRMED, PAID = InvoiceStatus.CONFIRMED, InvoiceStatus.PAID
# What a line names beside what it charges, by column: the field, and where its records stand in the books.
REFERRED = {"role": ("role_id", "roles"), "resource_number": ("resource_id", "resources")}


def import_project_invoices(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import project invoices with their lines. Raises FileRefused."""
    return run_import(ProjectInvoiceImporter(by=by), DocumentFile(file, HEAD_COLUMNS, LINE_COLUMNS), mode=mode, by=by)


class ProjectInvoiceImporter(DocumentImporter):
    """Creates and updates project invoices."""

    name = "project_invoices"
    kind = NumberKind.INVOICE
    model = ProjectInvoice
    line_model = ProjectInvoiceLine
    own_fields = ("invoice_date", "due_date", "note", "internal_notes", "is_exposed")
    origins = ("project", "contract")
    writable = (DRAFT, IN_REVIEW)
    final_fields = ("status", "confirmed_at", "paid_at")

    def usual(self, head: Mapping[str, Any], values: Mapping[str, Any], books: Books) -> dict[str, Any]:
        days = books.charges.days_to_pay(head["account"])
        return {"due_date": head["invoice_date"] + dt.timedelta(days=days)}

    def own_of(self, line: Mapping[str, Any], books: Books) -> dict[str, Any]:
        own = {name: line[name] for name in ("date", "billing_type", "internal_description") if name in line}
        for column, (field, records) in REFERRED.items():
            if column in line:
                found = of_line(line, column, getattr(books, records))
                own[field] = found.pk if found is not None else None
        return own

    def priced(self, document: ProjectInvoice, items: Sequence[Item]) -> list[ProjectInvoiceLine]:
        return line_rows(document, items)

    def check_new(self, made: Made) -> None:
        check_due(made.document)
        check_past(made.values.get("paid_date"), "paid_date")
        if made.values.get("status", CONFIRMED) != DRAFT:
            check_shown(made.lines)

    def complete(self, made: Made) -> bool:
        invoice, values = made.document, made.values
        invoice.status = values.get("status", CONFIRMED)
        if invoice.status in {CONFIRMED, PAID}:
            invoice.confirmed_at = moment_of(invoice.invoice_date)
            invoice.status = PAID if invoice.total == ZERO else invoice.status
        if invoice.status == PAID:
            invoice.paid_at = moment_of(values.get("paid_date") or invoice.invoice_date)
        return invoice.status != DRAFT

    def rewrite(self, document: ProjectInvoice, items: Sequence[Item], values: Mapping[str, Any]) -> None:
        write_lines(document, items, by=self._by)

    def follow(self, document: ProjectInvoice, values: Mapping[str, Any]) -> None:
        asked = InvoiceStatus(values.get("status", document.status))
        if document.status in {DRAFT, IN_REVIEW} and asked in {CONFIRMED, PAID}:
            finish_confirm(document, by=self._by)
        if asked == CONFIRMED and document.status == PAID and document.total == ZERO:
            return
        if asked == PAID:
            record_paid(document, paid_date=values.get("paid_date"), by=self._by)
        elif asked == IN_REVIEW:
            submit(document, by=self._by)
        elif asked == DRAFT:
            send_back(document, by=self._by)
        elif asked != document.status:
            check_step(InvoiceStatus(document.status), asked, INVOICE_TRANSITIONS)
