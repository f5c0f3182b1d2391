"""What work orders, adjustments and transfers do to the stock of the warehouses (FS-4, DYNAMICS 7.5)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fieldservice.domain.lines import add_product, change_line, remove_line, use_line
from fieldservice.domain.stock import BeyondStock, match_level
from fieldservice.domain.stock_documents import StockItem, create_adjustment, create_transfer, post_document
from fieldservice.domain.work_order_steps import cancel, complete, post, reopen
from fieldservice.enums import LineStatus, PostStatus, WorkOrderStatus
from fieldservice.models import FieldServiceSettings, InventoryJournal, ProductInventory
from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_work_order
from tests.factories.stock import (
    level_now,
    make_adjustment,
    make_level,
    make_part,
    make_transfer,
    make_warehouse,
    restrict,
)

pytestmark = pytest.mark.usefixtures("in_tenant")


def check_now():
    """What COMMIT would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def van():
    return make_warehouse(name="Van 3", driver="Ada Byron")


@pytest.fixture
def valve():
    return make_part(name="Valve")


@pytest.fixture
def ten(van, valve):
    """Ten valves in the van."""
    return make_level(van, valve, 10)


@pytest.fixture
def work_order():
    return make_work_order()


def planned(work_order, valve, van, quantity=4, **fields):
    return add_product(work_order, valve, warehouse=van, estimate_quantity=Decimal(quantity), **fields)


def test_an_estimate_takes_nothing_until_it_is_allocated(ten, van, valve, work_order):
    line = planned(work_order, valve, van)
    assert level_now(van, valve) == (10, 0, 0, 10)

    change_line(line, is_allocated=True)
    assert level_now(van, valve) == (10, 0, 4, 6)

    change_line(line, estimate_quantity=Decimal(6))
    assert level_now(van, valve) == (10, 0, 6, 4)

    change_line(line, is_allocated=False)
    assert level_now(van, valve) == (10, 0, 0, 10)
    check_now()


def test_use_lowers_and_the_reservation_goes(ten, van, valve, work_order):
    line = planned(work_order, valve, van, is_allocated=True)
    use_line(line, Decimal(3))
    assert level_now(van, valve) == (7, 0, 0, 7)

    change_line(line, quantity=Decimal(5))
    assert level_now(van, valve) == (5, 0, 0, 5)

    change_line(line, status=LineStatus.ESTIMATED)
    assert level_now(van, valve) == (10, 0, 4, 6)
    check_now()


def test_what_is_removed_comes_back(ten, van, valve, work_order):
    used = use_line(planned(work_order, valve, van), Decimal(3))
    reserved = planned(work_order, valve, van, is_allocated=True)
    assert level_now(van, valve) == (7, 0, 4, 3)

    remove_line(used)
    remove_line(reserved)

    assert level_now(van, valve) == (10, 0, 0, 10)
    assert InventoryJournal.objects.filter(source_key=used.pk).count() == 2
    check_now()


def test_another_warehouse_takes_over(ten, van, valve, work_order):
    store = make_level(make_warehouse(), valve, 5).warehouse
    line = use_line(planned(work_order, valve, van), Decimal(3))

    change_line(line, warehouse=store)

    assert (level_now(van, valve)[0], level_now(store, valve)[0]) == (10, 2)
    check_now()


def test_the_journal_says_what_it_was_for(ten, van, valve, work_order):
    use_line(planned(work_order, valve, van), Decimal(3))
    entry = InventoryJournal.objects.get(reason="work_order")
    assert (entry.kind, entry.quantity, entry.source, entry.work_order) == (
        "on_hand",
        -3,
        work_order.number,
        work_order,
    )
    assert str(entry) == "Valve: -3"


@pytest.mark.parametrize("close", ["cancel", "post"])
def test_a_closed_work_order_reserves_nothing(ten, van, valve, work_order, close):
    line = planned(work_order, valve, van, is_allocated=True)
    use_line(planned(work_order, valve, van), Decimal(1))
    if close == "cancel":
        cancel(work_order, reason="Wrong house")
    else:
        post(complete(work_order))

    assert level_now(van, valve) == (9, 0, 0, 9)
    line.refresh_from_db()
    assert line.is_allocated is False
    check_now()
    if close == "cancel":
        reopen(work_order)
        change_line(line, is_allocated=True)
        assert level_now(van, valve) == (9, 0, 4, 5)


def test_nothing_is_taken_without_a_warehouse(valve, work_order):
    use_line(add_product(work_order, valve, estimate_quantity=Decimal(2)))
    use_line(add_product(work_order, make_product(), estimate_quantity=Decimal(2)))
    assert not InventoryJournal.objects.exists()
    with pytest.raises(DomainError, match="in which warehouse"):
        add_product(work_order, valve, is_allocated=True)


def test_the_standard_warehouse_serves_whoever_names_none(ten, van, valve, work_order):
    FieldServiceSettings.objects.create(warehouse=van)
    line = add_product(work_order, valve, estimate_quantity=Decimal(2))
    assert line.warehouse is None

    use_line(line)
    assert (line.warehouse, level_now(van, valve)[0]) == (van, 8)

    change_line(line, warehouse=None)
    change_line(line, description="From the customer's cellar")
    assert (line.warehouse, level_now(van, valve)[0]) == (None, 10)
    assert use_line(add_product(work_order, make_product(), estimate_quantity=Decimal(2))).warehouse is None


