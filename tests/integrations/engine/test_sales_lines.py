"""The table of DYNAMICS 7.2, row by row, and prices that add up (INT-1)."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldservice.enums import LineStatus, WorkOrderStatus
from integrations.engine.sales_lines import (
    AMOUNT_DECIMALS,
    ORDER_STATUSES,
    SentPrice,
    decimals_of,
    hours,
    is_sent,
    line_number,
    sent_price,
    sent_quantity,
)

ESTIMATE, USED = Decimal(5), Decimal(2)
NOTHING = Decimal(0)
OPEN = ("scheduled", "in_progress", "completed")
AWAY = ("unscheduled", "canceled")

# (is a service, header, line, allocated) → quantity; every combination there is.
TABLE = {
    **{(False, header, "estimated", True): ESTIMATE for header in OPEN},
    **{(False, header, "estimated", False): USED for header in OPEN},
    **{(False, header, "used", allocated): USED for header in OPEN for allocated in (True, False)},
    **{(False, "posted", line, allocated): USED for line in ("estimated", "used") for allocated in (True, False)},
    **{(True, header, "estimated", allocated): ESTIMATE for header in OPEN for allocated in (True, False)},
    **{(True, header, "used", allocated): USED for header in OPEN for allocated in (True, False)},
    **{(True, "posted", line, allocated): USED for line in ("estimated", "used") for allocated in (True, False)},
    **{
        (service, header, line, allocated): NOTHING
        for service in (True, False)
        for header in AWAY
        for line in ("estimated", "used")
        for allocated in (True, False)
    },
}
amounts = st.decimals(0, 10_000, places=2)


def test_the_table_has_every_case():
    every = set(product((True, False), WorkOrderStatus.values, LineStatus.values, (True, False)))

    assert set(TABLE) == every


@pytest.mark.parametrize(("case", "quantity"), list(TABLE.items()), ids=str)
def test_quantity_of_a_line(case, quantity):
    is_service, header, line, is_allocated = case

    found = sent_quantity(header, line, is_service=is_service, estimate=ESTIMATE, used=USED, is_allocated=is_allocated)

    assert found == quantity


@pytest.mark.parametrize("status", WorkOrderStatus.values)
def test_each_status_has_words(status):
    assert (ORDER_STATUSES[status] == "Canceled") is not is_sent(status)


def test_services_count_below_zero():
    assert [line_number(3, is_service=False), line_number(3, is_service=True)] == [3, -3]


@pytest.mark.parametrize(("minutes", "expected"), [(0, "0"), (20, "0.3333"), (90, "1.5"), (61, "1.0167")])
def test_hours(minutes, expected):
    assert hours(minutes) == Decimal(expected)


@given(
    quantity=st.decimals("0.0001", 1000, places=4),
    net=amounts,
    discount=amounts,
)
def test_the_line_charges_what_it_charges_here(quantity, net, discount):
    found = sent_price(quantity, unit_price=Decimal(1), gross=net + discount, net=net)

    assert quantity * found.unit_amount - found.discount_amount == net
    assert found.discount_amount >= 0
    assert max(decimals_of(found.unit_amount), decimals_of(found.discount_amount)) <= AMOUNT_DECIMALS


@given(quantity=st.integers(1, 1000), price=st.decimals(0, 10_000, places=4))
def test_what_is_billed_as_used_keeps_its_price(quantity, price):
    gross = quantity * price

    assert sent_price(Decimal(quantity), unit_price=price, gross=gross, net=gross) == SentPrice(price, Decimal(0))


def test_a_charge_for_nothing_cannot_be_said():
    assert sent_price(NOTHING, unit_price=Decimal(9), gross=Decimal(9), net=Decimal(9)) is None
    assert sent_price(NOTHING, unit_price=Decimal(9), gross=NOTHING, net=NOTHING) == SentPrice(Decimal(9), NOTHING)
