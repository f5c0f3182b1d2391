"""`make run` from outside: comes up, heals, refuses a second one, leaves nothing behind (OPS-1)."""

import http.client
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from portal.embedded import keeper, processes, records, servers, valkey

pytestmark = pytest.mark.slow

START_SECONDS = 150


def run_state(folders):
    return records.read(folders.file(servers.RUN_STATE))


def marked(run_id):
    """Every living process of a run, found by its environment."""
    mark = f"CALLOUT_RUN_ID={run_id}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if (
                folder.name.isdecimal()
                and mark in (folder / "environ").read_bytes()
                and processes.identity(int(folder.name))
            ):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def answer(port, host, path="/healthz"):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=180)
    line.request("GET", path, headers={"Host": f"{host}:{port}"})
    status = line.getresponse().status
    line.close()
    return status


def answers(port, host, path):
    """Whether somebody answers; nobody does while the web server is between two processes."""
    try:
        return answer(port, host, path) == 200
    except (OSError, http.client.HTTPException):
        return False


def eventually(fact, seconds=400):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if fact():
            return True
        time.sleep(0.1)
    return False


def kill(folders, state, name):
    """`kill -9`, and wait until it is up again as another process."""
    known = records.read(folders.file(state))["children"][name]
    os.kill(known["pid"], signal.SIGKILL)
    assert eventually(lambda: records.read(folders.file(state))["children"].get(name, known) != known), name


def start(embedded, port):
    """A running portal and all it said until it was up."""
    run = embedded("run", wait=False, PORT=str(port), CALLOUT_DEMO="0")
    said = []
    for line in run.stdout:
        said.append(line)
        if line.startswith("Ctrl-C"):
            return run, "".join(said)
    pytest.fail("The portal did not come up:\n" + "".join(said))
    return None


def test_a_portal_comes_up_heals_and_ends(embedded, folders):
    port = valkey.free_port()
    run, said = start(embedded, port)
    state = run_state(folders)

    assert "harbor" not in said, "without the demo nobody of it is named"
    assert "manage.py createsuperuser" in said
    assert f"http://localhost:{port}/mailbox/" in said
    assert answer(port, "localhost") == 200
    assert answer(port, "localhost", "/mailbox/") == 200
    assert answer(port, "nobody.localhost", "/mailbox/") == 404
    web = Path(f"/proc/{state['children']['web']['pid']}/environ").read_bytes()
    assert b"DATABASE_OWNER_URL" not in web
    assert b"callout_owner" not in web

    second = embedded("run", PORT=str(valkey.free_port()))
    assert second.returncode == 1
    assert "already running" in second.stdout

    for name in state["children"]:
        kill(folders, servers.RUN_STATE, name)
    for name in ("postgres", "valkey"):
        kill(folders, keeper.STATE, name)
    os.kill(records.read(folders.file(keeper.STATE))["keeper"]["pid"], signal.SIGKILL)
    assert eventually(lambda: answers(port, "localhost", "/accounts/login/"))

    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=300) == 0
    assert marked(state["run_id"]) == []
    assert not processes.is_alive(records.read(folders.file(keeper.STATE)).get("keeper"))
    told = run.stdout.read()
    for name in state["children"]:
        assert told.count(f"{name} was killed by SIGKILL; starting it again in 0.5 s. See {folders.log(name)}\n") == 1
    for name in ("postgres", "valkey"):
        assert told.count(f"{name} ended; it is started again. See {folders.log(name)}\n") == 1
    assert told.count("The keeper of PostgreSQL and Valkey ended") == 1

    run, _ = start(embedded, port)
    killed = run_state(folders)
    os.kill(run.pid, signal.SIGKILL)
    run.wait()
    assert eventually(lambda: marked(killed["run_id"]) == [])

    run, said = start(embedded, port)
    assert "clearing up" in said
    run.terminate()
    assert run.wait(timeout=300) == 0


def test_a_port_in_use_is_said_before_anything_starts(embedded, folders):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = embedded("run", PORT=str(port))

    assert done.returncode == 1
    assert (
        done.stdout
        == f"callout: Port {port} is in use by another program. Choose another one: make run PORT={port + 1}\n"
    )
    assert not folders.postgres.exists()


@pytest.mark.parametrize("port", ["none", "0", "70000"])
def test_a_port_that_is_none_is_refused(embedded, port):
    done = embedded("run", PORT=port)

    assert done.returncode == 1
    assert "PORT must be a number from 1 to 65535" in done.stdout
