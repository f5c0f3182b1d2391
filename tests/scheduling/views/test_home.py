"""The home page and the appointment's page (SCH-6, SCH-13)."""

import datetime as dt

import pytest

from fieldservice.models import WorkOrder
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.enums import BookingStatus
from tests.factories.accounts import make_approver, make_contact, make_reviewer, make_staff
from tests.factories.fieldservice import make_asset, make_incident_type, make_work_order
from tests.factories.scheduling import make_booking, make_resource

pytestmark = pytest.mark.django_db


def visit(customer, name, *, status=BookingStatus.SCHEDULED, hours=24, **fields):
    """A visit of the customer's account whose service has this name."""
    service = make_incident_type(display_name=name)
    order = make_work_order(account=customer.account, incident_type=service)
    return make_booking(
        work_order=order,
        account=customer.account,
        incident_type=service,
        status=status,
        starts_at=clock.now() + dt.timedelta(hours=hours),
        resource=make_resource(),
        **fields,
    )


def texts(client, query=""):
    return client.get(f"/{query}").content.decode()


def test_each_visit_stands_in_its_part(client_for, tenant, customer):
    with tenant_scope(tenant):
        visit(customer, "First on the way", status=BookingStatus.TRAVELING, hours=1)
        visit(customer, "Second on the way", status=BookingStatus.TRAVELING, hours=2)
        visit(customer, "Being done", status=BookingStatus.IN_PROGRESS, hours=-1)
        visit(customer, "Planned one")
        visit(customer, "Done one", status=BookingStatus.COMPLETED, hours=-50)
        visit(customer, "Dropped one", status=BookingStatus.CANCELED)
    client = client_for(customer.user, tenant)
    page = texts(client)
    active, upcoming = page.split('class="tabs"')
    assert "Active appointment" in active
    assert "First on the way" in active
    for name in ("Second on the way", "Being done", "Planned one"):
        assert name in upcoming
    assert "Done one" not in page
    past = texts(client, "?tab=past")
    assert "Done one" in past
    assert "Dropped one" in past
    assert "Planned one" not in past


def test_only_exposed_visits_of_accounts_in_reach_are_there(client_for, tenant, other_tenant, customer):
    with tenant_scope(tenant):
        visit(customer, "Mine")
        visit(customer, "Hidden from me", is_exposed=False)
        visit(make_approver(), "Somebody else's")
        mine, theirs = visit(customer, "Mine too"), visit(make_approver(), "Theirs")
    client = client_for(customer.user, tenant)
    page = texts(client)
    assert "Mine" in page
    assert "Hidden from me" not in page
    assert "Somebody else" not in page
    assert client.get(f"/appointments/{mine.pk}/").status_code == 200
    for path in (f"/appointments/{theirs.pk}/", f"/appointments/{theirs.pk}/calendar.ics"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(("order_is_exposed", "asset_is_exposed"), [(True, True), (True, False), (False, True)])
def test_a_visit_shows_of_its_work_order_what_the_viewer_may_see(
    client_for, tenant, customer, order_is_exposed, asset_is_exposed
):
    with tenant_scope(tenant):
        mine = visit(customer, "Mine")
        asset = make_asset(account=customer.account, name="Canary boiler", is_exposed=asset_is_exposed)
        WorkOrder.objects.filter(pk=mine.work_order_id).update(
            number="WO-CANARY", asset=asset, is_exposed=order_is_exposed
        )
    client = client_for(customer.user, tenant)
    for path in ("/", f"/appointments/{mine.pk}/"):
        page = client.get(path).text
        assert "Mine" in page
        assert ("WO-CANARY" in page) == order_is_exposed
        assert ("Canary boiler" in page) == (order_is_exposed and asset_is_exposed)
        assert (f"/work-orders/{mine.work_order_id}/" in page) == (order_is_exposed and path != "/")


def test_holds_are_no_appointments(client_for, tenant, customer):
    with tenant_scope(tenant):
        held = make_booking(account=customer.account, contact=customer, status=BookingStatus.HELD)
    assert client_for(customer.user, tenant).get(f"/appointments/{held.pk}/").status_code == 404


def test_empty_homes_say_why_and_what_to_do(client_for, tenant, customer):
    page = texts(client_for(customer.user, tenant))
    assert "No upcoming appointments" in page
    assert 'href="/appointments/book/"' in page
    with tenant_scope(tenant):
        reviewer = make_reviewer(account=customer.account)
    assert "will appear here" in texts(client_for(reviewer.user, tenant))


def test_everybody_lands_where_they_belong(client_for, tenant, customer):
    with tenant_scope(tenant):
        staff, nobody = make_staff(), make_contact()
    assert client_for(staff, tenant).get("/").headers["Location"] == "/admin/"
    assert "Nothing here for you yet" in texts(client_for(nobody.user, tenant))
    assert client_for(None, tenant).get("/").headers["Location"].startswith("/accounts/login/")


def test_the_calendar_file_is_the_visit(client_for, tenant, customer):
    with tenant_scope(tenant):
        mine = visit(customer, "Boiler service")
    response = client_for(customer.user, tenant).get(f"/appointments/{mine.pk}/calendar.ics")
    text = response.content.decode()
    assert response["Content-Type"].startswith("text/calendar")
    assert f"UID:{mine.pk}@callout" in text
    assert "Boiler service" in text


def test_what_was_canceled_belongs_in_no_calendar(client_for, tenant, customer):
    with tenant_scope(tenant):
        mine = visit(customer, "Boiler service")
    client, path = client_for(customer.user, tenant), f"appointments/{mine.pk}/"
    assert "Add to calendar" in texts(client, path)
    with tenant_scope(tenant):
        mine.status = BookingStatus.CANCELED
        mine.save()
    page = texts(client, path)
    assert "Canceled" in page
    assert "Add to calendar" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client_for, tenant, customer, django_assert_max_num_queries, count):
    with tenant_scope(tenant):
        for number in range(count):
            visit(customer, f"Visit {number}", hours=24 + number)
    client = client_for(customer.user, tenant)
    with django_assert_max_num_queries(13):
        client.get("/")
