"""The door for whoever needs the servers: `use()` starts them or shares running ones."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.embedded import keeper, processes, records
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import CHECKOUT, Folders

START_LOCK = "start.lock"
RUN_STATE = "run.json"
SMTP_PORT = 1025
START_SECONDS = 120
STOP_SECONDS = 30
# Test runs side by side take different slots: their databases and Redis numbers never meet.
SLOTS = 30
REDIS_NUMBERS_PER_SLOT = 32
KEEPER_STOP = ((signal.SIGTERM, 20.0), (signal.SIGKILL, 2.0))


@dataclass(frozen=True)
class Servers:
    """Running servers and how to reach them."""

    folders: Folders
    sockets: str
    redis_port: int
    passwords: dict

    def database_url(self, role: str, name: str = "callout") -> str:
        password = self.passwords["owner_password" if role == "callout_owner" else "app_password"]
        return f"postgresql://{role}:{password}@/{name}?host={self.sockets}"

    def redis_url(self, number: int = 0) -> str:
        return f"redis://:{self.passwords['redis_password']}@127.0.0.1:{self.redis_port}/{number}"

    def environment(self, *, slot: int = 0, smtp_port: int | None = None) -> dict[str, str]:
        """The variables by which the settings find the servers."""
        name = database_name(slot)
        port = smtp_port or records.read(self.folders.file(RUN_STATE)).get("smtp_port", SMTP_PORT)
        return {
            "DATABASE_URL": self.database_url("callout_app", name),
            "DATABASE_OWNER_URL": self.database_url("callout_owner", name),
            "REDIS_URL": self.redis_url(slot * REDIS_NUMBERS_PER_SLOT),
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "SECRET_KEY": self.passwords["secret_key"],
            "CALLOUT_EMBEDDED": "1",
            "CALLOUT_VAR": str(self.folders.var),
            "PORT": os.environ.get("PORT", "8000"),
        }


def database_name(slot: int) -> str:
    return f"callout_{slot}" if slot else "callout"


@contextmanager
def use(folders: Folders, *, fast: bool = False) -> Iterator[Servers]:
    """Hold the servers up while the block runs. The last user's end is theirs."""
    with records.locked(folders.file(START_LOCK)):
        users = records.lock(folders.file(keeper.USERS_LOCK), shared=True)
        try:
            servers = _ensure(folders, fast=fast)
        except BaseException:
            os.close(users)
            raise
    try:
        yield servers
    finally:
        os.close(users)
        wait_for_the_end(folders)


def revive(folders: Folders, *, fast: bool = False) -> bool:
    """Start a new keeper when the old one was killed; the addresses stay the same. For long-lived holders of `use`.

    True when it was so.
    """
    if processes.is_alive(records.read(folders.file(keeper.STATE)).get("keeper")):
        return False
    with records.locked(folders.file(START_LOCK)):
        _ensure(folders, fast=fast)
    return True


@contextmanager
def slot(folders: Folders) -> Iterator[int]:
    """A number that no other test run of this folder has meanwhile."""
    for number in range(SLOTS):
        held = records.lock(folders.file(f"slot-{number}.lock"), wait=False)
        if held is not None:
            try:
                yield number
            finally:
                os.close(held)
            return
    raise EmbeddedError(f"{SLOTS} test runs are using {folders.var} already.")


def stop(folders: Folders) -> bool:
    """Stop the servers whoever uses them; false when none ran."""
    return processes.end_recorded(records.read(folders.file(keeper.STATE)).get("keeper"), KEEPER_STOP)


def wait_for_the_end(folders: Folders) -> None:
    """Return when the servers have ended, or at once while somebody else uses them."""
    # The keeper takes itself off the record before its process ends, so it is remembered from the start.
    running, users = records.read(folders.file(keeper.STATE)).get("keeper"), folders.file(keeper.USERS_LOCK)
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and processes.is_alive(running):
        nobody = records.lock(users, wait=False)
        others = records.lock(users, shared=True, wait=False) if nobody is None else None
        for descriptor in (nobody, others):
            if descriptor is not None:
                os.close(descriptor)
        if others is not None:
            return
        time.sleep(processes.POLL_SECONDS)


def module_command(*arguments: str) -> list[str]:
    """This package in a process of its own."""
    return [sys.executable, "-m", "portal.embedded", *arguments]


def module_environment() -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))
    return os.environ | {"PYTHONPATH": path}


def _ensure(folders: Folders, *, fast: bool) -> Servers:
    """Under the start lock: the recorded servers if their keeper lives, new ones otherwise."""
    state = records.read(folders.file(keeper.STATE))
    if not processes.is_alive(state.get("keeper")):
        state = _start_keeper(folders, fast=fast)
    elif not state.get("ready"):
        state = _await_ready(folders, state["keeper"], None)
    return Servers(folders, state["sockets"], state["redis_port"], records.own_secrets(folders))


def _start_keeper(folders: Folders, *, fast: bool) -> dict:
    log = folders.log("keeper")
    log.unlink(missing_ok=True)
    command = module_command("keep", *(["--fast"] if fast else []))
    environment = module_environment() | {"CALLOUT_VAR": str(folders.var)}
    with log.open("wb") as output:
        started = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=environment,
            cwd="/",
        )
    return _await_ready(folders, processes.described(started.pid), started)


def _await_ready(folders: Folders, record: dict, started: subprocess.Popen | None) -> dict:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        state = records.read(folders.file(keeper.STATE))
        if state.get("ready") and state["keeper"]["pid"] == record["pid"]:
            return state
        ended = started.poll() is not None if started else not processes.is_alive(record)
        if ended:
            raise EmbeddedError(f"The embedded servers did not start.\n{_log_text(folders.log('keeper'))}")
        time.sleep(processes.POLL_SECONDS)
    raise EmbeddedError(f"The embedded servers were not ready within {START_SECONDS} seconds; see {folders.logs}.")


def _log_text(log: Path) -> str:
    return log.read_text(errors="replace").strip() if log.exists() else ""
