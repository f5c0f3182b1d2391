"""When a resource that is behind its plan arrives at what comes next (SCH-15)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit still to come: the planned arrival, the drive before it and the work, all in seconds."""

    arrives: int
    drive: int
    work: int


def expected_arrivals(free_from: int, stops: Iterable[Stop]) -> list[int]:
    """The arrival at each stop, in order, for somebody who can leave at `free_from`; never before the planned one."""
    found = []
    leaves = free_from
    for stop in stops:
        arrives = max(stop.arrives, leaves + stop.drive)
        found.append(arrives)
        leaves = arrives + stop.work
    return found
