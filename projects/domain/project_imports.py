"""Import projects with their phases and tasks from CSV (OPS-4). The number in the other system, else our own, says which project the rows are.

What the file does not name stays as it is: phases and tasks are added and changed, never taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import DocumentFile, key_of
from fieldservice.domain.imports import BadColumn, linkable, number_all, refusal
from portal.access.domain.exposure import note_exposures
from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.kit import clock
from portal.kit.csv_cells import BadCell
from portal.kit.csv_rows import CsvFile, Report, Row
from portal.kit.errors import DomainError
from projects.domain.documents import check_step
from projects.domain.import_moments import moment_of
from projects.domain.project_books import Books, Pieces, account_named, fields_of, open_books
from projects.domain.project_rows import HEAD_COLUMNS, PIECE_COLUMNS
from projects.domain.projects import change_stage, check_dates, report_health
from projects.domain.tasks import progress_by_project
from projects.enums import PROJECT_TRANSITIONS, Health, NumberKind, ProjectStage
from projects.models import Project, ProjectPhase, ProjectTask

MOST_ROWS = 1000
# What may still change once a project is closed.
MOVABLE = frozenset({"external_number", "internal_notes", "is_exposed"})


def import_projects(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import projects with phases and tasks. Raises FileRefused."""
    return run_import(ProjectImporter(by=by), DocumentFile(file, HEAD_COLUMNS, PIECE_COLUMNS), mode=mode, by=by)


@dataclass
class Plan:
    """What the rows of a project make of it."""

    row: Row
    record: Project
    is_new: bool
    changed: list[str]
    pieces: Pieces


class ProjectImporter:
    """Creates and updates projects, their phases and their tasks."""

    name = "projects"
    key_column = "external_number"

    def __init__(self, *, by=None):
        self._by = by

    def key(self, row: Row) -> tuple[str, str] | None:
        return key_of(row.values)

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries; stage and status of what is there take the verbs of staff."""
        books = open_books(rows)
        plans = []
        for row in rows:
            try:
                plans.append(plan_of(row, books))
            except (BadCell, DomainError) as error:
                report.refuse(refusal(row, error))
        new = [plan.record for plan in plans if plan.is_new]
        number_all(NumberKind.PROJECT, new)
        Project.objects.bulk_create(new)
        update_changed(Project, plans)
        write_pieces(plans)
        note_exposures([plan.record for plan in plans if "is_exposed" in plan.changed], by=self._by)
        for plan in plans:
            is_moved = not plan.is_new and self._follow(plan)
            if plan.is_new:
                report.created += 1
            elif plan.changed or plan.pieces.are_changed or is_moved:
                report.updated += 1
            else:
                report.unchanged += 1

    def finish(self, report: Report) -> None:
        """No project waits for another."""

    def _follow(self, plan: Plan) -> bool:
        """Report the health and take the step that the rows of a known project ask for; whether anything changed."""
        project, before = plan.record, standing(plan.record)
        stage, *health = standing_said(plan.row.values, project)
        if tuple(health) != before[1:]:
            report_health(project, Health(health[0]), comment=health[1], by=self._by)
        if stage != before[0]:
            change_stage(project, ProjectStage(stage), by=self._by)
        return standing(project) != before


def plan_of(row: Row, books: Books) -> Plan:
    """What the rows of a project make of it; raises BadColumn, DomainError."""
    values = row.values
    if len(values["lines"]) > MOST_ROWS:
        raise BadColumn("", _("At most %(count)d rows for one project.") % {"count": MOST_ROWS})
    account = account_named(values, books)
    wanted = fields_of(values, account, books)
    known = books.projects.get(key_of(values)) or linkable(books.projects, row)
    if known is not None and known.account_id != account.pk:
        raise BadColumn("account_number", _("This project belongs to another account."))
    project = known or new_project(values)
    changed = differences(project, wanted)
    check_dates(project.starts_date, project.ends_date)
    pieces = Pieces(project, values["lines"], books)
    if known is not None:
        check_known(project, values, changed, pieces)
    return Plan(row, project, known is None, changed, pieces)


def new_project(values: Mapping[str, Any]) -> Project:
    """A project as it stands in the other system."""
    stage = values.get("stage", ProjectStage.NEW)
    closed = values.get("closed_date") or values.get("ends_date")
    return Project(
        stage=stage,
        health=values.get("health", Health.GREEN),
        health_comment=values.get("health_comment", ""),
        health_at=clock.now() if "health" in values else None,
        created_at=moment_of(values.get("created_date")),
        closed_at=moment_of(closed) if stage == ProjectStage.CLOSED else None,
    )


def standing(project: Project) -> tuple[str, str, str]:
    """Stage, health and comment."""
    return project.stage, project.health, project.health_comment


def standing_said(values: Mapping[str, Any], project: Project) -> tuple[str, str, str]:
    """The same as the rows say it, and as it is where they do not."""
    stage, health, comment = standing(project)
    return values.get("stage", stage), values.get("health", health), values.get("health_comment", comment).strip()


def check_known(project: Project, values: Mapping[str, Any], changed: list[str], pieces: Pieces) -> None:
    """Raise BadColumn where a known project cannot become what its rows say."""
    before, said = standing(project), standing_said(values, project)
    if said[0] != before[0]:
        try:
            check_step(ProjectStage(before[0]), ProjectStage(said[0]), PROJECT_TRANSITIONS)
        except DomainError as error:
            raise BadColumn("stage", str(error)) from error
    if before[0] == ProjectStage.CLOSED and (set(changed) - MOVABLE or pieces.are_changed or said != before):
        raise BadColumn("", _("This project is closed. Nothing is changed in it any more."))


def write_pieces(plans: list[Plan]) -> None:
    """Write phases and tasks, and how far the projects are by them."""
    for model, pieces in (
        (ProjectPhase, [each for plan in plans for each in plan.pieces.phases.values()]),
        (ProjectTask, [each for plan in plans for each in plan.pieces.tasks.values()]),
    ):
        model.objects.bulk_create(each.record for each in pieces if each.is_new)
        update_changed(model, pieces)
    touched = [plan.record for plan in plans if plan.pieces.tasks]
    progress = progress_by_project(touched)
    for project in touched:
        project.progress_percent = progress.get(project.pk, 0)
    Project.objects.bulk_update(touched, ["progress_percent"])
