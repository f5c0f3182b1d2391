"""The invoice of a work order: what, to whom, exactly once (DYNAMICS 3.3, 3.4)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from fieldservice.domain.invoice_work_orders import invoice_work_order
from fieldservice.domain.invoices import cancel
from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import FieldServiceSettings, Invoice, WorkOrderProduct, WorkOrderService
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError
from tests.factories.accounts import make_account
from tests.factories.catalog import make_billing_terms, make_product
from tests.factories.fieldservice import make_work_order

pytestmark = pytest.mark.usefixtures("in_tenant")
TAXED = {"tax_name": "Sales tax", "tax_rate": Decimal(10)}


@pytest.fixture
def work_order():
    return make_work_order(system_status=WorkOrderStatus.POSTED)


def use_part(work_order, **fields):
    values = {
        "product": make_product(name="Pump", unit="pcs"),
        "status": LineStatus.USED,
        "unit_price": Decimal("12.50"),
        "quantity": 3,
        "quantity_to_bill": 2,
        "internal_description": "zz from the van",
        **TAXED,
    }
    return WorkOrderProduct.objects.create(work_order=work_order, **{**values, **fields})


def use_time(work_order, **fields):
    values = {
        "product": make_product(name="Labour", kind=ProductKind.SERVICE),
        "status": LineStatus.USED,
        "unit_price": Decimal(60),
        "minutes": 30,
        "minutes_to_bill": 20,
        **TAXED,
    }
    return WorkOrderService.objects.create(work_order=work_order, **{**values, **fields})


def lines_of(invoice):
    return [
        (each.description, each.quantity, each.unit, each.net, each.tax) for each in invoice.lines.order_by("position")
    ]


def test_used_lines_are_charged_by_what_is_to_be_billed(work_order):
    use_part(work_order, description="Circulation pump")
    use_time(work_order)
    use_part(work_order, status=LineStatus.ESTIMATED)
    use_part(work_order, quantity_to_bill=0)

    invoice = invoice_work_order(work_order)

    assert lines_of(invoice) == [
        ("Labour", Decimal("0.333"), "h", Decimal(20), Decimal(2)),  # a third of an hour, not 0.333 of it
        ("Circulation pump", Decimal(2), "pcs", Decimal(25), Decimal("2.5")),
    ]
    assert (invoice.total, invoice.is_exposed, invoice.issued_at) == (Decimal("49.5"), False, None)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ({"is_flat_fee": True}, (Decimal(1), "", Decimal(60))),
        ({"minimum_amount": 45}, (Decimal("0.333"), "h", Decimal(45))),
        ({"discount_percent": 50}, (Decimal("0.333"), "h", Decimal(10))),
    ],
)
def test_services_follow_the_rules_of_their_price(work_order, rule, line):
    use_time(work_order, **rule)

    [(_text, quantity, unit, net, _tax)] = lines_of(invoice_work_order(work_order))

    assert (quantity, unit, net) == line


def test_what_the_agreement_covers_is_listed_at_nothing(work_order):
    use_part(work_order)
    use_time(work_order, is_covered=True)

    covered, charged = lines_of(invoice_work_order(work_order))

    assert covered == ("Labour (covered by the agreement)", Decimal("0.333"), "h", 0, 0)
    assert charged[3] == Decimal(25)


@time_machine.travel("2026-03-20T16:00:00Z")
def test_the_billing_account_pays_by_its_terms():
    payer = make_account()
    make_billing_terms(payer, payment_days=5, is_tax_exempt=True)
    work_order = make_work_order(system_status=WorkOrderStatus.POSTED, billing_account=payer)
    use_part(work_order)

    invoice = invoice_work_order(work_order)

    assert (invoice.account, invoice.service_account) == (payer, work_order.account)
    assert invoice.due_date == dt.date(2026, 3, 25)
    assert (invoice.tax, invoice.total) == (0, Decimal(25))


def test_work_that_is_not_taxable_is_not_taxed():
    work_order = make_work_order(system_status=WorkOrderStatus.POSTED, is_taxable=False)
    use_part(work_order)

    assert invoice_work_order(work_order).tax == 0


def test_asked_again_it_is_the_same_invoice(work_order):
    use_part(work_order)

    first, again = invoice_work_order(work_order), invoice_work_order(work_order)

    assert first == again
    assert Invoice.objects.count() == 1


def test_a_canceled_invoice_makes_room_for_another(work_order):
    use_part(work_order)
    first = cancel(invoice_work_order(work_order), reason="Wrong price")

    assert invoice_work_order(work_order) != first


@pytest.mark.parametrize("used", [[], [{"is_covered": True}], [{"unit_price": 0}], [{"quantity_to_bill": 0}]])
def test_where_nothing_is_to_be_billed_there_is_no_invoice(work_order, used):
    for fields in used:
        use_part(work_order, **fields)

    assert invoice_work_order(work_order) is None
    assert not Invoice.objects.exists()


def test_another_system_may_write_the_invoices(work_order):
    FieldServiceSettings.objects.create(invoices_posted_work_orders=False)
    use_part(work_order)

    assert invoice_work_order(work_order) is None


@pytest.mark.parametrize("status", sorted(set(WorkOrderStatus) - {WorkOrderStatus.COMPLETED, WorkOrderStatus.POSTED}))
def test_work_that_is_not_done_is_not_invoiced(status):
    work_order = make_work_order(system_status=status)
    use_part(work_order)

    with pytest.raises(DomainError, match="completed"):
        invoice_work_order(work_order)
