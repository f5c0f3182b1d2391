"""Records on their way to a real OData server, over a way on which things go wrong: each effect once (INT-2, INT-3)."""

from decimal import Decimal

import pytest

from fieldservice.models import WorkOrderProduct
from integrations.domain.journal import take_notes
from integrations.domain.rows import retry, send_again
from integrations.domain.runs import work
from integrations.enums import EventKind, RowState, RunState, WhenGone
from integrations.models import IntegrationTask, RowEvent, SyncRow
from integrations.odata.client import Service
from portal.catalog.models import Product
from tests.erp.proxy import busy, cut, dropped, lost, methods, replied
from tests.factories.accounts import make_staff
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_work_order
from tests.factories.integrations import make_connection, make_lines, make_orders, make_project, make_task
from tests.integrations.running import counts, done, go_on_with, pass_time, rows, run, run_through, states

pytestmark = [pytest.mark.django_db, pytest.mark.erp]

SET = "ReleasedProductsV2"
POST = methods("POST")
ADDED = [("CREATE", "P-1"), ("CREATE", "P-2"), ("CREATE", "P-3")]


@pytest.fixture
def project(in_tenant, erp):
    return make_project(connection=make_connection(base_url=erp.url))


@pytest.fixture
def task(project):
    return make_task(project=project, name="Products")


@pytest.fixture
def products(task):
    return [make_product(code=f"P-{number}", name=f"Part {number}", list_price=number) for number in (1, 2, 3)]


@pytest.fixture
def there(erp):
    """What the other side says of a product."""

    def read(code):
        with erp.service() as service:
            return service.get(SET, key(code))

    return read


def key(code):
    return {"dataAreaId": "usmf", "ItemNumber": code}


def change(product, **fields):
    Product.objects.filter(pk=product.pk).update(**fields)


def events(row):
    return list(RowEvent.objects.filter(row=row).order_by("pk").values_list("kind", flat=True))


def test_new_records_arrive_and_a_second_run_sends_nothing(erp, task, products, there):
    first = run(task.project)
    second = run(task.project)

    assert (first.state, counts(first)) == (RunState.COMPLETED, {"inserted": 3})
    assert (second.state, counts(second)) == (RunState.COMPLETED, {})
    assert sorted(done(erp)) == ADDED
    assert there("P-2").values["SalesPrice"] == 2
    assert set(states(task).values()) == {RowState.DONE}


def test_only_what_changed_is_sent_and_the_story_says_so(erp, task, products):
    run(task.project)
    change(products[0], name="Valve", unit="m")

    second = run(task.project)

    assert counts(second) == {"updated": 1}
    sent = erp.effects(SET)[-1]
    assert (sent["action"], sent["values"]) == ("UPDATE", key("P-1") | {"ProductName": "Valve"})
    last = RowEvent.objects.filter(row=rows(task)["P-1"]).order_by("-pk").first()
    assert (last.kind, last.differences) == (EventKind.UPDATED, [["ProductName", "Part 1", "Valve"]])


def test_a_change_of_nothing_that_is_mapped_is_not_sent(erp, task, products):
    run(task.project)
    change(products[0], unit="m")

    assert counts(run(task.project)) == {"unchanged": 1}
    assert len(done(erp)) == 3


def test_a_poison_row_is_parked_with_its_reason_and_the_rest_goes_on(erp, task, products):
    change(products[1], name="x" * 61)
    first = run(task.project)

    assert (first.state, counts(first)) == (RunState.WARNING, {"inserted": 2, "failed": 1})
    assert states(task) == {"P-1": "done", "P-2": "parked", "P-3": "done"}
    assert "ProductName" in rows(task)["P-2"].problem
    assert counts(run(task.project)) == {}

    change(products[1], name="Short")
    assert counts(run(task.project)) == {"inserted": 1}
    assert sorted(done(erp)) == ADDED


def test_staff_have_a_parked_row_tried_again(task, products):
    change(products[1], name="")
    run(task.project)
    row = rows(task)["P-2"]
    assert (row.state, row.problem) == (RowState.PARKED, "ProductName must not be empty.")

    retry(row, by=make_staff())
    again = run(task.project)

    assert counts(again) == {"failed": 1}
    assert events(row) == [EventKind.PARKED, EventKind.RETRIED, EventKind.PARKED]


@pytest.mark.parametrize("fault", [lost(when=POST), cut(when=POST)], ids=["lost", "cut"])
def test_an_answer_lost_after_the_commit_is_read_back_and_nothing_is_sent_twice(erp, task, products, fault):
    erp.plan(fault)
    first = run(task.project)

    assert (first.state, counts(first)) == (RunState.COMPLETED, {"unchanged": 3})
    assert sorted(done(erp)) == ADDED
    assert events(rows(task)["P-1"]) == [EventKind.UNCERTAIN, EventKind.CONFIRMED]


