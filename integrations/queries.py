"""Reads of the exchange: what waits and failed, and a record's story on both sides (INT-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from integrations.enums import RowState
from integrations.models import IntegrationProject, IntegrationTask, RowEvent, SyncRow
from portal.audit.models import AuditEntry

LONGEST_STORY = 100


@dataclass(frozen=True)
class Chapter:
    """Something that happened to a record: here (by somebody), or on its way."""

    at: datetime
    is_here: bool
    entry: AuditEntry | RowEvent


def story(record_id: UUID) -> list[Chapter]:
    """What happened to a record of ours, here and on its way, the newest first; the last hundred of each."""
    here = AuditEntry.objects.filter(object_id=record_id).select_related("actor").order_by("-at", "-pk")[:LONGEST_STORY]
    events = RowEvent.objects.filter(row__record_id=record_id).select_related("row__task__project", "run")
    there = events.order_by("-at", "-pk")[:LONGEST_STORY]
    chapters = [Chapter(each.at, is_here=True, entry=each) for each in here]
    chapters += [Chapter(each.at, is_here=False, entry=each) for each in there]
    return sorted(chapters, key=lambda each: each.at, reverse=True)


def rows_of_record(record_id: UUID) -> QuerySet[SyncRow]:
    """Where a record of ours stands, task by task."""
    return SyncRow.objects.filter(record_id=record_id).select_related("task__project__connection").order_by("pk")


def with_counts(tasks: QuerySet[IntegrationTask]) -> QuerySet[IntegrationTask]:
    """Tasks with `waiting_count`, `blocked_count`, `parked_count` and `done_count` of their rows."""
    waits = Q(rows__state__in=[RowState.WAITING, RowState.SENDING])
    return tasks.annotate(
        waiting_count=Count("rows", filter=waits & Q(rows__waits_table="")),
        blocked_count=Count("rows", filter=waits & ~Q(rows__waits_table="")),
        parked_count=Count("rows", filter=Q(rows__state=RowState.PARKED)),
        done_count=Count("rows", filter=Q(rows__state=RowState.DONE)),
    )


def counts_of(project: IntegrationProject) -> Mapping[str, int]:
    """How many rows of a project are in each state."""
    rows = SyncRow.objects.filter(task__project=project).values("state").annotate(number=Count("pk")).order_by("state")
    return {each["state"]: each["number"] for each in rows}
