"""Import invoices from CSV (OPS-4). The number in the other system, else our own, says which invoice the rows are.

Imports bring the past: nobody is told of an invoice by mail because it was imported. An invoice that was issued keeps its lines, amounts and dates.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import DocumentFile, key_of
from fieldservice.domain.imports import BadColumn, by_numbers, linkable, number_all, refusal
from fieldservice.domain.invoice_books import Books, check_amounts, head_of, items_of, open_books, paid_of
from fieldservice.domain.invoice_payments import record_payment
from fieldservice.domain.invoice_rows import HEAD_COLUMNS, LINE_COLUMNS
from fieldservice.domain.invoices import cancel, finish_issue, line_rows, lock_invoice, write_lines
from fieldservice.enums import InvoiceKind, InvoiceStatus, NumberKind
from fieldservice.models import Invoice, InvoiceLine, Payment
from portal.access.domain.exposure import note_exposures
from portal.accounts.domain.importing import Mode, differences, run_import
from portal.kit import clock
from portal.kit.csv_cells import BadCell
from portal.kit.csv_rows import CsvFile, Report, Row
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.scope import current_tenant

DRAFT, ISSUED, PAID, CANCELED = InvoiceStatus.DRAFT, InvoiceStatus.ISSUED, InvoiceStatus.PAID, InvoiceStatus.CANCELED
# What the paper of an issued invoice says cannot become something else.
FROZEN = frozenset({"account", "invoice_date", "number"})
SAME_LINE = (
    "product_id",
    "description",
    "quantity",
    "unit",
    "unit_price",
    "discount_percent",
    "tax_name",
    "tax_rate",
    "net",
    "tax",
)


def import_invoices(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import invoices with their lines and what was paid of them. Raises FileRefused."""
    return run_import(InvoiceImporter(by=by), DocumentFile(file, HEAD_COLUMNS, LINE_COLUMNS), mode=mode, by=by)


class InvoiceImporter:
    """Creates and updates invoices."""

    name = "invoices"
    key_column = "external_number"

    def __init__(self, *, by=None):
        self._by = by

    def key(self, row: Row) -> tuple[str, str] | None:
        return key_of(row.values)

    def write(self, rows: list[Row], report: Report) -> None:
        """New ones by a bounded number of queries, those that are there one by one, by the verbs that staff use."""
        books, known = open_books(rows), by_numbers(Invoice.objects.all(), rows)
        made = []
        for row in rows:
            invoice = known.get(key_of(row.values)) or linkable(known, row)
            try:
                if invoice is None:
                    made.append(NewInvoice(row, books))
                elif self._update(invoice, row, books):
                    report.updated += 1
                else:
                    report.unchanged += 1
            except (BadCell, DomainError) as error:
                report.refuse(refusal(row, error))
        self._create(made)
        report.created += len(made)

    def finish(self, report: Report) -> None:
        """No invoice waits for another."""

    def _create(self, made: list["NewInvoice"]) -> None:
        number_all(NumberKind.INVOICE, [each.invoice for each in made])
        Invoice.objects.bulk_create(each.invoice for each in made)
        InvoiceLine.objects.bulk_create(line for each in made for line in each.lines)
        final = [each for each in made if each.status != DRAFT]
        for each in final:
            each.close()
        fields = ["status", "issued_at", "closed_at", "paid"]
        Invoice.objects.bulk_update([each.invoice for each in final], fields)
        Payment.objects.bulk_create(each.payment for each in final if each.payment)
        note_exposures([each.invoice for each in made if each.invoice.is_exposed], by=self._by)

    @transaction.atomic
    def _update(self, invoice: Invoice, row: Row, books: Books) -> bool:
        """Bring an invoice that is there in line with its rows; whether anything changed. Raises BadCell, DomainError."""
        locked = lock_invoice(invoice)
        if locked.kind == InvoiceKind.CREDIT_NOTE:
            raise BadColumn("number", _("This number is that of a credit note."))
        wanted = head_of(row.values, books)
        changed = differences(locked, wanted)
        lines_change = self._compare_lines(locked, row, books)
        if locked.status != DRAFT and (lines_change or FROZEN & set(changed)):
            raise BadColumn(
                "", _("The invoice was issued with other lines or dates. Credit it instead of changing it.")
            )
        if changed:
            locked.save(update_fields=changed)
        if "is_exposed" in changed:
            note_exposures([locked], by=self._by)
        if lines_change:
            write_lines(locked, items_of(row.values["lines"], books), by=self._by)
        return self._follow_state(locked, row) or bool(changed) or lines_change

    def _compare_lines(self, invoice: Invoice, row: Row, books: Books) -> bool:
        """Whether the rows charge something else than the invoice does."""
        probe = Invoice(currency=invoice.currency)
        wanted = line_rows(probe, items_of(row.values["lines"], books))
        check_amounts(row.values, probe)
        present = invoice.lines.order_by("position", "pk")
        return [facts_of(each) for each in wanted] != [facts_of(each) for each in present]

    def _follow_state(self, invoice: Invoice, row: Row) -> bool:
        """Issue, pay or cancel as the rows say; payments are never taken back. Raises BadCell, DomainError."""
        status = row.values.get("status", invoice.status)
        before = (invoice.status, invoice.paid)
        if status == CANCELED:
            cancel(invoice, reason=_("Canceled in the other system."), by=self._by)
        elif invoice.status == CANCELED:
            raise BadColumn("status", _("The invoice was canceled."))
        elif status == DRAFT and invoice.status != DRAFT:
            raise BadColumn("status", _("The invoice was issued already."))
        elif status != DRAFT and invoice.status == DRAFT:
            finish_issue(invoice, by=self._by)
        paid = paid_of(row.values, invoice, status)
        if paid is not None and paid < invoice.paid:
            raise BadColumn("paid", _("More was paid already. Payments are taken back on the invoice's own page."))
        if paid is not None and paid > invoice.paid:
            record_payment(
                invoice,
                amount=paid - invoice.paid,
                paid_date=row.values.get("paid_date"),
                method=row.values.get("payment_method", ""),
                by=self._by,
            )
        return before != (invoice.status, invoice.paid)


