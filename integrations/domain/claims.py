"""Rows claimed for a while and settled by whoever claimed them (D5): a worker that dies leaves rows that the next one finds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import F

from integrations.domain.keys import unblock
from integrations.enums import EventKind, RowState
from integrations.models import IntegrationTask, RowEvent, SyncRow, TaskRun
from portal.kit import clock
from portal.kit.ids import uuid7
from portal.tenancy.scope import current_tenant, tenant_scope

# Longer than two requests with all their time-outs.
LEASE = timedelta(seconds=180)
OPEN = (RowState.WAITING, RowState.SENDING)
SETTLED = [
    *[
        "record_id",
        "record_key",
        "external_key",
        "key",
        "state",
        "sent_version",
        "is_linked",
        "is_uncertain",
        "attempts",
    ],
    *["due_at", "problem", "waits_table", "waits_key", "values", "digest", "etag", "claim", "changed_at"],
]


@dataclass
class Settlement:
    """What came of claimed rows: the rows as they are to be, what happened, and the counts of the run."""

    rows: list[SyncRow] = field(default_factory=list)
    events: list[RowEvent] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    linked: list[SyncRow] = field(default_factory=list)


def claim(task: IntegrationTask) -> list[SyncRow]:
    """Rows that are due, ours until the lease runs out; none when nothing is due.

    A row that its former worker never settled may have been sent. Rows that failed before go in ever smaller batches, so that
    one which makes the other side stumble is alone in the end.
    """
    now = clock.now()
    with tenant_scope(current_tenant()):
        due = SyncRow.objects.filter(task=task, state__in=OPEN, due_at__lte=now).order_by("due_at", "pk")
        found = due.select_for_update(skip_locked=True, of=("self",), no_key=True)[: task.batch_size]
        rows = fitting(list(found), task.batch_size)
        token = uuid7()
        left = [each.pk for each in rows if each.state == RowState.SENDING]
        mine = SyncRow.objects.filter(pk__in=[each.pk for each in rows])
        mine.filter(pk__in=left).update(is_uncertain=True)
        mine.update(state=RowState.SENDING, claim=token, due_at=now + LEASE)
    for row in rows:
        row.is_uncertain = row.is_uncertain or row.state == RowState.SENDING
        row.state, row.claim, row.due_at = RowState.SENDING, token, now + LEASE
    return rows


def fitting(rows: list[SyncRow], most: int) -> list[SyncRow]:
    """The first of these rows that go together: a quarter of a batch after one failure, then a sixteenth, in the end one."""
    room = most
    for number, row in enumerate(rows):
        room = min(room, max(1, most >> 2 * min(row.attempts, 8)))
        if number >= room:
            return rows[:number]
    return rows


def settle(settlement: Settlement, task_run: TaskRun) -> None:
    """Write down what came of rows that are still ours, in one transaction.

    A row that changed here while it was sent waits again.
    """
    now = clock.now()
    with tenant_scope(current_tenant()):
        claims = {each.pk: each.claim for each in settlement.rows}
        locked = SyncRow.objects.filter(pk__in=claims, state=RowState.SENDING).select_for_update(
            of=("self",), no_key=True
        )
        found = {
            pk: version
            for pk, version, token in locked.order_by("pk").values_list("pk", "version", "claim")
            if token == claims[pk]
        }
        mine = [each for each in settlement.rows if each.pk in found]
        for row in mine:
            release(row, now, is_newer=found[row.pk] > row.version)
        write(mine)
        RowEvent.objects.bulk_create([each for each in settlement.events if each.row_id in found])
        note_linked(task_run.task, [each for each in settlement.linked if each.pk in found])
        add_counts(settlement, task_run)


def add_counts(settlement: Settlement, task_run: TaskRun) -> None:
    """Add to the counts of the run."""
    if settlement.counts:
        added = {name: F(name) + number for name, number in settlement.counts.items()}
        TaskRun.objects.filter(pk=task_run.pk).update(**added)


def release(row: SyncRow, now, *, is_newer: bool) -> None:
    """Nobody's any more; due at once where there is something newer to send."""
    row.claim = None
    row.changed_at = now
    if is_newer:
        row.state, row.due_at, row.attempts = RowState.WAITING, now, 0
        row.problem = row.waits_table = row.waits_key = ""


def write(rows: Sequence[SyncRow]) -> None:
    """Write these rows as they are, by one statement; their versions stay what the notes made them."""
    SyncRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=SETTLED)


def note_linked(task: IntegrationTask, rows: Sequence[SyncRow]) -> None:
    """Let go what waited for these records."""
    keys = {key for each in rows for key in (each.record_key, each.external_key)}
    if keys:
        unblock(task.entity, keys, connection=task.project.connection)


def event(
    row: SyncRow, task_run: TaskRun, kind: EventKind, *, message: str = "", differences: list | None = None
) -> RowEvent:
    """Something that happened to a row in a run."""
    return RowEvent(
        tenant=current_tenant(),
        row=row,
        run_id=task_run.run_id,
        kind=kind,
        at=clock.now(),
        message=message[:500],
        differences=differences or [],
    )
