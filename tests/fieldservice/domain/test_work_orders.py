"""Creating work orders and moving their status."""

import pytest

from fieldservice.domain.work_orders import change_status, create_work_order, follow_bookings
from fieldservice.enums import TRANSITIONS, WorkOrderStatus
from fieldservice.models import Asset, IncidentType, SubStatus, WorkOrder, WorkOrderType
from portal.accounts.models import Account
from portal.audit.models import AuditEntry
from portal.geo.models import Place
from portal.kit.errors import DomainError

STEPS = [(before, after) for before in WorkOrderStatus for after in WorkOrderStatus]


@pytest.fixture
def incident_type(in_tenant):
    kind = WorkOrderType.objects.create(name="Repair")
    return IncidentType.objects.create(name="No heat", display_name="No heat or hot water", work_order_type=kind)


@pytest.fixture
def place(in_tenant):
    return Place.objects.create(line1="21 Oak St", country="US")


@pytest.fixture
def account(in_tenant):
    return Account.objects.create(number="A1", name="Linden Park")


@pytest.fixture
def work_order(account, incident_type, place):
    return create_work_order(account, incident_type=incident_type, place=place)


def test_numbers_follow_each_other(account, incident_type, place):
    numbers = [create_work_order(account, incident_type=incident_type, place=place).number for _time in range(3)]
    assert numbers == ["WO-1001", "WO-1002", "WO-1003"]


def test_the_service_gives_the_summary_and_nothing_is_exposed(work_order):
    assert (work_order.summary, work_order.is_exposed) == ("No heat or hot water", False)
    assert AuditEntry.objects.get(action="work_order.create").object_id == work_order.pk


def test_an_asset_of_another_account_is_refused(account, incident_type, place):
    other = Account.objects.create(number="A2", name="Cedar Row")
    asset = Asset.objects.create(account=other, name="Boiler", serial_number="1")
    with pytest.raises(DomainError, match="another account"):
        create_work_order(account, incident_type=incident_type, place=place, asset=asset)


def test_an_account_that_left_is_refused(account, incident_type, place):
    account.is_active = False
    with pytest.raises(DomainError, match="no longer served"):
        create_work_order(account, incident_type=incident_type, place=place)


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_every_step_is_allowed_or_refused_by_the_table(work_order, before, after):
    WorkOrder.objects.filter(pk=work_order.pk).update(system_status=before)
    if after == before or after in TRANSITIONS[before]:
        assert change_status(work_order, after).system_status == after
    else:
        with pytest.raises(DomainError, match="cannot become"):
            change_status(work_order, after)
        assert WorkOrder.objects.get().system_status == before


def test_completing_is_timed_and_reopening_forgets_it(work_order):
    change_status(work_order, WorkOrderStatus.COMPLETED)
    assert work_order.completed_at is not None
    change_status(work_order, WorkOrderStatus.UNSCHEDULED)
    assert work_order.completed_at is None


def test_a_status_brings_its_default_sub_status(work_order):
    default = SubStatus.objects.create(system_status="scheduled", name="Confirmed", is_default=True)
    SubStatus.objects.create(system_status="scheduled", name="Waiting for parts")
    assert change_status(work_order, WorkOrderStatus.SCHEDULED).sub_status == default


def test_a_repeated_step_is_audited_once(work_order):
    change_status(work_order, WorkOrderStatus.SCHEDULED)
    change_status(work_order, WorkOrderStatus.SCHEDULED)
    assert AuditEntry.objects.filter(action="work_order.status").count() == 1


def test_bookings_lead_and_people_have_the_last_word(work_order):
    assert follow_bookings(work_order, ["scheduled"]).system_status == WorkOrderStatus.SCHEDULED
    assert follow_bookings(work_order, ["completed", "canceled"]).system_status == WorkOrderStatus.COMPLETED
    change_status(work_order, WorkOrderStatus.POSTED)
    assert follow_bookings(work_order, ["scheduled"]).system_status == WorkOrderStatus.POSTED
