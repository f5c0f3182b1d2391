"""Values that go into the slot search and come out of it (SCH-2, SCH-13).

Instants are int seconds since 1970 in UTC, durations int seconds, distances int metres. Intervals are half open.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Literal

from portal.geo.distance import Leg, Point

Travel = Callable[[Point, Point], Leg]
Origin = Literal["start", "visit"]


class Reason(StrEnum):
    """Why a resource can or cannot do a visit. From SKILL on, the caller decides before the search."""

    FITS = "fits"
    OUTSIDE_HOURS = "outside_hours"
    BUSY = "busy"
    TIME_OFF = "time_off"
    TRAVEL_BEFORE = "travel_before"
    TRAVEL_AFTER = "travel_after"
    TOO_FAR = "too_far"
    SITE_CLOSED = "site_closed"
    NO_LOCATION = "no_location"
    SKILL = "skill"
    RATING = "rating"
    SKILL_EXPIRED = "skill_expired"
    TERRITORY = "territory"
    RESTRICTED = "restricted"
    NOT_CHOSEN = "not_chosen"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` up to, but without, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours that come back every week, in wall time; weekday 0 is Monday.

    `ends` at or before `starts` is a night shift into the next day; equal times are a whole day.
    """

    weekday: int
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class Busy:
    """What a resource already does: a live booking or hold at `place`, or time off (no place).

    Work lasts from `arrives` to `ends`; `leaves` is when the stored travel begins (time off: `arrives`).
    """

    arrives: int
    ends: int
    place: Point | None
    leaves: int


@dataclass(frozen=True, slots=True)
class Resource:
    """Someone who can do the visit, with hours and bookings around the days that are searched.

    `start` is where each working day begins, `finish` where the resource has to be back (None: nowhere).
    """

    id: str
    name: str
    start: Point | None
    finish: Point | None
    shifts: tuple[Interval, ...]
    busy: tuple[Busy, ...]
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What the customer wants done.

    Arrival and work must lie inside one interval of `open` (None: always open). `max_metres` limits the drive to
    the site. With `travel_in_hours` the drives to the first visit and home from the last lie inside the shift.
    """

    site: Point
    duration: int
    open: tuple[Interval, ...] | None = None
    max_metres: int | None = None
    travel_in_hours: bool = False

    def __post_init__(self) -> None:
        """Refuse work without a duration: it would fit into gaps that do not exist."""
        if self.duration <= 0:
            raise ValueError("A visit lasts at least a second.")


@dataclass(frozen=True, slots=True)
class Window:
    """A span of arrivals promised to the customer, say 8 to 12; work may end after it."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A visit that a resource can really do.

    It leaves at `leaves` from its start or from the visit before (`from_place`), drives `leg`, works from `arrives`
    to `ends`; `next_leg` is the drive to the visit after it, whose stored travel the booking has to replace.
    """

    arrives: int
    ends: int
    leaves: int
    resource_id: str
    leg: Leg
    next_leg: Leg | None
    from_place: Origin
    window: Window | None = None
    resource_name: str = ""
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """One candidate's line in the account of a search: fit or not, for what reason, with which drives (SCH-13).

    `metres` and `seconds` are the drive to the site, `next_metres` the drive on; None where nothing was measured.
    `rank` counts from 1 among those that fit.
    """

    resource_id: str
    resource_name: str
    fits: bool
    reason: Reason
    metres: int | None = None
    next_metres: int | None = None
    seconds: int | None = None
    rank: int | None = None
