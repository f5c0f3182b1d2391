"""Only what was started from here is ended, however the numbers are reused."""

import os
import signal
import subprocess
import sys

import pytest

from portal.embedded import processes, records

SLEEP = [sys.executable, "-c", "import time; time.sleep(300)"]
TERMINATE = ((signal.SIGTERM, 5.0),)


@pytest.fixture
def sleeper(tmp_path):
    child = processes.spawn(SLEEP, log=tmp_path / "log")
    yield child
    processes.end_child(child, ())


def test_a_recorded_process_is_found_and_ended(sleeper):
    record = processes.described(sleeper.pid)

    assert processes.is_alive(record)
    assert processes.end_recorded(record, TERMINATE)
    assert not processes.is_alive(record)


@pytest.mark.parametrize("record", [None, {"pid": 1, "identity": ""}])
def test_no_record_names_nothing(record):
    assert not processes.is_alive(record)
    assert not processes.end_recorded(record, TERMINATE)


def test_a_reused_number_is_another_process(sleeper):
    record = processes.described(sleeper.pid) | {"identity": "earlier"}

    assert not processes.end_recorded(record, TERMINATE)
    assert sleeper.poll() is None


def test_a_zombie_is_not_alive(sleeper):
    record = processes.described(sleeper.pid)
    os.kill(sleeper.pid, signal.SIGKILL)

    assert processes.end_recorded(record, TERMINATE) in {True, False}
    assert processes.identity(sleeper.pid) == ""


def test_a_child_that_ignores_the_first_signal_gets_the_next(tmp_path):
    script = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(300)"
    child = processes.spawn([sys.executable, "-c", script], log=tmp_path / "log")
    while b"deaf" not in (tmp_path / "log").read_bytes():
        assert child.poll() is None

    processes.end_child(child, ((signal.SIGTERM, 0.1), (signal.SIGKILL, 60.0)))

    assert child.returncode == -signal.SIGKILL


def test_marked_processes_are_found_by_their_environment():
    mine = subprocess.Popen(SLEEP, env=os.environ | {"CALLOUT_RUN_ID": "mark-of-this-test"})
    other = subprocess.Popen(SLEEP, env=os.environ | {"CALLOUT_RUN_ID": "mark-of-this-test-2"})

    processes.end_marked("mark-of-this-test")

    assert mine.wait(timeout=60) == -signal.SIGKILL
    assert other.poll() is None
    other.kill()
    other.wait()


def test_records_are_whole_and_private(tmp_path):
    records.write(tmp_path / "state.json", {"pid": 1})

    assert records.read(tmp_path / "state.json") == {"pid": 1}
    assert (tmp_path / "state.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_an_exclusive_lock_excludes_and_a_shared_one_shares(tmp_path):
    path = tmp_path / "lock"
    first = records.lock(path, shared=True)
    second = records.lock(path, shared=True, wait=False)

    assert second is not None
    assert records.lock(path, wait=False) is None
    os.close(first)
    os.close(second)
    alone = records.lock(path, wait=False)
    assert alone is not None
    os.close(alone)


def test_a_long_log_is_rolled_and_its_tail_read(tmp_path):
    log = tmp_path / "web.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))

    assert processes.tail(log, lines=2) == "    line 98\n    line 99"
    processes.roll(log, limit=10)
    assert not log.exists()
    assert (tmp_path / "web.log.1").exists()
