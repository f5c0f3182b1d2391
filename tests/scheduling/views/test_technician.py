"""The technician's day (SCH-8, first part)."""

import datetime as dt

import pytest

from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver, make_user
from tests.factories.scheduling import make_booking, make_resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def technician(tenant):
    with tenant_scope(tenant):
        resource = make_resource(user=make_user(), name="Maria Lopez")
        for days in (1, 2):
            make_booking(
                resource=resource,
                starts_at=clock.now() + dt.timedelta(days=days),
                comments=f"Ring twice on day {days}.",
            )
        make_booking(starts_at=clock.now() + dt.timedelta(days=1), comments="Somebody else's visit.")
    return resource.user


def test_a_technician_lands_on_the_own_day_and_sees_only_own_visits(client_for, tenant, technician):
    client = client_for(technician, tenant)
    assert client.get("/").headers["Location"] == "/tech/"
    page = client.get("/tech/").content.decode()
    assert "Ring twice on day 1." in page
    assert "Ring twice on day 2." in page
    assert "Somebody else" not in page


def test_the_number_of_queries_does_not_grow(client_for, tenant, technician, django_assert_max_num_queries):
    client = client_for(technician, tenant)
    with tenant_scope(tenant):
        resource = make_resource(user=make_user())
        for hours in range(24, 60, 6):
            make_booking(resource=resource, starts_at=clock.now() + dt.timedelta(hours=hours))
    for user in (technician, resource.user):
        browser = client_for(user, tenant)
        with django_assert_max_num_queries(10):
            browser.get("/tech/")
    assert client.get("/tech/").status_code == 200


def test_nobody_else_gets_in(client_for, tenant, other_tenant, technician):
    with tenant_scope(tenant):
        customer = make_approver().user
    assert client_for(customer, tenant).get("/tech/").status_code == 404
    assert client_for(technician, other_tenant).get("/tech/").status_code == 404
    assert client_for(None, tenant).get("/tech/").status_code == 302
