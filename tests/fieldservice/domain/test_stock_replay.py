"""Whatever happens in whatever order: levels equal a replay of the journal, and the journal a model of what happened."""

from collections import defaultdict
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldservice.domain.lines import add_product, change_line, remove_line, use_line
from fieldservice.domain.stock import match_level
from fieldservice.domain.stock_documents import post_document
from fieldservice.domain.work_order_steps import cancel, reopen
from fieldservice.enums import LineStatus
from fieldservice.models import InventoryJournal, ProductInventory
from tests.factories.fieldservice import make_work_order
from tests.factories.stock import arrive, make_adjustment, make_approved, make_part, make_transfer, make_warehouse

pytestmark = pytest.mark.usefixtures("in_tenant")

QUANTITIES = st.integers(1, 9).map(Decimal)
PLACES = st.integers(0, 1)
EVENTS = st.one_of(
    st.tuples(st.just("adjust"), PLACES, st.integers(-5, 9).filter(bool).map(Decimal)),
    st.tuples(st.just("transfer"), PLACES, QUANTITIES),
    st.tuples(st.just("buy"), PLACES, QUANTITIES),
    st.tuples(st.just("match"), PLACES, QUANTITIES),
    st.tuples(st.just("allocate"), PLACES, QUANTITIES),
    st.tuples(st.just("use"), PLACES, QUANTITIES),
    st.tuples(st.just("unuse"), PLACES, QUANTITIES),
    st.tuples(st.just("remove"), PLACES, QUANTITIES),
    st.tuples(st.just("cancel"), PLACES, QUANTITIES),
)


class Life:
    """The events, and by hand what they should leave behind."""

    def __init__(self):
        self.places = [make_warehouse(), make_warehouse()]
        self.part = make_part()
        self.work_order = make_work_order()
        self.lines = []
        self.on_hand = defaultdict(Decimal)

    def happen(self, name, place, quantity):
        getattr(self, name)(place, quantity)

    def adjust(self, place, quantity):
        post_document(make_adjustment(self.places[place], self.part, quantity), is_confirmed=True)
        self.on_hand[place] += quantity

    def transfer(self, place, quantity):
        post_document(make_transfer(self.places[place], self.places[1 - place], self.part, quantity), is_confirmed=True)
        self.on_hand[place] -= quantity
        self.on_hand[1 - place] += quantity

    def buy(self, place, quantity):
        arrive(make_approved(warehouse=self.places[place]), quantity)

    def match(self, place, quantity):
        match_level(self.places[place], self.part, on_hand=quantity)
        self.on_hand[place] = quantity

    def allocate(self, place, quantity):
        line = add_product(
            self.work_order,
            self.part,
            warehouse=self.places[place],
            is_allocated=True,
            estimate_quantity=quantity,
            is_confirmed=True,
        )
        self.lines.append((place, line))

    def use(self, place, quantity):
        for where, line in self.lines[:1]:
            self.give_back(where, line)
            use_line(line, quantity, is_confirmed=True)
            self.on_hand[where] -= quantity

    def unuse(self, place, quantity):
        for where, line in self.lines[:1]:
            self.give_back(where, line)
            change_line(line, status=LineStatus.ESTIMATED, estimate_quantity=quantity, is_confirmed=True)

    def remove(self, place, quantity):
        for where, line in self.lines[:1]:
            self.give_back(where, line)
            remove_line(line)
            del self.lines[0]

    def cancel(self, place, quantity):
        cancel(self.work_order, reason="Wrong house")
        reopen(self.work_order)
        for _where, line in self.lines:
            line.refresh_from_db()

    def give_back(self, where, line):
        if line.status == LineStatus.USED:
            self.on_hand[where] += line.quantity

    def reserved(self, place):
        return sum(
            line.estimate_quantity
            for where, line in self.lines
            if where == place and line.is_allocated and line.status == LineStatus.ESTIMATED
        )


def replayed() -> dict:
    """Every level, added up from the journal."""
    sums = InventoryJournal.objects.values_list("warehouse", "product", "kind").annotate(sum=Sum("quantity")).order_by()
    return {(place, part, kind): total for place, part, kind, total in sums if total}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=1, max_size=10))
def test_levels_equal_a_replay(events):
    life = Life()
    for event in events:
        life.happen(*event)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    levels = {
        (level.warehouse_id, level.product_id, kind): getattr(level, kind)
        for level in ProductInventory.objects.all()
        for kind in ("on_hand", "on_order", "allocated")
        if getattr(level, kind)
    }
    assert levels == replayed()
    for place, warehouse in enumerate(life.places):
        level = ProductInventory.objects.filter(warehouse=warehouse, product=life.part).order_by("pk").first()
        found = (level.on_hand, level.allocated, level.available) if level else (0, 0, 0)
        hand, reserved = life.on_hand[place], life.reserved(place)
        assert found == (hand, reserved, hand - reserved)
