"""Each status stands in its section with its actions, and a reason where there is none (SCH-6, DYNAMICS 1.7)."""

import datetime as dt
import re

import pytest

from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.enums import BookingStatus
from scheduling.models import Booking
from tests.factories.accounts import make_reviewer
from tests.factories.fieldservice import make_incident_type, make_work_order
from tests.factories.scheduling import make_booking, make_resource

pytestmark = pytest.mark.django_db

CHANGE = {"Change", "Cancel visit", "Earlier times"}
AT_WORK = "The technician is at work."
HOUR = dt.timedelta(hours=1)


def visit(customer, name="Boiler service", *, hours=48, **fields):
    service = make_incident_type(display_name=name)
    return make_booking(
        work_order=make_work_order(account=customer.account, incident_type=service),
        account=customer.account,
        incident_type=service,
        starts_at=clock.now().replace(microsecond=0) + hours * HOUR,
        resource=make_resource(),
        **fields,
    )


def parts_of(client):
    """The cards of home by section: their headings, in order."""
    page = client.get("/").text
    above, below = page.split('class="tabs"')
    return {
        "active": headings(above),
        "upcoming": headings(below),
        "past": headings(client.get("/?tab=past").text),
    }


def headings(html):
    return re.findall(r"<h3><a href=[^>]*>([^<]*)</a></h3>", html)


def buttons(html):
    """What can be pressed on a card, in words."""
    return set(re.findall(r'<a class="btn btn-sm[^>]*>(?:<svg.*?</svg>)?([^<]*)<span', html, re.DOTALL))


@pytest.mark.parametrize(
    ("status", "section", "actions", "reason"),
    [
        ("scheduled", "upcoming", CHANGE, ""),
        ("traveling", "active", set(), "The technician is on the way."),
        ("in_progress", "upcoming", set(), AT_WORK),
        ("on_break", "upcoming", set(), AT_WORK),
        ("completed", "past", {"Give feedback"}, ""),
        ("follow_up", "past", set(), ""),
        ("canceled", "past", set(), ""),
    ],
)
def test_each_status_has_its_section_and_its_actions(client_for, tenant, customer, status, section, actions, reason):  # noqa: PLR0917 - one case a line
    with tenant_scope(tenant):
        visit(customer, status=status)
    client = client_for(customer.user, tenant)
    assert parts_of(client) == {
        each: ["Boiler service"] if each == section else [] for each in ("active", "upcoming", "past")
    }
    page = client.get("/?tab=past" if section == "past" else "/").text
    assert buttons(page) - {"View live map"} == {"Details", *actions}
    assert ('class="denied' in page) == bool(reason)
    assert reason in page


def test_of_several_on_the_way_the_one_expected_first_is_active(client_for, tenant, customer):
    with tenant_scope(tenant):
        visit(customer, "Planned first", hours=1, status=BookingStatus.TRAVELING)
        late = visit(customer, "Expected last", hours=2, status=BookingStatus.TRAVELING)
        soon = visit(customer, "Expected first", hours=3, status=BookingStatus.TRAVELING)
        Booking.objects.filter(pk=late.pk).update(estimated_arrival_at=clock.now() + 5 * HOUR)
        Booking.objects.filter(pk=soon.pk).update(estimated_arrival_at=clock.now() + HOUR / 2)
    client = client_for(customer.user, tenant)
    parts = parts_of(client)
    assert parts["active"] == ["Expected first"]
    assert parts["upcoming"] == ["Planned first", "Expected last"]


def test_of_two_expected_at_once_it_is_always_the_same(client_for, tenant, customer):
    moment = clock.now().replace(microsecond=0) + HOUR
    with tenant_scope(tenant):
        rows = [visit(customer, f"Visit {each}", hours=each, status=BookingStatus.TRAVELING) for each in (1, 2)]
        Booking.objects.update(estimated_arrival_at=moment)
    first = min(rows, key=lambda each: each.pk)
    assert parts_of(client_for(customer.user, tenant))["active"] == [first.incident_type.display_name]


@pytest.mark.parametrize(("status", "path"), [("scheduled", "/"), ("completed", "/?tab=past")])
def test_who_only_reads_is_told_so(client_for, tenant, customer, status, path):
    with tenant_scope(tenant):
        visit(customer, status=status)
        reviewer = make_reviewer(account=customer.account)
    page = client_for(reviewer.user, tenant).get(path).text
    assert buttons(page) == {"Details"}
    assert 'class="denied' in page


def test_too_late_to_change_says_why(client_for, tenant, customer):
    with tenant_scope(tenant):
        visit(customer, hours=1)
    page = client_for(customer.user, tenant).get("/").text
    assert buttons(page) == {"Details"}
    assert "It is too late to change this visit online." in page
