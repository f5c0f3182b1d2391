"""The search and the booking ask the database as often for many technicians as for few (SCH-2, SCH-3)."""

import datetime as dt
from uuid import uuid4

import pytest

from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.domain.booking import Slot
from scheduling.domain.offers import Seeker, free_days, next_times, search_day, times_of
from scheduling.domain.rules import VisitRequest
from scheduling.forms import slot_text
from scheduling.models import WorkingHours
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type
from tests.factories.geo import make_place
from tests.factories.scheduling import make_resource, make_settings

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[3, 30])
def company(request, tenant):
    with tenant_scope(tenant):
        make_settings(notice_minutes=0)
        contact = make_approver()
        contact.account.place = make_place(latitude=40.75, longitude=-73.99)
        contact.account.save()
        service = make_incident_type(duration_minutes=60)
        for number in range(request.param):
            make_resource(name=f"Technician {number}", start_place=make_place(latitude=40.76, longitude=-73.99))
    day = clock.now().astimezone(tenant.zone).date() + dt.timedelta(days=3)
    return tenant, contact, service, day


@pytest.fixture
def visit(company):
    _tenant, contact, service, _day = company
    return VisitRequest(contact.account, service, contact.account.place)


def test_the_times_of_a_day(company, visit, django_assert_max_num_queries):
    tenant, contact, _service, day = company
    with tenant_scope(tenant), django_assert_max_num_queries(9):
        assert times_of(search_day(visit, day, contact=contact))


def test_the_free_days_of_a_month(company, visit, django_assert_max_num_queries):
    tenant, contact, _service, day = company
    with tenant_scope(tenant), django_assert_max_num_queries(13):
        assert free_days(visit, first=day, last=day + dt.timedelta(days=25), seeker=Seeker(contact)).free


@pytest.mark.parametrize(("weekdays", "searches"), [(range(7), 1), ([0], 4)])
def test_the_next_times_of_a_loser(company, visit, django_assert_num_queries, weekdays, searches):
    tenant, contact, _service, day = company
    with tenant_scope(tenant):
        WorkingHours.objects.exclude(weekday__in=weekdays).delete()
        lost = day + dt.timedelta(days=(1 - day.weekday()) % 7)
        slot = Slot(dt.datetime.combine(lost, dt.time(9), tenant.zone).astimezone(dt.UTC))
        with django_assert_num_queries(7 + 4 * searches):
            found = next_times(visit, slot, seeker=Seeker(contact), limit=30 if searches > 1 else 6)
    assert [each.slot.starts for each in found] == sorted({each.slot.starts for each in found})
    assert found[0].slot.starts >= slot.starts


def test_the_booking_page(company, client_for, django_assert_max_num_queries):
    tenant, contact, service, day = company
    client = client_for(contact.user, tenant)
    query = f"?site={contact.account_id}&service={service.pk}&day={day}"
    with django_assert_max_num_queries(40):
        assert 'name="slot"' in client.get(f"/appointments/book/{query}").text


def test_a_booking(company, client_for, django_assert_max_num_queries):
    tenant, contact, service, day = company
    client = client_for(contact.user, tenant)
    slot = Slot(dt.datetime.combine(day, dt.time(11), tenant.zone).astimezone(dt.UTC))
    form = {
        "site": str(contact.account_id),
        "service": str(service.pk),
        "slot": slot_text(slot),
        "request_key": str(uuid4()),
    }
    with django_assert_max_num_queries(43):
        assert client.post("/appointments/book/", form).status_code == 302
