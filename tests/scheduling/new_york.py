"""When and where most tests of visits happen: a Sunday in New York, and the days after it."""

import datetime as dt

from scheduling.domain.booking import Slot
from tests.factories.geo import make_place

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
MONDAY = dt.date(2026, 11, 23)


def at(hour, minute=0, day=MONDAY):
    """A wall time in New York in winter."""
    return Slot(dt.datetime(day.year, day.month, day.day, hour + 5, minute, tzinfo=dt.UTC))


def place(latitude=40.75, longitude=-73.99):
    """A place in the town; a hundredth of a degree north is about a kilometer."""
    return make_place(latitude=latitude, longitude=longitude)
