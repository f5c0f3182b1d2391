"""The templates as they are shipped, against a real OData server with the other system's names and keys (INT-1)."""

from decimal import Decimal

import pytest

from fieldservice.domain.stock import Cause, Movement, book
from fieldservice.domain.stock_documents import post_document
from fieldservice.enums import InvoiceStatus, JournalKind, JournalReason, LineStatus, WorkOrderStatus
from fieldservice.models import Invoice, ProductInventory, WorkOrder, WorkOrderProduct, WorkOrderService
from integrations.domain.planning import preview
from integrations.domain.setting_up import follow, make_project
from integrations.domain.sides import both_sides, our_side
from integrations.enums import RowState, RunState
from integrations.models import IntegrationTask, SyncRow
from integrations.templates.base import OUT
from integrations.templates.known import TEMPLATES, template_named
from portal.accounts.models import Contact
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from tests.factories.accounts import make_contact
from tests.factories.catalog import make_price_list, make_product
from tests.factories.fieldservice import make_product_line, make_service_line, make_work_order
from tests.factories.integrations import make_connection
from tests.integrations.exchanged.makers import (
    make_adjustment,
    make_agreement_invoice,
    make_approved,
    make_stocked,
    make_transfer,
    make_warehouse,
)
from tests.integrations.running import counts, run_through

pytestmark = [pytest.mark.django_db, pytest.mark.erp]
OUTGOING = [each.name for each in TEMPLATES if all(task.direction == OUT for task in each.tasks)]


@pytest.fixture
def finance(in_tenant, erp):
    return make_connection(base_url=erp.url)


@pytest.fixture
def exchange(finance):
    """`exchange(name)`: the project of a template, in use; made once, run again each time."""
    made = {}

    def go(name: str):
        if name not in made:
            made[name] = make_project(template_named(name), connection=finance, name=name)
            made[name].is_active = True
            made[name].save()
            follow(made[name])
        return run_through(made[name])

    return go


@pytest.fixture
def there(erp):
    """What the other side says of a record."""

    def read(entity_set, **key):
        with erp.service() as service:
            found = service.get(entity_set, {"dataAreaId": "usmf", **key})
        return dict(found.values) if found else None

    return read


def external(**fields) -> Product:
    return make_product(is_externally_maintained=True, unit="ea", **fields)


def make_order(**fields) -> WorkOrder:
    """A scheduled one with a part that stock is kept for and an hour of service."""
    order = make_work_order(**{"system_status": WorkOrderStatus.SCHEDULED, **fields})
    make_product_line(
        order,
        product=external(kind=ProductKind.INVENTORY),
        status=LineStatus.ESTIMATED,
        quantity=0,
        quantity_to_bill=0,
        estimate_quantity=Decimal(5),
        unit_price=Decimal(20),
        position=1,
    )
    make_service_line(
        order,
        product=external(kind=ProductKind.SERVICE),
        status=LineStatus.ESTIMATED,
        minutes=0,
        minutes_to_bill=0,
        estimate_minutes=120,
        unit_price=Decimal(90),
        position=1,
    )
    return order


def make_one_of_everything() -> None:
    """A record for each template that sends."""
    make_product(kind=ProductKind.INVENTORY, unit="ea")
    order = make_order()
    make_contact("fs-customer-approver", account=order.account)
    person = make_contact("fs-customer-approver", account=order.account)
    Contact.objects.filter(pk=person.pk).update(is_active_customer=True)
    make_agreement_invoice()
    warehouse, product = make_warehouse(), make_stocked()
    cause = Cause(JournalReason.WORK_ORDER, order.number, order)
    kinds = (JournalKind.ON_HAND, JournalKind.ALLOCATED)
    book([Movement(warehouse.pk, product.pk, kind, Decimal(2)) for kind in kinds], cause)
    post_document(make_adjustment(), is_confirmed=True)
    post_document(make_transfer(), is_confirmed=True)
    make_approved()


def test_the_service_takes_a_record_of_every_template_once(exchange, erp):
    make_one_of_everything()
    found = {name: exchange(name) for name in OUTGOING}

    problems = list(
        SyncRow.objects.exclude(problem="")
        .exclude(state=RowState.SKIPPED)
        .values_list("task__name", "record_key", "problem")
    )
    assert problems == []
    assert {name for name, run in found.items() if run.state != RunState.COMPLETED} == set()
    assert {name for name, run in found.items() if not counts(run).get("inserted")} == set()
    empty = IntegrationTask.objects.exclude(rows__is_linked=True)
    assert list(empty.values_list("name", flat=True)) == []

    # And nothing is sent twice.
    before = len(erp.effects())

    again = [counts(exchange(name)) for name in OUTGOING]

    assert len(erp.effects()) == before
    assert [each for each in again if set(each) - {"unchanged", "skipped"}] == []


