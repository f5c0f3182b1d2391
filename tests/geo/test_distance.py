"""Distances agree with geopy, whatever the pair of points."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.geo.distance import GREAT_CIRCLE, Leg, Point, drive_leg, great_circle, quick_great_circle

LONDON = Point(51.5074, -0.1278)
PARIS = Point(48.8566, 2.3522)

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))


@given(points, points)
@example(Point(0, 0), Point(0, 180))
@example(Point(37.5, 20), Point(-37.5, -160))
@example(Point(14.7, -8.6), Point(-14.7, -188.6))
@example(Point(90, 10), Point(-90, 70))
@example(Point(52, 179.9999), Point(52, -179.9999))
@example(LONDON, Point(51.50741, -0.1278))
def test_the_quick_distance_agrees_with_geopy_to_within_a_metre(a, b):
    assert quick_great_circle(a, b) == pytest.approx(great_circle(a, b), abs=1)


@given(points, points)
def test_a_distance_is_the_same_there_and_back_and_none_at_all_on_the_spot(a, b):
    assert quick_great_circle(a, b) == pytest.approx(quick_great_circle(b, a), abs=1e-6)
    assert quick_great_circle(a, a) == 0


def test_london_is_344_kilometres_from_paris():
    assert great_circle(LONDON, PARIS) == pytest.approx(343_557, abs=100)


def test_a_latitude_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="latitude"):
        great_circle(Point(91, 0), LONDON)


def test_a_drive_is_the_great_circle_with_detour_at_the_given_speed():
    leg = drive_leg(LONDON, PARIS, speed_kmh=100, detour=1.2)
    assert leg.metres == pytest.approx(412_268, abs=100)
    assert leg.seconds == pytest.approx(leg.metres * 0.036, abs=1)
    assert leg.method == GREAT_CIRCLE


def test_seconds_of_a_drive_round_up_so_that_nobody_is_late_by_rounding():
    b = Point(51.5075, -0.1278)
    leg = drive_leg(LONDON, b, speed_kmh=36, detour=1)
    assert leg.metres == 11
    assert leg.seconds == 2


def test_there_is_no_drive_to_where_one_already_is():
    assert drive_leg(PARIS, PARIS, speed_kmh=50, detour=1.3) == Leg(0, 0, GREAT_CIRCLE)
