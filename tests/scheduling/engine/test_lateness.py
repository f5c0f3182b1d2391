"""Arrivals of somebody who is behind the plan (SCH-15)."""

from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.lateness import Stop, expected_arrivals

STOPS = st.lists(st.builds(Stop, st.integers(0, 10**6), st.integers(0, 7200), st.integers(60, 20_000)), max_size=8)


def test_lateness_goes_on_until_a_pause_takes_it_up():
    stops = [Stop(1000, 100, 500), Stop(1700, 200, 500), Stop(9000, 300, 500)]
    assert expected_arrivals(0, stops) == [1000, 1700, 9000]
    assert expected_arrivals(1400, stops) == [1500, 2200, 9000]


@given(st.integers(0, 10**6), STOPS)
def test_nobody_is_expected_sooner_than_planned_or_than_the_drive_allows(free_from, stops):
    leaves = free_from
    for stop, arrives in zip(stops, expected_arrivals(free_from, stops), strict=True):
        assert arrives == max(stop.arrives, leaves + stop.drive)
        leaves = arrives + stop.work


@given(st.integers(0, 10**6), st.integers(0, 10_000), STOPS)
def test_who_is_later_arrives_nowhere_sooner(free_from, more, stops):
    early, late = expected_arrivals(free_from, stops), expected_arrivals(free_from + more, stops)
    assert all(before <= after <= before + more for before, after in zip(early, late, strict=True))
