"""Records of the Project section of an account, with what its customer reads and what stays with the company."""

import datetime as dt
import hashlib
from decimal import Decimal

from portal.accounts.models import Account, Contact
from portal.demo.matrix.canaries import For, Pen
from portal.demo.matrix.company import write_place, write_technician
from portal.demo.matrix.entries import write_entries
from portal.demo.matrix.states import State
from portal.kit import clock
from portal.tenancy.days import today
from projects.enums import ProjectStage, QuoteStatus, TaskKind, TeamBookingStatus
from projects.models import (
    Project,
    ProjectPhase,
    ProjectTask,
    Quote,
    QuoteLine,
    QuoteQuestion,
    TaskAssignment,
    TeamBooking,
    TeamMember,
)

DAY = dt.timedelta(days=1)
MONEY = {"net": Decimal(18), "tax": Decimal("1.60"), "total": Decimal("19.60")}


def write_project(pen: Pen, account: Account, shared: dict, state: State) -> tuple:
    """The project, somebody on its team, and its booking; `pen` writes for whoever may see the state."""
    day = today()
    for_team = team_of(pen)
    project = pen.row(
        Project,
        number=for_team.audience,
        name=for_team.audience,
        account=account,
        place=write_place(for_team),
        manager=write_technician(pen),
        stage=ProjectStage.CLOSED if state.is_archived else ProjectStage.DELIVER,
        closed_at=clock.now() if state.is_archived else None,
        health_at=clock.now(),
        starts_date=day - 30 * DAY,
        ends_date=day + 60 * DAY,
        is_exposed=state.is_exposed,
        created_at=clock.now(),
    )
    phase = for_team.row(ProjectPhase, project=project)
    task = pen.row(ProjectTask, project=project, phase=phase, effort_minutes=480, progress_percent=50)
    pen.row(ProjectTask, project=project, kind=TaskKind.MILESTONE)
    inner = pen.to(For.STAFF)
    inner.row(ProjectTask, project=project, phase=phase, is_shown=False)
    booking = write_member(pen, project, shared, TeamBookingStatus.HARD)
    TaskAssignment.objects.create(task=task, member=booking.member)
    pencilled = write_member(inner, project, shared, TeamBookingStatus.SOFT)
    TaskAssignment.objects.create(task=task, member=pencilled.member)
    write_entries(pen, account, project)
    return project, booking.member, booking


def team_of(pen: Pen) -> Pen:
    """For what a partner reads of a project on which its people work; what is hidden, nobody reads."""
    return pen.to(For.TEAM) if pen.audience == For.SECTION else pen


def write_partner(pen: Pen, project: Project, shared: dict) -> dict:
    """A partner's technician on the project, with a task; the id by a label of its own."""
    for_team = team_of(pen)
    member = write_member(for_team, project, shared, TeamBookingStatus.HARD, account=shared["partner"]).member
    task = for_team.row(ProjectTask, project=project, phase=project.phases.get(), effort_minutes=60)
    TaskAssignment.objects.create(task=task, member=member)
    return {f"partner's {member._meta.label_lower}": member.pk}


def write_member(
    pen: Pen, project: Project, shared: dict, status: TeamBookingStatus, *, account: Account | None = None
) -> TeamBooking:
    """Somebody on the team with a booking. Who is not booked firmly is nobody whom customers know."""
    minutes = {TeamBookingStatus.HARD: {"booked_minutes": 960}, TeamBookingStatus.SOFT: {"soft_minutes": 960}}[status]
    member = pen.row(
        TeamMember,
        project=project,
        resource=write_technician(pen, account=account),
        role=shared["projects.projectrole"],
        is_exposed=project.is_exposed,
        created_at=clock.now(),
        **minutes,
    )
    first = today() + DAY
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


def write_quote(pen: Pen, account: Account, shared: dict, state: State) -> Quote:
    """A quote with one line and a question; a draft where the state is not final, withdrawn where it is gone."""
    quote = pen.row(
        Quote,
        account=account,
        currency="USD",
        digest="",
        valid_until=today() + 30 * DAY,
        is_exposed=state.is_exposed,
        created_at=clock.now(),
        **MONEY,
    )
    line = pen.row(
        QuoteLine,
        quote=quote,
        product=shared["catalog.product"],
        unit_price="18",
        unit_cost="7",
        tax_rate="8.875",
        net=MONEY["net"],
        tax=MONEY["tax"],
    )
    if state.is_final:
        colleague = pen.row(Contact, account=account, email=f"{quote.pk}@example.com")
        pen.row(QuoteQuestion, quote=quote, line=line, contact=colleague, asked_at=clock.now(), answered_at=clock.now())
        quote.status = QuoteStatus.CANCELED if state.is_archived else QuoteStatus.SENT
        quote.sent_at, quote.closed_at = clock.now(), clock.now() if state.is_archived else None
        quote.digest = hashlib.sha256(str(quote.pk).encode()).hexdigest()
        quote.save()
    write_entries(pen, account, quote)
    return quote
