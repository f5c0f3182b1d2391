"""Projects by file: phases and tasks, progress, stages, second runs, what is refused (OPS-4)."""

import datetime as dt

import pytest

from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.tenancy.scope import named_scope, tenant_scope
from projects.domain.project_imports import import_projects
from projects.domain.project_rows import COLUMNS
from projects.models import Project, ProjectPhase, ProjectTask
from tests.factories.accounts import make_account
from tests.factories.fieldservice import make_location
from tests.factories.projects import make_project
from tests.factories.scheduling import make_resource
from tests.imports.files import csv_file, opened, run

HEAD = "external_number,account_number,name"
TASKS = f"{HEAD},phase,task,task_kind,task_effort_minutes,task_progress_percent"
TOWER = (
    "X1,A1,Tower,Survey,Measure,task,60,100",
    "X1,A1,Tower,Survey,Plans approved,milestone,0,100",
    "X1,A1,Tower,Build,Measure,,180,0",
)


@pytest.fixture
def account(tenant):
    with tenant_scope(tenant):
        return make_account(number="A1")


@pytest.fixture
def imported(tenant, account, tmp_path):
    return lambda text, *options: run("import_projects", tenant, csv_file(tmp_path, text), *options)


def rows(*lines, head=HEAD):
    return "\n".join([head, *lines]) + "\n"


def test_rows_of_one_number_become_a_project_with_phases_and_tasks(imported, account, tenant):
    output, is_clean = imported(rows(*TOWER, head=TASKS))

    assert is_clean, output
    assert "1 created" in output
    with tenant_scope(tenant):
        project = Project.objects.get()
        assert (project.number, project.external_number, project.account) == ("PRJ-1001", "X1", account)
        assert (project.stage, project.is_exposed, project.progress_percent) == ("new", False, 25)
        assert list(project.phases.order_by("position").values_list("position", "name")) == [
            (1, "Survey"),
            (2, "Build"),
        ]
        tasks = project.tasks.order_by("position").values_list("phase__name", "name", "kind", "effort_minutes")
        assert list(tasks) == [
            ("Survey", "Measure", "task", 60),
            ("Survey", "Plans approved", "milestone", 0),
            ("Build", "Measure", "task", 180),
        ]


def test_the_same_file_again_changes_nothing(imported, tenant):
    text = rows(*(f"{each},deliver,yellow,yes" for each in TOWER), head=f"{TASKS},stage,health,is_exposed")
    imported(text)
    output, is_clean = imported(text)

    assert is_clean, output
    assert "0 created, 0 updated, 1 unchanged" in output
    with tenant_scope(tenant):
        assert (ProjectPhase.objects.count(), ProjectTask.objects.count()) == (2, 3)
        assert not OutboxMessage.objects.exists()


def test_everything_a_row_may_say(imported, account, tenant):
    with tenant_scope(tenant):
        place = make_location(account=account, name="Roof").place
        manager = make_resource(external_number="R7")
    columns = {
        "number": "P-9",
        "account_number": "A1",
        "name": "Tower",
        "stage": "Closed",
        "health": "red",
        "health_comment": "Late",
        "starts_date": "2025-01-02",
        "ends_date": "2025-06-30",
        "created_date": "2024-12-01",
        "closed_date": "2025-07-01",
        "location": "Roof",
        "manager_number": "R7",
        "description": "New lifts",
        "internal_notes": "ours",
        "is_exposed": "yes",
        "phase": "Build",
        "phase_starts_date": "2025-02-01",
        "phase_ends_date": "2025-05-31",
        "task": "Shaft",
        "task_kind": "task",
        "task_starts_date": "2025-02-01",
        "task_ends_date": "2025-03-01",
        "task_effort_minutes": "4800",
        "task_progress_percent": "100",
        "task_description": "All floors",
        "task_internal_notes": "cheap",
        "task_is_shown": "no",
    }
    assert set(columns) == {each.name for each in COLUMNS} - {"external_number"}

    output, is_clean = imported(rows(",".join(columns.values()), head=",".join(columns)))

    assert is_clean, output
    with tenant_scope(tenant):
        project = Project.objects.get()
        assert (project.number, project.place, project.manager, project.stage) == ("P-9", place, manager, "closed")
        assert (project.health, project.health_comment, project.progress_percent) == ("red", "Late", 100)
        assert (project.description, project.internal_notes) == ("New lifts", "ours")
        days = [each.astimezone(tenant.zone).date() for each in (project.created_at, project.closed_at)]
        assert days == [dt.date(2024, 12, 1), dt.date(2025, 7, 1)]
        task = project.tasks.get()
        assert (task.phase.starts_date, task.phase.ends_date) == (dt.date(2025, 2, 1), dt.date(2025, 5, 31))
        assert (task.starts_date, task.ends_date) == (dt.date(2025, 2, 1), dt.date(2025, 3, 1))
        assert (task.description, task.internal_notes, task.is_shown) == ("All floors", "cheap", False)
        assert AuditEntry.objects.filter(action="exposure.expose", object_id=project.pk).count() == 1


