"""A work order that is canceled frees its visits, or stays as it is (DYNAMICS 3.1)."""

import datetime as dt

import pytest

from fieldservice.domain.work_order_steps import cancel
from fieldservice.enums import WorkOrderStatus
from fieldservice.models import WorkOrder
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.kit.errors import DomainError
from scheduling import receivers
from scheduling.enums import BookingStatus
from scheduling.models import Booking
from tests.factories.accounts import make_account
from tests.factories.fieldservice import make_work_order
from tests.factories.scheduling import make_booking, make_resource

pytestmark = pytest.mark.usefixtures("in_tenant")
FREED = ("scheduled", "traveling")
AT_WORK = ("in_progress", "on_break")
TOMORROW = clock.now().replace(microsecond=0) + dt.timedelta(days=1)


@pytest.fixture
def work_order():
    return make_work_order(account=make_account(), system_status=WorkOrderStatus.SCHEDULED)


def book(work_order, status="scheduled", **fields):
    return make_booking(work_order=work_order, status=status, **fields)


@pytest.mark.parametrize("status", [each for each in BookingStatus.values if each != "held"])
def test_every_status_of_a_visit(work_order, status):
    visit = book(work_order, status)
    if status in AT_WORK:
        with pytest.raises(DomainError, match="at work"):
            cancel(work_order, reason="Sold the house")
        assert WorkOrder.objects.get().system_status == WorkOrderStatus.SCHEDULED
    else:
        cancel(work_order, reason="Sold the house")
        assert WorkOrder.objects.get().system_status == WorkOrderStatus.CANCELED
    visit.refresh_from_db()
    assert (visit.status, visit.sequence) == (("canceled", 1) if status in FREED else (status, 0))


def test_all_visits_go_or_none(work_order):
    first = book(work_order)
    book(work_order, "in_progress")
    with pytest.raises(DomainError):
        cancel(work_order, reason="No")
    first.refresh_from_db()
    assert first.status == BookingStatus.SCHEDULED
    assert not AuditEntry.objects.filter(action="booking.cancel").exists()


def test_other_work_orders_keep_theirs(work_order):
    other = book(make_work_order())
    book(work_order)
    cancel(work_order, reason="No")
    other.refresh_from_db()
    assert other.status == BookingStatus.SCHEDULED


def test_the_time_is_free_again(work_order):
    resource = make_resource()
    visit = book(work_order, resource=resource, starts_at=TOMORROW)
    cancel(work_order, reason="No")
    again = book(make_work_order(), resource=resource, starts_at=TOMORROW)
    assert (again.arrives_at, again.resource) == (visit.arrives_at, visit.resource)


def test_the_next_visit_comes_from_elsewhere(work_order):
    """Its way no longer begins at the visit that is gone."""
    resource = make_resource()
    book(work_order, resource=resource, starts_at=TOMORROW)
    following = book(
        make_work_order(), resource=resource, starts_at=TOMORROW + dt.timedelta(hours=2), travel_minutes=50
    )
    cancel(work_order, reason="No")
    following.refresh_from_db()
    assert following.arrives_at == TOMORROW + dt.timedelta(hours=2)


def test_it_is_audited(work_order):
    visit = book(work_order)
    cancel(work_order, reason="No")
    entry = AuditEntry.objects.get(action="booking.cancel", object_id=visit.pk)
    assert (entry.before, entry.after["work_order"]) == ({"status": "scheduled"}, work_order.number)


def test_what_fails_above_cancels_nothing(work_order, monkeypatch):
    visit = book(work_order)

    def fail(*_args, **_kwargs):
        Booking.objects.filter(pk=visit.pk).update(status=BookingStatus.CANCELED)
        raise RuntimeError("the resource's calendar broke")

    monkeypatch.setattr(receivers, "free_visits", fail)
    with pytest.raises(RuntimeError):
        cancel(work_order, reason="No")
    assert WorkOrder.objects.get().system_status == WorkOrderStatus.SCHEDULED
    visit.refresh_from_db()
    assert visit.status == BookingStatus.SCHEDULED
