"""Pages by key: no row lost or doubled, and no cursor that breaks anything (UX-5, SECURITY 31)."""

import base64
import datetime as dt
import json

import pytest
from django.core.exceptions import BadRequest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldservice.models import WorkOrder
from portal.web.paging import (
    Order,
    Sort,
    amount,
    bounded_count,
    cursor_of,
    day,
    moment,
    order_from,
    page_of,
    position_from,
)
from tests.factories.accounts import make_account
from tests.factories.fieldservice import make_incident_type, make_work_order

NEWEST = Sort("created", "Created", "created_at", parse=dt.datetime.fromisoformat, is_descending=True)
NUMBER = Sort("number", "Number", "number")
SUMMARY = Sort("summary", "Summary", "summary")
SORTS = (NEWEST, NUMBER, SUMMARY)
BY_DAY_AND_AMOUNT = [
    Order(Sort("due", "Due", "due_date", parse=day), is_descending=False),
    Order(Sort("total", "Total", "total", parse=amount), is_descending=True),
]
DAY = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def work_orders(in_tenant):
    """Eleven, some of which tie in everything but the id."""
    account, service = make_account(), make_incident_type()
    return [
        make_work_order(
            account=account, incident_type=service, created_at=DAY + dt.timedelta(days=n // 3), summary=f"Same {n // 4}"
        )
        for n in range(11)
    ]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("is_descending", [True, False])
@pytest.mark.parametrize("size", [1, 2, 5, 11, 20])
def test_walking_there_and_back_meets_every_row_once(work_orders, sort, is_descending, size):
    order = Order(sort, is_descending)
    pages = [page_of(WorkOrder.objects.all(), order, size=size)]
    while pages[-1].after:
        pages.append(page_of(WorkOrder.objects.all(), order, after=pages[-1].after, size=size))
    way_back = [pages[-1]]
    while way_back[-1].before:
        way_back.append(page_of(WorkOrder.objects.all(), order, before=way_back[-1].before, size=size))

    met = [row.pk for page in pages for row in page.rows]
    assert sorted(met) == sorted(each.pk for each in work_orders)
    assert met == [row.pk for page in reversed(way_back) for row in page.rows]


def test_a_row_that_comes_in_between_moves_nobody(work_orders):
    order = Order(NUMBER, is_descending=False)
    first = page_of(WorkOrder.objects.all(), order, size=4)
    make_work_order(number="A")

    second = page_of(WorkOrder.objects.all(), order, after=first.after, size=4)

    assert [row.number for row in second.rows] == sorted(each.number for each in work_orders)[4:8]


def test_unknown_order_is_the_first_one():
    assert order_from("-nonsense", SORTS) == Order(NEWEST, is_descending=True)
    assert order_from("number", SORTS) == Order(NUMBER, is_descending=False)
    assert order_from("-number", SORTS) == Order(NUMBER, is_descending=True)


def test_cursor_of_another_order_is_refused(work_orders):
    by_number = Order(NUMBER, is_descending=False)
    page = page_of(WorkOrder.objects.all(), by_number, size=2)

    with pytest.raises(BadRequest):
        page_of(WorkOrder.objects.all(), Order(SUMMARY, is_descending=False), after=page.after)
    with pytest.raises(BadRequest):
        page_of(WorkOrder.objects.all(), Order(NUMBER, is_descending=True), after=page.after)


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=5)
PACKED = JSON.map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("="))
NEAR = st.tuples(st.sampled_from(["-created", "number", "due", "-total"]), JSON, st.text(max_size=40)).map(
    lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
)


@given(cursor=st.text() | PACKED | NEAR | st.text("A", min_size=5000, max_size=5001))
@settings(max_examples=300, deadline=None)
def test_hostile_cursor_is_a_bad_request_or_a_position(cursor):
    for order in (Order(NEWEST, is_descending=True), Order(NUMBER, is_descending=False), *BY_DAY_AND_AMOUNT):
        try:
            position_from(cursor, order)
        except BadRequest:
            continue


@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=160))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cursor_keeps_any_text(text):
    class Row:
        pk = "01890000-0000-7000-8000-000000000000"
        sort_value = text

    order = Order(SUMMARY, is_descending=False)
    assert position_from(cursor_of(Row, order), order)[0] == text


@given(values=st.tuples(st.dates(), st.decimals(-(10**13), 10**13, places=3)))
@settings(max_examples=100, deadline=None)
def test_cursor_keeps_any_day_and_amount(values):
    for order, value in zip(BY_DAY_AND_AMOUNT, values, strict=True):
        row = type("Row", (), {"pk": "01890000-0000-7000-8000-000000000000", "sort_value": value})
        assert position_from(cursor_of(row, order), order)[0] == value


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "1e99", "1e-999999999", "-1E-2000000", "0E+999999999", "9" * 30, "x", 5, None]
)
def test_an_amount_that_is_none_is_refused(text):
    with pytest.raises((ValueError, TypeError)):
        amount(text)


@pytest.mark.parametrize("offset", ["+23:59", "-18:00", "+05:30:17.000001"])
def test_an_instant_with_any_offset_is_a_position(work_orders, offset):
    order = Order(Sort("created", "Created", "created_at", parse=moment), is_descending=False)
    packed = json.dumps(["created", f"2026-03-01T12:00:00{offset}", str(work_orders[0].pk)]).encode()

    page = page_of(WorkOrder.objects.all(), order, after=base64.urlsafe_b64encode(packed).decode())

    assert all(row.created_at >= moment(f"2026-03-01T12:00:00{offset}") for row in page.rows)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-03-01T12:00:00", "x"])
def test_an_instant_that_no_calendar_has_is_a_bad_request(text):
    order = Order(Sort("created", "Created", "created_at", parse=moment), is_descending=False)
    packed = json.dumps(["created", text, "00000000-0000-0000-0000-000000000000"]).encode()

    with pytest.raises(BadRequest):
        position_from(base64.urlsafe_b64encode(packed).decode(), order)


def test_count_is_bounded(work_orders, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert bounded_count(WorkOrder.objects.all(), limit=10) == (10, True)
    assert bounded_count(WorkOrder.objects.all(), limit=11) == (11, False)
