"""Workers of the exchange killed after any of their statements, over a way on which things go wrong: each effect once (INT-3)."""

from collections import Counter

import pytest

from integrations.domain.runs import start, work
from integrations.enums import Occasion, RowState, RunState
from integrations.models import SyncRow, SyncRun
from portal.catalog.models import Product
from portal.tenancy.scope import current_tenant, named_scope, tenant_scope
from tests.factories.integrations import make_connection, make_project, make_task, make_task_back
from tests.integrations.running import pass_time
from tests.kit.forks import at_once, killed_at_each_step

pytestmark = [pytest.mark.slow, pytest.mark.erp, pytest.mark.django_db(transaction=True)]

OUT, BACK = "ReleasedProductsV2", "SellableReleasedProducts"


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """What is to be done after a commit is lost: rows have to be found."""
    monkeypatch.setattr("portal.kit.jobs.send", lambda *arguments: None)


@pytest.fixture
def project(committed, erp):
    with tenant_scope(committed):
        return make_project(connection=make_connection(base_url=erp.url))


def make_products(count, name="Part"):
    Product.objects.bulk_create(
        Product(tenant=current_tenant(), code=f"P-{number}", name=f"{name} {number}", list_price=number)
        for number in range(count)
    )


def begin(tenant, project):
    with tenant_scope(tenant):
        return start(project, occasion=Occasion.HAND)


def worker(tenant, begun):
    """A process that works on the run."""

    def live():
        with named_scope(tenant):
            while work(begun.pk, go_on=lambda: True):
                pass

    return live


def later(tenant, begun):
    """Every lease has run out; whether the run goes on."""
    with tenant_scope(tenant):
        pass_time(begun)
        return SyncRun.objects.get(pk=begun.pk).state == RunState.RUNNING


def effects(erp, name=OUT):
    """How often each thing was really done."""
    return Counter((each["action"], each["record"].partition("|")[2]) for each in erp.effects(name))


def test_a_worker_killed_at_any_step_sends_each_record_once(committed, project, erp):
    with tenant_scope(committed):
        make_task(project=project, batch_size=2)
        make_products(2)
    begun = begin(committed, project)

    def check():
        assert set(effects(erp).values()) <= {1}
        later(committed, begun)

    assert killed_at_each_step(worker(committed, begun), check) > 20
    assert effects(erp) == {("CREATE", f"P-{number}"): 1 for number in range(2)}
    with tenant_scope(committed):
        assert set(SyncRow.objects.values_list("state", flat=True)) == {RowState.DONE}


def test_a_worker_killed_at_any_step_takes_each_record_in_once(committed, project, erp, small_pages):
    with tenant_scope(committed):
        make_task_back(project=project, batch_size=2)
    erp.fill(BACK, "usmf", 2)
    begun = begin(committed, project)

    def check():
        with tenant_scope(committed):
            assert Product.objects.count() == SyncRow.objects.filter(is_linked=True).count()
        later(committed, begun)

    assert killed_at_each_step(worker(committed, begun), check) > 20
    with tenant_scope(committed):
        assert (Product.objects.count(), SyncRow.objects.filter(state=RowState.DONE).count()) == (2, 2)


def test_workers_at_once_do_the_work_of_one(committed, project, erp):
    with tenant_scope(committed):
        make_task(project=project, batch_size=1)
        make_products(4)
    begun = begin(committed, project)

    at_once(*[worker(committed, begun)] * 3)

    assert effects(erp) == {("CREATE", f"P-{number}"): 1 for number in range(4)}
