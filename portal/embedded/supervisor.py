"""`run`: servers, schema, demo data, web, worker, scheduler and mail catcher, until Ctrl-C."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from portal.embedded import banner, health, processes, records, servers, valkey
from portal.embedded.children import WATCH_SECONDS, Child, Supervisor
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import CHECKOUT, Folders
from portal.embedded.programs import Program, application_environment, demo_is_wanted, migration, programs, seeding

RUN_LOCK = "run.lock"
DEFAULT_PORT = 8000
HIGHEST_PORT = 65535


def supervise(folders: Folders) -> int:
    """Everything up, until SIGINT, SIGTERM or SIGHUP."""
    port = wanted_port()
    alone = records.lock(folders.file(RUN_LOCK), wait=False)
    if alone is None:
        raise EmbeddedError(_already_running(folders))
    end_leftovers(folders)
    if not valkey.is_free(port):
        raise EmbeddedError(f"Port {port} is in use by another program. Choose another one: make run PORT={port + 1}")
    _end_on_signals()
    supervisor = None
    try:
        print("Starting PostgreSQL and Valkey", flush=True)
        with servers.use(folders) as running:
            supervisor = _supervisor(folders, port)
            try:
                _bring_up(supervisor, running)
                _watch(supervisor)
            finally:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_IGN)
                supervisor.stop()
    except KeyboardInterrupt:
        print("\nStopping", flush=True)
    os.close(alone)
    return 0


def _end_on_signals() -> None:
    """SIGINT too, which a shell switches off for what runs in its background; SIGHUP unless `nohup` asked otherwise."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def wanted_port() -> int:
    """The variable PORT, 8000 without it."""
    value = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not value.isdecimal() or not 1 <= int(value) <= HIGHEST_PORT:
        raise EmbeddedError(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {value!r}.")
    return int(value)


def end_leftovers(folders: Folders) -> None:
    """After kill -9 of a supervisor: end what is left of its run, found by the mark in its environment."""
    left = records.read(folders.file(servers.RUN_STATE))
    if not left:
        return
    print("The last run did not end properly; clearing up after it.", flush=True)
    for record in left.get("children", {}).values():
        processes.end_recorded(record, ((signal.SIGTERM, 5.0), (signal.SIGKILL, 2.0)))
    processes.end_marked(left.get("run_id", ""))
    folders.file(servers.RUN_STATE).unlink(missing_ok=True)


def _supervisor(folders: Folders, port: int) -> Supervisor:
    preferred = servers.SMTP_PORT
    smtp_port = preferred if preferred != port and valkey.is_free(preferred) else valkey.free_port()
    return Supervisor(folders, port, smtp_port, secrets.token_hex(8))


def _bring_up(supervisor: Supervisor, running: servers.Servers) -> None:
    port, smtp_port, folders = supervisor.port, supervisor.smtp_port, supervisor.folders
    environment = application_environment(running, port=port, smtp_port=smtp_port, run_id=supervisor.run_id)
    supervisor.record()
    print("Bringing the database up to date", flush=True)
    with _step(folders, migration(running, environment)) as migrating:
        migrating.wait()
    also = "; filling the demo tenants" if demo_is_wanted() else ""
    print(f"Starting web, worker, scheduler and mail catcher{also}", flush=True)
    every = programs(environment, port=port, smtp_port=smtp_port, var=folders.var)
    with _step(folders, seeding(environment)) as filling:
        supervisor.children = [Child(program) for program in every]
        supervisor.wait_for_web()
        while filling.poll() is None:
            supervisor.revive()
            time.sleep(WATCH_SECONDS)
    known = banner.known_logins(environment["DATABASE_URL"])
    print(banner.welcome(known, port=port, smtp_port=smtp_port, logs=folders.logs), flush=True)


@contextmanager
def _step(folders: Folders, step: Program) -> Iterator[subprocess.Popen]:
    """Something that has to be done once and well."""
    log = folders.log(step.name)
    log.unlink(missing_ok=True)
    process = processes.spawn(list(step.command), log=log, env=step.environment, cwd=CHECKOUT)
    try:
        yield process
    finally:
        processes.end_child(process, step.stop)
    if process.returncode:
        raise EmbeddedError(f"{' '.join(step.command[1:])} failed. The end of {log}:\n{processes.tail(log, 25)}")


def _watch(supervisor: Supervisor) -> None:
    folders, worker = supervisor.folders, health.WorkerWatch(supervisor.port)
    kept = health.ServerWatch(folders)
    while True:
        supervisor.revive()
        if servers.revive(folders):
            kept.forget()
            print(f"The keeper of PostgreSQL and Valkey ended; all three are up again. See {folders.logs}", flush=True)
        for line in kept.news():
            print(line, flush=True)
        if worker.is_stuck():
            print("The worker has not worked for a while; starting it and the scheduler again.", flush=True)
            supervisor.restart("worker", "beat")
        time.sleep(WATCH_SECONDS)


def _already_running(folders: Folders) -> str:
    state = records.read(folders.file(servers.RUN_STATE))
    where = (
        f"http://localhost:{state['port']}/, process {state['supervisor']['pid']}" if "port" in state else "starting"
    )
    return f"Callout is already running with the data in {folders.var} ({where}). Stop it there with Ctrl-C first."
