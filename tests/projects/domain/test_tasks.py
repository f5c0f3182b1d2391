"""Phases, tasks, milestones, and the progress that follows from them (PSA-1)."""

import datetime as dt

import pytest

from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from projects.domain.tasks import add_phase, add_task, report_progress
from projects.enums import ProjectStage, TaskKind
from projects.models import Project, ProjectPhase
from tests.factories.projects import make_milestone, make_phase, make_project, make_task

pytestmark = pytest.mark.usefixtures("in_tenant")


def progress():
    return Project.objects.get().progress_percent


@pytest.mark.parametrize(
    ("tasks", "percent"),
    [
        ([], 0),
        ([(60, 100), (180, 0)], 25),
        ([(60, 100), (180, 100)], 100),
        # Never rounded up to the end.
        ([(1, 99), (999, 100)], 99),
        # Without any effort each counts alike.
        ([(0, 50), (0, 0)], 25),
        # What takes no effort weighs nothing beside what does.
        ([(0, 0), (60, 50)], 50),
    ],
)
def test_progress_is_weighed_by_effort(tasks, percent):
    project = make_project()
    for effort, done in tasks:
        make_task(project, effort_minutes=effort, progress_percent=done)
    assert progress() == percent


def test_milestones_are_not_counted():
    project = make_project()
    make_task(project, progress_percent=40)
    milestone = make_milestone(project)

    report_progress(milestone, 100)

    assert progress() == 40


def test_effort_beyond_all_bounds_is_added_up():
    project = make_project()
    make_task(project, effort_minutes=2_000_000_000, progress_percent=100)
    make_task(project, effort_minutes=2_000_000_000)
    assert progress() == 50


def test_reported_progress_is_audited_once():
    task = make_task()

    report_progress(task, 30)
    report_progress(task, 30)

    assert progress() == 30
    assert AuditEntry.objects.filter(action="task.progress").count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": TaskKind.MILESTONE, "effort_minutes": 5}, "takes no effort"),
        ({"kind": TaskKind.MILESTONE, "effort_minutes": 0, "progress_percent": 50}, "takes no effort"),
        ({"progress_percent": 101}, "between 0 and 100"),
        ({"starts_date": dt.date(2026, 2, 1), "ends_date": dt.date(2026, 1, 1)}, "ends after it begins"),
    ],
)
def test_a_task_that_is_none_is_refused(fields, sentence):
    with pytest.raises(DomainError, match=sentence):
        make_task(**fields)


def test_a_task_stays_in_its_project_and_a_closed_one_gets_none():
    with pytest.raises(DomainError, match="another project"):
        make_task(phase=make_phase())
    closed = make_project(stage=ProjectStage.CLOSED)
    with pytest.raises(DomainError, match="closed"):
        add_task(closed, "Paint")
    with pytest.raises(DomainError, match="closed"):
        add_phase(closed, "Finish")


def test_a_phase_of_a_name_exists_once_and_positions_follow():
    project = make_project()

    first, again, second = add_phase(project, "Plan"), add_phase(project, "Plan"), add_phase(project, "Build")

    assert first == again
    assert list(ProjectPhase.objects.order_by("position").values_list("name", "position")) == [
        ("Plan", 1),
        ("Build", 2),
    ]
    assert [make_task(project).position, make_task(project, phase=second).position] == [1, 2]