def test_a_dry_run_tells_and_writes_nothing(imported, tenant):
    output, is_clean = imported(rows(*TOWER, head=TASKS), "--dry-run")

    assert is_clean
    assert "1 created" in output
    with tenant_scope(tenant):
        assert not Project.objects.exists()


def test_strict_writes_all_or_none(imported, tenant):
    _output, is_clean = imported(rows("X1,A1,Tower", "X2,NONE,Bridge"), "--strict")

    assert not is_clean
    with tenant_scope(tenant):
        assert not Project.objects.exists()


BAD = [
    ("X1,NONE,Tower", HEAD, 2, "account_number", "no account with the number"),
    (",A1,Tower", HEAD, 2, "external_number", "Give the number in the other system"),
    ("X1,A1,", HEAD, 2, "name", "may not be empty"),
    ("X1,A1,Tower,sold", f"{HEAD},stage", 2, "stage", "is not known here"),
    ("X1,A1,Tower,R404", f"{HEAD},manager_number", 2, "manager_number", "no resource with the number"),
    ("X1,A1,Tower,Moon", f"{HEAD},location", 2, "location", "no location"),
    ("X1,A1,Tower,2026-02-01,2026-01-01", f"{HEAD},starts_date,ends_date", 2, "ends_date", "ends after it begins"),
    ("X1,A1,Tower,A,Shaft,,60,101", TASKS, 2, "task_progress_percent", "At most 100"),
    ("X1,A1,Tower,A,,,,\nX1,A1,Tower,A,Done,milestone,60,0", TASKS, 3, "task_progress_percent", "takes no effort"),
    ("X1,A1,Tower,A,Shaft,,60,0\nX1,A1,Tower,A,Shaft,,60,0", TASKS, 3, "task", "the same task"),
    ("X1,A1,Tower\nX1,A1,Bridge", HEAD, 3, "name", "differs from the first row"),
]


@pytest.mark.parametrize("case", BAD, ids=[each[0] for each in BAD])
def test_what_does_not_fit_is_told_and_leaves_nothing(imported, tenant, case):
    lines, head, row, column, words = case
    output, is_clean = imported(rows(lines, head=head))

    assert not is_clean
    assert f"Row {row}, {column}: " in output
    assert words in output
    with tenant_scope(tenant):
        assert not Project.objects.exists()
        assert not ProjectTask.objects.exists()


def test_dates_of_phases_and_tasks_are_told_by_their_row(imported):
    head = f"{HEAD},phase,phase_starts_date,phase_ends_date,task,task_starts_date,task_ends_date"
    output, _clean = imported(
        rows(
            "X1,A1,Tower,A,2026-02-01,2026-01-01,,,",
            "X2,A1,Bridge,A,2026-02-01,,,,",
            "X2,A1,Bridge,A,,,Shaft,2026-02-01,2026-01-01",
            "X3,A1,Canal,A,2026-02-01,,,,",
            "X3,A1,Canal,A,2026-03-01,,,,",
            head=head,
        )
    )

    assert "Row 2, phase_ends_date: " in output
    assert "Row 4, task_ends_date: " in output
    assert "Row 6, phase_starts_date: This differs from the first row of the phase." in output


