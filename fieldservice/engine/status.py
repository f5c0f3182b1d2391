"""What the visits of a work order make of its status (FS-4, DYNAMICS 3.2), as a pure function."""

from collections.abc import Iterable
from enum import StrEnum


class Visit(StrEnum):
    """The statuses a booking can have, as far as its work order is concerned."""

    HELD = "held"
    SCHEDULED = "scheduled"
    TRAVELING = "traveling"
    IN_PROGRESS = "in_progress"
    ON_BREAK = "on_break"
    COMPLETED = "completed"
    FOLLOW_UP = "follow_up"
    CANCELED = "canceled"


class Outcome(StrEnum):
    """The system statuses that visits lead to; Posted and Canceled are decided by people."""

    UNSCHEDULED = "unscheduled"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


UNDER_WAY = frozenset({Visit.TRAVELING, Visit.IN_PROGRESS, Visit.ON_BREAK})
AT_SITE = frozenset({Visit.IN_PROGRESS, Visit.ON_BREAK, Visit.COMPLETED, Visit.FOLLOW_UP})


def status_from_bookings(bookings: Iterable[str]) -> Outcome:
    """The work order's system status, by the statuses of all its bookings in any order.

    Holds and canceled bookings count for nothing. A visit that needs a follow-up leaves the work to be scheduled
    again, unless another visit completed it. Raises ValueError for a status that bookings do not have.
    """
    visits = {Visit(each) for each in bookings}
    if visits & UNDER_WAY:
        return Outcome.IN_PROGRESS
    if Visit.SCHEDULED in visits:
        return Outcome.IN_PROGRESS if Visit.COMPLETED in visits else Outcome.SCHEDULED
    return Outcome.COMPLETED if Visit.COMPLETED in visits else Outcome.UNSCHEDULED


def has_arrived(bookings: Iterable[str]) -> bool:
    """Whether somebody is or was at the site. Raises ValueError for a status that bookings do not have."""
    return bool({Visit(each) for each in bookings} & AT_SITE)
