"""Whatever code changes a record, its task is told in the same transaction; who changes records waits for nobody (INT-2)."""

import pytest
from django.db import connection, transaction

from fieldservice.models import WorkOrder, WorkOrderProduct
from integrations.domain import journal
from integrations.domain.journal import take_notes, watch
from integrations.entities.base import all_entities
from integrations.enums import Direction, RowState
from integrations.models import RecordChange, SyncRow, TableWatch
from portal.catalog.models import Product
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.fieldservice import make_work_order
from tests.factories.integrations import make_project, make_task, make_task_back

pytestmark = pytest.mark.django_db


def noted(task):
    return sorted(RecordChange.objects.filter(task=task).values_list("changed_id", flat=True))


def states(task):
    rows = SyncRow.objects.filter(task=task).order_by("pk")
    return {each.record_id: (each.state, each.version) for each in rows}


def settle(task, state=RowState.DONE, **fields):
    SyncRow.objects.filter(task=task).update(state=state, **fields)


def add_line(order, product, **fields):
    return WorkOrderProduct.objects.create(work_order=order, product=product, position=1, quantity=1, **fields)


def test_every_source_has_its_triggers(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger WHERE tgname LIKE 'integrations_note_%' GROUP BY 1"
        )
        found = dict(cursor.fetchall())
    asked = {source.table for entity in all_entities() for source in entity.sources}

    assert {table: found.get(table) for table in asked} == dict.fromkeys(asked, 3)


def test_nobody_is_told_where_nobody_watches(in_tenant):
    make_product()

    assert RecordChange.objects.count() == 0


def test_each_way_of_writing_is_noted(in_tenant):
    task = make_task()
    one, other = make_product(), make_product()
    RecordChange.objects.all().delete()

    Product.objects.filter(pk=one.pk).update(name="Valve")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_product SET name = 'Pump' WHERE id = %s", [other.pk])
    other_id = other.pk
    other.delete()

    assert noted(task) == sorted([one.pk, other_id, other_id])


def test_a_change_that_is_rolled_back_was_none(in_tenant):
    task = make_task()
    with transaction.atomic():
        make_product()
        transaction.set_rollback(True)

    assert noted(task) == []


def test_a_line_is_told_of_its_work_order_and_an_order_of_its_account(in_tenant):
    project = make_project()
    lines, orders = (make_task(project=project, entity=name, mapped=()) for name in ("test_lines", "test_orders"))
    order, other = make_work_order(), make_work_order(account=make_account())
    line, _elsewhere = add_line(order, make_product()), add_line(other, make_product())
    for task in (lines, orders):
        take_notes(task)
        settle(task)

    WorkOrder.objects.filter(pk=order.pk).update(summary="New")
    take_notes(lines)
    assert [record for record, (state, _version) in states(lines).items() if state == RowState.WAITING] == [line.pk]

    other.account.name = "Renamed"
    other.account.save()
    RecordChange.objects.filter(task=orders, changed_id=order.pk).delete()
    take_notes(orders)
    assert [record for record, (state, _version) in states(orders).items() if state == RowState.WAITING] == [other.pk]


def test_tasks_are_told_each_by_itself_and_other_companies_never(in_tenant, other_tenant):
    one, other = make_task(), make_task()
    with tenant_scope(other_tenant):
        foreign = make_task()
        make_product()
        assert len(noted(foreign)) == 1

    product = make_product()

    assert noted(one) == noted(other) == [product.pk]


@pytest.mark.parametrize("fields", [{"is_active": False}, {"direction": Direction.IN}])
def test_who_is_switched_off_or_comes_in_is_told_nothing(in_tenant, fields):
    task = make_task_back() if "direction" in fields else make_task(**fields)
    make_product()

    assert (noted(task), TableWatch.objects.count()) == ([], 0)


def test_switching_off_stops_the_notes_and_on_again_fills_up(in_tenant):
    task = make_task()
    take_notes(task)
    task.is_active = False
    watch(task)
    product = make_product()
    assert noted(task) == []

    task.is_active = True
    watch(task)
    take_notes(task)

    assert states(task) == {product.pk: (RowState.WAITING, 1)}


def test_the_first_run_takes_what_was_there_before(in_tenant, monkeypatch):
    monkeypatch.setattr(journal, "CHUNK", 2)
    products = [make_product() for _ in range(5)]
    task = make_task()
    make_product()

    assert take_notes(task) == 6
    assert set(states(task).values()) == {(RowState.WAITING, 1)}
    assert {each.pk for each in products} < set(states(task))


def test_filling_is_done_for_good_once_everybody_who_could_not_know_has_ended(committed, monkeypatch):
    # The server has other databases, whose transactions may run on.
    monkeypatch.setattr(journal, "oldest_transaction", lambda: journal.present_transaction() + 1)
    with tenant_scope(committed):
        make_product()
        task = make_task()
    with tenant_scope(committed):
        take_notes(task)
        task.refresh_from_db()
        assert task.filled_at is not None
        SyncRow.objects.all().delete()
        take_notes(task)
        assert states(task) == {}


def test_filling_is_not_done_while_the_transaction_that_began_to_watch_runs(in_tenant):
    task = make_task()
    take_notes(task)

    assert task.filled_at is None


def test_many_changes_of_a_record_are_one_version(in_tenant):
    task = make_task()
    product = make_product()
    for name in ("One", "Two"):
        product.name = name
        product.save()

    assert take_notes(task) == 3
    assert states(task) == {product.pk: (RowState.WAITING, 1)}
    assert noted(task) == []


@pytest.mark.parametrize("state", [RowState.DONE, RowState.PARKED, RowState.SKIPPED, RowState.WAITING])
def test_a_change_makes_a_row_wait_again(in_tenant, state):
    task = make_task()
    product = make_product()
    take_notes(task)
    settle(task, state, problem="No price", attempts=3, waits_table="accounts", waits_key="A-1")

    product.save()
    take_notes(task)

    row = SyncRow.objects.get(task=task)
    assert (row.state, row.version, row.problem, row.attempts, row.waits_table) == (RowState.WAITING, 2, "", 0, "")


def test_a_row_that_is_being_sent_only_learns_that_there_is_more(in_tenant):
    task = make_task()
    product = make_product()
    take_notes(task)
    settle(task, RowState.SENDING, claim=product.pk)

    product.save()
    take_notes(task)

    assert states(task) == {product.pk: (RowState.SENDING, 2)}
