"""Wall time to instants on the days on which the clock is changed, and on all others (SCH-2, D6)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scheduling.engine.availability import by_day, grid, instant, is_inside, merged, opening, shifts
from scheduling.engine.types import Interval, WeeklyHours

CHANGES = [
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Dubai", date(2026, 6, 1)),
]
EVER = {"now": 0, "notice": 0, "horizon": 1 << 40}
DAY = 86_400

near_changes = st.tuples(st.sampled_from(CHANGES), st.integers(-2, 2)).map(
    lambda pair: (pair[0][0], pair[0][1] + timedelta(days=pair[1]))
)
walls = st.integers(0, 287).map(lambda count: time(count // 12, count % 12 * 5))


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())


def shown(moment: int, zone: str) -> datetime:
    """What a clock on the wall shows."""
    return datetime.fromtimestamp(moment, ZoneInfo(zone)).replace(tzinfo=None)


def minutes_around(day: date) -> range:
    middle = int(datetime.combine(day, time(12), UTC).timestamp())
    return range(middle - 2 * DAY, middle + 2 * DAY, 300)


def expected_shift(row: WeeklyHours, zone: str, day: date) -> tuple[int, int]:
    """Look at the clock every five minutes: from when it first shows the start, or more, to when it last shows the end.

    An end that is never shown comes right after the last time less was.
    """
    begins = datetime.combine(day, row.starts)
    ends = datetime.combine(day if row.ends > row.starts else day + timedelta(days=1), row.ends)
    moments = [(moment, shown(moment, zone)) for moment in minutes_around(day)]
    begin = next(moment for moment, wall in moments if wall >= begins)
    at_the_end = [moment for moment, wall in moments if wall == ends]
    before_the_end = [moment for moment, wall in moments if wall < ends]
    return begin, at_the_end[-1] if at_the_end else before_the_end[-1] + 300


@settings(max_examples=100, deadline=None)
@given(near_changes, walls, walls)
@example(("America/New_York", date(2026, 3, 8)), time(2, 30), time(2, 45))
@example(("America/New_York", date(2026, 11, 1)), time(1, 30), time(1, 45))
@example(("Australia/Lord_Howe", date(2026, 4, 5)), time(1, 45), time(1, 50))
@example(("America/Havana", date(2026, 10, 31)), time(0), time(0))
@example(("Pacific/Apia", date(2011, 12, 30)), time(8), time(17))
def test_a_shift_begins_and_ends_when_the_clock_on_the_wall_says_so(where, starts, ends):
    zone, day = where
    row = WeeklyHours(day.weekday(), starts, ends)
    begin, end = expected_shift(row, zone, day)
    found = shifts([row], zone, day - timedelta(days=1), day + timedelta(days=1))
    assert list(found) == ([Interval(begin, end)] if begin < end else [])


@settings(max_examples=100, deadline=None)
@given(near_changes, walls, walls, st.sampled_from([300, 900, 1800, 2700, 3600]))
@example(("Europe/London", date(2026, 3, 29)), time(0), time(0), 900)
@example(("Australia/Lord_Howe", date(2026, 4, 5)), time(0), time(5), 900)
def test_the_grid_has_every_moment_at_which_the_clock_shows_one_of_its_times(where, opens, closes, step):
    zone, day = where
    first = opens.hour * 3600 + opens.minute * 60
    span = (closes.hour * 3600 + closes.minute * 60 - first) % DAY or DAY
    steps = {(first + offset) % DAY for offset in range(0, span, step)}
    expected = []
    for moment in minutes_around(day):
        wall = shown(moment, zone)
        if wall.date() == day and wall.hour * 3600 + wall.minute * 60 in steps:
            expected.append(moment)
    assert grid(day, zone, step, opens, closes, **EVER) == tuple(expected)


def test_wall_time_is_kept_when_summer_time_begins_in_london():
    week = shifts(
        [WeeklyHours(day, time(8), time(17)) for day in (4, 0)], "Europe/London", date(2026, 3, 27), date(2026, 3, 30)
    )
    assert week == (
        Interval(utc(2026, 3, 27, 8), utc(2026, 3, 27, 17)),
        Interval(utc(2026, 3, 30, 7), utc(2026, 3, 30, 16)),
    )


@pytest.mark.parametrize(
    ("zone", "day", "wall", "begins", "ends"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7), utc(2026, 3, 8, 7)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30)),
        ("Europe/London", date(2026, 3, 29), time(1, 15), utc(2026, 3, 29, 1), utc(2026, 3, 29, 1)),
        ("Europe/London", date(2026, 10, 25), time(1), utc(2026, 10, 25, 0), utc(2026, 10, 25, 1)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), utc(2026, 10, 3, 15, 30), utc(2026, 10, 3, 15, 30)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), utc(2026, 4, 4, 14, 45), utc(2026, 4, 4, 15, 15)),
        ("America/Havana", date(2026, 3, 8), time(0), utc(2026, 3, 8, 5), utc(2026, 3, 8, 5)),
        ("Pacific/Apia", date(2011, 12, 30), time(9), utc(2011, 12, 30, 10), utc(2011, 12, 30, 10)),
        ("Asia/Dubai", date(2026, 6, 1), time(9), utc(2026, 6, 1, 5), utc(2026, 6, 1, 5)),
    ],
)
def test_skipped_times_become_the_first_real_instant_and_repeated_ones_give_the_longer_shift(
    zone, day, wall, begins, ends
):
    assert instant(day, wall, zone) == begins
    assert instant(day, wall, zone, is_end=True) == ends


def test_a_night_shift_ends_the_next_morning_an_hour_shorter_when_summer_time_begins():
    night = [WeeklyHours(5, time(22), time(6))]
    (shift,) = shifts(night, "Europe/London", date(2026, 3, 28), date(2026, 3, 28))
    assert shift == Interval(utc(2026, 3, 28, 22), utc(2026, 3, 29, 5))


def test_the_night_shift_of_the_evening_before_is_there_in_full():
    night = [WeeklyHours(day, time(22), time(6)) for day in range(7)]
    found = shifts(night, "UTC", date(2026, 3, 3), date(2026, 3, 3))
    assert found == (
        Interval(utc(2026, 3, 2, 22), utc(2026, 3, 3, 6)),
        Interval(utc(2026, 3, 3, 22), utc(2026, 3, 4, 6)),
    )


def test_a_night_shift_that_ended_at_midnight_is_not_of_the_day():
    assert shifts([WeeklyHours(0, time(16), time(0))], "UTC", date(2026, 3, 3), date(2026, 3, 3)) == ()


def test_equal_times_are_a_whole_day_and_whole_days_join():
    always = [WeeklyHours(day, time(0), time(0)) for day in range(7)]
    (shift,) = shifts(always, "America/New_York", date(2026, 3, 7), date(2026, 3, 9))
    assert shift.end - shift.start == 3 * DAY - 3600


def test_without_opening_hours_a_place_is_always_open():
    days = (date(2026, 3, 3), date(2026, 3, 3))
    assert opening([], "UTC", *days) is None
    assert opening([WeeklyHours(0, time(9), time(12))], "UTC", *days) == ()
    assert opening([WeeklyHours(1, time(9), time(12))], "UTC", *days) == (
        Interval(utc(2026, 3, 3, 9), utc(2026, 3, 3, 12)),
    )


def test_the_grid_keeps_notice_and_horizon_both_included():
    now = utc(2026, 3, 3, 8)
    found = grid(date(2026, 3, 3), "UTC", 3600, time(8), time(18), now, notice=2 * 3600, horizon=4 * 3600)
    assert found == (utc(2026, 3, 3, 10), utc(2026, 3, 3, 11), utc(2026, 3, 3, 12))


def test_the_grid_of_several_days_is_grouped_by_local_date():
    found = grid(date(2026, 3, 7), "America/New_York", 6 * 3600, time(0), time(0), **EVER, last_day=date(2026, 3, 8))
    days = by_day(reversed(found), "America/New_York")
    assert list(days) == [date(2026, 3, 7), date(2026, 3, 8)]
    assert days[date(2026, 3, 8)] == (utc(2026, 3, 8, 5), *(utc(2026, 3, 8, hour) for hour in (10, 16, 22)))


@pytest.mark.parametrize("step", [0, -900])
def test_a_grid_without_a_step_is_refused(step):
    with pytest.raises(ValueError, match="step"):
        grid(date(2026, 3, 3), "UTC", step, time(8), time(18), **EVER)


@given(st.lists(st.builds(Interval, st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_merged_intervals_hold_the_same_instants_in_order_and_apart(intervals):
    result = merged(intervals)
    assert {at for each in intervals for at in range(each.start, each.end)} == {
        at for each in result for at in range(each.start, each.end)
    }
    assert all(a.end < b.start for a, b in pairwise(result))


def test_a_span_is_inside_one_interval_or_always():
    hours = (Interval(0, 10), Interval(20, 30))
    assert is_inside(0, 10, hours)
    assert not is_inside(5, 25, hours)
    assert not is_inside(0, 1, ())
    assert is_inside(0, 1, None)
