"""Random tenants on a small map and clock, so that things collide often."""

from datetime import date

from hypothesis import strategies as st

from portal.geo.distance import Leg, Point
from scheduling.engine.types import Busy, Interval, Need, Resource

QUARTER = 900
FIRST_DAY = date(2026, 3, 2)


def drive(a: Point, b: Point) -> Leg:
    """A flat map: a degree is ten minutes and a kilometre, in squares; a little longer towards the north."""
    east, north = b.longitude - a.longitude, b.latitude - a.latitude
    steps = abs(east) + (north * 1.5 if north > 0 else -north)
    return Leg(round(steps * 1000), round(steps * 600), "flat")


def quarters(low: int, high: int) -> st.SearchStrategy[int]:
    return st.integers(low, high).map(lambda count: count * QUARTER)


places = st.builds(Point, st.integers(0, 6).map(float), st.integers(0, 6).map(float))


@st.composite
def intervals(draw, low: int = 0, high: int = 96, longest: int = 40) -> Interval:
    start = draw(quarters(low, high))
    return Interval(start, start + draw(quarters(1, longest)))


@st.composite
def busies(draw, high: int = 120) -> Busy:
    start = draw(quarters(-20, high))
    place = draw(st.none() | places)
    travel = 0 if place is None else draw(quarters(0, 4))
    return Busy(start, start + draw(quarters(1, 16)), place, start - travel)


@st.composite
def resources(draw, number: int = 0) -> Resource:
    return Resource(
        id=f"id-{number}",
        name=draw(st.sampled_from(["Ada", "Ben", "Cleo"])),
        start=draw(st.one_of(st.none(), places, places, places)),
        finish=draw(st.none() | places),
        shifts=tuple(draw(st.lists(intervals(), min_size=1, max_size=3))),
        busy=tuple(draw(st.lists(busies(), max_size=5))),
        is_preferred=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def teams(draw, most: int = 3) -> list[Resource]:
    return [draw(resources(number)) for number in range(draw(st.integers(1, most)))]


@st.composite
def needs(draw) -> Need:
    return Need(
        site=draw(places),
        duration=draw(quarters(1, 10)),
        open=draw(st.none() | st.lists(intervals(), max_size=3).map(tuple)),
        max_metres=draw(st.none() | st.integers(0, 12).map(lambda kilometres: kilometres * 1000)),
        travel_in_hours=draw(st.booleans()),
    )


every_half_hour = st.integers(-4, -3).map(lambda first: [count * QUARTER for count in range(first, 120, 2)])
arrivals = every_half_hour | st.lists(quarters(-4, 120), max_size=24)
moments = quarters(-40, 60)
