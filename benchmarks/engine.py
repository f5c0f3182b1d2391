"""Time the slot search alone, without database: `python benchmarks/engine.py` prints JSON (milliseconds)."""

import json
import platform
import random
import sys
import time as clock
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portal.geo.distance import Point, drive_leg
from scheduling.engine.availability import by_day, grid, shifts
from scheduling.engine.ranking import explain
from scheduling.engine.slots import days_with_room, find_slots
from scheduling.engine.types import Busy, Need, Resource, WeeklyHours

ZONE = "America/New_York"
FIRST = date(2026, 3, 2)
WORKDAYS = [WeeklyHours(weekday, time(8), time(17)) for weekday in range(5)]
HALF_HOUR = 1800
TRAVEL = partial(drive_leg, speed_kmh=40, detour=1.3)


def somewhere(chance: random.Random) -> Point:
    """A place in a city of some 60 by 60 kilometres."""
    return Point(40.7 + chance.uniform(-0.27, 0.27), -74.0 + chance.uniform(-0.35, 0.35))


def bookings(chance: random.Random, days: int, count: int, hours: tuple) -> list[list[Busy]]:
    """Bookings of an hour for each of `count` resources: three for every four on each working day, in order."""
    result: list[list[Busy]] = [[] for _ in range(count)]
    for shift in hours[:days]:
        for busy in result:
            start = shift.start + chance.randrange(0, 4) * HALF_HOUR
            for _ in range(chance.choice((0, 0, 1, 2))):
                start += chance.randrange(1, 6) * HALF_HOUR
                busy.append(Busy(start, start + 2 * HALF_HOUR, somewhere(chance), start - 900))
                start += 2 * HALF_HOUR
    return result


def tenant(count: int, days: int, *, are_full: bool = False) -> list[Resource]:
    """Resources with their bookings; full ones have no room from the first shift to the last."""
    chance = random.Random(count + days)
    hours = shifts(WORKDAYS, ZONE, FIRST, FIRST + timedelta(days=days - 1))
    plans = bookings(chance, len(hours), count, hours)
    if are_full:
        plans = [[Busy(s.start, s.end, somewhere(chance), s.start) for s in hours] for _ in range(count)]
    return [
        Resource(str(number), f"Technician {number:05}", home := somewhere(chance), home, hours, tuple(plan))
        for number, plan in enumerate(plans)
    ]


def measure(run: Callable[[], object], rounds: int) -> dict[str, float]:
    """p50 and p95 of many runs in milliseconds, and p95 of processor time: the one to read on a busy machine."""
    taken, worked = [], []
    for _ in range(rounds):
        begin, begin_work = clock.perf_counter(), clock.process_time()
        run()
        worked.append((clock.process_time() - begin_work) * 1000)
        taken.append((clock.perf_counter() - begin) * 1000)
    taken.sort()
    worked.sort()
    slow = int(rounds * 0.95)
    figures = {"p50_ms": taken[rounds // 2], "p95_ms": taken[slow], "p95_cpu_ms": worked[slow]}
    return {name: round(value, 3) for name, value in figures.items()} | {"rounds": rounds}


def one_day(count: int, *, max_metres: int | None = None, rounds: int = 200) -> dict[str, float]:
    """Slots of one day."""
    resources = tenant(count, 1)
    chance = random.Random(7)
    now = resources[0].shifts[0].start - 86_400
    arrivals = grid(FIRST, ZONE, HALF_HOUR // 2, time(8), time(17), now, 0, 30 * 86_400)
    needs = [Need(somewhere(chance), 3600, max_metres=max_metres, travel_in_hours=True) for _ in range(rounds)]
    queue = iter(needs)
    figures = measure(lambda: find_slots(next(queue), resources, arrivals, TRAVEL, now), rounds)
    return figures | {"bookings": sum(len(each.busy) for each in resources), "arrivals": len(arrivals)}


def one_account(count: int, *, rounds: int = 100) -> dict[str, float]:
    """Why: every candidate of one arrival."""
    resources = tenant(count, 1)
    chance = random.Random(9)
    noon = resources[0].shifts[0].start + 4 * 3600
    queue = iter([Need(somewhere(chance), 3600, travel_in_hours=True) for _ in range(rounds)])
    return measure(lambda: explain(next(queue), resources, noon, TRAVEL), rounds)


def one_month(count: int, *, are_full: bool = False, rounds: int = 100) -> dict[str, float]:
    """Free days of a month."""
    resources = tenant(count, 31, are_full=are_full)
    chance = random.Random(8)
    now = resources[0].shifts[0].start - 86_400
    last = FIRST + timedelta(days=30)
    arrivals = grid(FIRST, ZONE, HALF_HOUR // 2, time(8), time(17), now, 0, 40 * 86_400, last_day=last)
    days = by_day(arrivals, ZONE)
    queue = iter([Need(somewhere(chance), 3600, travel_in_hours=True) for _ in range(rounds)])
    figures = measure(lambda: days_with_room(next(queue), resources, days, TRAVEL, now), rounds)
    return figures | {"bookings": sum(len(each.busy) for each in resources), "arrivals": len(arrivals)}


def main() -> None:
    figures = {
        "python": platform.python_version(),
        "day_50_resources": one_day(50),
        "day_1000_resources": one_day(1000),
        "day_1000_resources_within_1km": one_day(1000, max_metres=1000),
        "account_1000_resources": one_account(1000),
        "month_1000_resources": one_month(1000),
        "month_1000_resources_all_full": one_month(1000, are_full=True, rounds=20),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
