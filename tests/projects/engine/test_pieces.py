"""What a booking takes of the working days (PSA-5): wall time through the year, real minutes, no overlap."""

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.engine.pieces import minutes_in, pieces
from scheduling.engine.types import Interval, WeeklyHours

NEW_YORK = "America/New_York"
MONDAY = dt.date(2026, 11, 23)
EIGHT, FOUR, SIX = dt.time(8), dt.time(16), dt.time(18)


def weekdays(starts=EIGHT, ends=FOUR, days=range(5)):
    return [WeeklyHours(day, starts, ends) for day in days]


def told(found, zone=NEW_YORK):
    """The pieces by the clock on the wall."""
    return [
        tuple(dt.datetime.fromtimestamp(each, ZoneInfo(zone)).strftime("%d %H:%M") for each in (piece.start, piece.end))
        for piece in found
    ]


def at(day, hour, zone=NEW_YORK):
    return int(dt.datetime.combine(day, dt.time(hour), ZoneInfo(zone)).timestamp())


def test_each_working_day_gives_its_first_minutes():
    found = pieces(weekdays(), NEW_YORK, MONDAY - dt.timedelta(days=3), MONDAY, 120)

    assert told(found) == [("20 08:00", "20 10:00"), ("23 08:00", "23 10:00")]
    assert minutes_in(found) == 240


def test_a_day_gives_no_more_than_its_hours():
    assert minutes_in(pieces(weekdays(), NEW_YORK, MONDAY, MONDAY, 600)) == 480


def test_time_off_is_worked_around_and_closed_days_are_left_out():
    away = [Interval(at(MONDAY, 9), at(MONDAY, 11))]
    closed = frozenset({MONDAY + dt.timedelta(days=1)})

    found = pieces(weekdays(), NEW_YORK, MONDAY, MONDAY + dt.timedelta(days=2), 240, away, closed)

    assert told(found) == [("23 08:00", "23 09:00"), ("23 11:00", "23 14:00"), ("25 08:00", "25 12:00")]


def test_a_break_at_noon_is_no_work():
    hours = [WeeklyHours(0, EIGHT, dt.time(12)), WeeklyHours(0, dt.time(13), dt.time(17))]

    assert told(pieces(hours, NEW_YORK, MONDAY, MONDAY, 300)) == [("23 08:00", "23 12:00"), ("23 13:00", "23 14:00")]


def test_a_night_shift_belongs_to_the_evening_on_which_it_begins():
    hours = weekdays(dt.time(22), dt.time(6))

    found = pieces(hours, NEW_YORK, MONDAY, MONDAY, 480)

    assert told(found) == [("23 22:00", "24 06:00")]
    assert pieces(hours, NEW_YORK, MONDAY - dt.timedelta(days=1), MONDAY - dt.timedelta(days=1), 480) == ()


def test_what_the_night_took_the_morning_does_not_take_again():
    hours = [WeeklyHours(0, dt.time(22), dt.time(6)), WeeklyHours(1, dt.time(5), dt.time(13))]

    found = pieces(hours, NEW_YORK, MONDAY, MONDAY + dt.timedelta(days=1), 480)

    assert told(found) == [("23 22:00", "24 06:00"), ("24 06:00", "24 13:00")]


@pytest.mark.parametrize(
    ("day", "hours", "wall"),
    [
        # The clock goes forward at 2: eight hours of real time end at 9.
        (dt.date(2026, 3, 8), (dt.time(0), dt.time(12)), ("08 00:00", "08 09:00")),
        # It goes back at 2: they end at 7.
        (dt.date(2026, 11, 1), (dt.time(0), dt.time(12)), ("01 00:00", "01 07:00")),
        # A shift that begins in the hour that does not exist begins at the first real one.
        (dt.date(2026, 3, 8), (dt.time(2, 30), SIX), ("08 03:00", "08 11:00")),
    ],
)
def test_eight_hours_are_eight_hours_on_the_days_when_the_clock_is_changed(day, hours, wall):
    found = pieces(weekdays(*hours, days=[6]), NEW_YORK, day, day, 480)

    assert told(found) == [wall]
    assert minutes_in(found) == 480


hours_of_a_week = st.lists(
    st.builds(
        WeeklyHours,
        st.integers(0, 6),
        st.times().map(lambda each: each.replace(second=0, microsecond=0, fold=0)),
        st.times().map(lambda each: each.replace(second=0, microsecond=0, fold=0)),
    ),
    max_size=8,
)


@given(
    hours=hours_of_a_week,
    zone=st.sampled_from([NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    first=st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 1)),
    span=st.tuples(st.integers(0, 30), st.integers(15, 1440)),
    away=st.lists(st.tuples(st.integers(0, 40 * 24), st.integers(1, 48)), max_size=3),
)
def test_whatever_the_hours_pieces_are_in_order_apart_and_within_the_day(hours, zone, first, span, away):
    length, minutes = span
    gone = [
        Interval(at(first, 0, zone) + begin * 3600, at(first, 0, zone) + (begin + hours_) * 3600)
        for begin, hours_ in away
    ]

    found = pieces(hours, zone, first, first + dt.timedelta(days=length), minutes, gone)

    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(each.end > each.start for each in found)
    assert minutes_in(found) <= minutes * (length + 1)
    assert not any(piece.start < each.end and each.start < piece.end for piece in found for each in gone)
