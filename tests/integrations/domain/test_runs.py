"""Runs: one at a time, by schedule and by hand, gone on with, told of, forgotten (INT-2)."""

import datetime as dt

import pytest
import time_machine

from integrations.domain.runs import start, work
from integrations.domain.sweeping import schedule, sweep
from integrations.entities.base import Field
from integrations.enums import Occasion, RunState
from integrations.models import SyncRun
from notifications.domain.delivery import prepare, take
from notifications.models import OutboxMessage
from portal.kit import clock
from portal.kit.errors import Conflict
from tests.factories.accounts import make_staff
from tests.factories.catalog import make_product
from tests.factories.integrations import make_connection, make_project, make_task, make_task_back
from tests.integrations.running import counts, run

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 20, 17, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """What is sent to workers after the commit, which in these tests is at once."""
    found = []
    for module in ("runs", "sweeping"):
        monkeypatch.setattr(f"integrations.domain.{module}.after_commit", lambda *arguments: found.append(arguments[2]))
    return found


@pytest.fixture
def project(in_tenant):
    return make_project(alert_addresses=["ops@acme.example"])


@pytest.fixture
def reachable(project, erp):
    project.connection.base_url = erp.url
    project.connection.save()
    return project


def runs():
    return list(SyncRun.objects.order_by("pk").values_list("occasion", "state"))


def test_a_project_runs_once_at_a_time(project):
    start(project, occasion=Occasion.HAND, by=make_staff())

    with pytest.raises(Conflict, match="running already"):
        start(project, occasion=Occasion.SCHEDULE)
    start(make_project(), occasion=Occasion.HAND)


def test_the_sweep_begins_what_is_due_and_nothing_else(project, sent):
    with time_machine.travel(NOON, tick=False) as time:
        schedule(project)
        schedule(make_project(is_active=False))
        schedule(make_project(every_minutes=None))
        type(project).objects.update(created_at=clock.now())
        sweep()
        assert runs() == [(Occasion.SCHEDULE, RunState.RUNNING)]
        SyncRun.objects.update(state=RunState.COMPLETED, finished_at=clock.now())
        sweep()
        assert len(runs()) == 1
        time.shift(dt.timedelta(minutes=5))
        sweep()
        assert len(runs()) == 2
    assert sent == list(SyncRun.objects.order_by("pk").values_list("pk", flat=True))


def test_the_sweep_sends_somebody_to_a_run_that_stands_still(project, sent):
    begun = start(project, occasion=Occasion.HAND)
    sent.clear()
    sweep()
    assert sent == [begun.pk]

    SyncRun.objects.update(lease_until=clock.now() + dt.timedelta(minutes=3))
    sent.clear()
    sweep()
    assert sent == []


def test_nobody_works_on_a_run_that_somebody_holds(project):
    begun = start(project, occasion=Occasion.HAND)
    until = clock.now() + dt.timedelta(minutes=3)
    SyncRun.objects.update(lease_until=until)

    assert work(begun.pk, go_on=lambda: True) is False
    begun.refresh_from_db()
    assert (begun.state, begun.lease_until) == (RunState.RUNNING, until)


def test_both_sides_are_compared_once_a_day(project):
    with time_machine.travel(NOON, tick=False) as time:
        type(project).objects.update(created_at=clock.now(), every_minutes=None)
        sweep()
        assert runs() == []
        time.shift(dt.timedelta(days=1))
        sweep()
        SyncRun.objects.update(state=RunState.COMPLETED, finished_at=clock.now())
        sweep()
    assert runs() == [(Occasion.RECONCILIATION, RunState.COMPLETED)]


def test_history_is_kept_for_45_days(project):
    with time_machine.travel(NOON, tick=False) as time:
        begun = start(project, occasion=Occasion.HAND)
        SyncRun.objects.update(state=RunState.COMPLETED, finished_at=clock.now())
        type(project).objects.update(is_active=False)
        time.shift(dt.timedelta(days=45))
        sweep()
        assert SyncRun.objects.filter(pk=begun.pk).exists()
        time.shift(dt.timedelta(seconds=1))
        sweep()
        assert not SyncRun.objects.exists()


@pytest.mark.erp
def test_a_slice_that_ends_leaves_the_run_to_whoever_comes(reachable):
    task = make_task(project=reachable, batch_size=2)
    for number in range(5):
        make_product(code=f"P-{number}")

    begun = start(reachable, occasion=Occasion.HAND)
    assert work(begun.pk, go_on=lambda: False) is True
    assert counts(begun) == {"inserted": 2}
    assert work(begun.pk, go_on=lambda: True) is False
    begun.refresh_from_db()

    assert (begun.state, counts(begun), task.rows.count()) == (RunState.COMPLETED, {"inserted": 5}, 5)


@pytest.mark.erp
def test_a_worker_that_lost_its_run_stops(reachable):
    make_task(project=reachable, batch_size=1)
    make_product(code="P-1"), make_product(code="P-2")
    begun = start(reachable, occasion=Occasion.HAND)

    asked = []

    def go_on():
        asked.append(True)
        SyncRun.objects.update(lease_until=clock.now() + dt.timedelta(hours=1))
        return True

    work(begun.pk, go_on=go_on)

    begun.refresh_from_db()
    assert (begun.state, counts(begun)) == (RunState.RUNNING, {"inserted": 2})
    assert len(asked) == 1


@pytest.mark.erp
def test_a_task_that_is_not_set_up_fails_alone(reachable):
    make_task(project=reachable, name="Gone").__class__.objects.filter(name="Gone").update(entity="nothing")
    make_task(project=reachable, name="Odd", conditions=[{"field": "name"}])
    make_task_back(project=reachable, name="Fine")

    begun = run(reachable)

    assert list(begun.tasks.order_by("pk").values_list("state", flat=True)) == ["error", "error", "completed"]
    assert begun.state == RunState.WARNING


@pytest.mark.erp
def test_a_task_that_breaks_off_does_not_stop_the_next_one(reachable, monkeypatch):
    make_task(project=reachable, name="Broken")
    make_task_back(project=reachable, name="Fine")
    make_product(code="P-1")
    monkeypatch.setattr(Field, "value_of", lambda field, record: 1 / 0)

    begun = run(reachable)

    found = list(begun.tasks.order_by("pk").values_list("state", "message"))
    assert found == [("error", "ZeroDivisionError"), ("completed", "")]


def told():
    return OutboxMessage.objects.filter(name="integration_run_failed").order_by("pk")


@pytest.mark.erp
def test_a_run_with_failures_is_told_once_until_it_changes(reachable):
    make_task(project=reachable)
    make_product(code="P-1", name="")
    make_product(code="P-2")

    run(reachable)
    message = told().get()
    envelope = prepare(take(message.pk))
    assert message.address == "ops@acme.example"
    assert "left records behind" in envelope.subject
    assert "1 failed" in envelope.text
    assert reachable.name in envelope.html

    make_product(code="P-3", name="")
    make_product(code="P-4")
    run(reachable)
    assert told().count() == 1
    run(reachable)
    make_product(code="P-5", name="")
    assert run(reachable).state == RunState.ERROR
    assert told().count() == 2


def test_an_address_that_is_refused_ends_the_run(project, settings):
    settings.OUTGOING_TO_PRIVATE = False
    project.connection = make_connection(base_url="https://127.0.0.1/data/")
    project.save()
    make_task(project=project)

    ended = run(project)

    assert (ended.state, "refused" in ended.message, told().count()) == (RunState.ERROR, True, 1)
