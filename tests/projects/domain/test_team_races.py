"""Many at once on one resource: one project gets its time, and never a project and a visit the same (PSA-5, SCH-3)."""

import datetime as dt
from collections import Counter
from uuid import uuid4

import pytest
from django.db import connection

from portal.kit import clock
from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope
from projects.domain.projects import close
from projects.domain.team import book, change_booking
from projects.enums import TeamBookingStatus
from projects.models import TeamBooking, TeamMember
from scheduling.domain.booking import Claim, Slot, book_visit
from scheduling.domain.rules import VisitRequest
from scheduling.models import Booking, Reservation
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type
from tests.factories.geo import make_place
from tests.factories.projects import make_member, make_project, make_team_booking
from tests.factories.scheduling import make_resource, make_settings
from tests.fieldservice.domain.test_invoice_races import at_once

CLIENTS = 12
DAY = dt.timedelta(days=1)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def days(tenant):
    first = clock.now().astimezone(tenant.zone).date() + 3 * DAY
    return {"starts_date": first, "ends_date": first + 2 * DAY, "status": TeamBookingStatus.HARD}


def overlaps() -> int:
    """Visits that lie in reserved time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM scheduling_booking b JOIN scheduling_reservation r ON r.resource_id = b.resource_id"
            " WHERE b.status <> 'canceled' AND tstzrange(b.leaves_at, b.ends_at) && tstzrange(r.starts_at, r.ends_at)"
        )
        return cursor.fetchone()[0]


def test_one_of_many_projects_gets_the_resource(committed):
    with tenant_scope(committed):
        resource = make_resource()
        members = [make_member(resource=resource) for _ in range(CLIENTS)]

    results = at_once(committed, *(lambda each=each: book(each, **days(committed)) for each in members))

    assert Counter(type(each) for each in results) == {TeamBooking: 1, DomainError: CLIENTS - 1}
    with tenant_scope(committed):
        assert TeamMember.objects.filter(booked_minutes=1440).count() == 1
        assert Reservation.objects.count() == 3


def test_the_same_form_sent_many_times_books_once(committed):
    with tenant_scope(committed):
        member = make_member()

    results = at_once(committed, *(lambda: book(member, **days(committed)) for _ in range(CLIENTS)))

    assert len({each.pk for each in results}) == 1
    with tenant_scope(committed):
        assert TeamMember.objects.get().booked_minutes == 1440


def test_canceled_while_the_project_is_closed(committed):
    with tenant_scope(committed):
        booking = make_team_booking(make_member(make_project()))
        project = booking.member.project

    results = at_once(
        committed,
        lambda: change_booking(booking, TeamBookingStatus.CANCELED),
        lambda: close(project),
        lambda: change_booking(TeamBooking.objects.get(pk=booking.pk), TeamBookingStatus.CANCELED),
    )

    assert not any(isinstance(each, DomainError) for each in results)
    with tenant_scope(committed):
        assert TeamBooking.objects.get().status == TeamBookingStatus.CANCELED
        assert (TeamMember.objects.get().booked_minutes, Reservation.objects.count()) == (0, 0)


@pytest.mark.parametrize("turn", range(3))
def test_a_visit_and_a_project_never_get_the_same_time(committed, turn):
    with tenant_scope(committed):
        make_settings(notice_minutes=0)
        resource = make_resource(start_place=make_place(latitude=40.76, longitude=-73.99))
        contacts = [make_approver() for _ in range(4)]
        service, place = make_incident_type(duration_minutes=60), make_place(latitude=40.75, longitude=-73.99)
        members = [make_member(resource=resource) for _ in range(4)]
    span = days(committed)
    start = dt.datetime.combine(span["starts_date"] + DAY, dt.time(11), committed.zone).astimezone(dt.UTC)

    def visit(contact):
        request = VisitRequest(account=contact.account, incident_type=service, place=place)
        return book_visit(request, Slot(start), Claim(contact=contact, request_key=uuid4()))

    results = at_once(
        committed,
        *(lambda each=each: visit(each) for each in contacts),
        *(lambda each=each: book(each, **span) for each in members),
    )

    won = Counter(type(each) for each in results if not isinstance(each, DomainError))
    assert sum(won.values()) == 1, "one of them gets the time"
    with tenant_scope(committed):
        assert overlaps() == 0
        assert Booking.objects.count() == won[Booking]
