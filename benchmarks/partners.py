"""Rank and distribute 1,000 opportunities over many partners, without database: `python benchmarks/partners.py` prints JSON.

`seconds` is the whole of it, from the partners to the last winner (wall clock, the best of the rounds), `cpu_seconds` the
processor's part of that round: the one to read on a busy machine. `times_the_obvious` compares with the obvious way on
the first opportunities, in the same run: score every available partner, sort, take the first.
"""

import json
import platform
import random
import sys
import time as clock
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from partners.engine.eligibility import why_not
from partners.engine.metrics import filled, fixed_points, mean, metres, rates, score
from partners.engine.programme import Opportunity, Partner, Record
from partners.engine.ranking import Programme, best, distribute, table
from partners.engine.weights import Weights
from portal.geo.distance import Point

OPPORTUNITIES = 1000
OBVIOUS = 20
KINDS = range(8)


def somewhere(chance: random.Random) -> Point:
    """A place in a country of some 650 by 850 kilometres."""
    return Point(chance.uniform(40, 46), chance.uniform(-80, -70))


def record(chance: random.Random) -> Record:
    delivered = chance.randrange(60)
    accepted = chance.randint(0, delivered)
    closed = chance.randint(0, accepted)
    return Record(
        delivered=delivered,
        accepted=accepted,
        declined=chance.randint(0, delivered - accepted),
        returned=chance.randint(0, accepted - closed),
        closed=closed,
        won=chance.randint(0, closed),
        feedback=chance.randint(0, delivered),
        days=closed * chance.uniform(2, 40),
    )


def programme_of(count: int, *, territories: int, **same) -> list[Partner]:
    """Partners that cover three territories and half of all lead types and products; `same` is common to all."""
    chance = random.Random(count)
    return [
        Partner(
            **{
                "key": key,
                "capacity": chance.randint(1, 12),
                "maximum": Decimal(chance.choice([50_000, 100_000])),
                "territories": frozenset(chance.sample(range(territories), min(3, territories))),
                "lead_types": frozenset(chance.sample(KINDS, 4)),
                "products": frozenset(chance.sample(KINDS, 4)),
                "position": somewhere(chance),
                "record": record(chance),
            }
            | same
        )
        for key in range(count)
    ]


def nearly_full(count: int) -> list[Partner]:
    """Everybody at capacity but one in a hundred, who has room for one."""
    return [
        Partner(**{name: getattr(partner, name) for name in Partner.__slots__} | {"capacity": 3, "open_count": opened})
        for opened, partner in ((2 if p.key % 100 == 0 else 3, p) for p in programme_of(count, territories=1))
    ]


def queue(territories: int, most_products: int = 2) -> list[Opportunity]:
    chance = random.Random(7)
    return [
        Opportunity(
            key=key,
            value=Decimal(chance.randrange(500, 60_000)),
            territories=frozenset({chance.randrange(territories)}),
            lead_type=chance.choice(KINDS),
            products=frozenset(chance.sample(KINDS, chance.randint(0, most_products))),
            position=somewhere(chance),
        )
        for key in range(OPPORTUNITIES)
    ]


def obvious(opportunities: list[Opportunity], partners: list[Partner], weights: Weights) -> Iterator[int | None]:
    """Every available partner scored and sorted for each opportunity, with the rates computed once."""
    own = [rates(partner.record) for partner in partners]
    prior = mean(own)
    fixed = {
        partner.key: fixed_points(filled(each, prior), weights) for partner, each in zip(partners, own, strict=True)
    }
    opened = {partner.key: partner.open_count for partner in partners}
    for opportunity in opportunities:
        ranks = []
        for partner in partners:
            if opened[partner.key] < partner.capacity and not why_not(partner, opportunity):
                away = metres(partner.position, opportunity.position)
                points = score(fixed[partner.key], weights.distance, away)
                ranks.append((-points, opened[partner.key], away, partner.key))
        ranks.sort()
        if ranks:
            opened[ranks[0][3]] += 1
        yield ranks[0][3] if ranks else None


def timed(run) -> tuple[float, float, object]:
    begin, begin_work = clock.perf_counter(), clock.process_time()
    result = run()
    return clock.perf_counter() - begin, clock.process_time() - begin_work, result


def winners(awards) -> list[int | None]:
    return [award.winner and award.winner.key for award in awards]


def measure(partners: list[Partner], opportunities: list[Opportunity], weights: Weights, rounds: int = 3) -> dict:
    """One programme: seconds of everything, memory that stays, and how many times faster than the obvious way."""
    runs = [timed(lambda: winners(distribute(opportunities, Programme(partners), weights))) for _ in range(rounds)]
    seconds, cpu, won = min(runs, key=lambda run: run[0])
    some = opportunities[:OBVIOUS]
    _, slow_cpu, slow_won = timed(lambda: list(obvious(some, partners, weights)))
    if won[:OBVIOUS] != slow_won:
        raise SystemExit("The obvious way has other winners.")
    _, one_cpu, _ = timed(lambda: best(some[0], Programme(partners), weights))
    _, table_cpu, _ = timed(lambda: table(some[0], Programme(partners), weights))
    return {
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        "times_the_obvious": round(slow_cpu / OBVIOUS / (cpu / len(opportunities)), 1),
        "one_alone_cpu_ms": round(one_cpu * 1000, 1),
        "whole_table_cpu_ms": round(table_cpu * 1000, 1),
        "distributed": sum(key is not None for key in won),
        "partners_with_one": len({key for key in won if key is not None}),
    }


def memory(count: int) -> dict[str, float]:
    """Megabytes that distributing holds after 100 opportunities and after ten times as many, whose awards nobody keeps."""
    partners, opportunities = programme_of(count, territories=50, capacity=10_000), queue(50)
    tracemalloc.start()
    awards = distribute(opportunities * 11, Programme(partners), Weights())
    held = []
    for step in (1000, 9000):
        for _ in islice(awards, step):
            pass
        held.append(tracemalloc.get_traced_memory()[0] / 1e6)
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return {"mb_after_1000": round(held[0], 1), "mb_after_10000": round(held[1], 1), "mb_peak": round(peak, 1)}


def main() -> None:
    figures: dict[str, object] = {"python": platform.python_version(), "opportunities": OPPORTUNITIES}
    newcomers = {"record": Record(), "capacity": 50}
    for count in (1000, 10_000):
        plain = programme_of(count, territories=50)
        everywhere = programme_of(count, territories=1)
        cases = {
            "fifty_territories": (plain, queue(50), Weights()),
            "one_territory": (everywhere, queue(1), Weights()),
            "one_territory_distance_weighs_most": (everywhere, queue(1), Weights(distance=-0.01)),
            "same_points": (programme_of(count, territories=1, **newcomers), queue(1), Weights()),
            "same_points_and_no_distance": (
                programme_of(count, territories=1, **newcomers),
                queue(1),
                Weights(distance=0),
            ),
            "same_points_and_no_location": (
                programme_of(count, territories=1, position=None, **newcomers),
                queue(1),
                Weights(),
            ),
            "nearly_full": (nearly_full(count), queue(1), Weights()),
            "rarely_covered_products": (everywhere, queue(1, most_products=4), Weights(distance=-0.01)),
        }
        figures[f"partners_{count}"] = {name: measure(*case) for name, case in cases.items()}
        figures[f"memory_{count}"] = memory(count)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
