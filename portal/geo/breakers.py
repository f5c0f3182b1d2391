"""A circuit breaker: a service that is away is not waited for again and again."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """After a failure nobody asks for `pause` seconds; then one asks, and the others go on without until it is known.

    Per process and safe between threads. `clock` counts seconds.
    """

    def __init__(self, *, pause: float = 30.0, clock: Callable[[], float] = time.monotonic):
        self.pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._closed_until: float | None = None

    def allows(self) -> bool:
        """Whether to ask now. A yes after a failure is given to one caller only, once per pause."""
        with self._lock:
            if self._closed_until is None:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self.pause
            return True

    def failed(self) -> None:
        with self._lock:
            self._closed_until = self._clock() + self.pause

    def worked(self) -> None:
        with self._lock:
            self._closed_until = None
