"""What the supervisor asks the running portal: does it answer, does its worker work (SECURITY 21)."""

import http.client
import json
import time
from dataclasses import dataclass

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
