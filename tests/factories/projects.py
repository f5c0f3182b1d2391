"""Projects with phases, tasks and team, in the tenant in scope; made by the domain, so that sums hold."""

import datetime as dt

from portal.kit import clock
from projects.domain.projects import change_stage, create_project
from projects.domain.tasks import add_phase, add_task
from projects.domain.team import add_member, assign, book
from projects.enums import ProjectStage, TaskKind, TeamBookingStatus
from projects.models import Project, ProjectPhase, ProjectRole, ProjectTask, TeamBooking, TeamMember
from scheduling.models import BookableResource
from tests.factories import unique
from tests.factories.accounts import make_account
from tests.factories.scheduling import make_resource

STAGES = (ProjectStage.NEW, ProjectStage.PLAN, ProjectStage.DELIVER, ProjectStage.COMPLETE, ProjectStage.CLOSED)
# What no verb sets.
BESIDE = ("number", "external_number", "health", "health_comment")


def make_project(*, stage: str = ProjectStage.DELIVER, **fields) -> Project:
    """An exposed project that is being delivered; `is_exposed=False` hides it."""
    account = fields.pop("account", None) or make_account()
    beside = {name: fields.pop(name) for name in BESIDE if name in fields}
    values = {"name": unique("Lift "), "is_exposed": True}
    project = create_project(account, **{**values, **fields})
    for step in STAGES[1 : STAGES.index(stage) + 1]:
        change_stage(project, step)
    if beside:
        Project.objects.filter(pk=project.pk).update(**beside)
        project.refresh_from_db()
    return project


def make_role(**fields) -> ProjectRole:
    return ProjectRole.objects.create(**{"name": unique("Role "), **fields})


def make_phase(project: Project | None = None, **fields) -> ProjectPhase:
    return add_phase(project or make_project(), fields.pop("name", None) or unique("Phase "), **fields)


def make_task(project: Project | None = None, *, members=(), **fields) -> ProjectTask:
    """A task of a day that nobody began; `members`, who are booked, work on it."""
    values = {"name": unique("Task "), "effort_minutes": 480}
    task = add_task(project or make_project(), **{**values, **fields})
    for member in members:
        assign(task, member)
    return task


def make_milestone(project: Project, **fields) -> ProjectTask:
    return make_task(project, kind=TaskKind.MILESTONE, effort_minutes=0, **fields)


def make_member(
    project: Project | None = None,
    *,
    resource: BookableResource | None = None,
    role: ProjectRole | None = None,
    **fields,
) -> TeamMember:
    """Somebody on the team who is not booked yet."""
    return add_member(project or make_project(), resource or make_resource(), role or make_role(), **fields)


def make_team_booking(
    member: TeamMember | None = None, *, status: str = TeamBookingStatus.HARD, **fields
) -> TeamBooking:
    """Three days of eight hours from the day after tomorrow on, hard."""
    first = clock.now().date() + dt.timedelta(days=2)
    values = {"starts_date": first, "ends_date": first + dt.timedelta(days=2)}
    if "starts_date" in fields:
        values["ends_date"] = fields["starts_date"] + dt.timedelta(days=2)
    return book(member or make_member(), status=status, **{**values, **fields})


def make_booked_member(project: Project | None = None, *, days: dict | None = None, **fields) -> TeamMember:
    """Somebody on the team with hard hours; `days` are fields of the booking."""
    member = make_member(project, **fields)
    make_team_booking(member, **(days or {}))
    member.refresh_from_db()
    return member
