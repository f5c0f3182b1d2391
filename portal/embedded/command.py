"""`exec`: one command with the servers up and their addresses in its environment."""

import contextlib
import os
import signal
import subprocess

from portal.embedded import servers
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import Folders
from portal.embedded.processes import dies_with_parent


def run_command(folders: Folders, command: list[str], *, tests: bool) -> int:
    """Run `command` and return its exit code; Ctrl-C is the command's to answer, the servers end after it."""
    with contextlib.ExitStack() as held:
        running = held.enter_context(servers.use(folders, fast=tests))
        slot = held.enter_context(servers.slot(folders)) if tests else 0
        if slot:
            _make_database(running, slot)
        child = _start(command, os.environ | running.environment(slot=slot))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda got, _frame: _pass_on(child, got))
        code = child.wait()
    return code if code >= 0 else 128 - code


def _make_database(running: servers.Servers, slot: int) -> None:
    """The first run has the database `callout`; those beside it get theirs here, by the owner."""
    import psycopg  # noqa: PLC0415  the supervisor and its like do without

    name = servers.database_name(slot)
    with psycopg.connect(running.database_url("callout_owner", "postgres"), autocommit=True) as owner:
        with contextlib.suppress(psycopg.errors.DuplicateDatabase):
            owner.execute(f"CREATE DATABASE {name}")
        owner.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        owner.execute(f"GRANT CONNECT ON DATABASE {name} TO callout_app")


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen:
    ends_with_us = dies_with_parent(signal.SIGTERM)
    try:
        return subprocess.Popen(command, env=environment, preexec_fn=ends_with_us)  # noqa: PLW1509 - only one thread here
    except FileNotFoundError as error:
        raise EmbeddedError(f"There is no command {command[0]}.") from error


def _pass_on(child: subprocess.Popen, number: int) -> None:
    """The terminal sends Ctrl-C to the command itself; other signals are ours to hand over."""
    if number != signal.SIGINT and child.poll() is None:
        child.send_signal(number)