def test_only_inventory_products_lie_in_warehouses_that_are_used(van, work_order):
    with pytest.raises(DomainError, match="no inventory product"):
        add_product(work_order, make_product(), warehouse=van)
    with pytest.raises(DomainError, match="no longer used"):
        add_product(work_order, make_part(), warehouse=make_warehouse(is_active=False))


def test_a_line_without_stock_asks_for_none(ten, valve, work_order):
    with CaptureQueriesContext(connection) as asked:
        line = add_product(work_order, make_product(), estimate_quantity=Decimal(2))
        use_line(line)
        remove_line(line)
    tables = ("fieldservice_warehouse", "fieldservice_inventoryjournal", "fieldservice_productinventory")
    assert not [each["sql"] for each in asked if any(table in each["sql"] for table in tables)]


def test_who_takes_more_than_there_is_confirms_it(ten, van, valve, work_order):
    line = planned(work_order, valve, van, quantity=12)
    with pytest.raises(BeyondStock, match="Van 3 has 10 of “Valve” available") as refused:
        use_line(line)
    assert refused.value.may_confirm
    assert level_now(van, valve) == (10, 0, 0, 10)

    use_line(line, is_confirmed=True)

    assert level_now(van, valve) == (-2, 0, 0, -2)
    change_line(line, quantity=Decimal(11))
    assert level_now(van, valve)[0] == -1


def test_where_it_is_restricted_nobody_confirms(ten, van, valve, work_order):
    restrict()
    with pytest.raises(BeyondStock) as refused:
        use_line(planned(work_order, valve, van, quantity=12), is_confirmed=True)
    assert not refused.value.may_confirm


def test_what_is_reserved_for_one_is_not_there_for_others(ten, van, valve, work_order):
    restrict()
    reserved = planned(work_order, valve, van, quantity=8, is_allocated=True)
    with pytest.raises(BeyondStock, match="has 2"):
        planned(make_work_order(), valve, van, quantity=3, is_allocated=True)
    with pytest.raises(BeyondStock, match="has 2"):
        use_line(planned(make_work_order(), valve, van, quantity=3))
    use_line(reserved)
    assert level_now(van, valve) == (2, 0, 0, 2)


def test_an_adjustment_moves_when_it_is_posted_and_only_once(ten, van, valve):
    adjustment = make_adjustment(van, valve, -3)
    assert (adjustment.number, adjustment.status, level_now(van, valve)[0]) == ("ADJ-1001", PostStatus.CREATED, 10)

    post_document(adjustment)
    post_document(adjustment)

    assert (adjustment.status, level_now(van, valve)) == (PostStatus.POSTED, (7, 0, 0, 7))
    assert AuditEntry.objects.filter(action="inventoryadjustment.post").count() == 1
    check_now()


def test_a_transfer_takes_here_and_gives_there(ten, van, valve):
    store = make_warehouse()
    transfer = make_transfer(van, store, valve, 4)
    post_document(transfer)
    assert (transfer.number, level_now(van, valve)[0], level_now(store, valve)[0]) == ("TRF-1001", 6, 4)
    check_now()
    with pytest.raises(BeyondStock):
        post_document(make_transfer(van, store, valve, 7))
    post_document(make_transfer(van, store, valve, 7), is_confirmed=True)
    assert (level_now(van, valve)[0], level_now(store, valve)[0]) == (-1, 11)


def test_documents_refuse_what_moves_nothing(van, valve):
    with pytest.raises(DomainError, match="another warehouse"):
        create_transfer(van, van)
    with pytest.raises(DomainError, match="above 0"):
        make_transfer(product=valve, quantity=-1)
    with pytest.raises(DomainError, match="not 0"):
        make_adjustment(product=valve, quantity=0)
    with pytest.raises(DomainError, match="no inventory product"):
        create_adjustment(van, [StockItem(make_product(), Decimal(1))])
    with pytest.raises(DomainError, match="no longer used"):
        create_adjustment(make_warehouse(is_active=False))
    with pytest.raises(DomainError, match="Add the products first"):
        post_document(create_adjustment(van))


def test_a_level_is_matched_to_what_another_system_says(ten, van, valve):
    match_level(van, valve, on_hand=Decimal(7), on_order=Decimal(5))
    assert level_now(van, valve) == (7, 5, 0, 7)
    match_level(van, valve, on_hand=Decimal(7))
    booked = InventoryJournal.objects.filter(reason="external").order_by("kind").values_list("kind", "quantity")
    assert list(booked) == [("on_hand", -3), ("on_order", 5)]
    assert AuditEntry.objects.filter(action="product_inventory.match").count() == 2
    match_level(make_warehouse(), valve, on_hand=Decimal(0))
    assert ProductInventory.objects.count() == 2


def test_the_state_of_a_work_order_does_not_matter_to_the_journal(ten, van, valve, work_order):
    use_line(planned(work_order, valve, van), Decimal(2))
    complete(work_order)
    assert work_order.system_status == WorkOrderStatus.COMPLETED
    assert level_now(van, valve)[0] == 8
