"""The drives of one slot search, looked up beforehand."""

from collections.abc import Iterable
from functools import lru_cache

import structlog
from django.conf import settings

from portal.geo.distance import Leg, Point
from portal.geo.errors import ServiceAway, ServiceRefused
from portal.geo.routing.osrm import OsrmRouter
from portal.geo.routing.ports import Router
from portal.geo.routing.routers import (
    DEFAULT_DETOUR,
    DEFAULT_SPEED_KMH,
    DegradingRouter,
    GreatCircleRouter,
    RememberingRouter,
)

logger = structlog.get_logger(__name__)


class LegBook:
    """The `travel` of the slot engine: `book(a, b)` is a Leg at once and never asks anybody (SCH-2, SCH-10).

    `prime` fills it in two questions before the search, outside any transaction: the engine only ever needs drives to
    and from the site of the visit. A pair that was not primed is a straight line, measured when it is asked for.
    `method` tells how the primed ones were measured, `notice` is the sentence for people when roads were wanted and
    could not be had.
    """

    def __init__(self, router: Router | None = None, straight: GreatCircleRouter | None = None):
        self._straight = straight or GreatCircleRouter()
        self._router = router or self._straight
        self._legs: dict[tuple[Point, Point], Leg] = {}
        self.method: str = self._router.method
        self.notice: str = ""

    def __call__(self, a: Point, b: Point) -> Leg:
        leg = self._legs.get((a, b))
        if leg is None:
            leg = self._legs[a, b] = self._straight.leg(a, b)
            # A straight line is as long both ways.
            self._legs.setdefault((b, a), leg)
        return leg

    def prime(self, site: Point, points: Iterable[Point]) -> "LegBook":
        """Look up the drives between the site and each point, both ways. May ask a routing server: no transaction."""
        if self._router is self._straight:
            return self
        others = list(dict.fromkeys(points))
        towards = self._router.legs(others, site)
        away = self._router.legs_from(site, others)
        if towards.notice or away.notice:
            # Both ways by one measure: a drive there by road and back as the crow flies would be no comparison.
            towards, notice = self._straight.legs(others, site), towards.notice or away.notice
            away = self._straight.legs_from(site, others)
            self.notice = notice
        self.method = towards.method
        self._legs |= {(point, site): leg for point, leg in towards.items()}
        self._legs |= {(site, point): leg for point, leg in away.items()}
        return self


def open_leg_book(*, speed_kmh: float = DEFAULT_SPEED_KMH, detour: float = DEFAULT_DETOUR) -> LegBook:
    """An empty book for one search: roads where ROUTING_URL names a server, straight lines otherwise.

    `speed_kmh` and `detour` (road metres per straight metre) measure the straight lines.
    """
    straight = GreatCircleRouter(speed_kmh=speed_kmh, detour=detour)
    if not settings.ROUTING_URL:
        return LegBook(straight, straight)
    return LegBook(DegradingRouter(_roads(settings.ROUTING_URL), straight), straight)


def drive_by_road(origin: Point, destination: Point) -> Leg | None:
    """One drive that is not remembered, for places that are nobody's business later.

    None where ROUTING_URL names no server or it has no answer within its time. No transaction may be open.
    """
    if not settings.ROUTING_URL:
        return None
    try:
        return _server(settings.ROUTING_URL).legs([origin], destination).get(origin)
    except (ServiceAway, ServiceRefused) as error:
        logger.warning("drive_not_measured", error=type(error).__name__, reason=str(error))
        return None


@lru_cache(maxsize=4)
def _roads(url: str) -> RememberingRouter:
    """One memory per process."""
    return RememberingRouter(_server(url), name=url)


@lru_cache(maxsize=4)
def _server(url: str) -> OsrmRouter:
    """One client and breaker per process."""
    return OsrmRouter(url)
