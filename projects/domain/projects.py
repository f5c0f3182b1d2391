"""Verbs over projects: create, change the stage, report how it stands, close (PSA-1, DYNAMICS 6.2)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Account
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.geo.models import Place
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.timeline.domain.comments import note_event
from projects.domain.releasing import end_bookings
from projects.enums import PROJECT_TRANSITIONS, Health, NumberKind, ProjectStage
from projects.models import Project
from scheduling.models import BookableResource

COMMENT_LENGTH = 400


@transaction.atomic
def create_project(
    account: Account,
    *,
    name: str,
    place: Place | None = None,
    manager: BookableResource | None = None,
    starts_date: dt.date | None = None,
    ends_date: dt.date | None = None,
    description: str = "",
    internal_notes: str = "",
    is_exposed: bool = False,
    by=None,
) -> Project:
    """Begin a project for an account, with a number of its own; audited. Raises DomainError for dates out of order."""
    if not account.is_active:
        raise DomainError(_("This account is no longer served."), field="account")
    check_dates(starts_date, ends_date)
    project = Project(
        number=take_number(NumberKind.PROJECT),
        account=account,
        name=name,
        place=place,
        manager=manager,
        starts_date=starts_date,
        ends_date=ends_date,
        description=description,
        internal_notes=internal_notes,
        is_exposed=is_exposed,
        created_at=clock.now(),
    )
    project.save(force_insert=True)
    record(by, "project.create", project, after={"number": project.number, "is_exposed": is_exposed})
    return project


def check_dates(starts_date: dt.date | None, ends_date: dt.date | None) -> None:
    """Raise DomainError where something ends before it begins."""
    if starts_date and ends_date and ends_date < starts_date:
        raise DomainError(_("A project ends after it begins."), field="ends_date")


@transaction.atomic
def change_stage(project: Project, to: ProjectStage, *, by=None) -> Project:
    """Take a project a step further, by `enums.PROJECT_TRANSITIONS`; audited and on its timeline. Repeating changes nothing.

    Closing ends what is booked: days to come are given back, what was worked stays.
    """
    locked = lock_project(project)
    if locked.stage == to:
        return refresh(project, locked)
    before = ProjectStage(locked.stage)
    if to not in PROJECT_TRANSITIONS[before]:
        names = {"before": before.label, "after": ProjectStage(to).label}
        raise DomainError(_("A project in the stage “%(before)s” cannot go to “%(after)s”.") % names)
    locked.stage = to
    if to == ProjectStage.CLOSED:
        end_bookings(locked, by=by)
        locked.closed_at = clock.now()
    locked.save(update_fields=["stage", "closed_at"])
    record(by, "project.stage", locked, before={"stage": before}, after={"stage": to})
    note_event(locked, "project.stage", {"to": to}, by=by)
    return refresh(project, locked)


def close(project: Project, *, by=None) -> Project:
    """End a project: it is read from then on, and resources get their days to come back. Closing again changes nothing."""
    return change_stage(project, ProjectStage.CLOSED, by=by)


@transaction.atomic
def report_health(project: Project, health: Health, *, comment: str = "", by=None) -> Project:
    """Say how a project stands overall, with a comment for the customer and the time; audited and on its timeline.

    The same again changes nothing. Raises DomainError for a closed project and a comment that is too long.
    """
    comment = comment.strip()
    if len(comment) > COMMENT_LENGTH:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": COMMENT_LENGTH}, field="comment")
    locked = lock_open_project(project)
    if locked.health_at and (locked.health, locked.health_comment) == (health, comment):
        return refresh(project, locked)
    before = {"health": locked.health, "comment": locked.health_comment}
    locked.health, locked.health_comment, locked.health_at = health, comment, clock.now()
    locked.save(update_fields=["health", "health_comment", "health_at"])
    record(by, "project.health", locked, before=before, after={"health": health, "comment": comment})
    note_event(locked, "project.health", {"health": health, "comment": comment}, by=by)
    return refresh(project, locked)


def lock_project(project: Project) -> Project:
    """The row as it is now, locked until the transaction ends. Whoever changes tasks or team of a project locks it first."""
    return Project.objects.select_for_update(of=("self",), no_key=True).get(pk=project.pk)


def lock_open_project(project: Project) -> Project:
    """The same for what only a project that is not closed allows; raises DomainError where it is."""
    locked = lock_project(project)
    if locked.stage == ProjectStage.CLOSED:
        raise DomainError(_("This project is closed. Nothing is changed in it any more."))
    return locked


def refresh(project: Project, locked: Project) -> Project:
    """Give the caller's object what was written."""
    for field in Project._meta.concrete_fields:
        setattr(project, field.attname, getattr(locked, field.attname))
    return project
