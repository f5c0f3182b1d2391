"""Many clients, one slot: one winner, no deadlock, no 500, and the losers are offered the next times (SCH-3, SECURITY B-1, B-2)."""

import datetime as dt
import threading
from collections import Counter
from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError

from portal.kit import clock
from portal.tenancy.scope import named_scope, tenant_scope
from scheduling.domain.booking import Claim, Slot, book_visit, hold_slot
from scheduling.domain.changing import Change, change_visit
from scheduling.domain.rules import VisitRequest
from scheduling.enums import BookingStatus
from scheduling.errors import SlotTaken
from scheduling.forms import slot_text
from scheduling.models import Booking
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings

CLIENTS = 30
RELATED = ("account", "incident_type", "place", "work_order__asset")

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def race(committed):
    with tenant_scope(committed):
        make_settings(notice_minutes=0)
        contacts = [make_approver() for _ in range(CLIENTS)]
        for contact in contacts:
            contact.account.place = make_place(latitude=40.75, longitude=-73.99)
            contact.account.save()
        service = make_incident_type(duration_minutes=60)
        resource = make_resource(start_place=make_place(latitude=40.76, longitude=-73.99))
    day = clock.now().astimezone(committed.zone).date() + dt.timedelta(days=3)
    slot = Slot(dt.datetime.combine(day, dt.time(11), committed.zone).astimezone(dt.UTC))
    return committed, contacts, service, resource, slot


def run_all(targets):
    """Run them at once; what each returned or raised."""
    barrier, results = threading.Barrier(len(targets)), []

    def run(target):
        barrier.wait()
        try:
            results.append(target())
        except Exception as error:  # noqa: BLE001  the test looks at what came
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(target,)) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def overlaps() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM scheduling_booking a JOIN scheduling_booking b ON a.id < b.id"
            " AND a.resource_id = b.resource_id AND a.status <> 'canceled' AND b.status <> 'canceled'"
            " AND tstzrange(a.leaves_at, a.ends_at) && tstzrange(b.leaves_at, b.ends_at)"
        )
        return cursor.fetchone()[0]


def deadlocks() -> int:
    """How many PostgreSQL has broken up in this database; a connection tells its own when it is closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_one_slot_has_one_winner_over_http(race, client_for):
    tenant, contacts, service, _resource, slot = race

    def post(contact):
        def send():
            client = client_for(contact.user, tenant)
            data = {
                "site": str(contact.account_id),
                "service": str(service.pk),
                "slot": slot_text(slot),
                "comments": f"words of {contact.pk}",
                "request_key": str(uuid4()),
            }
            response = client.post("/appointments/book/", data)
            return response.status_code, response.content.decode(), contact

        return send

    results = run_all([post(contact) for contact in contacts])

    assert Counter(result[0] for result in results) == {302: 1, 409: CLIENTS - 1}
    for status, body, contact in results:
        if status == 409:
            assert f"words of {contact.pk}" in body
            assert 'name="slot"' in body
    with tenant_scope(tenant):
        assert Booking.objects.count() == 1
        assert overlaps() == 0


def test_holds_and_bookings_race_without_overlap_or_deadlock(race):
    tenant, contacts, service, resource, slot = race
    with tenant_scope(tenant):
        make_resource(start_place=resource.start_place)

    def act(contact, number):
        def run():
            with tenant_scope(tenant):
                visit = VisitRequest(contact.account, service, contact.account.place)
                at = Slot(slot.starts + dt.timedelta(minutes=30 * (number % 5)))
                verb = hold_slot if number % 3 == 0 else book_visit
                return verb(visit, at, Claim(contact=contact, request_key=uuid4()))

        return run

    results = run_all([act(contact, number) for number, contact in enumerate(contacts)])

    assert {type(result) for result in results} <= {Booking, SlotTaken}
    with tenant_scope(tenant):
        assert Booking.objects.count() == sum(isinstance(result, Booking) for result in results) > 1
        assert overlaps() == 0


def test_the_same_form_sent_many_times_at_once_books_once(race):
    tenant, contacts, service, _resource, slot = race
    [contact, *_others], key = contacts, uuid4()

    def send():
        with tenant_scope(tenant):
            visit = VisitRequest(contact.account, service, contact.account.place)
            return book_visit(visit, slot, Claim(contact=contact, request_key=key)).pk

    results = run_all([send] * 12)
    assert len(set(results)) == 1
    with tenant_scope(tenant):
        assert Booking.objects.filter(status=BookingStatus.SCHEDULED).count() == 1


def test_the_database_has_the_last_word(in_tenant):
    resource, at = make_resource(), clock.now() + dt.timedelta(days=2)
    make_booking(resource=resource, starts_at=at)
    with pytest.raises(IntegrityError, match="booking_no_overlap"), transaction.atomic():
        make_booking(resource=resource, starts_at=at + dt.timedelta(minutes=59))
    make_booking(resource=resource, starts_at=at + dt.timedelta(minutes=60))
    make_booking(resource=resource, starts_at=at, status=BookingStatus.CANCELED)


def test_moves_that_cross_neither_overlap_nor_wait_in_circles(race):
    """Visits of two technicians change places, again and again, at the same time."""
    tenant, contacts, service, _resource, slot = race
    with tenant_scope(tenant):
        make_resource(start_place=make_place(latitude=40.74, longitude=-73.99))
        place = make_place(latitude=40.75, longitude=-73.99)
    hours = [Slot(slot.starts + dt.timedelta(hours=each)) for each in (-2, 0, 2, 4)]
    booked = []
    for contact, hour in zip(contacts, hours + hours[:2], strict=False):
        with named_scope(tenant):
            booked.append(book_visit(VisitRequest(contact.account, service, place), hour, Claim(contact)))

    def moving(number, booking):
        def run():
            with named_scope(tenant):
                for step in range(1, 6):
                    with tenant_scope(tenant):
                        row = Booking.objects.select_related(*RELATED).get(pk=booking.pk)
                    with suppress(SlotTaken):
                        change_visit(row, hours[(number + step) % len(hours)], Change(row.sequence))
            return "done"

        return run

    before = deadlocks()
    results = run_all([moving(number, booking) for number, booking in enumerate(booked)])
    assert results == ["done"] * len(booked)
    assert (overlaps(), deadlocks()) == (0, before)
    with tenant_scope(tenant):
        assert Booking.objects.count() == len(booked)
