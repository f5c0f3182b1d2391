"""Keeps PostgreSQL and Valkey up while somebody uses them, and ends them when nobody does.

Users hold a shared lock on one file. The kernel gives it back however they end, so nothing has to be counted: whoever gets the lock
for itself alone knows that nobody is left.
"""

import os
import shutil
import signal
import stat
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import postgres, processes, records, valkey
from portal.embedded.errors import EmbeddedError
from portal.embedded.folders import Folders, own

STATE = "servers.json"
USERS_LOCK = "users.lock"
ALONE_LOCK = "keeper.lock"
WATCH_SECONDS = 0.2
LONGEST_PAUSE = 30.0
CALM_SECONDS = 60.0
LONGEST_SOCKET_FOLDER = 80


@dataclass
class Keeper:
    """Both servers of one folder, as children of this process."""

    folders: Folders
    fast: bool
    passwords: dict
    sockets: Path
    binaries: Path
    port: int = 0
    children: dict = field(default_factory=dict)
    failures: int = 0
    last_start: float = 0.0

    def start(self, name: str) -> None:
        self.last_start = time.monotonic()
        processes.roll(self.folders.log(name))
        if name == "postgres":
            self.children[name] = postgres.start(self.folders, self.binaries, self.sockets, fast=self.fast)
        else:
            password = self.passwords["redis_password"]
            self.children[name], self.port = valkey.start(self.folders, password, port=self.port, fast=self.fast)
        self.record(ready=set(self.children) == {"postgres", "valkey"})

    def record(self, *, ready: bool) -> None:
        known = {name: processes.described(child.pid) for name, child in self.children.items()}
        state = {"keeper": processes.described(os.getpid()), "children": known, "sockets": str(self.sockets)}
        records.write(self.folders.file(STATE), state | {"redis_port": self.port, "ready": ready})

    def revive(self) -> None:
        """Start again whichever server died, after a pause that grows while it keeps dying."""
        for name, child in self.children.items():
            if child.poll() is None:
                continue
            if time.monotonic() - self.last_start > CALM_SECONDS:
                self.failures = 0
            print(f"{name} {processes.how_it_ended(child.returncode)}; starting it again.", flush=True)
            time.sleep(min(LONGEST_PAUSE, 0.2 * 2**self.failures))
            self.failures += 1
            try:
                if name == "postgres":
                    postgres.forget_dead_postmaster(self.folders)
                self.start(name)
            except EmbeddedError as error:
                print(error, flush=True)

    def stop(self) -> None:
        for name, signals in (("valkey", valkey.STOP_SIGNALS), ("postgres", postgres.STOP_SIGNALS)):
            if name in self.children:
                processes.end_child(self.children[name], signals)


def keep(folders: Folders, *, fast: bool) -> int:
    """The keeper's whole life. Exit code 0: nobody was left; 1: the servers cannot be started, the log says why."""
    alone = records.lock(folders.file(ALONE_LOCK))
    previous = records.read(folders.file(STATE))
    end_leftovers(previous)
    keeper = None
    try:
        signal.signal(signal.SIGTERM, _leave)
        passwords = records.own_secrets(folders)
        sockets = _socket_folder(folders, previous.get("sockets"))
        binaries = postgres.prepare(folders, passwords)
        keeper = Keeper(folders, fast, passwords, sockets, binaries, previous.get("redis_port", 0))
        keeper.start("postgres")
        keeper.start("valkey")
        users = _wait_for_the_last_user(keeper)
    except EmbeddedError as error:
        print(error, file=sys.stderr, flush=True)
        users = None
    finally:
        if keeper:
            keeper.stop()
            shutil.rmtree(keeper.sockets, ignore_errors=True)
            records.write(folders.file(STATE), {"redis_port": keeper.port})
    for descriptor in (users, alone):
        if descriptor is not None:
            os.close(descriptor)
    return 0 if users is not None else 1


def end_leftovers(state: dict) -> None:
    """End what an earlier keeper left running when it was killed (where the kernel did not do it already)."""
    for name, signals in (("postgres", postgres.STOP_SIGNALS), ("valkey", valkey.STOP_SIGNALS)):
        processes.end_recorded(state.get("children", {}).get(name), signals)


def _wait_for_the_last_user(keeper: Keeper) -> int:
    while True:
        users = records.lock(keeper.folders.file(USERS_LOCK), wait=False)
        if users is not None:
            return users
        keeper.revive()
        time.sleep(WATCH_SECONDS)


def _socket_folder(folders: Folders, previous: str | None) -> Path:
    """A short private folder: a socket's path has 107 bytes. The previous one again, so that addresses stay the same."""
    owner = folders.user.uid if folders.user else os.getuid()
    if previous and _is_private(Path(previous), owner):
        for left in Path(previous).iterdir():
            left.unlink()
        return Path(previous)
    short = tempfile.gettempdir() if len(tempfile.gettempdir()) < LONGEST_SOCKET_FOLDER else "/tmp"
    made = Path(tempfile.mkdtemp(prefix="callout-", dir=short))
    own(folders, made)
    return made


def _is_private(folder: Path, owner: int) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == owner and not status.st_mode & 0o077


def _leave(*_signal) -> None:
    raise SystemExit(0)
