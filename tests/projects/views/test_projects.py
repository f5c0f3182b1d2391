"""Projects in the portal: lists, the page, who reads what of them (PSA-1, FS-7)."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.access.kept import KeptQuery
from portal.access.viewer import viewer_for
from portal.tenancy.scope import tenant_scope
from portal.timeline.domain.comments import add_attachment, add_comment
from portal.timeline.domain.uploads import check_upload
from portal.timeline.enums import Audience
from portal.web.registry import searches
from projects.domain.projects import report_health
from projects.enums import Health, ProjectStage, TeamBookingStatus
from projects.models import Project
from projects.queries import projects as queries
from scheduling.models import BookableResource
from tests.factories.accounts import make_account, make_contact, make_staff
from tests.factories.geo import make_place
from tests.factories.projects import (
    make_booked_member,
    make_member,
    make_milestone,
    make_phase,
    make_project,
    make_role,
    make_task,
    make_team_booking,
)
from tests.factories.scheduling import make_resource

# Noon in New York, a Monday.
NOW = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
LIST = "/projects/projects/"


@pytest.fixture(autouse=True)
def frozen(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def make(tenant, customer):
    """Make projects of the customer's account, in the scope of the company."""

    def of_account(**fields):
        with tenant_scope(tenant):
            return make_project(**{"account": customer.account, **fields})

    return of_account


def names(response):
    return [each.name for each in response.context["rows"]]


def page_of(project):
    return f"{LIST}{project.pk}/"


def text_of(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# The list.


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Escalator", "Lift"]),
        ("?tab=closed", ["Ramp"]),
        ("?tab=all", ["Escalator", "Lift", "Ramp"]),
        ("?sort=-name", ["Lift", "Escalator"]),
        ("?q=lift", ["Lift"]),
        ("?stage=plan", ["Escalator"]),
        ("?health=red", ["Lift"]),
        ("?q=nowhere", []),
    ],
)
def test_the_list_is_parted_searched_filtered_and_sorted(client, make, query, found):
    make(name="Lift", health=Health.RED)
    make(name="Escalator", stage=ProjectStage.PLAN)
    make(name="Ramp", stage=ProjectStage.CLOSED)

    response = client.get(LIST + query)

    assert (names(response) if "sort" in query else sorted(names(response))) == found


def test_a_line_says_stage_status_and_progress(client, tenant, make):
    project = make(ends_date=dt.date(2027, 3, 1))
    with tenant_scope(tenant):
        make_task(project, progress_percent=40)
    text = text_of(client, LIST)
    assert all(each in text for each in (project.number, "Deliver", "On track", "40 %", "March 1, 2027"))


def test_the_export_holds_what_the_list_shows(client, make):
    project = make(name="Lift", starts_date=TODAY)

    lines = client.get(LIST + "?export=csv").getvalue().decode("utf-8-sig").splitlines()

    assert lines[0] == "Number,Name,Account,Stage,Status,Progress,Begins,Ends"
    assert lines[1] == f"{project.number},Lift,{project.account.name},Deliver,On track,0 %,2026-11-23,"


def found(viewer, text):
    """What the portal's search finds, as it is named there."""
    return [str(each) for source in searches(viewer) for each in source.find(viewer, text)]


def test_the_portal_finds_projects_and_people(tenant, customer, make):
    project = make(name="Lift")
    with tenant_scope(tenant):
        member = make_booked_member(project, resource=make_resource(name="Lifta Ruiz"))
        stranger = viewer_for(make_contact("psa-customer-approver"))

        assert found(viewer_for(customer), "lift") == [str(project), str(member)]
        assert found(stranger, "lift") == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_one_as_for_three(client, make, count, django_assert_num_queries):
    for _ in range(count):
        make()
    client.get(LIST)
    with django_assert_num_queries(8):
        client.get(LIST)


# The page.


def test_the_page_says_how_the_project_stands(client, tenant, make):
    project = make(description="Four lifts for the north tower.", starts_date=TODAY, place=None)
    with tenant_scope(tenant):
        report_health(project, Health.YELLOW, comment="The doors come a week late.")
        make_task(project, starts_date=TODAY - 9 * DAY, ends_date=TODAY + 10 * DAY, progress_percent=20)

    text = text_of(client, page_of(project))

    for said in (
        "Four lifts for the north tower.",
        "At risk",
        "The doors come a week late.",
        "Behind schedule",
        "20 % done, 50 % planned by today",
        "updated Monday, November 23, 2026",
        project.account.name,
    ):
        assert said in text


@pytest.mark.parametrize(
    ("percent", "words"), [(20, "Behind schedule"), (50, "On schedule"), (52, "On schedule"), (80, "Ahead of schedule")]
)
def test_the_schedule_compares_what_was_planned_with_what_was_done(client, tenant, make, percent, words):
    project = make()
    with tenant_scope(tenant):
        make_task(project, starts_date=TODAY - 9 * DAY, ends_date=TODAY + 10 * DAY, progress_percent=percent)
        make_task(project, effort_minutes=10_000)
        make_milestone(project, starts_date=TODAY, ends_date=TODAY)
    assert words in text_of(client, page_of(project))


