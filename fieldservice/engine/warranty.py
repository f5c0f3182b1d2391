"""Whether a warranty holds on a day (FS-3)."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum


class WarrantyState(Enum):
    NONE = "none"
    AHEAD = "ahead"
    HOLDS = "holds"
    ENDING = "ending"
    OVER = "over"


# From here on it is said that it ends soon.
SOON = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Warranty:
    """The state on a day; `date` is the day that matters: its beginning while it is ahead, its last day otherwise."""

    state: WarrantyState
    date: dt.date | None = None
    days_left: int = 0


def warranty_on(today: dt.date, starts: dt.date | None, ends: dt.date | None) -> Warranty:
    """What the warranty is on this day. Both days count; without an end nothing is promised."""
    if ends is None:
        return Warranty(WarrantyState.NONE)
    if ends < today:
        return Warranty(WarrantyState.OVER, ends)
    if starts is not None and today < starts:
        return Warranty(WarrantyState.AHEAD, starts)
    left = (ends - today).days
    state = WarrantyState.ENDING if ends - today <= SOON else WarrantyState.HOLDS
    return Warranty(state, ends, left)
