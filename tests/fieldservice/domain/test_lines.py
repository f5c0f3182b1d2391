"""Products and services of a work order: planned, used, billed (FS-4, DYNAMICS 3.4)."""

from decimal import Decimal

import pytest

from fieldservice.domain import lines
from fieldservice.domain.lines import add_product, add_service, change_line, remove_line, use_line
from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import WorkOrderProduct, WorkOrderService
from portal.audit.models import AuditEntry
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError
from tests.factories.catalog import make_price, make_price_list, make_product, make_tax_code
from tests.factories.fieldservice import make_asset, make_product_line, make_service_line, make_work_order

pytestmark = pytest.mark.usefixtures("in_tenant")


@pytest.fixture
def work_order():
    return make_work_order()


@pytest.fixture
def labour():
    return make_product(kind=ProductKind.SERVICE, list_price=Decimal(60), name="Labour")


def test_a_line_is_added_with_todays_price(work_order):
    product = make_product(tax_code=make_tax_code(name="VAT"), becomes_asset=True, cost=Decimal(3))
    line = add_product(work_order, product, estimate_quantity=Decimal(2))
    kept = WorkOrderProduct.objects.get()
    assert kept == line
    assert (kept.unit_price, kept.unit_cost, kept.tax_name, kept.position) == (20, 3, "VAT", 1)
    assert (kept.description, kept.becomes_asset, kept.status) == (product.name, True, "estimated")
    assert add_product(work_order, product, unit_price=Decimal(5), description="Own").position == 2
    entry = AuditEntry.objects.filter(action="work_order.add_line").order_by("at").first()
    assert (entry.object_id, entry.after) == (work_order.pk, {"line": product.name, "estimate_quantity": "2"})


def test_products_and_services_are_told_apart(work_order, labour):
    with pytest.raises(DomainError, match="add it to the services"):
        add_product(work_order, labour)
    with pytest.raises(DomainError, match="add it to the products"):
        add_service(work_order, make_product())


def test_what_is_billed_follows_what_was_used_until_somebody_says_otherwise(work_order):
    line = add_product(work_order, make_product(), estimate_quantity=Decimal(4))
    use_line(line)
    assert (line.status, line.quantity, line.quantity_to_bill) == (LineStatus.USED, 4, 4)
    change_line(line, quantity=Decimal(5))
    assert line.quantity_to_bill == 5
    change_line(line, quantity_to_bill=Decimal(3))
    change_line(line, quantity=Decimal(6))
    assert (line.quantity, line.quantity_to_bill) == (6, 3)
    assert WorkOrderProduct.objects.get().quantity_to_bill == 3


def test_time_is_billed_by_the_rules_of_the_price_list(work_order, labour):
    price_list = make_price_list()
    make_price(price_list=price_list, product=labour, rounding="up", rounding_minutes=15, minimum_minutes=60)
    work_order.price_list = price_list
    work_order.save()
    line = add_service(work_order, labour, estimate_minutes=50)
    assert use_line(line).minutes_to_bill == 60
    assert change_line(line, minutes=94).minutes_to_bill == 105
    assert use_line(line, 94, to_bill=80).minutes_to_bill == 80
    assert WorkOrderService.objects.get().minutes == 94


def test_taking_use_back_bills_nothing(work_order):
    line = use_line(add_product(work_order, make_product(), estimate_quantity=Decimal(2)))
    change_line(line, status=LineStatus.ESTIMATED)
    assert (line.quantity, line.quantity_to_bill, line.estimate_quantity) == (0, 0, 2)


def test_no_price_is_the_price_list_s(work_order):
    line = make_product_line(work_order, unit_price=Decimal(99))
    change_line(line, unit_price=None)
    assert line.unit_price == 20


def test_a_change_is_audited_with_what_changed(work_order):
    line = make_product_line(work_order, description="Pump")
    change_line(line, description="Pump", discount_percent=Decimal(10))
    change_line(line, discount_percent=Decimal(10))
    entry = AuditEntry.objects.get(action="work_order.change_line")
    assert entry.before == {"line": "Pump", "discount_percent": "0.00"}
    assert entry.after == {"discount_percent": "10"}


def test_a_line_is_taken_away(work_order):
    line = make_product_line(work_order)
    remove_line(line)
    assert not WorkOrderProduct.objects.exists()
    assert AuditEntry.objects.get(action="work_order.remove_line").before == {"line": line.description}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"unit_price": Decimal("-0.01")}, "unit_price"),
        ({"discount_percent": Decimal(101)}, "discount_percent"),
        ({"tax_rate": Decimal("100.1")}, "tax_rate"),
    ],
)
def test_impossible_values_are_refused_at_their_field(work_order, values, field):
    line = make_product_line(work_order)
    with pytest.raises(DomainError) as refused:
        change_line(line, **values)
    assert refused.value.field == field


def test_an_asset_of_another_account_is_refused(work_order):
    line = make_product_line(work_order)
    for verb in (
        lambda: change_line(line, asset=make_asset()),
        lambda: add_product(work_order, make_product(), asset=make_asset()),
    ):
        with pytest.raises(DomainError, match="another account"):
            verb()


@pytest.mark.parametrize("name", ["work_order", "made_asset", "minutes"])
def test_other_fields_are_no_field_of_the_verb(work_order, name):
    with pytest.raises(TypeError, match=name):
        change_line(make_product_line(work_order), **{name: 1})


def test_a_work_order_holds_a_bounded_number_of_lines(work_order, monkeypatch):
    monkeypatch.setattr(lines, "MOST_LINES", 1)
    make_product_line(work_order)
    with pytest.raises(DomainError, match="at most 1"):
        add_product(work_order, make_product())


@pytest.mark.parametrize("status", list(WorkOrderStatus))
def test_lines_change_until_the_work_order_is_posted_or_canceled(labour, status):
    work_order = make_work_order(system_status=status)
    part, time = make_product_line(work_order), make_service_line(work_order)
    verbs = (
        lambda: add_product(work_order, make_product()),
        lambda: add_service(work_order, labour),
        lambda: change_line(part, quantity=Decimal(2)),
        lambda: use_line(time, 30),
        lambda: remove_line(part),
    )
    for verb in verbs:
        if status in {"posted", "canceled"}:
            with pytest.raises(DomainError, match="stays as it is"):
                verb()
        else:
            verb()
    assert WorkOrderProduct.objects.count() == 1
