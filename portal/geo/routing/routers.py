"""Straight lines, remembering, and degrading from roads to straight lines."""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence

import structlog
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from portal.geo.distance import GREAT_CIRCLE, Leg, Point, drive_leg
from portal.geo.errors import ServiceAway, ServiceRefused
from portal.geo.routing.ports import Legs, Router

logger = structlog.get_logger(__name__)

AWAY = _("Road routing is not answering; distances are straight lines.")
REFUSED = _("Road routing does not know these places; distances are straight lines.")
DEFAULT_SPEED_KMH = 40.0
DEFAULT_DETOUR = 1.3
REMEMBERED_LEGS = 50_000
REMEMBERED_SECONDS = 24 * 3600
# About eleven metres: the same doorstep, whoever asks.
DECIMALS = 4


class GreatCircleRouter:
    """The default: the great circle times `detour`, driven at `speed_kmh`. Asks nobody."""

    method = GREAT_CIRCLE

    def __init__(self, *, speed_kmh: float = DEFAULT_SPEED_KMH, detour: float = DEFAULT_DETOUR):
        self._speed_kmh = speed_kmh
        self._detour = detour

    def leg(self, a: Point, b: Point) -> Leg:
        return drive_leg(a, b, speed_kmh=self._speed_kmh, detour=self._detour)

    def legs(self, origins: Sequence[Point], destination: Point) -> Legs:
        return Legs({origin: self.leg(origin, destination) for origin in origins}, method=self.method)

    def legs_from(self, origin: Point, destinations: Sequence[Point]) -> Legs:
        return Legs({destination: self.leg(origin, destination) for destination in destinations}, method=self.method)


class DegradingRouter:
    """Roads while the router answers; otherwise straight lines for the whole question, with a notice.

    Never a mixture because one part came late: candidates of one search are compared by one measure. Only a place to
    which no road leads is measured in a straight line among roads.
    """

    def __init__(self, roads: Router, straight: GreatCircleRouter):
        self._roads = roads
        self._straight = straight
        self.method = roads.method

    def legs(self, origins: Sequence[Point], destination: Point) -> Legs:
        return self._degrade(
            lambda: self._roads.legs(origins, destination), lambda: self._straight.legs(origins, destination)
        )

    def legs_from(self, origin: Point, destinations: Sequence[Point]) -> Legs:
        return self._degrade(
            lambda: self._roads.legs_from(origin, destinations), lambda: self._straight.legs_from(origin, destinations)
        )

    @staticmethod
    def _degrade(by_road: Callable[[], Legs], straight: Callable[[], Legs]) -> Legs:
        lines = straight()
        try:
            found = by_road()
        except (ServiceAway, ServiceRefused) as error:
            logger.warning("router_degraded", error=type(error).__name__, reason=str(error))
            return Legs(lines, method=lines.method, notice=AWAY if isinstance(error, ServiceAway) else REFUSED)
        return Legs({**lines, **found}, method=found.method)


class RememberingRouter:
    """Asks another router only for the legs that neither this process nor the cache remembers.

    Keys hold the router's `name` and rounded coordinates, nothing of a tenant's.
    """

    def __init__(self, router: Router, *, name: str):
        self._router = router
        self._digest = hashlib.sha256(name.encode()).hexdigest()[:12]
        self._recent = _Recent()
        self.method = router.method

    def legs(self, origins: Sequence[Point], destination: Point) -> Legs:
        keys = {origin: self._key(origin, destination) for origin in origins}
        return self._remembered(keys, lambda missing: self._router.legs(missing, destination))

    def legs_from(self, origin: Point, destinations: Sequence[Point]) -> Legs:
        keys = {destination: self._key(origin, destination) for destination in destinations}
        return self._remembered(keys, lambda missing: self._router.legs_from(origin, missing))

    def _remembered(self, keys: dict[Point, str], ask: Callable[[list[Point]], Legs]) -> Legs:
        known = self._recall(set(keys.values()))
        missing = [point for point, key in keys.items() if key not in known]
        if missing:
            fresh = {keys[point]: leg for point, leg in ask(missing).items()}
            self._recent.keep(fresh)
            cache.set_many({key: tuple(leg) for key, leg in fresh.items()}, REMEMBERED_SECONDS)
            known |= fresh
        return Legs({point: known[key] for point, key in keys.items() if key in known}, method=self.method)

    def _recall(self, keys: Iterable[str]) -> dict[str, Leg]:
        known = self._recent.find(keys)
        if elsewhere := [key for key in keys if key not in known]:
            shared = {key: Leg(*each) for key, each in cache.get_many(elsewhere).items()}
            self._recent.keep(shared)
            known |= shared
        return known

    def _key(self, a: Point, b: Point) -> str:
        ends = ":".join(f"{each:.{DECIMALS}f}" for each in (*a, *b))
        return f"leg:{self._digest}:{ends}"


class _Recent:
    """What this process remembers: the last legs used, each for a day at most."""

    def __init__(self):
        self._legs: OrderedDict[str, tuple[float, Leg]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, keys: Iterable[str]) -> dict[str, Leg]:
        found = {}
        with self._lock:
            for key in keys:
                until, leg = self._legs.get(key, (0.0, None))
                if leg is not None and until > time.monotonic():
                    self._legs.move_to_end(key)
                    found[key] = leg
        return found

    def keep(self, legs: dict[str, Leg]) -> None:
        until = time.monotonic() + REMEMBERED_SECONDS
        with self._lock:
            for key, leg in legs.items():
                self._legs[key] = (until, leg)
                self._legs.move_to_end(key)
            while len(self._legs) > REMEMBERED_LEGS:
                self._legs.popitem(last=False)
