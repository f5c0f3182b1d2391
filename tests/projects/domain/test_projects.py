"""Projects from beginning to end (PSA-1, DYNAMICS 6.2)."""

import datetime as dt

import pytest
import time_machine

from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from portal.timeline.enums import Audience
from portal.timeline.models import Entry
from portal.timeline.registry import event_of
from projects.domain.projects import change_stage, close, create_project, report_health
from projects.enums import PROJECT_TRANSITIONS, Health, ProjectStage, TeamBookingStatus
from projects.models import Project
from scheduling.models import Reservation
from tests.factories.accounts import make_account, make_staff
from tests.factories.projects import make_booked_member, make_member, make_project, make_team_booking

# Noon in New York, a Monday.
NOW = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = NOW.date()
STEPS = [(before, after) for before in ProjectStage for after in ProjectStage]


@pytest.fixture(autouse=True)
def frozen(in_tenant):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def project_in(stage):
    project = make_project(stage=ProjectStage.NEW)
    closed_at = NOW if stage == ProjectStage.CLOSED else None
    Project.objects.filter(pk=project.pk).update(stage=stage, closed_at=closed_at)
    project.refresh_from_db()
    return project


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_every_step_is_allowed_or_refused_by_the_table(before, after):
    project = project_in(before)
    if after == before or after in PROJECT_TRANSITIONS[before]:
        assert change_stage(project, after).stage == after
        assert Project.objects.get().stage == after
        return
    with pytest.raises(DomainError, match="cannot go to"):
        change_stage(project, after)
    assert Project.objects.get().stage == before


def test_a_project_is_numbered_audited_and_hidden():
    staff = make_staff()

    project = create_project(make_account(), name="New lifts", by=staff)

    assert (project.number, project.stage, project.is_exposed) == ("PRJ-1001", ProjectStage.NEW, False)
    entry = AuditEntry.objects.get(object_id=project.pk)
    assert (entry.action, entry.actor) == ("project.create", staff)


def test_dates_out_of_order_and_a_former_customer_are_refused():
    with pytest.raises(DomainError, match="ends after it begins"):
        create_project(make_account(), name="New lifts", starts_date=TODAY, ends_date=TODAY - dt.timedelta(days=1))
    with pytest.raises(DomainError, match="no longer served"):
        create_project(make_account(is_active=False), name="New lifts")


def test_a_step_is_audited_and_stands_on_the_timeline_once():
    project = make_project(stage=ProjectStage.PLAN)
    before = AuditEntry.objects.filter(action="project.stage").count()

    change_stage(project, ProjectStage.DELIVER)
    change_stage(project, ProjectStage.DELIVER)

    assert AuditEntry.objects.filter(action="project.stage").count() == before + 1
    entry = Entry.objects.order_by("-pk").first()
    assert (entry.audience, str(event_of(entry.code).text(entry.payload))) == (Audience.CUSTOMER, "Stage: Deliver")


def test_health_is_reported_with_its_comment_and_time(frozen):
    project = make_project()

    report_health(project, Health.RED, comment="The shaft is wet.")
    frozen.shift(dt.timedelta(hours=1))
    report_health(project, Health.RED, comment="The shaft is wet.")

    stored = Project.objects.get()
    assert (stored.health, stored.health_comment, stored.health_at) == (Health.RED, "The shaft is wet.", NOW)
    entries = Entry.objects.filter(code="project.health")
    assert [str(event_of(each.code).text(each.payload)) for each in entries] == ["Status: Off track. The shaft is wet."]


def test_a_closed_project_reports_nothing_and_a_comment_has_an_end():
    with pytest.raises(DomainError, match="closed"):
        report_health(make_project(stage=ProjectStage.CLOSED), Health.RED)
    with pytest.raises(DomainError, match="at most 400"):
        report_health(make_project(), Health.RED, comment="x" * 401)


def test_closing_gives_days_to_come_back_and_keeps_what_was_worked():
    member = make_booked_member(days={"starts_date": TODAY - dt.timedelta(days=1)})
    member.refresh_from_db()
    assert (member.booked_minutes, Reservation.objects.count()) == (1440, 3)

    close(member.project)

    # Yesterday, and today, which has begun; not tomorrow.
    member.refresh_from_db()
    booking = member.bookings.get()
    assert (booking.status, booking.ends_date, booking.minutes) == (TeamBookingStatus.HARD, TODAY, 960)
    assert (member.booked_minutes, Reservation.objects.count()) == (960, 2)
    assert member.project.closed_at == NOW


def test_closing_cancels_what_has_not_begun_and_leaves_alone_what_is_over():
    project = make_project()
    over = make_booked_member(project, days={"starts_date": TODAY - dt.timedelta(days=9)})
    ahead = make_booked_member(project)
    soft = make_member(project)
    make_team_booking(soft, status=TeamBookingStatus.SOFT)

    close(project)
    close(project)

    told = {each.resource_id: list(each.bookings.values_list("status", "minutes")) for each in project.members.all()}
    assert told == {
        over.resource_id: [(TeamBookingStatus.HARD, 1440)],
        ahead.resource_id: [(TeamBookingStatus.CANCELED, 1440)],
        soft.resource_id: [(TeamBookingStatus.CANCELED, 1440)],
    }
    minutes = {each.resource_id: (each.booked_minutes, each.soft_minutes) for each in project.members.all()}
    assert minutes == {over.resource_id: (1440, 0), ahead.resource_id: (0, 0), soft.resource_id: (0, 0)}
