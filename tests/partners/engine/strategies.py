"""Random programmes with few territories, places and numbers, so that ties, gaps and full partners are common."""

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from partners.engine.programme import Opportunity, Partner, Record
from partners.engine.weights import RANGES, Weights
from portal.geo.distance import Point

TERRITORIES, LEAD_TYPES, PRODUCTS = ["north", "south", "west"], ["repair", "new"], ["boiler", "pump", "solar"]
PLACES = [
    Point(51.5, -0.1),
    Point(51.5, 0.1),
    Point(52.5, -1.9),
    Point(-33.9, 151.2),
    Point(0.0, 179.9),
    Point(0.0, -179.9),
]


def some(values, most: int = 3) -> st.SearchStrategy[frozenset]:
    return st.sets(st.sampled_from(values), max_size=most).map(frozenset)


def thousands(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda number: Decimal(number * 1000))


@st.composite
def records(draw, most: int = 8) -> Record:
    delivered = draw(st.integers(0, most))
    accepted = draw(st.integers(0, delivered))
    declined = draw(st.integers(0, delivered - accepted))
    returned = draw(st.integers(0, accepted))
    closed = draw(st.integers(0, accepted - returned))
    return Record(
        delivered=delivered,
        accepted=accepted,
        declined=declined,
        expired=draw(st.integers(0, delivered - accepted - declined)),
        returned=returned,
        closed=closed,
        won=draw(st.integers(0, closed)),
        stalled=draw(st.integers(0, accepted - returned - closed)),
        feedback=draw(st.integers(0, delivered)),
        reported=draw(st.integers(0, accepted)),
        days=draw(st.integers(0, 90)) if closed else 0,
    )


@st.composite
def partners(draw, key: int) -> Partner:
    return Partner(
        key=key,
        capacity=draw(st.integers(0, 4)),
        open_count=draw(st.sampled_from([0, 0, 1, 2])),
        minimum=draw(st.none() | thousands(0, 3)),
        maximum=draw(st.none() | thousands(2, 6)),
        territories=draw(some(TERRITORIES)),
        lead_types=draw(some(LEAD_TYPES)),
        products=draw(some(PRODUCTS)),
        position=draw(st.none() | st.sampled_from(PLACES)),
        record=draw(st.just(Record()) | records()),
        is_active=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def programmes(draw, most: int = 7) -> list[Partner]:
    return [draw(partners(key)) for key in range(draw(st.integers(0, most)))]


@st.composite
def opportunities(draw, key: int = 0) -> Opportunity:
    return Opportunity(
        key=key,
        value=draw(st.none() | thousands(0, 6)),
        territories=draw(some(TERRITORIES, 2)),
        lead_type=draw(st.none() | st.sampled_from(LEAD_TYPES)),
        products=draw(some(PRODUCTS, 2)),
        position=draw(st.none() | st.sampled_from(PLACES)),
        skipped=draw(st.sets(st.integers(0, 6), max_size=2).map(frozenset)),
    )


def batches(most: int = 6) -> st.SearchStrategy[list[Opportunity]]:
    return st.integers(1, most).flatmap(lambda count: st.tuples(*map(opportunities, range(count)))).map(list)


@st.composite
def weights(draw) -> Weights:
    """Twentieths of each range: some are zero, all are short decimals."""
    return weighed(lambda: draw(st.integers(0, 20)))


def likely_record(chance: random.Random) -> Record:
    """A record of up to eight deliveries; every fourth partner has none."""
    delivered = chance.choice([0, 2, 5, 8])
    accepted = chance.randint(0, delivered)
    closed = chance.randint(0, accepted)
    returned = chance.randint(0, accepted - closed)
    return Record(
        delivered=delivered,
        accepted=accepted,
        declined=chance.randint(0, delivered - accepted),
        returned=returned,
        stalled=chance.randint(0, accepted - closed - returned),
        closed=closed,
        won=chance.randint(0, closed),
        feedback=chance.randint(0, delivered),
        days=closed * chance.randint(1, 40),
    )


def any_case(chance: random.Random) -> tuple[list[Partner], list[Opportunity], Weights]:
    """A small programme with everything that can be missing or equal, a queue and weights: quicker than the strategies."""
    count = chance.randint(0, 7)
    partners = [
        replace(
            partner,
            minimum=chance.choice([None, Decimal(0), Decimal(1000)]),
            maximum=chance.choice([None, Decimal(1000), Decimal(2000)]),
            position=chance.choice([None, *PLACES]),
            is_active=chance.random() < 0.9,
        )
        for partner in crowd(chance, count, **chance.choice([{}, {"record": Record()}]))
    ]
    opportunities = [
        replace(
            opportunity,
            value=chance.choice([None, Decimal(500), Decimal(1000), Decimal(2000), Decimal(2001)]),
            territories=frozenset(chance.sample(TERRITORIES, chance.choice([0, 1, 1, 1, 2]))),
            position=chance.choice([None, *PLACES]),
            skipped=frozenset(chance.sample(range(7), chance.choice([0, 0, 1, 2]))),
        )
        for opportunity in queue(chance, chance.randint(1, 6))
    ]
    return partners, opportunities, weighed(lambda: chance.choice([0, 0, 1, 5, 10, 20]))


cases = st.integers(0, 10**9).map(lambda seed: any_case(random.Random(seed)))


def weighed(twentieths: Callable[[], int]) -> Weights:
    return Weights(
        **{metric.value: round((low + high) * twentieths() / 20, 6) for metric, (_, low, high) in RANGES.items()}
    )


def crowd(chance: random.Random, count: int, **same) -> list[Partner]:
    """Many partners that can do most things; `same` is what all of them have in common."""
    return [
        Partner(
            **{
                "key": key,
                "capacity": chance.randint(0, 5),
                "open_count": chance.randint(0, 2),
                "territories": frozenset(chance.sample(TERRITORIES, 2)),
                "lead_types": frozenset(chance.sample(LEAD_TYPES, chance.randint(1, 2))),
                "products": frozenset(chance.sample(PRODUCTS, chance.randint(1, 3))),
                "position": chance.choice([None, *[Point(chance.uniform(-90, 90), chance.uniform(-180, 180))] * 9]),
                "record": likely_record(chance),
            }
            | same
        )
        for key in range(count)
    ]


def queue(chance: random.Random, count: int, **same) -> list[Opportunity]:
    return [
        Opportunity(
            **{
                "key": key,
                "territories": frozenset(chance.sample(TERRITORIES, chance.randint(1, 2))),
                "lead_type": chance.choice([None, *LEAD_TYPES]),
                "products": frozenset(chance.sample(PRODUCTS, chance.choice([0, 0, 1, 2]))),
                "position": chance.choice([None, *[Point(chance.uniform(-90, 90), chance.uniform(-180, 180))] * 9]),
            }
            | same
        )
        for key in range(count)
    ]