@pytest.mark.parametrize("stage", [ProjectStage.COMPLETE, ProjectStage.CLOSED])
def test_what_is_done_has_no_schedule_to_keep(client, tenant, make, stage):
    project = make()
    with tenant_scope(tenant):
        make_task(project, starts_date=TODAY - 9 * DAY, ends_date=TODAY + 10 * DAY)
        Project.objects.update(stage=stage, closed_at=NOW if stage == ProjectStage.CLOSED else None)
    assert "schedule" not in text_of(client, page_of(project))


def test_tasks_stand_in_their_phases_with_those_who_work_on_them(client, tenant, make):
    project = make()
    with tenant_scope(tenant):
        member = make_booked_member(project, resource=make_resource(name="Ana Sy"))
        build = make_phase(project, name="Build")
        make_phase(project, name="Hand over")
        make_task(project, name="Hang the doors", phase=build, members=[member], progress_percent=30)
        make_milestone(project, name="Roof is tight", phase=build, progress_percent=100)
        make_task(project, name="Clean up")

    response = client.get(page_of(project))

    told = [(each.name, each.percent, [task.name for task in each.tasks]) for each in response.context["groups"]]
    assert told == [
        ("Build", 30, ["Hang the doors", "Roof is tight"]),
        ("Hand over", None, []),
        ("Further tasks", None, ["Clean up"]),
    ]
    [task, milestone] = response.context["groups"][0].tasks
    assert (task.names, milestone.state) == ("Ana Sy", "Reached")


def test_the_team_shows_who_is_booked_hard_alone(client, tenant, make):
    project = make()
    with tenant_scope(tenant):
        role = make_role(name="Fitter")
        make_booked_member(project, resource=make_resource(name="Hardy Ort"), role=role)
        make_booked_member(project, resource=make_resource(name="Hidden Ort"), role=role, is_exposed=False)
        for status in (TeamBookingStatus.SOFT, TeamBookingStatus.PROPOSED):
            soft = make_member(project, resource=make_resource(name=f"{status} Ort"), role=role)
            make_team_booking(soft, status=status, note="canary never shown")
    text = text_of(client, page_of(project))
    assert all(each in text for each in ("Hardy Ort", "Fitter", "24 hours"))
    assert not any(each in text for each in ("Hidden Ort", "soft Ort", "proposed Ort", "canary never shown"))


def test_long_lists_end_and_say_how_many_there_are(client, tenant, make, monkeypatch):
    project = make()
    with tenant_scope(tenant):
        for _ in range(4):
            make_task(project, members=[make_booked_member(project)])
    monkeypatch.setattr(queries, "TASKS_SHOWN", 3)
    monkeypatch.setattr(queries, "TEAM_SHOWN", 2)
    monkeypatch.setattr(queries, "TASKS", KeptQuery(queries.tasks_query))
    monkeypatch.setattr(queries, "TEAM", KeptQuery(queries.team_query))

    response = client.get(page_of(project))

    assert [len(each.tasks) for each in response.context["groups"]] == [3]
    assert (response.context["more_tasks"], len(response.context["team"])) == ("and 1 more", 2)
    assert response.context["more_team"] == "and 2 more"


def test_what_is_internal_stays_inside(client, tenant, make):
    project = make(internal_notes="canary notes")
    with tenant_scope(tenant):
        make_task(project, name="canary hidden", is_shown=False)
        make_task(project, internal_notes="canary inside")
        add_comment(project, "canary staff", by=make_staff(), audience=Audience.STAFF)
    assert "canary" not in text_of(client, page_of(project))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_one_as_for_three(client, tenant, make, count, django_assert_num_queries):
    project = make(place=None)
    with tenant_scope(tenant):
        phase = make_phase(project)
        for _ in range(count):
            make_task(project, phase=phase, members=[make_booked_member(project)])
    client.get(page_of(project))
    with django_assert_num_queries(7 + 7):
        client.get(page_of(project))


def test_a_customer_comments_on_the_project(client, make):
    project = make()
    form = client.get(page_of(project) + "comment/").context["form"]
    sent = {"text": "When do you begin?", "request_key": form.initial["request_key"]}

    assert client.post(f"{page_of(project)}comment/", sent).status_code == 302

    assert "When do you begin?" in text_of(client, page_of(project))


# Who reads what.


