"""Staff take a resource out, see what cannot be kept, and find another time or settle it (SCH-12)."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.domain.replan import replan_resource
from scheduling.models import BookableResource, Booking, TimeOff
from tests.admin.test_scheduling import INLINES
from tests.factories.accounts import make_approver
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def stranded(tenant):
    """A visit in a few days whose technician has just been sent on leave."""
    with tenant_scope(tenant):
        make_settings()
        near = {"latitude": 40.75, "longitude": -73.99}
        starts_at = (clock.now() + dt.timedelta(days=3)).replace(hour=16, minute=0, second=0, microsecond=0)
        booking = make_booking(
            contact=make_approver(),
            place=make_place(**near),
            starts_at=starts_at,
            resource=make_resource(name="Maria Lopez", start_place=make_place(**near)),
        )
        TimeOff.objects.create(resource=booking.resource, starts_at=starts_at - HOUR, ends_at=starts_at + 3 * HOUR)
        replan_resource(booking.resource_id)
    return booking


def again(tenant, booking):
    with tenant_scope(tenant):
        return Booking.objects.get(pk=booking.pk)


def page(booking, name):
    return reverse(f"admin:scheduling_booking_{name}", args=[booking.pk])


def test_what_cannot_be_kept_stands_on_the_list(browser, tenant, stranded):
    with tenant_scope(tenant):
        other = make_booking()
    listed = browser.get(reverse("admin:scheduling_booking_changelist"), {"look": "yes"}).text
    assert str(stranded.pk) in listed
    assert str(other.pk) not in listed
    assert "The technician is not available" in listed
    assert page(stranded, "settle") in browser.get(page(stranded, "change")).text
    assert page(other, "settle") not in browser.get(page(other, "change")).text


def test_staff_find_another_time(browser, tenant, stranded):
    form = browser.get(page(stranded, "move"))
    for words in ("Promised:", "Customer:", "The technician is not available"):
        assert words in form.text
    values = re.findall(r'name="slot" value="(\w+)"', form.text)
    assert len(values) == 12
    sent = browser.post(page(stranded, "move"), {"slot": values[3], "sequence": "0"}, follow=True)
    assert "the visit has a new time" in sent.text
    row = again(tenant, stranded)
    assert (f"{row.arrives_at:%Y%m%dT%H%M%SZ}", row.attention, row.sequence) == (values[3], "", 1)


@pytest.mark.parametrize("data", [{}, {"slot": "nonsense", "sequence": "0"}, {"slot": "20200101T100000Z"}])
def test_odd_times_are_refused(browser, tenant, stranded, data):
    assert browser.post(page(stranded, "move"), data).status_code == 422
    assert again(tenant, stranded).sequence == 0


def test_what_is_settled_leaves_the_list_by_post_only(browser, tenant, stranded):
    assert browser.get(page(stranded, "settle")).status_code == 200
    assert again(tenant, stranded).attention
    browser.post(page(stranded, "settle"))
    row = again(tenant, stranded)
    assert (row.attention, row.attention_at, row.sequence) == ("", None, 0)


def test_another_company_s_visit_is_not_there(browser, other_tenant):
    with tenant_scope(other_tenant):
        booking = make_booking()
    for name in ("move", "settle"):
        assert browser.post(page(booking, name)).status_code == 404


def test_taking_a_resource_out_says_what_follows_and_starts_it(
    browser, tenant, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr("portal.kit.jobs.send", lambda name, *ids: sent.append((name, *ids)))
    with tenant_scope(tenant):
        resource = make_resource(hours=None)
        make_booking(resource=resource)
    data = {
        "name": resource.name,
        "resource_type": "user",
        "time_zone": "America/New_York",
        "is_self_schedulable": "on",
    }
    data |= {f"{prefix}-{name}": "0" for prefix in INLINES for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    address = reverse("admin:scheduling_bookableresource_change", args=[resource.pk])
    with django_capture_on_commit_callbacks(execute=True):
        page = browser.post(address, data | {"is_active": "on"}, follow=True).text
    assert "cannot be kept" not in page
    assert sent == []
    with django_capture_on_commit_callbacks(execute=True):
        page = browser.post(address, data, follow=True).text
    assert "1 coming visit cannot be kept by this resource." in page
    assert sent == [("scheduling.replan", str(tenant.pk), str(resource.pk))]
    with tenant_scope(tenant):
        assert not BookableResource.objects.get(pk=resource.pk).is_active
