"""Verbs over what there is to do in a project: phases, tasks, milestones, progress (PSA-1)."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, BigIntegerField, F, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from portal.audit.domain import record
from portal.kit.errors import DomainError
from projects.domain.projects import check_dates, lock_open_project, lock_project
from projects.enums import TaskKind
from projects.models import Project, ProjectPhase, ProjectTask

DONE = 100


@transaction.atomic
def add_phase(
    project: Project,
    name: str,
    *,
    starts_date: dt.date | None = None,
    ends_date: dt.date | None = None,
    by=None,
) -> ProjectPhase:
    """Add a phase at the end; audited. A phase of this name that exists is returned as it is."""
    check_dates(starts_date, ends_date)
    lock_open_project(project)
    found = ProjectPhase.objects.filter(project=project, name=name).order_by("pk").first()
    if found is not None:
        return found
    position = next_position(project.phases.all())
    phase = ProjectPhase.objects.create(
        project=project, position=position, name=name, starts_date=starts_date, ends_date=ends_date
    )
    record(by, "phase.add", phase, after={"project": project.number, "name": name})
    return phase


@transaction.atomic
def add_task(project: Project, name: str, *, phase: ProjectPhase | None = None, by=None, **fields: Any) -> ProjectTask:
    """Add a task or milestone at the end, with these fields of ProjectTask; audited. The project's progress follows.

    Raises DomainError for a phase of another project, and a milestone with effort or half reached.
    """
    lock_open_project(project)
    task = ProjectTask(project=project, phase=phase, name=name, **fields)
    task.position = fields.get("position") or next_position(project.tasks.all())
    check_task(task)
    task.save(force_insert=True)
    record(by, "task.add", task, after={"project": project.number, "name": name, "kind": task.kind})
    recalculate(project)
    return task


@transaction.atomic
def report_progress(task: ProjectTask, percent: int, *, by=None) -> ProjectTask:
    """Say how far a task is, or that a milestone is reached (100); audited. The project's progress follows."""
    lock_open_project(task.project)
    locked = ProjectTask.objects.select_for_update(of=("self",), no_key=True).get(pk=task.pk)
    before, locked.progress_percent = locked.progress_percent, percent
    check_task(locked)
    if before != percent:
        locked.save(update_fields=["progress_percent"])
        record(by, "task.progress", locked, before={"percent": before}, after={"percent": percent})
        recalculate(task.project)
    task.progress_percent = percent
    return task


def next_position(rows) -> int:
    last = rows.order_by("-position").values_list("position", flat=True).first() or 0
    return last + 1


def check_task(task: ProjectTask) -> None:
    """Raise DomainError for a task that the database would refuse."""
    check_dates(task.starts_date, task.ends_date)
    if task.phase is not None and task.phase.project_id != task.project_id:
        raise DomainError(_("This phase belongs to another project."), field="phase")
    if not 0 <= task.progress_percent <= DONE:
        raise DomainError(_("Progress is between 0 and 100 percent."), field="progress_percent")
    if task.kind == TaskKind.MILESTONE and (task.effort_minutes or task.progress_percent not in {0, DONE}):
        raise DomainError(_("A milestone takes no effort; its progress is 0 or 100."), field="progress_percent")


@transaction.atomic
def recalculate(project: Project) -> Project:
    """Write the progress of a project as its tasks say it."""
    locked = lock_project(project)
    locked.progress_percent = project.progress_percent = progress_of(locked)
    locked.save(update_fields=["progress_percent"])
    return project


def progress_of(project: Project) -> int:
    """How far the tasks are, in whole percent that are reached."""
    return progress_by_project([project]).get(project.pk, 0)


def progress_by_project(projects: Iterable[Project]) -> dict[UUID, int]:
    """How far the tasks of each project are, weighed by their effort, in whole percent that are reached; by one query.

    Where no task has an effort each counts alike. Milestones are not counted: they take none. A project without tasks is absent.
    """
    tasks = ProjectTask.objects.filter(project__in=projects).exclude(kind=TaskKind.MILESTONE)
    sums = tasks.values("project").annotate(
        effort=Sum("effort_minutes"),
        done=Sum(Cast("effort_minutes", BigIntegerField()) * F("progress_percent")),
        plain=Avg("progress_percent"),
    )
    return {
        each["project"]: each["done"] // each["effort"] if each["effort"] else int(each["plain"])
        for each in sums.order_by("project")
    }
