"""Records of a real OData server on their way in: a page's effects and its position are one (INT-2, SECURITY 35)."""

from decimal import Decimal

import pytest

from integrations.domain.rows import retry
from integrations.enums import EventKind, RowState, RunState
from integrations.models import RowEvent, SyncRow, TaskPosition
from portal.catalog.models import Product
from tests.erp.proxy import busy, cut, replied
from tests.factories.accounts import make_staff
from tests.factories.catalog import make_product
from tests.factories.integrations import BACK_FIELDS, make_connection, make_project, make_task, make_task_back
from tests.integrations.running import counts, go_on_with, run, states

pytestmark = [pytest.mark.django_db, pytest.mark.erp]

SET = "SellableReleasedProducts"


def is_list(request):
    return request.method == "GET" and SET in request.target and "(" not in request.target


@pytest.fixture
def task(in_tenant, erp):
    return make_task_back(project=make_project(connection=make_connection(base_url=erp.url)))


@pytest.fixture
def add(erp):
    """Make or change a record on the other side."""

    def write(code, *, company="usmf", **values):
        with erp.service() as service:
            key = {"dataAreaId": company, "ProductNumber": code}
            found = service.get(SET, key)
            if found is None:
                service.insert(SET, {**key, "ProductName": f"Part {code}", "SalesPrice": Decimal(5), **values})
            else:
                service.update(SET, key, values, etag=found.etag)

    return write


def here():
    return {each.code: (each.name, each.list_price) for each in Product.objects.order_by("code")}


def test_what_is_there_comes_in_once(task, add):
    add("P-1"), add("P-2"), add("P-3", company="dat")
    first = run(task.project)
    second = run(task.project)

    assert (first.state, counts(first)) == (RunState.COMPLETED, {"inserted": 2})
    assert counts(second) == {"unchanged": 2}
    assert here() == {"P-1": ("Part P-1", 5), "P-2": ("Part P-2", 5)}


def test_a_change_there_is_applied_here_and_told_field_by_field(task, add):
    add("P-1")
    run(task.project)
    add("P-1", SalesPrice=Decimal("7.25"))
    second = run(task.project)

    assert counts(second) == {"updated": 1}
    assert here() == {"P-1": ("Part P-1", Decimal("7.25"))}
    event = RowEvent.objects.get(run=second)
    assert (event.kind, event.differences) == (
        EventKind.UPDATED,
        [["list_price", {"decimal": "5.000000"}, {"decimal": "7.250000"}]],
    )


def test_what_exists_here_is_linked(task, add):
    product = make_product(code="P-1", name="Ours")
    add("P-1")

    assert counts(run(task.project)) == {"updated": 1}
    assert SyncRow.objects.get().record_id == product.pk


def test_a_row_that_is_refused_is_parked_and_tried_again_by_staff(task, add):
    add("P-1"), add("P-2", SalesPrice=Decimal(-1))
    first = run(task.project)
    parked = SyncRow.objects.get(external_key="P-2")
    assert (first.state, counts(first)) == (RunState.WARNING, {"inserted": 1, "failed": 1})
    assert (parked.state, parked.problem) == (RowState.PARKED, "A product has a price.")

    add("P-2", SalesPrice=Decimal(1))
    retry(parked, by=make_staff())
    second = run(task.project)

    assert counts(second) == {"inserted": 1, "unchanged": 2}
    assert set(here()) == {"P-1", "P-2"}


def test_a_row_that_stays_wrong_is_told_once(task, add):
    add("P-1", SalesPrice=Decimal(-1))
    for _ in range(3):
        assert run(task.project).state == RunState.ERROR

    assert list(RowEvent.objects.values_list("kind", flat=True)) == [EventKind.PARKED]


def test_what_the_database_refuses_is_parked_too(task, add):
    add("P-1"), add("x" * 20, ProductName="y" * 60)
    task.fields.filter(target="name").update(transforms=[{"kind": "format", "options": {"template": "{value}" * 3}}])
    first = run(task.project)

    assert counts(first) == {"inserted": 1, "failed": 1}
    assert "database refuses" in SyncRow.objects.get(state=RowState.PARKED).problem


