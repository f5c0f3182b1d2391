"""When to remind of a visit: so long before, outside the quiet hours of the site (NOT-1)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours by the wall in which nobody is reminded; they may reach over midnight."""

    starts: time
    ends: time

    def holds(self, instant: datetime, zone: ZoneInfo) -> bool:
        """Whether the instant lies inside; the first and the last minute do not."""
        wall = instant.astimezone(zone).time().replace(tzinfo=None)
        if self.starts < self.ends:
            return self.starts < wall < self.ends
        return self.starts > self.ends and (wall > self.starts or wall < self.ends)


def due_times(starts: datetime, minutes: tuple[int, ...], quiet: Quiet | None, zone: ZoneInfo) -> dict[int, datetime]:
    """When each reminder of a visit goes out, in UTC, by its minutes before.

    What falls into quiet hours waits for their end, or goes out before they begin when that would be too late. Of two that
    would go out at the same time the nearer one is left.
    """
    found: dict[datetime, int] = {}
    for each in sorted(minutes):
        due = out_of_quiet(starts - timedelta(minutes=each), starts, quiet, zone)
        found.setdefault(due, each)
    return {each: due for due, each in found.items()}


def out_of_quiet(due: datetime, starts: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """The instant itself, or the end of the quiet hours around it, or their beginning when the visit starts before they end."""
    if quiet is None or not quiet.holds(due, zone):
        return due
    ends = min(each for each in instants(quiet.ends, due, zone) if each > due)
    if ends < starts:
        return ends
    return max(each for each in instants(quiet.starts, due, zone) if each <= due)


def instants(wall: time, near: datetime, zone: ZoneInfo) -> list[datetime]:
    """When the clock of the site shows this time on the days around `near`.

    A time that the clock skips counts as the first one after it, one that comes twice counts twice.
    """
    today = near.astimezone(zone).date()
    found = []
    for day in (today - DAY, today, today + DAY):
        for fold in (0, 1):
            local = datetime.combine(day, wall.replace(fold=fold), zone)
            instant = local.astimezone(UTC)
            if fold == 0 or instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                found.append(instant)
    return found