class NewInvoice:
    """An invoice with its lines and payment before they are written; raises BadCell, DomainError."""

    def __init__(self, row: Row, books: Books):
        values = row.values
        head = {"currency": current_tenant().currency, "due_date": None, **head_of(values, books)}
        if head["due_date"] is None:
            head["due_date"] = head["invoice_date"] + dt.timedelta(days=books.days_to_pay(head["account"]))
        if head["due_date"] < head["invoice_date"]:
            raise BadColumn("due_date", _("An invoice is due on its date or later."))
        self.invoice = Invoice(created_at=clock.now(), **head)
        self.lines = line_rows(self.invoice, items_of(values["lines"], books))
        check_amounts(values, self.invoice)
        self.status = values.get("status", ISSUED)
        self.paid = paid_of(values, self.invoice, self.status) or ZERO
        self.paid_date = values.get("paid_date") or self.invoice.invoice_date
        self.method = values.get("payment_method", "")
        self.payment: Payment | None = None

    def close(self) -> None:
        """Final from the day that it bears, with what was paid of it."""
        invoice, now = self.invoice, clock.now()
        dated = dt.datetime.combine(invoice.invoice_date, dt.time(), current_tenant().zone)
        invoice.issued_at = min(dated, now)
        invoice.paid = self.paid
        is_settled = self.status != CANCELED and self.paid == invoice.total
        invoice.status = PAID if is_settled else CANCELED if self.status == CANCELED else ISSUED
        invoice.closed_at = None if invoice.status == ISSUED else now
        if self.paid:
            self.payment = Payment(
                invoice=invoice, amount=self.paid, paid_date=self.paid_date, method=self.method, created_at=now
            )


def facts_of(line, names: Sequence[str] = SAME_LINE) -> tuple:
    """What makes a line the same as another; 1 and 1.000 are."""
    values = [getattr(line, name) for name in names]
    return tuple(each.normalize() if isinstance(each, Decimal) else each for each in values)
