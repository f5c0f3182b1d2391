"""Road travel by an OSRM-compatible server: its table service, over HTTP."""

import math
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from portal.geo.breakers import Breaker
from portal.geo.distance import Leg, Point
from portal.geo.errors import ServiceAway, ServiceRefused
from portal.geo.http import get_body, open_client, parse_json
from portal.geo.routing.ports import Legs

TIMEOUT = 2.0
MAXIMUM_COORDINATES = 100
# A place that lies farther than this from the next road of the server's map is not on that map.
MAXIMUM_METRES_TO_ROAD = 5_000
OK, BAD_REQUEST = 200, 400


class OsrmRouter:
    """Drives by road, in seconds and metres, from `/table/v1/driving` of the server at `url`.

    A question may take `timeout` seconds in all, whatever its size. After a failure the server is left alone for the
    breaker's pause. Raises ServiceAway when it does not answer sensibly, ServiceRefused when it knows no such places.
    Pairs that no road joins are left out.
    """

    method = "osrm"

    def __init__(self, url: str, *, timeout: float = TIMEOUT, breaker: Breaker | None = None):
        address = urlsplit(url)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ImproperlyConfigured(f"ROUTING_URL must be an address like http://router:5000, not {url!r}.")
        self._base = url.rstrip("/")
        self._timeout = timeout
        self._breaker = breaker or Breaker()
        self._client = open_client()

    def legs(self, origins: Sequence[Point], destination: Point) -> Legs:
        return self._ask(destination, origins, towards=True)

    def legs_from(self, origin: Point, destinations: Sequence[Point]) -> Legs:
        return self._ask(origin, destinations, towards=False)

    def _ask(self, hub: Point, ends: Sequence[Point], *, towards: bool) -> Legs:
        others = list(dict.fromkeys(ends))
        if not others:
            return Legs({}, method=self.method)
        if not self._breaker.allows():
            raise ServiceAway("It failed a moment ago and is left alone.")
        deadline = time.monotonic() + self._timeout
        found: dict[Point, Leg] = {}
        try:
            for part in _parts(others, MAXIMUM_COORDINATES - 1):
                found |= self._table(hub, part, towards=towards, deadline=deadline)
        except ServiceAway:
            self._breaker.failed()
            raise
        except ServiceRefused:
            self._breaker.worked()
            raise
        self._breaker.worked()
        return Legs(found, method=self.method)

    def _table(self, hub: Point, part: Sequence[Point], *, towards: bool, deadline: float) -> dict[Point, Leg]:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise ServiceAway("The answers take too long.")
        coordinates = ";".join(f"{point.longitude:.6f},{point.latitude:.6f}" for point in (hub, *part))
        many = ";".join(str(number) for number in range(1, len(part) + 1))
        sources, destinations = (many, "0") if towards else ("0", many)
        address = (
            f"{self._base}/table/v1/driving/{coordinates}"
            f"?annotations=duration,distance&sources={sources}&destinations={destinations}"
        )
        status, body = get_body(self._client, address, timeout=remaining)
        if status not in {OK, BAD_REQUEST}:
            raise ServiceAway(f"The server answered {status}.")
        answer = parse_json(body)
        code = answer.get("code") if isinstance(answer, dict) else None
        if status == BAD_REQUEST and isinstance(code, str):
            raise ServiceRefused(f"The server answered {code[:40]}.")
        if status == BAD_REQUEST or code != "Ok":
            raise ServiceAway("The answer is none of a routing server.")
        return _read(answer, part, towards=towards)


def _parts(points: Sequence[Point], size: int) -> Iterator[Sequence[Point]]:
    for start in range(0, len(points), size):
        yield points[start : start + size]


def _read(answer: dict, part: Sequence[Point], *, towards: bool) -> dict[Point, Leg]:
    """The legs of a table; raises ServiceAway for a table of another shape or with impossible values."""
    try:
        seconds = _row(answer["durations"], towards=towards)
        metres = _row(answer["distances"], towards=towards)
        far = _far_from_roads(answer["sources" if towards else "destinations"])
        if _far_from_roads(answer["destinations" if towards else "sources"])[0]:
            raise ServiceRefused("The site is not on the server's map.")
        rows = list(zip(part, seconds, metres, far, strict=True))
        legs = {
            point: Leg(round(length), math.ceil(duration), OsrmRouter.method)
            for point, duration, length, is_far in rows
            if duration is not None and length is not None and not is_far
        }
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ServiceAway("The answer is no table.") from error
    if any(leg.seconds < 0 or leg.metres < 0 for leg in legs.values()):
        raise ServiceAway("The answer has negative drives.")
    return legs


def _row(table: list, *, towards: bool) -> list[float | None]:
    return [line[0] for line in table] if towards else list(table[0])


def _far_from_roads(waypoints: list[dict]) -> list[bool]:
    return [float(each.get("distance", 0.0)) > MAXIMUM_METRES_TO_ROAD for each in waypoints]
