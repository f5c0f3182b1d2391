"""Parts of a project's page: phases with their tasks, and the team (PSA-1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from projects.enums import TaskKind
from projects.models import ProjectPhase, ProjectTask, TeamMember
from projects.queries.projects import NAMES_SHOWN
from projects.views.words import DONE, day_text, hours_text, names_text, percent_of, span_text


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task or milestone in words; `percent` is None for a milestone, which is reached or not."""

    name: str
    description: str
    dates: str
    names: str
    percent: int | None
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Group:
    """A phase with its tasks; `percent` is None where it is not told."""

    name: str
    dates: str
    percent: int | None
    tasks: list[TaskLine]


def groups_of(tasks: Sequence[ProjectTask], phases: Sequence[ProjectPhase]) -> list[Group]:
    """The tasks by phase, in order; those of `phases` that have no tasks too, each with how far it is."""
    rows = {phase: list(found) for phase, found in groupby(tasks, key=lambda each: each.phase)}
    known = dict.fromkeys([*phases, *(each for each in rows if each is not None)])
    percents = {each: percent_of(each.done, each.effort) for each in phases if each.effort}
    groups = [
        Group(
            each.name,
            span_text(each.starts_date, each.ends_date),
            percents.get(each),
            [task_line(task) for task in rows.get(each, ())],
        )
        for each in known
    ]
    loose = [task_line(task) for task in rows.get(None, ())]
    return [*groups, *([Group(_("Further tasks") if groups else "", "", None, loose)] if loose else [])]


def task_line(task: ProjectTask) -> TaskLine:
    """A task as the page shows it."""
    is_milestone = task.kind == TaskKind.MILESTONE
    is_done = task.progress_percent == DONE
    if is_milestone:
        state, tone = (_("Reached"), "ok") if is_done else (_("Milestone"), "neutral")
    else:
        state, tone = (_("Done"), "ok") if is_done else ("", "")
    return TaskLine(
        name=task.name,
        description=task.description,
        dates=day_text(task.ends_date) if is_milestone else span_text(task.starts_date, task.ends_date),
        names=names_text(getattr(task, "names", []), NAMES_SHOWN),
        percent=None if is_milestone else task.progress_percent,
        state=state,
        tone=tone,
    )


def team_columns() -> list[dict]:
    return [{"label": _("Name")}, {"label": _("Role")}, {"label": _("Booked"), "is_number": True}]


def team_row(member: TeamMember) -> dict:
    """A member as a row of the component "table"."""
    return {
        "url": reverse("projects:resource_detail", args=[member.pk]),
        "cells": [
            {"value": member.resource.name},
            {"value": member.role.name},
            {"value": hours_text(member.booked_minutes), "kind": "number"},
        ],
    }
