"""From noted changes to rows that wait: what a task is told of, and what it makes of it (INT-2).

The triggers only add notes (`RecordChange`), in the transaction of the change. A run takes them away and counts up the versions of their
rows in one transaction of its own.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet

from integrations.entities.base import Entity, Source, entity_named
from integrations.enums import Direction, RowState
from integrations.models import IntegrationTask, RecordChange, SyncRow, TableWatch
from portal.kit import clock
from portal.tenancy.scope import current_tenant, tenant_scope

# Notes and records taken in one transaction.
CHUNK = 2_000


def watch(task: IntegrationTask) -> None:
    """Tell the triggers what this task is to be told of; nothing for one that is switched off or comes in. In the caller's transaction."""
    is_told = task.is_active and task.direction == Direction.OUT
    wanted = {watched(each) for each in entity_named(task.entity).sources} if is_told else set()
    present = {(each.table_name, each.column_name, each.path): each for each in task.watches.order_by("pk")}
    TableWatch.objects.filter(pk__in=[row.pk for key, row in present.items() if key not in wanted]).delete()
    missing = sorted(wanted - present.keys())
    if not missing:
        return
    since = present_transaction()
    TableWatch.objects.bulk_create(
        TableWatch(tenant=current_tenant(), task=task, table_name=table, column_name=column, path=path, since=since)
        for table, column, path in missing
    )
    task.filled_at = None
    task.save(update_fields=["filled_at"])


def watched(source: Source) -> tuple[str, str, str]:
    """Table, column and path of a watch: the records themselves, or those that refer to what changed."""
    return (source.table, "id", source.column) if source.child_table else (source.table, source.column, "")


def present_transaction() -> int:
    """The number of this transaction, in PostgreSQL's own count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return cursor.fetchone()[0]


def oldest_transaction() -> int:
    """Every transaction below this number has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


def take_notes(task: IntegrationTask) -> int:
    """Make rows of everything noted and, the first time, of every record that there is; how many rows changed."""
    changed = 0
    while batch := take_chunk(task):
        changed += batch
    if task.filled_at is None and task.direction == Direction.OUT and task.is_active:
        changed += fill(task)
    return changed


def take_chunk(task: IntegrationTask) -> int:
    """Take some notes away and count up their rows, in one transaction; how many notes."""
    with tenant_scope(current_tenant()):
        rows = RecordChange.objects.filter(task=task).order_by("pk")
        notes = list(rows.select_for_update(skip_locked=True, of=("self",))[:CHUNK])
        if not notes:
            return 0
        note_rows(task, records_of(entity_named(task.entity), notes))
        RecordChange.objects.filter(pk__in=[each.pk for each in notes]).delete()
    return len(notes)


def records_of(entity: Entity, notes: Iterable[RecordChange]) -> list[UUID]:
    """The records that these notes are about, each once."""
    found: dict[UUID, None] = {}
    by_path: dict[str, set[UUID]] = {}
    for each in notes:
        by_path.setdefault(each.path, set()).add(each.changed_id)
    for path, ids in sorted(by_path.items()):
        referring = entity.model.objects.filter(**{f"{path}__in": ids}).values_list("pk", flat=True) if path else ids
        found |= dict.fromkeys(sorted(referring))
    return list(found)


def note_rows(task: IntegrationTask, ids: list[UUID]) -> None:
    """Make these records wait, as a version of their own: whoever sends an older one sees that there is more to send."""
    now = clock.now()
    known = SyncRow.objects.filter(task=task, record_id__in=ids)
    locked = dict(known.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("record_id", "state"))
    resting = known.exclude(state=RowState.SENDING)
    resting.update(
        version=F("version") + 1,
        state=RowState.WAITING,
        due_at=now,
        attempts=0,
        problem="",
        waits_table="",
        waits_key="",
        changed_at=now,
    )
    known.filter(state=RowState.SENDING).update(version=F("version") + 1)
    SyncRow.objects.bulk_create([new_row(task, each, now) for each in ids if each not in locked], ignore_conflicts=True)


def new_row(task: IntegrationTask, record_id: UUID, now: datetime) -> SyncRow:
    """A record that the task has not seen yet."""
    return SyncRow(tenant=current_tenant(), task=task, record_id=record_id, due_at=now, changed_at=now)


def fill(task: IntegrationTask) -> int:
    """Make every record wait that the task does not know; how many.

    Done for good when everybody who could write without the triggers noting it has ended.
    """
    with tenant_scope(current_tenant()):
        is_whole = oldest_transaction() > max(task.watches.values_list("since", flat=True), default=0)
        last, added = None, 0
    while chunk := missing_records(task, last):
        last = chunk[-1]
        with tenant_scope(current_tenant()):
            rows = [new_row(task, each, clock.now()) for each in chunk]
            SyncRow.objects.bulk_create(rows, ignore_conflicts=True)
        added += len(chunk)
    if is_whole:
        with tenant_scope(current_tenant()):
            task.filled_at = clock.now()
            task.save(update_fields=["filled_at"])
    return added


def missing_records(task: IntegrationTask, after: UUID | None) -> list[UUID]:
    """Some records that the task does not know, in the order of their ids."""
    with tenant_scope(current_tenant()):
        known = SyncRow.objects.filter(task=task, record_id=OuterRef("pk"))
        rows: QuerySet = entity_named(task.entity).query().filter(~Exists(known))
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(islice(rows.order_by("pk").values_list("pk", flat=True), CHUNK))
