"""What a router is."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from portal.geo.distance import Leg, Point


class Legs(dict[Point, Leg]):
    """Legs by the point at their other end; `method` that measured them, `notice` for people when it was a stopgap."""

    def __init__(self, legs: Mapping[Point, Leg], *, method: str, notice: str = ""):
        super().__init__(legs)
        self.method = method
        self.notice = notice


class Router(Protocol):
    """Measures drives; raises ServiceAway or ServiceRefused when it cannot."""

    method: str

    def legs(self, origins: Sequence[Point], destination: Point) -> Legs:
        """The drives from each origin to the destination."""

    def legs_from(self, origin: Point, destinations: Sequence[Point]) -> Legs:
        """The drives from the origin to each destination."""