def test_a_stranger_and_a_hidden_project_are_told_apart_by_nothing(client_for, tenant, make, client):
    shown, hidden = make(), make(is_exposed=False)
    with tenant_scope(tenant):
        stranger = client_for(make_contact("psa-customer-approver").user, tenant)
        foreman = client_for(make_contact("fs-customer-approver", account=shown.account).user, tenant)
    assert client.get(page_of(shown)).status_code == 200
    missing = f"{LIST}01890000-0000-7000-8000-000000000000/"
    for browser, url in (
        (stranger, page_of(shown)),
        (foreman, page_of(shown)),
        (client, page_of(hidden)),
        (client, missing),
    ):
        assert browser.get(url).status_code == 404
    assert names(stranger.get(LIST + "?tab=all")) == []
    assert names(client.get(LIST + "?tab=all")) == [shown.name]


@pytest.fixture
def shared_work(tenant, customer, partner):
    """A project on which the partner's people work beside others; whatever is not the partner's holds "canary"."""
    with tenant_scope(tenant):
        project = make_project(
            account=make_account(name="canary account"),
            name="North tower",
            place=make_place(line1="1 Harbor Road"),
            manager=make_resource(name="canary manager"),
            description="canary description",
            internal_notes="canary notes",
            starts_date=TODAY,
            ends_date=TODAY + 30 * DAY,
        )
        report_health(project, Health.RED, comment="canary comment")
        own = make_booked_member(project, resource=make_resource(name="Paula Own", account=partner.account))
        soft = make_member(project, resource=make_resource(name="canary soft", account=partner.account))
        make_team_booking(soft, status=TeamBookingStatus.SOFT, note="canary note")
        other = make_booked_member(
            project, resource=make_resource(name="canary other"), role=make_role(name="canary role")
        )
        ours, theirs = make_phase(project, name="Doors"), make_phase(project, name="canary phase")
        make_task(project, name="Hang the doors", phase=ours, members=[own, other], progress_percent=73)
        make_task(project, name="canary task", phase=theirs, members=[other])
        make_task(project, name="canary beside", phase=ours, members=[other])
        make_task(project, name="canary inside", phase=ours, members=[own], is_shown=False)
        make_milestone(project, name="canary milestone")
        contact = make_contact("psa-customer-approver", account=project.account)
        add_comment(project, "canary said", by=contact.user, contact=contact, audience=Audience.CUSTOMER)
    return project, own, other


def test_a_partner_reads_its_part_and_nothing_else(partner_client, shared_work):
    project, _own, _other = shared_work

    text = text_of(partner_client, page_of(project))

    for said in ("North tower", "1 Harbor Road", "Paula Own", "Hang the doors", "Doors", "73 %", "24 hours"):
        assert said in text, said
    # Neither names nor figures of the rest: the whole is at 18 %, 4 tasks are shown to customers, 3 people are on the team.
    for hidden in ("canary", "Off track", "Off schedule", "Behind schedule", "18 %", "Comments", "and 1 more"):
        assert hidden not in text, hidden


def test_lists_search_filters_and_exports_tell_a_partner_no_more(partner_client, shared_work):
    _project, own, _other = shared_work
    for url in (
        LIST,
        LIST + "?export=csv",
        "/projects/resources/",
        "/projects/resources/?export=csv",
        f"/projects/resources/{own.pk}/",
    ):
        response = partner_client.get(url)
        text = (response.getvalue() if response.streaming else response.content).decode()
        assert response.status_code == 200
        assert "canary" not in text, url
        assert "Off track" not in text or "<option" in text, url
    # What is not told cannot be asked for either.
    assert names(partner_client.get(LIST)) == ["North tower"]
    assert names(partner_client.get(LIST + "?health=red")) == []
    assert names(partner_client.get(LIST + "?q=account")) == []


def test_a_partner_neither_comments_nor_opens_pages_of_others(partner_client, shared_work):
    project, _own, other = shared_work
    assert partner_client.get(f"{page_of(project)}comment/").status_code == 403
    assert partner_client.get(f"/projects/resources/{other.pk}/").status_code == 404


def test_files_of_the_customer_are_the_customers(partner_client, shared_work, tenant, client_for):
    project, _own, _other = shared_work
    with tenant_scope(tenant):
        contact = make_contact("psa-customer-reviewer", account=project.account)
        upload = check_upload(SimpleUploadedFile("plan.txt", b"Shaft 3, north wall"))
        file = add_attachment(project, upload, by=contact.user, contact=contact, audience=Audience.CUSTOMER)
    url = f"/files/{file.pk}/"

    assert client_for(contact.user, tenant).get(url).getvalue() == b"Shaft 3, north wall"
    assert partner_client.get(url).status_code == 404


def test_a_partner_whose_people_left_sees_nothing(partner_client, shared_work, tenant):
    project, own, _other = shared_work
    with tenant_scope(tenant):
        BookableResource.objects.filter(pk=own.resource_id).update(account=None)
    assert partner_client.get(page_of(project)).status_code == 404
    assert names(partner_client.get(LIST)) == []
