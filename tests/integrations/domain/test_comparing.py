"""What a run would do, and where both sides disagree: told field by field, with nothing written (INT-1, INT-2)."""

from decimal import Decimal

import pytest

from integrations.domain.planning import dry_run, preview
from integrations.enums import DiscrepancyKind, Occasion, RunState
from integrations.models import Discrepancy, RecordChange, SyncRow
from integrations.queries import counts_of, story, with_counts
from portal.audit.domain import record
from portal.catalog.models import Product
from tests.factories.accounts import make_staff
from tests.factories.catalog import make_product
from tests.factories.integrations import make_connection, make_project, make_task, make_task_back
from tests.integrations.running import counts, go_on_with, rows, run

pytestmark = [pytest.mark.django_db, pytest.mark.erp]

OUT, BACK = "ReleasedProductsV2", "SellableReleasedProducts"


@pytest.fixture
def project(in_tenant, erp):
    return make_project(connection=make_connection(base_url=erp.url))


@pytest.fixture
def service(erp):
    with erp.service() as found:
        yield found


def key(code):
    return {"dataAreaId": "usmf", "ItemNumber": code}


def change_there(service, code, **values):
    service.update(OUT, key(code), values, etag=service.get(OUT, key(code)).etag)


def told(plans):
    return [(each.label, each.kind, [(one.field, one.before, one.after) for one in each.differences]) for each in plans]


def test_a_dry_run_out_shows_inserts_updates_and_differences(erp, project, service):
    task = make_task(project=project)
    for number in (1, 2):
        make_product(code=f"P-{number}", name="Part", list_price=number)
    run(project)
    Product.objects.filter(code="P-1").update(name="Valve")
    make_product(code="P-3", name="New", list_price=3)
    make_product(code="P-4", name="", list_price=3)
    effects, state = len(erp.effects()), list(SyncRow.objects.order_by("pk").values())

    plans = dry_run(task, service)

    assert told(plans) == [
        ("P-1", "update", [("ProductName", "Part", "Valve")]),
        ("P-2", "same", []),
        (
            "P-3",
            "insert",
            [
                ("dataAreaId", None, "usmf"),
                ("ItemNumber", None, "P-3"),
                ("ProductName", None, "New"),
                ("SalesPrice", None, 3),
            ],
        ),
        ("P-4", "fails", []),
    ]
    assert plans[3].problems == ("ProductName must not be empty.",)
    assert (len(erp.effects()), list(SyncRow.objects.order_by("pk").values())) == (effects, state)


def test_a_dry_run_in_writes_and_takes_it_back(project, service):
    task = make_task_back(project=project)
    make_product(code="P-1", name="Ours", list_price=5)
    for code, price in (("P-1", 5), ("P-2", 6), ("P-3", -1)):
        service.insert(
            BACK, {"dataAreaId": "usmf", "ProductNumber": code, "ProductName": code, "SalesPrice": Decimal(price)}
        )

    plans = dry_run(task, service)

    assert told(plans) == [
        ("P-1", "update", [("name", "Ours", "P-1")]),
        ("P-2", "insert", [("code", None, "P-2"), ("name", None, "P-2"), ("list_price", None, 6)]),
        ("P-3", "fails", []),
    ]
    assert plans[2].problems == ("A product has a price.",)
    assert Product.objects.count() == 1
    assert not SyncRow.objects.exists()


def test_a_preview_shows_the_first_rows_without_the_other_side(project, erp):
    task = make_task(project=project)
    make_product(code="P-1", name="Part", list_price=1)

    [found] = preview(task)

    assert found.values == key("P-1") | {"ProductName": "Part", "SalesPrice": 1}
    assert erp.proxy.seen == []


def compared(project):
    begun = run(project, occasion=Occasion.RECONCILIATION)
    found = Discrepancy.objects.filter(run=begun).order_by("kind", "external_key")
    return begun, [(each.kind, each.external_key, each.differences) for each in found]


def test_comparing_out_lists_what_differs_and_what_is_missing_there(erp, project, service):
    task = make_task(project=project, batch_size=2)
    for number in (1, 2, 3, 4):
        make_product(code=f"P-{number}", name="Part", list_price=number)
    run(project)
    assert compared(project)[1] == []

    change_there(service, "P-1", ProductName="Theirs")
    service.delete(OUT, key("P-2"), etag=service.get(OUT, key("P-2")).etag)
    Product.objects.filter(code="P-3").update(name="On its way")
    service.insert(OUT, key("X-1") | {"ProductName": "Of their own"})
    effects = len(erp.effects())
    begun, found = compared(project)

    assert found == [
        (DiscrepancyKind.DIFFERENT, "P-1", [["ProductName", "Part", "Theirs"]]),
        (DiscrepancyKind.MISSING_THERE, "P-2", []),
    ]
    assert begun.state == RunState.WARNING
    assert len(erp.effects()) == effects
    assert rows(task)["P-3"].state == "waiting"


def test_comparing_in_lists_what_differs_and_what_is_missing_here(project, service):
    make_task_back(project=project)
    for code in ("P-1", "P-2", "P-3"):
        service.insert(
            BACK, {"dataAreaId": "usmf", "ProductNumber": code, "ProductName": code, "SalesPrice": Decimal(5)}
        )
    run(project)
    Product.objects.filter(code="P-1").update(name="Ours")
    Product.objects.filter(code="P-2").delete()
    gone = service.get(BACK, {"dataAreaId": "usmf", "ProductNumber": "P-3"})
    service.delete(BACK, {"dataAreaId": "usmf", "ProductNumber": "P-3"}, etag=gone.etag)

    assert compared(project)[1] == [
        (DiscrepancyKind.DIFFERENT, "P-1", [["name", "Ours", "P-1"]]),
        (DiscrepancyKind.MISSING_HERE, "P-2", []),
        (DiscrepancyKind.MISSING_THERE, "P-3", []),
    ]


@pytest.mark.usefixtures("small_pages")
def test_comparing_goes_on_where_its_slice_ended(project):
    make_task(project=project, batch_size=2)
    for number in range(5):
        make_product(code=f"P-{number}", name="Part")
    run(project)

    begun = run(project, occasion=Occasion.RECONCILIATION, go_on=lambda: False)
    assert begun.state == RunState.RUNNING
    for _ in range(3):
        go_on_with(begun)

    assert (begun.state, counts(begun)) == (RunState.COMPLETED, {"unchanged": 5})


def test_comparing_finds_a_record_that_no_trigger_noted(project):
    task = make_task(project=project)
    run(project)
    type(task).objects.update(filled_at=task.project.created_at)
    make_product(code="P-1")
    RecordChange.objects.all().delete()

    compared(project)

    assert counts(run(project)) == {"inserted": 1}


def test_the_story_of_a_record_tells_both_sides(project, django_assert_num_queries):
    task = make_task(project=project)
    product = make_product(code="P-1")
    run(project)
    record(make_staff(), "product.change", product, after={"name": "Valve"})
    Product.objects.filter(pk=product.pk).update(name="Valve")
    run(project)

    with django_assert_num_queries(2):
        chapters = story(product.pk)

    assert [each.is_here or each.entry.kind for each in chapters] == ["updated", True, "inserted"]
    assert counts_of(project) == {"done": 1}
    assert with_counts(type(task).objects.filter(pk=task.pk)).get().done_count == 1
