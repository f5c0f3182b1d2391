"""The customer reads that the technician is late, and chooses (SCH-15)."""

import datetime as dt

import pytest

from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.enums import Attention
from scheduling.models import Booking
from tests.factories.accounts import make_approver, make_reviewer
from tests.factories.fieldservice import make_incident_type, make_work_order
from tests.factories.scheduling import make_booking

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def late(tenant, customer):
    """A visit in an hour whose customer knows that it will be two."""
    with tenant_scope(tenant):
        return visit(customer)


def visit(customer, **fields):
    expected = clock.now() + 2 * HOUR
    values = {"estimated_arrival_at": expected, "told_arrival_at": expected}
    service = make_incident_type(display_name="Boiler service")
    return make_booking(
        account=customer.account,
        contact=customer,
        work_order=make_work_order(account=customer.account, incident_type=service),
        starts_at=clock.now() + HOUR,
        **{**values, **fields},
    )


def page_of(booking):
    return f"/appointments/{booking.pk}/late/"


def test_home_and_appointment_say_it_and_lead_to_the_choices(client, late):
    for path in ("/", f"/appointments/{late.pk}/"):
        page = client.get(path).text
        assert "We come later than we told you" in page
        assert f'href="{page_of(late)}"' in page
        assert "Your choices" in page
        assert f'href="/appointments/{late.pk}/change/"' in page
    page = client.get(page_of(late)).text
    for words in ("I will wait", "Take another technician", "Choose another day", "Expected:"):
        assert words in page


def test_where_nobody_is_sooner_the_customer_is_told_so(client, tenant, late):
    answer = client.post(page_of(late), {"sequence": "0"}, follow=True)
    assert "Nobody else can be there sooner." in answer.text
    with tenant_scope(tenant):
        assert Booking.objects.get(pk=late.pk).attention == Attention.NO_TIME


@pytest.mark.parametrize("data", [{}, {"sequence": "x"}, {"sequence": "7"}])
def test_a_stale_or_odd_form_changes_nothing(client, tenant, late, data):
    assert client.post(page_of(late), data).status_code == 302
    with tenant_scope(tenant):
        assert Booking.objects.get(pk=late.pk).attention == ""


@pytest.mark.parametrize("fields", [{"told_arrival_at": None}, {"estimated_arrival_at": None}, {"status": "traveling"}])
def test_who_is_in_time_has_no_choices(client, tenant, customer, fields):
    with tenant_scope(tenant):
        booking = visit(customer, **fields)
    assert client.get(page_of(booking)).status_code == 403
    assert client.post(page_of(booking), {"sequence": "0"}).status_code == 403
    assert "Your choices" not in client.get("/").text


def test_readers_and_strangers_choose_nothing(client_for, tenant, other_tenant, customer, late):
    with tenant_scope(tenant):
        reviewer, stranger = make_reviewer(account=customer.account), make_approver()
    assert client_for(reviewer.user, tenant).post(page_of(late), {"sequence": "0"}).status_code == 403
    page = client_for(reviewer.user, tenant).get("/").text
    assert "We come later than we told you" in page
    assert "Your choices" not in page
    assert client_for(stranger.user, tenant).get(page_of(late)).status_code == 404
    with tenant_scope(other_tenant):
        foreign = visit(make_approver())
    assert client_for(customer.user, tenant).get(page_of(foreign)).status_code == 404