def test_a_work_order_lives_its_life_over_there(exchange, there):
    order = make_order(number="WO-77")
    exchange("accounts")
    exchange("work-orders")
    head = {"SalesOrderNumber": "WO-77"}
    part, service = ({**head, "LineCreationSequenceNumber": number} for number in (1, -1))
    assert there("D365SalesOrderHeaders", **head)["ExternalWorkOrderStatus"] == "Open-Scheduled"
    assert there("D365SalesOrderLines", **part)["OrderedSalesQuantity"] == 0
    assert there("D365SalesOrderLines", **service)["OrderedSalesQuantity"] == 2

    WorkOrderProduct.objects.filter(work_order=order).update(
        status=LineStatus.USED, quantity=Decimal(6), quantity_to_bill=Decimal(5), discount_percent=10
    )
    WorkOrderService.objects.filter(work_order=order).update(status=LineStatus.USED, minutes=90, minutes_to_bill=90)
    WorkOrder.objects.filter(pk=order.pk).update(system_status=WorkOrderStatus.COMPLETED)
    exchange("work-orders")
    sold = there("D365SalesOrderLines", **part)
    assert sold["OrderedSalesQuantity"] * sold["SalesPrice"] - sold["LineDiscountAmount"] == 90
    assert there("D365SalesOrderLines", **service)["OrderedSalesQuantity"] == Decimal("1.5")

    WorkOrder.objects.filter(pk=order.pk).update(system_status=WorkOrderStatus.CANCELED)
    WorkOrderService.objects.filter(work_order=order).delete()
    exchange("work-orders")
    assert there("D365SalesOrderHeaders", **head)["ExternalWorkOrderStatus"] == "Canceled"
    assert there("D365SalesOrderLines", **part)["OrderedSalesQuantity"] == 0
    assert there("D365SalesOrderLines", **service) is None


def test_an_order_waits_for_its_account_by_name(exchange):
    order = make_order()

    exchange("work-orders")
    waiting = SyncRow.objects.get(record_id=order.pk)
    assert (waiting.waits_table, waiting.waits_key) == ("accounts", order.account.number)
    exchange("accounts")
    exchange("work-orders")

    waiting.refresh_from_db()
    assert (waiting.is_linked, waiting.problem) == (True, "")


def test_an_order_with_a_product_of_our_own_is_not_sent(exchange, there):
    order = make_order(number="WO-78")
    make_product_line(order, product=make_product())
    exchange("accounts")

    exchange("work-orders")

    assert there("D365SalesOrderHeaders", SalesOrderNumber="WO-78") is None


def insert(erp, entity_set, **values):
    with erp.service() as service:
        service.insert(entity_set, {"dataAreaId": "usmf", **values})


def test_the_catalogue_comes_in_with_warehouses_and_levels(exchange, erp):
    make_price_list()
    product = {
        "ProductName": "Valve",
        "FieldServiceProductType": "inventory",
        "CurrencyCode": "USD",
        "SalesUnitSymbol": "ea",
    }
    insert(
        erp,
        "SellableReleasedProducts",
        ProductNumber="P-1",
        **product,
        SalesPrice=Decimal("12.5"),
        InventoryUnitSymbol="pcs",
    )
    insert(erp, "SellableReleasedProducts", ProductNumber="P-2", **{**product, "CurrencyCode": "EUR"})
    insert(erp, "Warehouses", WarehouseId="13", WarehouseName="Boston")
    insert(erp, "WarehousesOnHandV2", ItemNumber="P-1", InventoryWarehouseId="13", OnHandQuantity=Decimal(7))
    insert(erp, "VendorsV2", VendorAccountNumber="V-1", VendorOrganizationName="Parts Inc.", IsOnHold="No")

    runs = {
        name: exchange(name).state for name in ("products-in-with-unit", "warehouses", "inventory-levels", "vendors")
    }

    assert runs == {
        "products-in-with-unit": RunState.WARNING,
        "warehouses": RunState.COMPLETED,
        "inventory-levels": RunState.COMPLETED,
        "vendors": RunState.COMPLETED,
    }
    made = Product.objects.get()
    assert (made.code, made.list_price, made.inventory_unit) == ("P-1", Decimal("12.5"), "pcs")
    assert ProductInventory.objects.get().on_hand == 7
    assert SyncRow.objects.get(external_key="P-2").problem.startswith("There is no price list in EUR")


def test_an_invoice_comes_back_and_is_paid(exchange, erp):
    order = make_work_order(number="WO-1", system_status=WorkOrderStatus.POSTED)
    head = {"InvoiceNumber": "SI-1", "SalesOrderNumber": "WO-1", "CurrencyCode": "USD"}
    insert(erp, "CDSSalesInvoiceHeaders", **head, TotalInvoiceAmount=Decimal(109), SettledAmount=Decimal(109))
    line = {"InvoiceNumber": "SI-1", "SalesOrderNumber": "WO-1", "ProductDescription": "Valve"}
    insert(erp, "CDSSalesInvoiceLines", **line, LineNumber=1, LineAmount=Decimal(100), LineTotalTaxAmount=Decimal(9))
    insert(erp, "CDSSalesInvoiceHeaders", InvoiceNumber="SI-2", CurrencyCode="USD", TotalInvoiceAmount=Decimal(1))

    done = exchange("sales-invoices")

    invoice = Invoice.objects.get()
    assert done.state == RunState.COMPLETED, list(SyncRow.objects.values_list("problem", flat=True))
    assert (invoice.work_order, invoice.status, invoice.paid) == (order, InvoiceStatus.PAID, 109)


def test_both_sides_say_the_same_after_a_run(exchange, erp):
    make_product()
    insert(erp, "VendorsV2", VendorAccountNumber="V-1", VendorOrganizationName="Parts Inc.", IsOnHold="No")
    for name in ("products-out", "vendors"):
        exchange(name)

    with erp.service() as service:
        found = [both_sides(our_side(row), service) for row in SyncRow.objects.filter(is_linked=True)]

    assert len(found) == 2
    assert [each for lines in found for each in lines if not each.is_same] == []
    assert all(lines for lines in found)


def test_a_preview_works_for_every_task(finance):
    make_one_of_everything()
    tasks = [
        task
        for name in OUTGOING
        for task in make_project(template_named(name), connection=finance, name=name).tasks.order_by("position")
    ]

    assert [task.name for task in tasks if not preview(task)] == []
