"""Workers, a real SMTP server, kill -9 between any two steps: nothing lost, each repeat recognisable (NOT-2, D5).

One worker of each kind is started as in production, which takes seconds; the others are forks of the test's process.
"""

import signal
import time
from pathlib import Path

import pytest
import redis
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction

from notifications.domain.outbox import publish
from notifications.enums import OPEN_STATES, AttemptOutcome, OutboxState
from notifications.models import OutboxAttempt, OutboxMessage
from notifications.tasks import sweep_all
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.kit.forks import DONE, KILLED, at_once, ends, fork, kill
from tests.notifications import processes
from tests.notifications.receiver import Receiver

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Where the worker dies, and how many mails the receiver then has.
KILLS = {"after_claim": 0, "before_send": 0, "after_send": 1, "before_mark": 1, "after_mark": 1}


@pytest.fixture
def receiver():
    server = Receiver()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def no_process_stays():
    yield
    processes.end_all()


@pytest.fixture(autouse=True)
def empty_queue():
    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()


@pytest.fixture
def over_smtp(settings):
    """`over_smtp(port)`: from now on this process, and its forks, send their mails there."""

    def put(smtp_port, mailbox=Path("/nowhere")):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", smtp_port, 60
        settings.MAILBOX_DIR = mailbox

    return put


@pytest.fixture
def sweep(over_smtp):
    """`sweep(port)`: one sweep of this process, over SMTP."""

    def run(*where):
        over_smtp(*where)
        return sweep_all(seconds=processes.PATIENCE)

    return run


def dying(point, work):
    """The work of a fork that dies at a point of it."""

    def run():
        django_settings.FAULTS = [point]
        return work()

    return run


@pytest.fixture
def no_broker(monkeypatch):
    """Nobody is told of what is to be done. A fork would share the line, and leave half an answer in it when it dies."""
    monkeypatch.setattr("portal.kit.jobs.send", lambda *arguments: None)


def write(tenant, number=1) -> list[OutboxMessage]:
    """Commit messages that need no other rows."""
    with tenant_scope(tenant):
        return [
            publish("unknown_account", key=f"test:{each}", address=f"a{each}@example.com") for each in range(number)
        ]


def end_leases(tenant) -> None:
    """As if the time of the leases had passed."""
    with tenant_scope(tenant):
        OutboxMessage.objects.filter(state__in=OPEN_STATES).update(next_attempt_at=clock.now())


def states(tenant) -> set[str]:
    with tenant_scope(tenant):
        return set(OutboxMessage.objects.order_by().values_list("state", flat=True))


def outcomes(tenant) -> list[str]:
    with tenant_scope(tenant):
        return list(OutboxAttempt.objects.order_by("message_id", "number").values_list("outcome", flat=True))