def test_two_of_theirs_are_not_one_of_ours(task, add):
    task.fields.filter(target="code").update(
        is_key=False, transforms=[{"kind": "constant", "options": {"value": "SAME"}}]
    )
    task.fields.filter(target="name").update(is_key=True)
    add("P-1"), add("P-2")

    assert counts(run(task.project)) == {"inserted": 1, "failed": 1}


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("fault", [cut(60, when=is_list), busy(429, "5", when=is_list)], ids=["cut", "busy"])
def test_reading_goes_on_where_it_was_cut_off(erp, task, fault):
    type(task).objects.update(batch_size=5)
    erp.fill(SET, "usmf", 12)
    erp.plan(replied_after(1, fault))
    begun = run(task.project)
    read = Product.objects.count()
    assert begun.state == RunState.RUNNING
    assert 0 < read < 12

    go_on_with(begun)

    assert (begun.state, counts(begun)) == (RunState.COMPLETED, {"inserted": 12})
    assert Product.objects.count() == 12


def replied_after(pages, fault):
    """The fault at the page after so many."""
    left = [pages]

    def when(request):
        left[0] -= fault.when(request)
        return left[0] < 0

    return type(fault)(**{name: getattr(fault, name) for name in fault.__dataclass_fields__} | {"when": when})


@pytest.mark.usefixtures("small_pages")
def test_a_slice_that_ends_is_gone_on_with_from_the_next_page(erp, task):
    type(task).objects.update(batch_size=5)
    erp.fill(SET, "usmf", 12)
    begun = run(task.project, go_on=lambda: False)
    assert (begun.state, 0 < Product.objects.count() < 12) == (RunState.RUNNING, True)

    assert counts(go_on_with(begun)) == {"inserted": 12}


def test_a_position_that_is_forgotten_there_begins_anew(erp, task, add):
    add("P-1")
    run(task.project)
    TaskPosition.objects.update(position="next:SellableReleasedProducts?$skiptoken=nonsense")
    erp.plan(replied(410, b"{}", Content_Type="application/json"))

    begun = run(task.project)
    go_on_with(begun)

    assert (begun.state, counts(begun)) == (RunState.COMPLETED, {"unchanged": 1})


def test_only_what_changed_since_is_read(erp, task, add):
    type(task).objects.filter(pk=task.pk).update(since_field="ModifiedOn")
    add("P-1"), add("P-2")
    run(task.project)
    since = TaskPosition.objects.get().since
    assert since is not None

    add("P-3")
    second = run(task.project)

    assert counts(second)["inserted"] == 1
    assert counts(second).get("unchanged", 0) < 2 or since == TaskPosition.objects.get().since
    assert any("ModifiedOn%20ge" in request.target.replace("+", "%20") for request, _status in erp.proxy.seen)


def test_a_row_waits_for_its_partner_and_is_let_go(erp, task, add):
    steps = [{"kind": "lookup", "options": {"table": "test_orders"}}]
    orders = make_task(project=task.project, entity="test_orders", mapped=(), direction="in", is_active=False)
    task.fields.filter(target="name").update(transforms=steps)
    add("P-1", ProductName="WO-1")
    first = run(task.project)
    row = SyncRow.objects.get()
    assert (counts(first), row.waits_table, row.waits_key) == ({"blocked": 1}, "test_orders", "WO-1")

    SyncRow.objects.create(
        task=orders,
        external_key="WO-1",
        record_key="Our 1",
        is_linked=True,
        state="done",
        due_at=row.due_at,
        changed_at=row.due_at,
    )
    assert counts(run(task.project)) == {"inserted": 1}
    assert here()["P-1"][0] == "Our 1"


def test_conditions_of_theirs_are_asked_for_there(task, add):
    task.conditions = [{"field": "ProductName", "values": ["Part P-1", "Part P-2"], "is_not": True}]
    task.save()
    add("P-1"), add("P-2"), add("P-3")

    run(task.project)

    assert set(here()) == {"P-3"}


def test_what_comes_in_does_not_go_out_again_as_a_change(erp, task, add):
    """Both directions of one entity: the echo of what came in agrees already."""
    back = make_task(
        project=task.project,
        entity_set=SET,
        mapped=[{**each, "source": each["target"], "target": each["source"]} for each in BACK_FIELDS],
    )
    add("P-1")
    run(task.project)
    effects = len(erp.effects(SET))
    run(task.project)

    assert len(erp.effects(SET)) == effects
    assert states(back) == {"P-1": "done"}