def test_what_was_lost_on_the_way_there_is_sent_after_a_look(erp, task, products):
    erp.plan(dropped(when=POST))

    assert counts(run(task.project)) == {"inserted": 3}
    assert sorted(done(erp)) == ADDED


def test_a_change_whose_answer_is_lost_is_confirmed(erp, task, products):
    run(task.project)
    change(products[0], name="Valve")
    erp.plan(lost(when=POST))

    assert counts(run(task.project)) == {"unchanged": 1}
    assert len(done(erp)) == 4


@pytest.mark.parametrize("status", [429, 503])
def test_a_service_that_asks_for_patience_gets_it(erp, task, products, status):
    erp.plan(busy(status, "120", when=POST))
    begun = run(task.project)

    assert begun.state == RunState.RUNNING
    assert 119 < (begun.lease_until - begun.started_at).total_seconds() < 130
    assert (set(states(task).values()), done(erp)) == ({RowState.WAITING}, [])
    # Nobody knocks before.
    asked = len(erp.proxy.seen)
    work(begun.pk, go_on=lambda: True)
    assert len(erp.proxy.seen) == asked

    go_on_with(begun)
    assert (begun.state, counts(begun)) == (RunState.COMPLETED, {"inserted": 3})
    assert rows(task)["P-1"].attempts == 0


def test_a_service_that_never_comes_back_ends_the_run_as_an_error(erp, task, products):
    erp.proxy.policy = lambda request: busy(503, "1") if request.method == "POST" else None
    ended = run_through(task.project)

    assert (ended.state, ended.message) == (RunState.ERROR, "Too many requests")
    assert set(states(task).values()) == {RowState.WAITING}
    erp.proxy.calm()
    pass_time(ended)
    assert counts(run(task.project)) == {"inserted": 3}


def test_a_row_that_makes_the_service_stumble_is_parked_alone(erp, task, products):
    """The whole batch fails as long as it is in it."""
    erp.proxy.policy = lambda request: (
        replied(500, b"{}", Content_Type="application/json") if b'"ItemNumber":"P-2"' in request.body else None
    )
    ended = run_through(task.project)

    assert ended.state == RunState.WARNING
    assert states(task) == {"P-1": "done", "P-2": "parked", "P-3": "done"}
    assert rows(task)["P-2"].problem.startswith("Failed 8 times")
    assert sorted(done(erp)) == [ADDED[0], ADDED[2]]


def test_a_record_that_cannot_even_be_read_lets_the_others_go_first(erp, task, products):
    run(task.project)
    SyncRow.objects.filter(record_id=products[1].pk).update(is_uncertain=True, state=RowState.WAITING)
    for each in products:
        change(each, list_price=9)
    erp.proxy.policy = lambda request: replied(500) if b"GET" in request.body else None
    begun = run(task.project)
    erp.proxy.calm()
    go_on_with(begun)

    assert (begun.state, counts(begun)) == (RunState.COMPLETED, {"updated": 3})


def test_a_connection_that_is_wrong_ends_the_run_at_once(task, products):
    task.project.connection.base_url += "wrong/"
    task.project.connection.save()
    ended = run(task.project)

    assert ended.state == RunState.ERROR
    assert set(states(task).values()) <= {RowState.WAITING}


def test_what_is_there_already_is_linked_and_brought_in_line(erp, task, products, there):
    with erp.service() as service:
        service.insert(SET, key("P-1") | {"ProductName": "Part 1", "SalesPrice": Decimal("1.00")})
        service.insert(SET, key("P-2") | {"ProductName": "Else", "SalesPrice": Decimal(2)})
    first = run(task.project)

    assert counts(first) == {"inserted": 1, "updated": 1, "unchanged": 1}
    assert there("P-2").values["ProductName"] == "Part 2"
    assert len(done(erp)) == 4


def test_what_was_changed_there_meanwhile_is_overwritten_by_a_look(erp, task, products, there):
    run(task.project)
    with erp.service() as service:
        service.update(SET, key("P-1"), {"ProductName": "Theirs"}, etag=there("P-1").etag)
    change(products[0], list_price=7)

    assert counts(run(task.project)) == {"updated": 1}
    assert (there("P-1").values["ProductName"], there("P-1").values["SalesPrice"]) == ("Part 1", 7)


