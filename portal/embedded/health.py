"""What the supervisor asks: does the portal answer, does its worker work (SECURITY 21), are the servers the same."""

import http.client
import json
import time
from dataclasses import dataclass, field

from portal.embedded import keeper, processes, records
from portal.embedded.folders import Folders

LOOK_SECONDS = 20.0
STUCK_AFTER_LOOKS = 4


@dataclass
class WorkerWatch:
    """A worker that is up but works nothing (stopped, hung, cut off) shows in its heartbeat only."""

    port: int
    looks: int = 0
    next_look: float = 0.0

    def is_stuck(self) -> bool:
        """Asked often, looks rarely: True once when several looks in a row found no recent heartbeat."""
        if time.monotonic() < self.next_look:
            return False
        self.next_look = time.monotonic() + LOOK_SECONDS
        self.looks = self.looks + 1 if _worker_is_late(self.port) else 0
        if self.looks < STUCK_AFTER_LOOKS:
            return False
        self.looks = 0
        return True


@dataclass
class ServerWatch:
    """PostgreSQL and Valkey are children of the keeper, which revives them; whoever started the portal hears of it here."""

    folders: Folders
    seen: dict[str, dict] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)

    def news(self) -> list[str]:
        """A line for each server that ended since the last look, once for each end."""
        state = records.read(self.folders.file(keeper.STATE))
        if not processes.is_alive(state.get("keeper")):
            return []
        lines = []
        for name, record in state.get("children", {}).items():
            is_up = processes.is_alive(record)
            is_another = record != self.seen.setdefault(name, record)
            if name not in self.down and (is_another or not is_up):
                lines.append(f"{name} ended; it is started again. See {self.folders.log(name)}")
            self.seen[name] = record
            (self.down.discard if is_up else self.down.add)(name)
        return lines

    def forget(self) -> None:
        """The keeper itself is a new one, and both servers with it."""
        self.seen.clear()
        self.down.clear()


def answers(port: int) -> bool:
    """Whether the web server is up."""
    return _get(port, "/healthz")[0] == http.client.OK


def _worker_is_late(port: int) -> bool:
    """Only a clear answer counts: database well, worker not."""
    _, body = _get(port, "/readyz")
    try:
        checks = json.loads(body)["checks"]
        return checks["database"]["ready"] and not checks["worker"]["ready"]
    except (ValueError, KeyError, TypeError):
        return False


def _get(port: int, path: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", path)
        response = line.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        line.close()
