"""How projects stand: counts, last runs, the cockpit."""

from typing import Any

from django.db.models import CharField, Count, DateTimeField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from integrations.entities.base import entity_named
from integrations.enums import RowState, RunState
from integrations.models import Discrepancy, IntegrationProject, SyncRow, SyncRun
from portal.tenancy.admin import COUNT_LIMIT

# So many of each are shown in the cockpit; the lists have the rest.
SHOWN = 15
OPEN_STATES = (RowState.WAITING, RowState.SENDING)


def count_of(*states: str) -> Coalesce:
    """How many rows of a project are in one of these states."""
    rows = SyncRow.objects.filter(task__project=OuterRef("pk"), state__in=states).order_by()
    counted = rows.values("task__project").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0)


def projects_with_counts(projects: QuerySet) -> QuerySet:
    """The projects with what waits, what is parked, and their last run; no further queries."""
    runs = SyncRun.objects.filter(project=OuterRef("pk")).order_by("-started_at", "-pk")
    return projects.annotate(
        waiting_count=count_of(*OPEN_STATES),
        parked_count=count_of(RowState.PARKED),
        last_state=Subquery(runs.values("state")[:1], output_field=CharField()),
        last_started_at=Subquery(runs.values("started_at")[:1], output_field=DateTimeField()),
    )


def last_run_words(project: Any) -> str:
    """When a project ran last and how it went."""
    if project.last_state is None:
        return ""
    state = RunState(project.last_state).label
    moment = date_format(timezone.localtime(project.last_started_at), "SHORT_DATETIME_FORMAT")
    return _("%(state)s, %(moment)s") % {"state": state, "moment": moment}


def parked_count() -> int:
    """How many rows are parked, counted no further than a list counts."""
    return SyncRow.objects.filter(state=RowState.PARKED).order_by()[:COUNT_LIMIT].count()


def name_rows(rows: list[SyncRow]) -> list[SyncRow]:
    """Give rows that no run has looked at yet the key of their record; a query for each kind of record among them."""
    nameless: dict[str, list[SyncRow]] = {}
    for row in rows:
        if row.record_id is not None and not row.record_key:
            nameless.setdefault(row.task.entity, []).append(row)
    for name, found in sorted(nameless.items()):
        entity = entity_named(name)
        keys = entity.read([row.record_id for row in found], [entity.key])
        for row in found:
            row.record_key = str(keys.get(row.record_id, {}).get(entity.key) or "")
    return rows


def cockpit() -> dict[str, list]:
    """The latest of everything, with what it belongs to; five queries, and one for each kind of record that nobody looked at yet."""
    rows = SyncRow.objects.select_related("task__project")
    return {
        "projects": list(
            projects_with_counts(IntegrationProject.objects.select_related("connection")).order_by("name", "pk")[:50]
        ),
        "failed": name_rows(list(rows.filter(state=RowState.PARKED).order_by("-changed_at", "-pk")[:SHOWN])),
        "waiting": name_rows(list(rows.filter(state__in=OPEN_STATES).order_by("due_at", "pk")[:SHOWN])),
        "runs": list(SyncRun.objects.select_related("project").order_by("-started_at", "-pk")[:SHOWN]),
        "discrepancies": list(
            Discrepancy.objects.select_related("task__project", "run").order_by("-run__started_at", "-pk")[:SHOWN]
        ),
    }
