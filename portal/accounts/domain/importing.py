"""Run an import: batches, dry run, all or nothing, row errors, one audit entry (OPS-4). What is written, an importer says."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any, Protocol

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from portal.audit.domain import record as record_in_trail
from portal.kit.csv_cells import Column
from portal.kit.csv_rows import CsvFile, Report, Row, RowError, batches
from portal.tenancy.scope import current_tenant, tenant_scope

BATCH_SIZE = 500


class Mode(Enum):
    """What becomes of the rows."""

    WRITE = "write"  # good rows are written, bad ones told
    STRICT = "strict"  # all rows, or none when one is bad
    DRY_RUN = "dry run"  # none; the report tells what would happen


class Importer(Protocol):
    """What an app says about its records."""

    name: str
    columns: Sequence[Column]
    key_column: str

    def key(self, row: Row) -> Hashable:
        """What makes a row the same record as another, or None."""

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch inside a transaction; count it in `report`, refuse rows with a sentence."""

    def finish(self, report: Report) -> None:
        """Write what had to wait for later rows."""


def run_import(importer: Importer, file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import a file into the tenant in scope; audited. Raises FileRefused when the file as a whole cannot be used.

    Without another mode each batch is a transaction of its own, so that locks are short, and a run that was broken
    off may simply be repeated: the same file changes nothing the second time.
    """
    report = Report()
    with _transaction_of_run(mode, report):
        for batch in batches(_without_repeats(importer, file.rows()), BATCH_SIZE, report.refuse):
            _write(importer, batch, report)
        with tenant_scope(current_tenant()):
            importer.finish(report)
    report.ignored_columns = file.ignored
    if report.is_written and report.created + report.updated:
        with tenant_scope(current_tenant()):
            record_in_trail(by, f"import.{importer.name}", current_tenant(), after=_figures(file, report))
    return report


def differences(record, wanted: Mapping[str, Any]) -> list[str]:
    """Set what differs on the record and name it; related records are told apart by their ids, without loading them."""
    changed = [name for name, value in wanted.items() if _differs(record, name, value)]
    for name in changed:
        setattr(record, name, wanted[name])
    return changed


def numbered_elsewhere(records: QuerySet, numbers: Iterable[str]) -> QuerySet:
    """The records with these numbers in another system.

    Their index holds no empty numbers. That none is asked for is said aloud, because PostgreSQL does not look into a
    list of more than 100. What goes along comes by queries of its own, never by joins: within a large import nobody
    has statistics yet, and tables that are joined without may be compared row by row.
    """
    return records.filter(external_number__in=numbers).exclude(external_number="").order_by("pk")


def update_changed(model: type[Model], plans: Iterable) -> int:
    """Write the changed fields of the records that were there before: of each plan's `record`, when not `is_new`."""
    old = [plan for plan in plans if plan.changed and not plan.is_new]
    fields = sorted({name for plan in old for name in plan.changed})
    if fields:
        model.objects.bulk_update([plan.record for plan in old], fields)
    return len(old)


def _differs(record, name: str, value) -> bool:
    if hasattr(record, f"{name}_id"):
        return getattr(record, f"{name}_id") != (value.pk if value is not None else None)
    return getattr(record, name) != value


@contextmanager
def _transaction_of_run(mode: Mode, report: Report) -> Iterator[None]:
    """One transaction for the whole run where it may have to be undone."""
    if mode is Mode.WRITE:
        yield
        return
    with tenant_scope(current_tenant()):
        yield
        if mode is Mode.DRY_RUN or not report.is_clean:
            transaction.set_rollback(True)
            report.is_written = False


def _without_repeats(importer: Importer, rows: Iterable[Row | list[RowError]]) -> Iterator[Row | list[RowError]]:
    """Refuse a row whose key an earlier row has; hashes, not keys, are remembered."""
    seen: set[int] = set()
    for each in rows:
        if isinstance(each, Row) and (key := importer.key(each)) is not None:
            known = hash(key)
            if known in seen:
                yield [RowError(each.number, importer.key_column, _("An earlier row of the file is the same record."))]
                continue
            seen.add(known)
        yield each


def _write(importer: Importer, rows: list[Row], total: Report) -> None:
    """Write a batch; when the database refuses it, halve it until the bad row stands alone."""
    batch = Report()
    try:
        with tenant_scope(current_tenant()):
            importer.write(rows, batch)
    except (IntegrityError, DataError):
        if len(rows) == 1:
            total.refuse(RowError(rows[0].number, "", _("The row contradicts other records or itself.")))
            return
        middle = len(rows) // 2
        _write(importer, rows[:middle], total)
        _write(importer, rows[middle:], total)
        return
    total.add(batch)


def _figures(file: CsvFile, report: Report) -> dict:
    return {
        "file": file.path.name,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "errors": report.error_count,
    }
