"""When reminders go out: quiet hours, days with 23 and 25 hours, two at once."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from scheduling.engine.reminders import Quiet, due_times, out_of_quiet

NEW_YORK = ZoneInfo("America/New_York")
NIGHT = Quiet(dt.time(21), dt.time(7))
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def local(*parts, fold=0):
    return dt.datetime(*parts, fold=fold, tzinfo=NEW_YORK).astimezone(dt.UTC)


def test_without_quiet_hours_it_is_so_long_before():
    starts = local(2026, 11, 24, 10)
    assert due_times(starts, (120, 2880), None, NEW_YORK) == {120: starts - 2 * HOUR, 2880: starts - 2 * DAY}


def test_in_the_night_it_waits_for_the_morning():
    assert out_of_quiet(local(2026, 11, 24, 2), local(2026, 11, 24, 10), NIGHT, NEW_YORK) == local(2026, 11, 24, 7)
    assert out_of_quiet(local(2026, 11, 23, 22), local(2026, 11, 24, 10), NIGHT, NEW_YORK) == local(2026, 11, 24, 7)


def test_where_the_visit_is_sooner_it_goes_out_the_evening_before():
    assert out_of_quiet(local(2026, 11, 24, 5), local(2026, 11, 24, 7), NIGHT, NEW_YORK) == local(2026, 11, 23, 21)


def test_quiet_hours_may_lie_within_a_day():
    noon = Quiet(dt.time(12), dt.time(14))
    assert out_of_quiet(local(2026, 11, 24, 13), local(2026, 11, 24, 15), noon, NEW_YORK) == local(2026, 11, 24, 14)
    assert out_of_quiet(local(2026, 11, 24, 11), local(2026, 11, 24, 15), noon, NEW_YORK) == local(2026, 11, 24, 11)


def test_hours_that_begin_as_they_end_are_none():
    due = local(2026, 11, 24, 12)
    assert out_of_quiet(due, due + HOUR, Quiet(dt.time(9), dt.time(9)), NEW_YORK) == due


def test_of_two_at_the_same_time_the_nearer_is_left():
    starts = local(2026, 11, 24, 8)
    assert due_times(starts, (90, 180), NIGHT, NEW_YORK) == {90: local(2026, 11, 24, 7)}


def test_an_end_that_the_clock_skips_is_the_first_time_after_it():
    quiet = Quiet(dt.time(22), dt.time(2, 30))
    found = out_of_quiet(local(2026, 3, 8, 1), local(2026, 3, 8, 12), quiet, NEW_YORK)
    assert found.astimezone(NEW_YORK).time() == dt.time(3, 30)


def test_an_end_that_comes_twice_is_the_first_one_still_ahead():
    quiet = Quiet(dt.time(22), dt.time(1, 30))
    noon = local(2026, 11, 1, 12)
    assert out_of_quiet(local(2026, 11, 1, 1, 10), noon, quiet, NEW_YORK) == local(2026, 11, 1, 1, 30)
    second = local(2026, 11, 1, 1, 10, fold=1)
    assert out_of_quiet(second, noon, quiet, NEW_YORK) == local(2026, 11, 1, 1, 30, fold=1)


@given(
    zone=st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    due=st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 31), timezones=st.just(dt.UTC)),
    ahead=st.integers(15, 43_200),
    hours=st.tuples(st.times(), st.times()).map(
        lambda pair: tuple(each.replace(second=0, microsecond=0) for each in pair)
    ),
)
def test_it_is_never_quiet_never_after_the_visit_and_never_further_than_a_day(zone, due, ahead, hours):
    quiet, starts = Quiet(*hours), due + dt.timedelta(minutes=ahead)

    found = out_of_quiet(due, starts, quiet, zone)

    assert found < starts
    assert abs(found - due) <= DAY + 2 * HOUR
    if not quiet.holds(due, zone):
        assert found == due
    elif found > due:
        assert not quiet.holds(found, zone)
