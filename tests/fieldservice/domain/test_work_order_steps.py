"""What follows from the status of a work order: assets, invoice, signature, reasons (FS-4, DYNAMICS 3.3)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from fieldservice.domain import work_orders
from fieldservice.domain.signatures import sign_work_order
from fieldservice.domain.work_order_steps import cancel, complete, post, reopen
from fieldservice.domain.work_orders import change_status, follow_bookings
from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import Asset, Invoice, WorkOrder, WorkOrderProduct, WorkOrderSignature
from portal.audit.models import AuditEntry
from portal.kit.errors import Conflict, DomainError
from portal.timeline.models import Entry
from portal.timeline.registry import event_of
from tests.factories.accounts import make_contact
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_asset, make_product_line, make_service_line, make_work_order

pytestmark = pytest.mark.usefixtures("in_tenant")
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def done():
    """A completed work order for an asset."""
    asset = make_asset()
    work_order = make_work_order(asset=asset, account=asset.account)
    complete(work_order)
    return work_order


def test_posting_is_timed_keeps_the_completion_and_drafts_the_invoice(done):
    make_service_line(done)
    with time_machine.travel(NOON, tick=False):
        post(done)
    kept = WorkOrder.objects.get(pk=done.pk)
    assert (kept.system_status, kept.posted_at) == (WorkOrderStatus.POSTED, NOON)
    assert kept.completed_at == done.completed_at is not None
    invoice = Invoice.objects.get(work_order=done)
    assert (invoice.net, invoice.status) == (20, "draft")
    post(done)
    assert Invoice.objects.count() == 1


def test_what_was_put_in_becomes_one_asset_a_line(done):
    product = make_product(name="Pump", becomes_asset=True)
    line = make_product_line(done, product=product, quantity=2, becomes_asset=True, asset=done.asset)
    make_product_line(done, becomes_asset=False)
    make_product_line(done, status=LineStatus.ESTIMATED, becomes_asset=True)
    make_product_line(done, quantity=0, becomes_asset=True)
    with time_machine.travel(NOON, tick=False):
        post(done)
    made = Asset.objects.exclude(pk=done.asset_id).get()
    assert (made.name, made.product, made.account, made.parent) == ("Pump", product, done.account, done.asset)
    assert (made.location, made.master, made.is_exposed) == (done.asset.location, done.asset, False)
    assert made.installed_date == done.completed_at.astimezone(done.place.zone).date()
    line.refresh_from_db()
    assert line.made_asset == made
    assert AuditEntry.objects.filter(action="asset.create", object_id=made.pk).exists()


def test_a_failing_invoice_posts_nothing(done, monkeypatch):
    make_product_line(done, becomes_asset=True)

    def fail(*_args, **_kwargs):
        raise DomainError("No numbers left.")

    monkeypatch.setattr(work_orders, "invoice_work_order", fail)
    with pytest.raises(DomainError, match="No numbers"):
        post(done)
    assert WorkOrder.objects.get(pk=done.pk).system_status == WorkOrderStatus.COMPLETED
    assert Asset.objects.count() == 1
    assert WorkOrderProduct.objects.get().made_asset is None


def test_only_what_is_completed_is_posted():
    with pytest.raises(DomainError, match="cannot become"):
        post(make_work_order())


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_canceling_needs_a_reason(reason):
    with pytest.raises(DomainError) as refused:
        cancel(make_work_order(), reason=reason)
    assert refused.value.field == "reason"
    assert WorkOrder.objects.get().system_status == WorkOrderStatus.UNSCHEDULED


def test_a_reason_is_kept_and_forgotten_on_reopening():
    work_order = make_work_order()
    cancel(work_order, reason=" Booked \n twice ")
    assert WorkOrder.objects.get().cancel_reason == "Booked twice"
    assert AuditEntry.objects.get(action="work_order.status").after == {"status": "canceled", "reason": "Booked twice"}
    reopen(work_order)
    kept = WorkOrder.objects.get()
    assert (kept.system_status, kept.cancel_reason) == (WorkOrderStatus.UNSCHEDULED, "")


@pytest.mark.parametrize("status", list(WorkOrderStatus))
def test_only_what_is_completed_or_canceled_is_reopened(status):
    work_order = make_work_order(system_status=status)
    if status in {"completed", "canceled"}:
        assert reopen(work_order).system_status == WorkOrderStatus.UNSCHEDULED
    else:
        with pytest.raises(DomainError, match="reopened"):
            reopen(work_order)


@pytest.mark.parametrize(
    ("visits", "has_arrived"),
    [
        (["scheduled"], False),
        (["traveling"], False),
        (["canceled"], False),
        (["in_progress"], True),
        (["on_break"], True),
        (["completed"], True),
        (["follow_up", "scheduled"], True),
    ],
)
def test_the_first_arrival_is_kept(visits, has_arrived):
    work_order = make_work_order()
    with time_machine.travel(NOON, tick=False):
        follow_bookings(work_order, visits)
    with time_machine.travel(NOON + dt.timedelta(hours=1), tick=False):
        follow_bookings(work_order, visits)
    expected = NOON if has_arrived else None
    assert WorkOrder.objects.get().first_arrived_at == work_order.first_arrived_at == expected


def test_a_signature_is_a_name_and_a_time_once(done):
    contact = make_contact(account=done.account)
    with time_machine.travel(NOON, tick=False):
        sign_work_order(done, contact, name="  Ada   Byron ", by=contact.user)
    kept = WorkOrderSignature.objects.get()
    assert (kept.name, kept.contact, kept.signed_at, kept.work_order) == ("Ada Byron", contact, NOON, done)
    entry = AuditEntry.objects.get(action="work_order.sign")
    assert (entry.actor, entry.after["name"], entry.object_id) == (contact.user, "Ada Byron", done.pk)
    with pytest.raises(Conflict, match="signed already"):
        sign_work_order(done, contact, name="Another")
    post(done)
    assert WorkOrderSignature.objects.get().name == "Ada Byron"


def test_a_signature_needs_a_name(done):
    with pytest.raises(DomainError) as refused:
        sign_work_order(done, make_contact(), name=" ")
    assert refused.value.field == "name"


@pytest.mark.parametrize("status", [each for each in WorkOrderStatus if each not in {"completed", "posted"}])
def test_what_is_not_done_is_not_signed(status):
    with pytest.raises(Conflict, match="not completed"):
        sign_work_order(make_work_order(system_status=status), make_contact(), name="Ada")


def test_reopened_work_is_signed_anew(done):
    contact = make_contact(account=done.account)
    sign_work_order(done, contact, name="Ada")
    change_status(done, WorkOrderStatus.SCHEDULED)
    assert not WorkOrderSignature.objects.exists()
    assert AuditEntry.objects.get(action="work_order.unsign").before["name"] == "Ada"
    complete(done)
    sign_work_order(done, contact, name="Ada again")


def test_status_and_signature_are_told_on_the_timeline(done):
    contact = make_contact(account=done.account)
    sign_work_order(done, contact, name="Ada", by=contact.user)
    cancel(make_work_order(), reason="zz")
    told = Entry.objects.filter(object_id=done.pk).order_by("created_at")
    assert [(each.code, each.payload, each.contact) for each in told] == [
        ("work_order.status", {"to": "completed"}, None),
        ("work_order.signed", {"name": "Ada"}, contact),
    ]
    assert [event_of(each.code).text(each.payload) for each in told] == ["Status: Completed", "Signed by Ada"]
    assert not Entry.objects.filter(payload__reason="zz").exists()


def test_totals_of_the_invoice_are_those_of_the_lines(done):
    make_product_line(done, unit_price=Decimal("3.333"), quantity_to_bill=Decimal(3), tax_rate=Decimal(10))
    post(done)
    assert (Invoice.objects.get().net, Invoice.objects.get().tax) == (10, 1)
