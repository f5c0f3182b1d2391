"""Ask for earlier times and answer an offer through the page (SCH-14)."""

import datetime as dt

import pytest

from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.domain.earlier import offer_day
from scheduling.enums import OfferState, WishState
from scheduling.models import Booking, EarlierOffer, EarlierWish
from tests.factories.accounts import make_approver, make_reviewer
from tests.factories.fieldservice import make_incident_type, make_work_order
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(tenant, customer):
    """A visit in four days; its technician has time on the days before."""
    with tenant_scope(tenant):
        return visit(customer)


def visit(customer, **fields):
    site = make_place(latitude=40.75, longitude=-73.99)
    service = make_incident_type(display_name="Boiler service", duration_minutes=60)
    values = {"starts_at": (clock.now() + dt.timedelta(days=4)).replace(hour=17, minute=0, second=0, microsecond=0)}
    return make_booking(
        account=customer.account,
        contact=customer,
        work_order=make_work_order(account=customer.account, incident_type=service, place=site),
        resource=make_resource(start_place=make_place(latitude=40.76, longitude=-73.99)),
        **{**values, **fields},
    )


def page_of(booking):
    return f"/appointments/{booking.pk}/earlier/"


def post(client, booking, action, **fields):
    return client.post(page_of(booking), {"action": action, "sequence": "0", **fields}, follow=True)


def test_a_customer_asks_is_offered_a_time_and_takes_it(client, tenant, booking):
    assert f'href="{page_of(booking)}"' in client.get("/").text
    assert "Tell me about earlier times" in client.get(page_of(booking)).text
    assert "You are on the list" in post(client, booking, "wish").text
    with tenant_scope(tenant):
        assert offer_day((clock.now() + dt.timedelta(days=2)).date()) == 1
    page = client.get(page_of(booking)).text
    assert "Take the earlier time" in page
    with tenant_scope(tenant):
        [offer] = EarlierOffer.objects.all()
        assert offer.state == OfferState.OPEN
    assert "Your visit was moved." in post(client, booking, "accept").text
    with tenant_scope(tenant):
        moved = Booking.objects.get(pk=booking.pk)
        assert (moved.arrives_at, moved.sequence) == (offer.starts_at, 1)
        assert EarlierWish.objects.get().state == WishState.TAKEN


def test_declined_and_withdrawn_leave_the_visit_as_it_is(client, tenant, booking):
    post(client, booking, "wish")
    with tenant_scope(tenant):
        offer_day((clock.now() + dt.timedelta(days=2)).date())
    assert "Your visit stays as it is." in post(client, booking, "decline").text
    assert "no more offers" in post(client, booking, "withdraw").text
    with tenant_scope(tenant):
        assert EarlierWish.objects.get().state == WishState.WITHDRAWN
        assert Booking.objects.get().arrives_at == booking.arrives_at


def test_accepting_what_is_not_offered_says_so(client, tenant, booking):
    assert "no longer kept for you" in post(client, booking, "accept").text
    with tenant_scope(tenant):
        assert Booking.objects.get().sequence == 0


@pytest.mark.parametrize("data", [{}, {"action": "steal", "sequence": "0"}, {"action": "wish"}])
def test_odd_forms_change_nothing(client, tenant, booking, data):
    assert client.post(page_of(booking), data).status_code == 302
    with tenant_scope(tenant):
        assert not EarlierWish.objects.exists()


@pytest.mark.parametrize("status", ["traveling", "in_progress", "completed", "canceled"])
def test_only_for_what_is_to_come(client, tenant, customer, status):
    with tenant_scope(tenant):
        booking = visit(customer, status=status)
    assert client.get(page_of(booking)).status_code == 403
    assert client.post(page_of(booking), {"action": "wish", "sequence": "0"}).status_code == 403


def test_readers_ask_for_nothing_and_strangers_see_nothing(client_for, tenant, other_tenant, customer, booking):
    with tenant_scope(tenant):
        reviewer, stranger = make_reviewer(account=customer.account), make_approver()
    with tenant_scope(other_tenant):
        foreign = visit(make_approver())
    data = {"action": "wish", "sequence": "0"}
    assert client_for(reviewer.user, tenant).post(page_of(booking), data).status_code == 403
    assert client_for(stranger.user, tenant).post(page_of(booking), data).status_code == 404
    assert client_for(customer.user, tenant).post(page_of(foreign), data).status_code == 404


def test_switched_off_it_is_nowhere(client, tenant, booking):
    with tenant_scope(tenant):
        make_settings(offers_earlier=False)
    assert "Earlier times" not in client.get("/").text
    assert client.get(page_of(booking)).status_code == 403