def test_what_was_deleted_there_comes_back_with_its_next_change(erp, task, products, there):
    run(task.project)
    with erp.service() as service:
        service.delete(SET, key("P-1"), etag=there("P-1").etag)
    change(products[0], list_price=7)

    assert counts(run(task.project)) == {"inserted": 1}
    assert there("P-1").values["SalesPrice"] == 7


@pytest.mark.parametrize("when_gone", [WhenGone.KEEP, WhenGone.DELETE])
def test_what_is_deleted_here_stays_or_goes_there(erp, task, products, when_gone):
    IntegrationTask.objects.filter(pk=task.pk).update(when_gone=when_gone)
    run(task.project)
    products[0].delete()
    erp.plan(lost(when=POST))

    run(task.project)

    assert (("DELETE", "P-1") in done(erp)) == (when_gone == WhenGone.DELETE)
    assert rows(task)["P-1"].state == RowState.SKIPPED


def test_what_is_not_ready_is_left_out_until_it_is_and_then_followed(erp, task, products):
    change(products[0], is_active=False)
    IntegrationTask.objects.filter(pk=task.pk).update(
        conditions=[{"field": "name", "values": ["Part 2"], "is_not": True}]
    )
    first = run(task.project)
    assert (first.state, counts(first)) == (RunState.COMPLETED, {"inserted": 1, "skipped": 2})

    change(products[0], is_active=True)
    assert counts(run(task.project)) == {"inserted": 1}
    change(products[0], is_active=False, name="Part 2")
    assert counts(run(task.project)) == {"updated": 1}
    assert done(erp) == [("CREATE", "P-3"), ("CREATE", "P-1"), ("UPDATE", "P-1")]


def test_lines_wait_for_their_order_by_name(erp, project):
    lines, orders = make_lines(project), make_orders(project)
    order = make_work_order(number="WO-1")
    WorkOrderProduct.objects.create(
        work_order=order, product=make_product(code="P-9"), position=1, quantity=Decimal("2.5")
    )

    first = run(project)
    row = rows(lines)["WO-1/1"]
    assert (first.state, counts(first)) == (RunState.COMPLETED, {"blocked": 1, "inserted": 1})
    # The order came after the line in this project, and let it go.
    assert (row.state, row.waits_table, "WO-1" in row.problem) == (RowState.WAITING, "", True)
    assert events(row) == [EventKind.BLOCKED]

    assert counts(run(project)) == {"inserted": 1}
    assert done(erp, "D365SalesOrderLines") == [("CREATE", "WO-1|1")]
    assert states(orders) == {"WO-1": "done"}


def test_a_line_of_an_order_that_is_parked_keeps_waiting(project):
    make_orders(project, conditions=[{"field": "number", "values": ["WO-2"]}])
    lines = make_lines(project)
    order = make_work_order(number="WO-1")
    WorkOrderProduct.objects.create(work_order=order, product=make_product(), position=1, quantity=1)
    run(project)

    row = rows(lines)["WO-1/1"]

    assert (row.waits_table, row.waits_key) == ("test_orders", "WO-1")


def test_of_two_records_with_one_key_one_is_parked(erp, task):
    fields = task.fields.get(target="ItemNumber")
    fields.source = "name"
    fields.save()
    make_product(code="A", name="Same")
    make_product(code="B", name="Same")

    first = run(task.project)

    assert counts(first) == {"inserted": 1, "failed": 1}
    assert rows(task)["B"].problem == "Another record has the key “Same” on the other side."


def test_a_key_that_changes_is_not_sent_as_another_record(erp, task, products):
    run(task.project)
    change(products[0], code="P-9")

    assert counts(run(task.project)) == {"failed": 1}
    assert "P-1" in SyncRow.objects.get(record_id=products[0].pk).problem
    assert len(done(erp)) == 3


def test_staff_compare_and_send_again(erp, task, products, there):
    run(task.project)
    with erp.service() as service:
        service.update(SET, key("P-1"), {"ProductName": "Theirs"}, etag=there("P-1").etag)

    for code in ("P-1", "P-2"):
        send_again(rows(task)[code], by=make_staff())
    again = run(task.project)

    assert counts(again) == {"updated": 1, "unchanged": 1}
    assert there("P-1").values["ProductName"] == "Part 1"


def test_a_change_while_it_is_sent_goes_with_the_next_batch(erp, task, products, monkeypatch):
    original = Service.batch

    def slow(self, elements):
        outcomes = original(self, elements)
        change(products[0], name="Newer")
        take_notes(task)
        monkeypatch.undo()
        return outcomes

    monkeypatch.setattr(Service, "batch", slow)

    assert counts(run(task.project)) == {"inserted": 3, "updated": 1}
    assert done(erp)[-1] == ("UPDATE", "P-1")
