"""What entities read: in a constant number of queries, and what the tables of DYNAMICS 7 say."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import InvoiceLine, WorkOrder
from integrations.entities.base import all_entities, entity_named
from tests.factories.accounts import make_account, make_contact
from tests.factories.agreements import make_estimate
from tests.factories.catalog import make_billing_terms, make_product
from tests.factories.fieldservice import make_product_line, make_service_line, make_work_order
from tests.factories.geo import make_place
from tests.factories.invoices import make_invoice, make_item
from tests.integrations.exchanged.makers import MAKERS

pytestmark = pytest.mark.usefixtures("in_tenant")
NAMES = sorted(MAKERS)


def values_of(name: str, record) -> dict:
    entity = entity_named(name)
    return entity.read([record.pk], entity.by_name)[record.pk]


def test_every_entity_is_read_here():
    known = [each.name for each in all_entities() if not each.name.startswith("test_")]

    assert known == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_reading_more_records_asks_no_more(name):
    entity = entity_named(name)
    counts = []
    records = []
    for wanted in (1, 3):
        while len(records) < wanted:
            records.append(MAKERS[name]())
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = entity.read([each.pk for each in records], entity.by_name)
        assert len(found) == wanted
        counts.append(len(asked))

    assert counts == [1, 1]


@pytest.mark.parametrize("name", NAMES)
def test_changes_of_what_is_read_are_noted(name):
    entity = entity_named(name)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'integrations_note_update'")
        noted = {table for (table,) in cursor.fetchall()}

    assert entity.sources[0].table == entity.model._meta.db_table
    assert {each.table for each in entity.sources} <= noted
    for source in entity.sources:
        if source.child_table:
            assert source.child_table == entity.model._meta.db_table
            assert not entity.model.objects.filter(**{f"{source.column}__in": []}).exists()


def make_ordered(**fields) -> WorkOrder:
    return make_work_order(**{"system_status": WorkOrderStatus.SCHEDULED, **fields})


def make_external(**fields):
    return make_product(is_externally_maintained=True, **fields)


def test_a_product_line_that_is_used_charges_over_there_what_it_charges_here():
    line = make_product_line(
        make_ordered(),
        status=LineStatus.USED,
        quantity=Decimal(6),
        quantity_to_bill=Decimal(5),
        unit_price=Decimal("19.99"),
        discount_percent=Decimal(10),
    )

    said = values_of("work_order_products", line)

    assert said["quantity"] == 6
    assert said["quantity"] * said["unit_amount"] - said["discount_amount"] == Decimal("89.96")  # 5 × 19.99 less 10 %
    assert said["line_number"] == line.position


def test_a_part_that_is_planned_is_ordered_only_once_stock_is_kept_for_it():
    line = make_product_line(
        make_ordered(), status=LineStatus.ESTIMATED, quantity=0, quantity_to_bill=0, estimate_quantity=Decimal(5)
    )

    assert values_of("work_order_products", line)["quantity"] == 0


def test_services_are_hours_with_numbers_below_zero():
    line = make_service_line(
        make_ordered(), status=LineStatus.USED, minutes=50, minutes_to_bill=60, unit_price=Decimal(90)
    )

    said = values_of("work_order_services", line)

    assert (said["line_number"], said["quantity"]) == (-line.position, Decimal("0.8333"))
    assert said["quantity"] * said["unit_amount"] - said["discount_amount"] == 90


def test_what_the_agreement_covers_is_free_over_there():
    line = make_service_line(
        make_ordered(),
        status=LineStatus.USED,
        minutes=60,
        minutes_to_bill=60,
        unit_price=Decimal(90),
        is_covered=True,
    )

    said = values_of("work_order_services", line)

    assert said["unit_amount"] == said["discount_amount"] == 90


def test_a_charge_for_a_quantity_of_nothing_has_no_price():
    line = make_product_line(
        make_ordered(), status=LineStatus.USED, quantity=0, quantity_to_bill=Decimal(1), unit_price=Decimal(5)
    )

    assert values_of("work_order_products", line)["unit_amount"] is None


def test_two_lines_of_one_position_do_not_share_a_number():
    order = make_ordered()
    first = make_product_line(order, position=1)
    second = make_product_line(order, position=1)

    numbers = [values_of("work_order_products", each)["line_number"] for each in (first, second)]

    assert numbers == [1, None]


@pytest.mark.parametrize("status", [WorkOrderStatus.CANCELED, WorkOrderStatus.UNSCHEDULED])
def test_lines_of_an_order_that_is_taken_back_deliver_nothing(status):
    line = make_product_line(
        make_ordered(system_status=status), status=LineStatus.USED, quantity=Decimal(2), quantity_to_bill=Decimal(2)
    )

    said = values_of("work_order_products", line)

    assert (said["quantity"], said["discount_amount"], said["is_sent"]) == (0, 0, False)


def test_an_order_with_a_product_of_our_own_is_kept_back():
    order = make_ordered()
    make_product_line(order, product=make_external())
    before = values_of("work_orders", order)["external_products_only"]
    make_product_line(order, product=make_product())

    assert (before, values_of("work_orders", order)["external_products_only"]) == (True, False)


def test_an_order_names_who_pays_and_where_it_is():
    place = make_place(line1="1 Main St", city="Boston", latitude=42.123456789, longitude=-71.0)
    payer = make_account()
    order = make_ordered(billing_account=payer, place=place)

    said = values_of("work_orders", order)

    assert said["billing_number"] == payer.number
    assert said["account_number"] == order.account.number
    assert (said["street"], said["city"], said["latitude"]) == ("1 Main St", "Boston", Decimal("42.123457"))


@pytest.mark.parametrize(
    ("fields", "sent_as"),
    [
        ({"is_active_customer": True}, "customer"),
        ({}, "contact_person"),
        ({"account": {"kind": "partner"}}, "nobody"),
        ({"account": {"is_active": False}}, "nobody"),
    ],
    ids=["in person", "of a customer", "of a partner", "of a former customer"],
)
def test_a_contact_is_sent_as(fields, sent_as):
    contact = make_contact("fs-customer-approver", account=make_account(**fields.pop("account", {})))
    for name, value in fields.items():
        setattr(contact, name, value)
    contact.save()

    assert values_of("contacts", contact)["sent_as"] == sent_as


def test_names_of_contacts():
    contact = make_contact("fs-customer-approver")
    contact.full_name = "Ana Maria Silva"
    contact.save()

    said = values_of("contacts", contact)

    assert (said["first_name"], said["last_name"]) == ("Ana Maria", "Silva")


def test_an_account_knows_its_first_contact_and_its_terms():
    account = make_account()
    contact = make_contact("fs-customer-approver", account=account)
    make_billing_terms(account, payment_days=14)

    said = values_of("accounts", account)

    assert (said["email"], said["payment_days"], said["currency"]) == (contact.email, 14, "USD")


def test_an_invoice_of_an_agreement_is_sent_once_issued():
    agreement = make_estimate()
    invoice = make_invoice(make_item(quantity=Decimal(2)), account=agreement.account, agreement=agreement)
    line = InvoiceLine.objects.get(invoice=invoice)

    head, said = values_of("agreement_invoices", invoice), values_of("agreement_invoice_lines", line)

    assert (head["is_sent"], head["title"], head["total"]) == (True, agreement.name, invoice.total)
    assert said["quantity"] * said["unit_price"] - said["discount"] == said["net"] == 200


def test_an_invoice_of_a_work_order_is_not():
    order = make_ordered()
    invoice = make_invoice(account=order.account, work_order=order)

    assert values_of("agreement_invoices", invoice)["is_sent"] is False
