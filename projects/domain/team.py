"""Verbs over a project's team: members, their bookings, their tasks (PSA-5, DYNAMICS 6.3).

Locks are taken in one order: project, resource (by `scheduling.domain.reservations`), rows below them. A project's row stands for its
team, so that sums and transitions of a team are written by one at a time; a resource's time is guarded by the resource's row.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError
from projects.domain.projects import lock_open_project, lock_project
from projects.domain.releasing import add_up, cancel, end
from projects.engine.pieces import ONE_DAY, minutes_in, pieces
from projects.enums import TEAM_BOOKING_TRANSITIONS, TeamBookingStatus
from projects.models import Project, ProjectRole, ProjectTask, TaskAssignment, TeamBooking, TeamMember
from scheduling.domain.reservations import Piece, reserve
from scheduling.engine.types import Interval, WeeklyHours
from scheduling.models import BookableResource, BusinessClosure, TimeOff, WorkingHours

LONGEST_DAYS = 731
SHORTEST_DAY, LONGEST_DAY = 15, 1440


@transaction.atomic
def add_member(
    project: Project, resource: BookableResource, role: ProjectRole, *, is_exposed: bool = True, by=None
) -> TeamMember:
    """Put a resource on the team in a role; audited. Who is on it in this role already stays.

    Nobody in the portal sees the member before hard hours are booked on a project that is exposed.
    """
    lock_open_project(project)
    found = TeamMember.objects.filter(project=project, resource=resource, role=role).order_by("pk").first()
    if found is not None:
        return found
    if not resource.is_active:
        raise DomainError(_("This resource is no longer active."), field="resource")
    member = TeamMember(project=project, resource=resource, role=role, is_exposed=is_exposed, created_at=clock.now())
    member.save(force_insert=True)
    after = {"project": project.number, "resource": resource.name, "role": role.name}
    record(by, "team_member.add", member, after=after)
    return member


@transaction.atomic
def book(
    member: TeamMember,
    *,
    starts_date: dt.date,
    ends_date: dt.date,
    minutes_a_day: int = 480,
    status: TeamBookingStatus = TeamBookingStatus.PROPOSED,
    note: str = "",
    by=None,
) -> TeamBooking:
    """Propose, softly or firmly book a member from one day to another; audited. The same again returns the first booking.

    A hard booking takes the resource's time by its working hours. Raises DomainError for days that are none, on which the resource
    does not work, or on which it has something else to do.
    """
    check_span(starts_date, ends_date, minutes_a_day)
    if status == TeamBookingStatus.CANCELED:
        raise DomainError(_("A booking is canceled after it was made."), field="status")
    lock_open_project(member.project)
    same = {"starts_date": starts_date, "ends_date": ends_date, "minutes_a_day": minutes_a_day}
    former = TeamBooking.objects.filter(member=member, status=status, **same).order_by("pk").first()
    if former is not None:
        return former
    booking = TeamBooking(member=member, status=status, note=note.strip(), created_at=clock.now(), **same)
    plan(booking)
    booking.save(force_insert=True)
    days = {"starts_date": str(starts_date), "ends_date": str(ends_date)}
    record(by, "team_booking.add", booking, after={"status": status, "minutes": booking.minutes, **days})
    add_up(member)
    return booking


@transaction.atomic
def change_booking(booking: TeamBooking, to: TeamBookingStatus, *, by=None) -> TeamBooking:
    """Make a booking soft, hard or canceled, by `enums.TEAM_BOOKING_TRANSITIONS`; audited. Repeating changes nothing.

    Raises DomainError as `book` does, and for a step that there is not.
    """
    lock_project(booking.member.project)
    locked = lock_booking(booking)
    if locked.status == to:
        return refresh(booking, locked)
    before = TeamBookingStatus(locked.status)
    if to not in TEAM_BOOKING_TRANSITIONS[before]:
        names = {"before": before.label, "after": TeamBookingStatus(to).label}
        raise DomainError(_("A booking that is “%(before)s” cannot become “%(after)s”.") % names)
    if to == TeamBookingStatus.CANCELED:
        return refresh(booking, cancel(locked, by=by))
    lock_open_project(booking.member.project)
    locked.status = to
    plan(locked)
    locked.save(update_fields=["status", "minutes"])
    record(by, "team_booking.status", locked, before={"status": before}, after={"status": to})
    add_up(locked.member)
    return refresh(booking, locked)


@transaction.atomic
def end_booking(booking: TeamBooking, *, by=None) -> TeamBooking:
    """End a booking now: days to come are given back, what was worked stays; audited. Ending again changes nothing."""
    lock_project(booking.member.project)
    return refresh(booking, end(lock_booking(booking), by=by))


def check_span(starts_date: dt.date, ends_date: dt.date, minutes_a_day: int) -> None:
    """Raise DomainError for days and hours that nobody can be booked for."""
    if ends_date < starts_date:
        raise DomainError(_("The end lies before the beginning."), field="ends_date")
    if (ends_date - starts_date).days >= LONGEST_DAYS:
        raise DomainError(_("Book at most two years at once."), field="ends_date")
    if not SHORTEST_DAY <= minutes_a_day <= LONGEST_DAY:
        raise DomainError(_("Between 15 minutes and 24 hours a day."), field="minutes_a_day")


def plan(booking: TeamBooking) -> None:
    """Work out the booking's minutes and, for a hard one, take them of the resource's time."""
    resource = booking.member.resource
    is_hard = booking.status == TeamBookingStatus.HARD
    if is_hard:
        # Hours and time off as they are once the resource is ours: whoever plans its visits waits here.
        resource = BookableResource.objects.select_for_update(of=("self",), no_key=True).get(pk=resource.pk)
        if not resource.is_active:
            raise DomainError(_("This resource is no longer active."))
    found = pieces_of(resource, booking.starts_date, booking.ends_date, booking.minutes_a_day)
    booking.minutes = minutes_in(found)
    if not found:
        raise DomainError(_("%(name)s does not work on these days.") % {"name": resource.name}, field="starts_date")
    if is_hard:
        reserve(resource, booking.pk, [moments(each) for each in found], purpose=str(booking.member.project))


def pieces_of(
    resource: BookableResource, starts_date: dt.date, ends_date: dt.date, minutes_a_day: int
) -> tuple[Interval, ...]:
    """What a booking over these days takes of the resource's time, by its hours in its own zone; three queries."""
    hours = WorkingHours.objects.filter(resource=resource).order_by("weekday", "starts")
    weekly = [WeeklyHours(*row) for row in hours.values_list("weekday", "starts", "ends")]
    # A day begins up to 14 hours before and ends up to 12 hours after the one of UTC, and a shift reaches into the next.
    first, last = midnight(starts_date - ONE_DAY), midnight(ends_date + 3 * ONE_DAY)
    away = TimeOff.objects.filter(resource=resource, ends_at__gt=first, starts_at__lt=last)
    spans = [
        Interval(int(starts.timestamp()), int(ends.timestamp()))
        for starts, ends in away.values_list("starts_at", "ends_at").order_by("starts_at", "pk")
    ]
    closures = BusinessClosure.objects.filter(date__gte=starts_date, date__lte=ends_date + ONE_DAY)
    closed = frozenset(closures.values_list("date", flat=True).order_by("date"))
    return pieces(weekly, resource.time_zone, starts_date, ends_date, minutes_a_day, spans, closed)


def midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def moments(piece: Interval) -> Piece:
    starts_at, ends_at = (dt.datetime.fromtimestamp(each, dt.UTC) for each in (piece.start, piece.end))
    return starts_at, ends_at


# Tasks of members.


@transaction.atomic
def assign(task: ProjectTask, member: TeamMember, *, minutes: int = 0, by=None) -> TaskAssignment:
    """Give a member a task, or another share of it; audited. The same again changes nothing.

    Raises DomainError for a member of another team, or one who is not booked: who is only proposed gets no tasks.
    """
    lock_open_project(task.project)
    if member.project_id != task.project_id:
        raise DomainError(_("This member is on the team of another project."), field="member")
    if not TeamBooking.objects.filter(
        member=member, status__in=[TeamBookingStatus.SOFT, TeamBookingStatus.HARD]
    ).exists():
        raise DomainError(_("Book the member first: who is only proposed gets no tasks."), field="member")
    found = TaskAssignment.objects.filter(task=task, member=member).order_by("pk").first()
    if found is not None and found.minutes == minutes:
        return found
    before = {"minutes": found.minutes} if found else {}
    assignment = found or TaskAssignment(task=task, member=member)
    assignment.minutes = minutes
    assignment.save()
    record(by, "task.assign", task, before=before, after={"member": str(member), "minutes": minutes})
    return assignment


@transaction.atomic
def unassign(task: ProjectTask, member: TeamMember, *, by=None) -> None:
    """Take a task from a member; audited. Who does not have it keeps not having it."""
    lock_open_project(task.project)
    deleted, _by_model = TaskAssignment.objects.filter(task=task, member=member).delete()
    if deleted:
        record(by, "task.unassign", task, before={"member": str(member)})


def lock_booking(booking: TeamBooking) -> TeamBooking:
    """The row as it is now with its member, whose project its caller locked."""
    rows = TeamBooking.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("member__resource", "member__role", "member__project").get(pk=booking.pk)


def refresh(booking: TeamBooking, locked: TeamBooking) -> TeamBooking:
    """Give the caller's object what was written."""
    for field in TeamBooking._meta.concrete_fields:
        setattr(booking, field.attname, getattr(locked, field.attname))
    booking.member = locked.member
    return booking
