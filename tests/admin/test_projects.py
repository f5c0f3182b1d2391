"""Projects and their teams in the admin (PSA-1, PSA-5)."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from projects.enums import Health, ProjectStage, TaskKind, TeamBookingStatus
from projects.models import Project, ProjectTask, TaskAssignment, TeamBooking, TeamMember
from scheduling.models import Reservation
from tests.factories.accounts import make_account, make_contact
from tests.factories.projects import (
    make_booked_member,
    make_member,
    make_phase,
    make_project,
    make_role,
    make_task,
    make_team_booking,
)
from tests.factories.scheduling import make_resource

NOW = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def frozen(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def make(tenant):
    """Call a factory in the scope of the company."""

    def made(factory, *args, **fields):
        with tenant_scope(tenant):
            return factory(*args, **fields)

    return made


def address(record, action="change"):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{action}", args=[record.pk])


def form_of(response) -> dict:
    """What a browser would send of the page: its form and inlines as they are."""
    data = {}
    context = response.context["adminform"].form, *(each.formset for each in response.context["inline_admin_formsets"])
    form, *formsets = context
    for each in (form, *(part for formset in formsets for part in (formset.management_form, *formset.forms))):
        for bound in each:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value.isoformat() if isinstance(value, dt.date) else value
    return data


def test_a_project_is_added_with_a_number_and_planned_on_its_own_page(browser, tenant, make):
    account = make(make_account)
    sent = {
        "account": account.pk,
        "name": "Lift",
        "is_exposed": "on",
        "starts_date": "2026-12-01",
        "description": "Two",
    }

    response = browser.post(reverse("admin:projects_project_add"), sent)

    with tenant_scope(tenant):
        project = Project.objects.get()
        assert response.url == address(project)
        assert (project.number, project.is_exposed, project.stage) == ("PRJ-1001", True, ProjectStage.NEW)
        assert AuditEntry.objects.filter(object_id=project.pk).count() == 1


def test_tasks_are_written_on_the_page_and_progress_follows(browser, tenant, make):
    project = make(make_project)
    phase = make(make_phase, project)
    other = make(make_phase)
    task = {"position": 1, "kind": TaskKind.TASK, "name": "Doors", "effort_minutes": 60, "progress_percent": 30}
    page = form_of(browser.get(address(project)))

    def post(phase):
        row = {f"tasks-0-{name}": value for name, value in (task | {"phase": phase.pk}).items()}
        return browser.post(address(project), {**page, "tasks-TOTAL_FORMS": 1, **row})

    assert "Select a valid choice" in post(other).content.decode()
    assert post(phase).status_code == 302
    with tenant_scope(tenant):
        assert ProjectTask.objects.get().phase == phase
        assert Project.objects.get(pk=project.pk).progress_percent == 30


def test_a_milestone_half_reached_is_refused_in_words(browser, make):
    project = make(make_project)
    row = {"position": 1, "kind": TaskKind.MILESTONE, "name": "Roof", "effort_minutes": 0, "progress_percent": 30}
    sent = {**form_of(browser.get(address(project))), "tasks-TOTAL_FORMS": 1}

    response = browser.post(address(project), {**sent, **{f"tasks-0-{name}": value for name, value in row.items()}})

    assert "A milestone takes no effort; its progress is 0 or 100." in response.content.decode()


@pytest.mark.parametrize(
    ("action", "sent", "after"),
    [
        ("stage", {"to": "complete"}, (ProjectStage.COMPLETE, Health.GREEN)),
        ("health", {"health": "red", "comment": "Wet"}, (ProjectStage.DELIVER, Health.RED)),
        ("close", {}, (ProjectStage.CLOSED, Health.GREEN)),
    ],
)
def test_actions_say_what_they_do_and_do_it(browser, make, action, sent, after):
    project = make(make_project)
    make(make_booked_member, project)

    assert browser.get(address(project, action)).status_code == 200
    assert browser.post(address(project, action), sent).status_code == 302

    make(project.refresh_from_db)
    assert (project.stage, project.health) == after


def test_closing_says_what_ends(browser, make):
    project = make(make_project)
    make(make_booked_member, project)
    text = browser.get(address(project, "close")).content.decode()
    assert "1 hard booking ends" in text


def test_a_stage_that_does_not_follow_is_refused(browser, tenant, make):
    project = make(make_project, stage=ProjectStage.NEW)
    assert browser.post(address(project, "stage"), {"to": "deliver"}).status_code == 422
    with tenant_scope(tenant):
        assert Project.objects.get().stage == ProjectStage.NEW


def test_a_closed_project_is_read(browser, make):
    project = make(make_project)
    make(make_task, project)
    member = make(make_booked_member, project)
    browser.post(address(project, "close"))

    text = browser.get(address(project)).content.decode()

    assert 'name="tasks-0-name"' not in text
    assert address(project, "stage") not in text
    assert address(member, "book") not in browser.get(address(member)).content.decode()


def test_somebody_is_put_on_the_team_and_booked(browser, tenant, make):
    project, resource, role = make(make_project), make(make_resource), make(make_role)
    sent = {"project": project.pk, "resource": resource.pk, "role": role.pk, "is_exposed": "on"}

    browser.post(reverse("admin:projects_teammember_add"), sent)
    with tenant_scope(tenant):
        member = TeamMember.objects.get()
    days = {"starts_date": "2026-11-25", "ends_date": "2026-11-27", "minutes_a_day": 240, "status": "hard"}
    assert browser.get(address(member, "book")).status_code == 200
    response = browser.post(address(member, "book"), days)

    with tenant_scope(tenant):
        booking = TeamBooking.objects.get()
        assert response.url == address(booking)
        assert (booking.status, booking.minutes, Reservation.objects.count()) == (TeamBookingStatus.HARD, 720, 3)


@pytest.mark.parametrize("days", ["taken", "backwards"])
def test_days_that_cannot_be_booked_are_refused_in_words(browser, tenant, days):
    with tenant_scope(tenant):
        member = make_member(resource=make_booked_member().resource)
    first, last = ("2026-11-25", "2026-11-27") if days == "taken" else ("2026-11-27", "2026-11-25")
    sent = {"starts_date": first, "ends_date": last, "minutes_a_day": 240, "status": "hard"}

    response = browser.post(address(member, "book"), sent)

    words = {"taken": "has something else to do", "backwards": "The end lies before the beginning."}
    assert response.status_code == 422
    assert words[days] in response.content.decode()
    with tenant_scope(tenant):
        assert not TeamBooking.objects.filter(member=member).exists()


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        (TeamBookingStatus.PROPOSED, "soft", TeamBookingStatus.SOFT),
        (TeamBookingStatus.SOFT, "hard", TeamBookingStatus.HARD),
        (TeamBookingStatus.HARD, "cancel", TeamBookingStatus.CANCELED),
        (TeamBookingStatus.SOFT, "end", TeamBookingStatus.CANCELED),
    ],
)
def test_bookings_are_made_firmer_ended_and_canceled(browser, make, before, action, after):
    booking = make(make_team_booking, status=before)

    assert browser.get(address(booking, action)).status_code == 200
    assert browser.post(address(booking, action)).status_code == 302

    make(booking.refresh_from_db)
    assert booking.status == after


def test_tasks_go_to_those_who_are_booked(browser, tenant, make):
    project = make(make_project)
    task, member = make(make_task, project), make(make_member, project)

    def post():
        page = form_of(browser.get(address(member)))
        row = {"assignments-TOTAL_FORMS": 1, "assignments-0-task": task.pk, "assignments-0-minutes": 60}
        return browser.post(address(member), {**page, **row})

    assert "only proposed gets no tasks" in post().content.decode()
    make(make_team_booking, member, status=TeamBookingStatus.SOFT)
    assert post().status_code == 302
    with tenant_scope(tenant):
        assert TaskAssignment.objects.get().member == member


@pytest.mark.parametrize("wrong", ["project", "resource", "role"])
def test_a_team_takes_nobody_from_the_past(browser, tenant, make, wrong):
    records = {
        "project": make(make_project, stage=ProjectStage.CLOSED if wrong == "project" else ProjectStage.DELIVER),
        "resource": make(make_resource, is_active=wrong != "resource"),
        "role": make(make_role, is_active=wrong != "role"),
    }

    response = browser.post(reverse("admin:projects_teammember_add"), {name: each.pk for name, each in records.items()})

    assert list(response.context["adminform"].form.errors) == [wrong]
    with tenant_scope(tenant):
        assert not TeamMember.objects.exists()


@pytest.mark.parametrize("role", ["", "fs-customer-approver", "psa-customer-approver"])
def test_pages_say_who_sees_it_whatever_their_web_roles_are(browser, tenant, role):
    with tenant_scope(tenant):
        member = make_booked_member()
        contact = make_contact(*([role] if role else []), account=member.project.account)
        pages = [address(member.project), address(member)]

    assert all(contact.full_name in browser.get(each).content.decode() for each in pages)