# What is there already.


def test_tasks_are_added_and_changed_never_taken_away(imported, tenant):
    imported(rows(*TOWER, head=TASKS))

    output, is_clean = imported(rows("X1,A1,Tower,Build,Measure,,180,50", "X1,A1,Tower,Build,Clean,,60,0", head=TASKS))

    assert is_clean, output
    assert "1 updated" in output
    with tenant_scope(tenant):
        project = Project.objects.get()
        found = project.tasks.order_by("position").values_list("position", "name", "progress_percent")
        assert list(found) == [(1, "Measure", 100), (2, "Plans approved", 100), (3, "Measure", 50), (4, "Clean", 0)]
        assert project.progress_percent == 50


def test_stage_and_health_go_the_way_of_staff(imported, tenant):
    imported(rows("X1,A1,Tower"))

    output, is_clean = imported(rows("X1,A1,Tower,plan,red,Late", head=f"{HEAD},stage,health,health_comment"))

    assert is_clean, output
    with tenant_scope(tenant):
        project = Project.objects.get()
        assert (project.stage, project.health, project.health_comment) == ("plan", "red", "Late")
        assert set(AuditEntry.objects.filter(object_id=project.pk).values_list("action", flat=True)) == {
            "project.stage",
            "project.health",
        }
    output, is_clean = imported(rows("X1,A1,Tower,new", head=f"{HEAD},stage"))
    assert not is_clean
    assert "Row 2, stage: " in output


def test_a_closed_project_stays_as_it_is_but_may_be_exposed(imported, tenant):
    head = f"{HEAD},stage,is_exposed"
    imported(rows("X1,A1,Tower,closed,no", head=head))

    assert "1 updated" in imported(rows("X1,A1,Tower,closed,yes", head=head))[0]
    for line in ("X1,A1,Bridge,closed,yes", "X1,A1,Tower,deliver,yes"):
        assert not imported(rows(line, head=head))[1]
    assert not imported(rows("X1,A1,Tower,Build", head=f"{HEAD},phase"))[1]
    with tenant_scope(tenant):
        project = Project.objects.get()
        assert (project.name, project.stage, project.is_exposed) == ("Tower", "closed", True)
        assert not project.phases.exists()


def test_another_system_gives_our_project_its_number(imported, account, tenant):
    with tenant_scope(tenant):
        ours, other = make_project(account=account), make_project()
    line = "{},A1,Tower,{}"

    output, _clean = imported(
        rows(line.format("X1", ours.number), line.format("X2", other.number), head=f"{HEAD},number")
    )

    assert "1 updated" in output
    assert "Row 3, account_number: This project belongs to another account." in output
    with tenant_scope(tenant):
        ours.refresh_from_db()
        assert (ours.external_number, ours.name) == ("X1", "Tower")


def test_our_own_numbers_go_on_behind_imported_ones(imported, tenant):
    imported(rows("PRJ-5000,A1,Tower", head=HEAD.replace("external_number", "number")))

    with tenant_scope(tenant):
        assert make_project().number == "PRJ-5001"


def test_queries_are_bounded(tenant, account, tmp_path, django_assert_max_num_queries):
    text = rows(*(f"X{n},A1,Tower,Phase {m},Task,,60,{m}" for n in range(120) for m in range(4)), head=TASKS)

    for counts in ((120, 0), (0, 120)):
        with django_assert_max_num_queries(45), named_scope(tenant):
            report = import_projects(opened(csv_file(tmp_path, text), COLUMNS))
        assert (report.created, report.unchanged, report.error_count) == (*counts, 0)