def settle_all(tenant, seconds=processes.PATIENCE) -> None:
    """Wait until the workers have settled everything."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not states(tenant) & set(OPEN_STATES):
            return
        time.sleep(0.05)
    pytest.fail(f"Not everything was settled: {states(tenant)}, {outcomes(tenant)}")


def test_a_worker_sends_at_once(committed, receiver):
    processes.start_worker(smtp_port=receiver.port)
    [row] = write(committed)

    assert receiver.wait_for(1)
    settle_all(committed)

    assert states(committed) == {OutboxState.SENT}
    assert receiver.by_message_id() == {row.message_id: 1}


def test_a_real_worker_killed_between_two_steps_loses_nothing(committed, receiver, sweep):
    worker = processes.start_worker(smtp_port=receiver.port, faults="after_send")
    [row] = write(committed)
    assert processes.await_end(worker) == -signal.SIGKILL

    end_leases(committed)
    sweep(receiver.port)

    assert receiver.by_message_id() == {row.message_id: 2}
    assert outcomes(committed) == ["uncertain", "sent"]


@pytest.mark.parametrize("point", KILLS)
def test_a_worker_killed_between_two_steps_loses_nothing(committed, receiver, sweep, point):
    [row] = write(committed)
    assert ends(fork(dying(point, lambda: sweep(receiver.port)))) == [KILLED]
    assert len(receiver.messages) == KILLS[point]

    end_leases(committed)
    sweep(receiver.port)

    assert states(committed) == {OutboxState.SENT}
    is_repeated = point in {"after_send", "before_mark"}
    assert receiver.by_message_id() == {row.message_id: 2 if is_repeated else 1}
    expected = ["sent"] if point == "after_mark" else ["uncertain", "sent"]
    assert outcomes(committed) == expected


@pytest.mark.parametrize("point", ["after_send", "before_mark"])
def test_a_mailbox_that_can_be_asked_gets_no_second_copy(committed, receiver, sweep, tmp_path, point):
    [row] = write(committed)
    assert ends(fork(dying(point, lambda: sweep(receiver.port, tmp_path)))) == [KILLED]
    (tmp_path / "1.eml").write_bytes(bytes(receiver.messages[0]))

    end_leases(committed)
    sweep(receiver.port, tmp_path)

    assert receiver.by_message_id() == {row.message_id: 1}
    assert outcomes(committed) == ["uncertain", "confirmed"]


@pytest.mark.parametrize(("point", "is_committed"), [("after_insert", False), ("after_commit", True)])
@pytest.mark.usefixtures("no_broker")
def test_a_writer_killed_around_its_commit_writes_all_or_nothing(committed, receiver, sweep, point, is_committed):
    assert ends(fork(dying(point, lambda: write(committed)))) == [KILLED]

    sweep(receiver.port)

    assert len(receiver.messages) == int(is_committed)


@pytest.mark.usefixtures("no_broker")
def test_without_a_broker_the_sweep_alone_delivers(committed, receiver):
    processes.start_sweep("--every", "0.2", smtp_port=receiver.port, redis_url=processes.NO_REDIS)
    rows = write(committed, 20)

    assert receiver.wait_for(20, processes.PATIENCE)
    settle_all(committed)

    assert receiver.by_message_id() == {row.message_id: 1 for row in rows}


def test_a_lost_queue_loses_nothing(committed, receiver, sweep):
    rows = write(committed, 3)
    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()

    sweep(receiver.port)

    assert receiver.by_message_id() == {row.message_id: 1 for row in rows}


def test_a_mail_server_that_comes_back_gets_everything_once(committed, sweep):
    first = Receiver()
    port = first.port
    first.close()
    rows = write(committed, 5)
    sweep(port)
    assert states(committed) == {OutboxState.WAITING}
    assert set(outcomes(committed)) == {AttemptOutcome.AWAY}

    server = Receiver(port=port)
    end_leases(committed)
    sweep(port)
    server.close()

    assert states(committed) == {OutboxState.SENT}
    assert server.by_message_id() == {row.message_id: 1 for row in rows}


def test_refusals_for_now_and_for_good_and_a_cut_connection(committed, sweep):
    server = Receiver("451 Later", "554 Never", "hang up")
    write(committed, 4)
    sweep(server.port)
    assert sorted(outcomes(committed)) == ["permanent", "sent", "temporary", "uncertain"]
    assert states(committed) == {"waiting", "dead", "uncertain", "sent"}

    end_leases(committed)
    sweep(server.port)
    server.close()

    assert states(committed) == {"dead", "sent"}
    assert sorted(server.by_message_id().values()) == [1, 1, 2]


def test_sweeps_side_by_side_send_each_once(committed, receiver, over_smtp):
    with transaction.atomic():
        rows = write(committed, 60)
    redis.Redis.from_url(django_settings.REDIS_URL).flushdb()

    over_smtp(receiver.port)
    assert at_once(*[lambda: call_command("sweep_outbox")] * 4) == [DONE] * 4

    assert states(committed) == {OutboxState.SENT}
    assert receiver.by_message_id() == {row.message_id: 1 for row in rows}


def test_workers_killed_at_any_moment_lose_nothing(committed, receiver, sweep, over_smtp):
    """Kill -9 from outside, again and again, while messages go out."""
    rows = write(committed, 120)
    wanted = {row.message_id for row in rows}
    kills = 0
    for round_number in range(4):
        over_smtp(receiver.port)
        worker = fork(lambda: call_command("sweep_outbox", "--every", "0.1"))
        assert receiver.wait_for(min(len(wanted), (round_number + 1) * 25), processes.PATIENCE)
        kill(worker)
        kills += 1
        end_leases(committed)
    sweep(receiver.port)

    assert states(committed) == {OutboxState.SENT}
    came = receiver.by_message_id()
    assert set(came) == wanted
    assert sum(came.values()) - len(wanted) <= kills
    assert outcomes(committed).count(AttemptOutcome.UNCERTAIN) <= kills
