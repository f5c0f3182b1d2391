"""A project of an account, with what its customer reads and what stays with the company."""

import datetime as dt

from portal.accounts.models import Account
from portal.demo.matrix.canaries import For, Pen
from portal.demo.matrix.company import write_technician
from portal.demo.matrix.entries import write_entries
from portal.demo.matrix.states import State
from portal.geo.models import Place
from portal.kit import clock
from projects.enums import ProjectStage, TaskKind, TeamBookingStatus
from projects.models import (
    Project,
    ProjectPhase,
    ProjectTask,
    TaskAssignment,
    TeamBooking,
    TeamMember,
)

DAY = dt.timedelta(days=1)


def write_project(pen: Pen, account: Account, place: Place, shared: dict, state: State) -> tuple:
    """The project, somebody on its team, and its booking; `pen` writes for whoever may see the state."""
    today = clock.now().date()
    project = pen.row(
        Project,
        account=account,
        place=place,
        manager=write_technician(pen),
        stage=ProjectStage.CLOSED if state.is_archived else ProjectStage.DELIVER,
        closed_at=clock.now() if state.is_archived else None,
        health_at=clock.now(),
        starts_date=today - 30 * DAY,
        ends_date=today + 60 * DAY,
        is_exposed=state.is_exposed,
        created_at=clock.now(),
    )
    phase = pen.row(ProjectPhase, project=project)
    task = pen.row(ProjectTask, project=project, phase=phase, effort_minutes=480, progress_percent=50)
    pen.row(ProjectTask, project=project, kind=TaskKind.MILESTONE)
    inner = Pen(pen.ledger, pen.tenant, pen.account, For.STAFF, pen.suffix)
    inner.row(ProjectTask, project=project, phase=phase, is_shown=False)
    booking = write_member(pen, project, shared, TeamBookingStatus.HARD)
    TaskAssignment.objects.create(task=task, member=booking.member)
    pencilled = write_member(inner, project, shared, TeamBookingStatus.SOFT)
    TaskAssignment.objects.create(task=task, member=pencilled.member)
    write_entries(pen, account, project)
    return project, booking.member, booking


def write_member(pen: Pen, project: Project, shared: dict, status: TeamBookingStatus) -> TeamBooking:
    """Somebody on the team with a booking. Who is not booked firmly is nobody whom customers know."""
    minutes = {TeamBookingStatus.HARD: {"booked_minutes": 960}, TeamBookingStatus.SOFT: {"soft_minutes": 960}}[status]
    member = pen.row(
        TeamMember,
        project=project,
        resource=write_technician(pen),
        role=shared["projects.projectrole"],
        is_exposed=project.is_exposed,
        created_at=clock.now(),
        **minutes,
    )
    first = clock.now().date() + DAY
    return pen.row(
        TeamBooking,
        member=member,
        status=status,
        starts_date=first,
        ends_date=first + DAY,
        minutes=960,
        note=For.STAFF,
        created_at=clock.now(),
    )
