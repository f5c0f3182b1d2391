"""Workers on the real database, several at once, killed -9 between any two steps: each date once (FS-2, D5, SECURITY 20, 40).

One is started as in production, which takes seconds; the others are forks of the test's process.
"""

import datetime as dt
import signal
import time
from collections import Counter

import pytest
import redis
from django.conf import settings as django_settings

from fieldservice.domain.generation import sweep
from fieldservice.enums import DateStatus
from fieldservice.models import BookingDate, FieldServiceSettings, Invoice, InvoiceDate, WorkOrder
from portal.kit import jobs
from portal.tenancy.days import today
from portal.tenancy.scope import named_scope, tenant_scope
from tests.factories.agreements import make_agreement, make_booking_setup, make_invoice_setup
from tests.kit.forks import DONE, KILLED, at_once, ends, fork, kill
from tests.notifications import processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

POINTS = ("after_claim", "before_mark", "after_mark", "before_commit", "after_commit")


@pytest.fixture(autouse=True)
def no_process_stays():
    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()
    yield
    processes.end_all()


@pytest.fixture
def agreement(committed):
    """Two setups by days: what is due makes 16 work orders and 8 invoices."""
    with tenant_scope(committed):
        FieldServiceSettings.objects.create(invoice_days_ahead=7, generation_time=dt.time(0), dates_months_ahead=1)

        def visits(agreement):
            return make_booking_setup(agreement, rule="FREQ=DAILY")

        return make_agreement(
            setups=(visits, visits, lambda each: make_invoice_setup(each, rule="FREQ=DAILY")), start_date=today()
        )


def run_here(tenant):
    with named_scope(tenant):
        return sweep(go_on=lambda: True)


def made_once(tenant) -> bool:
    """Whether each date that is due has one record of its own, and there are no others."""
    with tenant_scope(tenant):
        ahead = today() + dt.timedelta(days=7)
        for dates, records, name in ((BookingDate, WorkOrder, "work_order"), (InvoiceDate, Invoice, "invoice")):
            due = dates.objects.filter(date__lte=ahead)
            named = Counter(due.values_list(name, flat=True))
            assert set(due.values_list("status", flat=True)) == {DateStatus.PROCESSED}
            assert set(named) == set(records.objects.values_list("pk", flat=True))
            assert set(named.values()) == {1}
        assert (WorkOrder.objects.count(), Invoice.objects.count()) == (16, 8)
        assert WorkOrder.objects.values("number").distinct().count() == 16
    return True


def test_a_real_worker_killed_between_two_steps_makes_each_once(committed, agreement):
    worker = processes.start_worker(smtp_port=1, faults="after_mark")
    jobs.send("fieldservice.generate", str(committed.pk))
    assert processes.await_end(worker) == -signal.SIGKILL

    run_here(committed)

    assert made_once(committed)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_between_two_steps_makes_each_once(committed, agreement, point):
    def work():
        django_settings.FAULTS = [point]
        run_here(committed)

    assert ends(fork(work)) == [KILLED]
    with tenant_scope(committed):
        done = BookingDate.objects.filter(status=DateStatus.PROCESSED).count()
        assert done == WorkOrder.objects.count() == int(point == "after_commit")

    run_here(committed)

    assert made_once(committed)


def test_workers_side_by_side_make_each_once(committed, agreement):
    assert at_once(*[lambda: run_here(committed)] * 3) == [DONE] * 3

    assert made_once(committed)
    assert run_here(committed).made == 0


def test_workers_killed_at_any_moment_make_each_once(committed, agreement):
    for count in (3, 9, 18):
        worker = fork(lambda: run_here(committed))
        deadline = time.monotonic() + processes.PATIENCE
        while time.monotonic() < deadline:
            with tenant_scope(committed):
                if WorkOrder.objects.count() + Invoice.objects.count() >= count:
                    break
        kill(worker)
    run_here(committed)

    assert made_once(committed)
