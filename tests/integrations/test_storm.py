"""Changes while everything fails that can: each effect once, poison rows parked, the rest goes on (INT-3).

Workers are forks that die by kill -9 while their batch is on the way; the other side is a real server that is restarted, over a way
that loses, cuts, doubles and delays.
"""

import os
import signal
from collections import Counter, defaultdict
from decimal import Decimal
from random import Random

import pytest

from integrations.domain.runs import work
from integrations.enums import Occasion, RowState, RunState
from integrations.models import SyncRow
from portal.catalog.models import Product
from portal.tenancy.scope import named_scope, tenant_scope
from tests.erp.proxy import Fault, busy, cut, dropped, late, lost, shortened, twice
from tests.factories.catalog import make_product
from tests.factories.integrations import make_connection, make_project, make_task
from tests.integrations.running import always, pass_time, start
from tests.kit.forks import DONE, KILLED, ends, fork

pytestmark = [pytest.mark.slow, pytest.mark.erp, pytest.mark.django_db(transaction=True)]

SET = "ReleasedProductsV2"
# CALLOUT_STORM_ROWS=20000 is the long form.
COUNT = int(os.environ.get("CALLOUT_STORM_ROWS", "75"))
BATCH = 12 if COUNT < 1000 else 100
POISON = range(10, COUNT, 30 if COUNT < 1000 else 1000)
MOST_SLICES = 150 + COUNT // 10
LONG = "x" * 61


class Storm:
    """What becomes of each batch, by a die that always falls the same way."""

    def __init__(self, seed: int, restart):
        self.random = Random(seed)
        self.restart = restart
        self.worker = 0
        self.happened: Counter[str] = Counter()

    def kill(self) -> None:
        os.kill(self.worker, signal.SIGKILL)

    def __call__(self, request) -> Fault | None:
        if "$batch" not in request.target or self.random.random() < 0.3:
            return None
        faults = {
            "lost": lost(),
            "cut": cut(),
            "shortened": shortened(1000),
            "dropped": dropped(),
            "late": late(),
            "twice": twice(),
            "busy": busy(429, "0"),
            "away": busy(503, "0"),
            "killed before": Fault(before=self.kill, loses=True),
            "killed after": Fault(after=self.kill, loses=True),
        }
        name = self.random.choice(sorted(faults))
        self.happened[name] += 1
        if sum(self.happened.values()) == 5:
            self.happened["restarted"] += 1
            return lost(after=self.restart)
        return faults[name]


@pytest.fixture
def task(committed, erp):
    with tenant_scope(committed):
        project = make_project(connection=make_connection(base_url=erp.url))
        return make_task(project=project, batch_size=BATCH)


def name_of(number: int) -> str:
    return LONG if number in POISON else f"Part {number}"


def weather(tenant, project, storm: Storm) -> Counter:
    """Runs until nothing waits, each slice by a worker of its own; how the workers ended."""
    found = Counter()
    for _ in range(MOST_SLICES):
        with tenant_scope(tenant):
            run = project.runs.filter(state=RunState.RUNNING).order_by("pk").first()
            waiting = SyncRow.objects.filter(state__in=[RowState.WAITING, RowState.SENDING]).exists()
            if run is None and found and not waiting:
                return found
            run = run or start(project, occasion=Occasion.HAND)
            pass_time(run)
        storm.worker = fork(lambda pk=run.pk: slice_of(tenant, pk))
        found.update(ends(storm.worker))
    raise AssertionError(f"It does not end: {found}, {storm.happened}")


def slice_of(tenant, run_id) -> None:
    with named_scope(tenant):
        work(run_id, go_on=always)


def test_each_effect_once_whatever_happens(committed, erp, task):
    storm = Storm(7, erp.server.restart)
    erp.proxy.policy = storm
    with tenant_scope(committed):
        products = [make_product(code=f"P-{n:04}", name=name_of(n), list_price=n) for n in range(COUNT)]
    ended = weather(committed, task.project, storm)
    with tenant_scope(committed):
        for number in range(0, COUNT, 3):
            Product.objects.filter(pk=products[number].pk).update(list_price=Decimal(number) + Decimal("0.5"))
    ended += weather(committed, task.project, storm)

    assert set(ended) == {DONE, KILLED}
    assert len(storm.happened) >= 9
    check_same_on_both_sides(committed, erp, task)
    check_each_once(erp)


def check_same_on_both_sides(tenant, erp, task) -> None:
    with erp.service() as service:
        there = {row.values["ItemNumber"]: row.values for page in service.pages(SET) for row in page.rows}
    with tenant_scope(tenant):
        here = list(Product.objects.order_by("code").values_list("code", "name", "list_price"))
        parked = dict(SyncRow.objects.filter(task=task, state=RowState.PARKED).values_list("record_key", "problem"))
        settled = Counter(SyncRow.objects.filter(task=task).values_list("state", flat=True))
    assert {code for code, name, _price in here if name == LONG} == set(parked)
    assert all("String(60)" in why and "ProductName" in why for why in parked.values())
    assert settled == {RowState.DONE: COUNT - len(POISON), RowState.PARKED: len(POISON)}
    wanted = {code: (name, price) for code, name, price in here if name != LONG}
    assert {code: (each["ProductName"], each["SalesPrice"]) for code, each in there.items()} == wanted


def check_each_once(erp) -> None:
    """A record is made once, and nothing is said of it twice: a third of them was changed once."""
    effects = defaultdict(list)
    for each in erp.effects(SET):
        effects[each["record"].partition("|")[2]].append(each["action"])
    changed = {f"P-{number:04}" for number in range(0, COUNT, 3)}
    made = {f"P-{number:04}" for number in range(COUNT) if number not in POISON}
    assert dict(effects) == {code: ["CREATE", "UPDATE"] if code in changed else ["CREATE"] for code in sorted(made)}
