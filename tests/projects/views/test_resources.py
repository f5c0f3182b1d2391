"""Customer resources: the list, the picture of booked periods, the page of one (PSA-5)."""

import datetime as dt
import re

import pytest
import time_machine
from django.utils import translation

from portal.tenancy.scope import tenant_scope
from projects.domain.projects import close
from projects.enums import ProjectStage
from projects.models import ProjectTask
from projects.queries.resources import BookedSpan
from projects.views.periods import picture_of
from tests.factories.accounts import make_contact
from tests.factories.projects import (
    make_booked_member,
    make_phase,
    make_project,
    make_role,
    make_task,
    make_team_booking,
)
from tests.factories.scheduling import make_resource

NOW = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
TODAY = NOW.date()
DAY = dt.timedelta(days=1)
LIST = "/projects/resources/"


@pytest.fixture(autouse=True)
def frozen(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def team(tenant, customer):
    """Two people on two projects of the customer."""
    with tenant_scope(tenant):
        tower = make_project(account=customer.account, name="Tower")
        annex = make_project(account=customer.account, name="Annex")
        ana = make_resource(name="Ana Sy")
        fitter, planner = make_role(name="Fitter"), make_role(name="Planner")
        return (
            make_booked_member(tower, resource=ana, role=fitter),
            make_booked_member(tower, resource=make_resource(name="Ben Ode"), role=planner, days={"minutes_a_day": 60}),
            make_booked_member(annex, resource=ana, role=planner, days={"starts_date": TODAY + 40 * DAY}),
        )


def names(response):
    return [each.name for each in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ana Sy", "Ana Sy", "Ben Ode"]),
        ("?sort=name", ["Ana Sy", "Ana Sy", "Ben Ode"]),
        ("?sort=booked", ["Ben Ode", "Ana Sy", "Ana Sy"]),
        ("?q=tower", ["Ana Sy", "Ben Ode"]),
        ("?q=planner", ["Ana Sy", "Ben Ode"]),
        ("?tab=closed", []),
    ],
)
def test_the_list_is_by_project_and_role(client, team, query, found):
    assert names(client.get(LIST + query)) == found


def test_the_list_is_filtered_by_role(client, team):
    assert names(client.get(f"{LIST}?role={team[1].role_id}")) == ["Ana Sy", "Ben Ode"]


def test_a_line_says_days_and_hours_and_the_picture_shows_them(client, team):
    text = client.get(LIST).content.decode()

    assert "November 25, 2026 – November 27, 2026" in text
    assert "24 hours" in text
    assert "3 hours" in text
    assert len(re.findall(r'<rect class="periods-bar"', text)) == 3
    assert "style=" not in text[text.index('id="list"') :]


def test_the_export_tells_project_role_and_hours(client, team):
    lines = client.get(LIST + "?export=csv&sort=booked").getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Project number,Project,Role,Name,Booked hours,First day,Last day"
    assert lines[1].endswith("Tower,Planner,Ben Ode,3.0,2026-11-25,2026-11-27")


def test_the_page_shows_bookings_tasks_and_other_projects(client, tenant, team):
    ana, _ben, elsewhere = team
    with tenant_scope(tenant):
        phase = make_phase(ana.project)
        make_task(ana.project, name="Hang the doors", phase=phase, members=[ana])
        make_task(ana.project, name="Paint", phase=phase)
        hidden = make_task(ana.project, name="Argue", members=[ana])
        ProjectTask.objects.filter(pk=hidden.pk).update(is_shown=False)

    text = client.get(f"{LIST}{ana.pk}/").content.decode()

    for said in ("Ana Sy", "Fitter", "Tower", "24 hours", "Hang the doors", f"{LIST}{elsewhere.pk}/", "Annex"):
        assert said in text, said
    assert not any(each in text for each in ("Paint", "Argue", "Ben Ode"))


def test_those_of_a_closed_project_are_in_a_tab_of_their_own(client, tenant, customer):
    with tenant_scope(tenant):
        project = make_project(account=customer.account)
        make_booked_member(project, resource=make_resource(name="Ana Sy"), days={"starts_date": TODAY - 9 * DAY})
        close(project)
        assert project.stage == ProjectStage.CLOSED
    assert names(client.get(LIST)) == []
    assert names(client.get(LIST + "?tab=closed")) == ["Ana Sy"]


def test_nobody_else_sees_them(client_for, tenant, team):
    with tenant_scope(tenant):
        stranger = client_for(make_contact("psa-customer-approver").user, tenant)
    assert names(stranger.get(LIST + "?tab=all")) == []
    assert stranger.get(f"{LIST}{team[0].pk}/").status_code == 404


def test_people_of_a_hidden_project_are_hidden_with_it(client, tenant, team):
    with tenant_scope(tenant):
        project = team[0].project
        project.is_exposed = False
        project.save(update_fields=["is_exposed"])
    assert names(client.get(LIST)) == ["Ana Sy"]
    assert client.get(f"{LIST}{team[0].pk}/").status_code == 404


@pytest.fixture(params=[1, 3])
def busy_member(request, tenant, team):
    """Somebody with as many bookings and tasks."""
    member = team[0]
    with tenant_scope(tenant):
        for number in range(request.param - 1):
            make_team_booking(member, starts_date=TODAY + (60 + 5 * number) * DAY)
        for _ in range(request.param):
            make_task(member.project, members=[member])
    return member


def test_the_list_takes_as_many_queries_for_one_as_for_three(client, busy_member, django_assert_num_queries):
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_the_page_takes_as_many_queries_for_one_as_for_three(client, busy_member, django_assert_num_queries):
    url = f"{LIST}{busy_member.pk}/"
    client.get(url)
    with django_assert_num_queries(7 + 4):
        client.get(url)


# The picture.


def spans(*days):
    return [BookedSpan(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) for first, last in days]


def test_a_picture_covers_whole_months():
    picture = picture_of([("Ana", "Fitter", spans(("2026-11-01", "2026-11-15"), ("2026-11-30", "2026-11-30")))], TODAY)

    assert [(bar.x, bar.width) for bar in picture.lanes[0].bars] == [("0.00%", "50.00%"), ("96.67%", "3.33%")]
    assert picture.today.x == "73.33%"
    assert [tick.label for tick in picture.ticks] == ["Nov 2026"]


def test_a_picture_of_nobody_is_none():
    assert picture_of([("Ana", "", [])], TODAY) is None


def test_a_picture_is_mirrored_where_people_read_from_right_to_left():
    with translation.override("ar"):
        picture = picture_of([("Ana", "", spans(("2026-11-01", "2026-11-15")))], TODAY)
    assert picture.lanes[0].bars[0].x == "50.00%"
    assert picture.ticks[0].x == "100.00%"


@pytest.mark.parametrize(("last", "ticks"), [("2026-12-01", 2), ("2027-12-01", 5), ("2036-12-01", 3)])
def test_a_picture_of_any_length_has_few_ticks(last, ticks):
    picture = picture_of([("Ana", "", spans(("2026-11-01", last)))], TODAY)
    assert len(picture.ticks) == ticks
