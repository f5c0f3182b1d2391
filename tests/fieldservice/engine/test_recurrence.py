"""Dates of recurrences: month ends, leap days, windows that join, clocks that jump (FS-2)."""

import datetime as dt
import time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldservice.engine.recurrence import Recurrence, dates, instant_at, span, upcoming
from fieldservice.engine.rules import parse
from tests.fieldservice.engine.strategies import DAYS, NEAR_DAYS, recurrences, rules

NEW_YORK = ZoneInfo("America/New_York")
LONDON = ZoneInfo("Europe/London")
APIA = ZoneInfo("Pacific/Apia")
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2030, 12, 31)


def day(text) -> dt.date:
    return dt.date.fromisoformat(text)


def of(text, start, count=6, until="2040-12-31"):
    found = upcoming(Recurrence(day(start), parse(text)), day(start), day(until), count)
    return [each.isoformat() for each in found]


@given(recurrences(), DAYS, DAYS)
def test_dates_are_in_order_each_once_and_within_the_window(recurrence, first, last):
    found = dates(recurrence, first, last)

    assert all(former < later for former, later in pairwise(found))
    assert all(first <= each <= last for each in found)
    assert not set(found) & recurrence.skipped


@given(recurrences(), st.lists(NEAR_DAYS, max_size=5))
def test_windows_one_after_another_join_to_the_whole(recurrence, borders):
    ends = [*sorted(borders), LAST]
    parts, first = [], FIRST
    for last in ends:
        parts += dates(recurrence, first, last)
        first = last + dt.timedelta(days=1)

    assert parts == dates(recurrence, FIRST, LAST)


@given(recurrences(), st.integers(0, 8))
def test_the_next_dates_are_the_first_of_all(recurrence, count):
    assert upcoming(recurrence, FIRST, LAST, count) == dates(recurrence, FIRST, LAST)[:count]


@given(rules(), NEAR_DAYS)
def test_another_reader_of_the_text_finds_the_same(rule, start):
    """The text is RFC 5545: dateutil reads it by itself. A rule that leaves its day to the start is the one thing we add to."""
    leans_on_start = rule.unit in {"MONTHLY", "YEARLY"} and not rule.month_days and not rule.weekdays
    if leans_on_start or (rule.unit == "YEARLY" and not rule.months):
        return
    end = dt.datetime(2032, 1, 1)
    read = rrule.rrulestr(rule.text, dtstart=dt.datetime.combine(start, dt.time()))
    theirs = [each.date() for each in read.between(dt.datetime(2024, 1, 1), end, inc=True)]

    assert dates(Recurrence(start, rule), FIRST, end.date()) == theirs


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("FREQ=MONTHLY", "2027-10-31", ["2027-10-31", "2027-11-30", "2027-12-31", "2028-01-31", "2028-02-29"]),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=30", "2026-11-01", ["2026-11-30", "2027-02-28", "2027-05-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2028-01-01", ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "2026-01-02", ["2026-01-15", "2026-02-01", "2026-02-15"]),
        ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("FREQ=YEARLY;INTERVAL=4", "2024-02-29", ["2024-02-29", "2028-02-29"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=1MO", "2026-01-01", ["2026-05-04", "2027-05-03"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-01-01", ["2026-01-01", "2026-01-12", "2026-01-15", "2026-01-26"]),
        ("FREQ=WEEKLY", "2026-03-04", ["2026-03-04", "2026-03-11"]),
        ("FREQ=WEEKLY;BYMONTH=5", "2026-05-20", ["2026-05-20", "2026-05-27", "2027-05-05"]),
        ("FREQ=DAILY;INTERVAL=10", "2026-02-25", ["2026-02-25", "2026-03-07"]),
    ],
)
def test_dates_are_those_that_people_expect(text, start, expected):
    assert of(text, start, len(expected)) == expected


def test_it_ends_after_so_many_times_or_by_a_day():
    assert len(of("FREQ=WEEKLY;COUNT=3", "2026-01-01", 9)) == 3
    assert of("FREQ=WEEKLY;UNTIL=20260108", "2026-01-01", 9) == ["2026-01-01", "2026-01-08"]


def test_a_day_left_out_still_counts_among_the_times():
    left_out = Recurrence(day("2026-01-01"), parse("FREQ=WEEKLY;COUNT=3"), skipped=frozenset({day("2026-01-08")}))

    assert dates(left_out, FIRST, LAST) == [day("2026-01-01"), day("2026-01-15")]


def test_single_days_join_the_rule_or_stand_alone():
    single = frozenset({day("2026-01-08"), day("2026-02-02")})
    alone, joined = Recurrence(FIRST, extra=single), Recurrence(day("2026-01-01"), parse("FREQ=WEEKLY;COUNT=2"), single)

    assert dates(alone, FIRST, LAST) == sorted(single)
    assert dates(joined, FIRST, LAST) == [day("2026-01-01"), day("2026-01-08"), day("2026-02-02")]


@pytest.mark.parametrize("text", ["FREQ=MONTHLY;INTERVAL=12;BYMONTH=2", "FREQ=DAILY;INTERVAL=366;BYMONTH=1"])
def test_a_rule_that_never_comes_true_ends_soon(text):
    began = time.process_time()
    of(text, "2026-03-01", 5, until="2190-01-01")

    assert time.process_time() - began < 5


# Clocks.


@pytest.mark.parametrize(
    ("wall", "zone", "expected"),
    [
        ("2026-01-15T02:30", NEW_YORK, "2026-01-15T07:30"),
        ("2026-07-15T02:30", NEW_YORK, "2026-07-15T06:30"),
        # 2:30 does not exist on that day: 3:30 by the new time.
        ("2026-03-08T02:30", NEW_YORK, "2026-03-08T07:30"),
        # 1:30 comes twice: the first one.
        ("2026-11-01T01:30", NEW_YORK, "2026-11-01T05:30"),
        ("2026-03-29T01:30", LONDON, "2026-03-29T01:30"),
        ("2026-10-25T01:30", LONDON, "2026-10-25T00:30"),
        # Samoa left out a whole day.
        ("2011-12-30T02:00", APIA, "2011-12-30T12:00"),
    ],
)
def test_wall_times_become_instants(wall, zone, expected):
    naive = dt.datetime.fromisoformat(wall)

    assert instant_at(naive.date(), naive.time(), zone) == dt.datetime.fromisoformat(f"{expected}+00:00")


@settings(max_examples=200)
@given(
    NEAR_DAYS, st.times(), st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Dubai"])
)
def test_an_instant_is_that_wall_time_or_what_the_clocks_jumped_to(on, wall, name):
    zone = ZoneInfo(name)
    local = instant_at(on, wall, zone).astimezone(zone)

    jumped = local.replace(tzinfo=None) - dt.datetime.combine(on, wall)
    assert jumped in {dt.timedelta(), dt.timedelta(minutes=30), dt.timedelta(hours=1)}
    assert local.fold == 0


@given(NEAR_DAYS, st.integers(0, 5), st.times(), st.times(), st.sampled_from([NEW_YORK, LONDON, APIA]))
def test_a_window_is_never_empty(first, length, one, other, zone):
    starts, ends = sorted((one, other))
    if starts == ends:
        return
    begins, finish = span(first, first + dt.timedelta(days=length), starts, ends, zone)

    assert begins < finish


def test_a_whole_day_has_23_24_or_25_hours():
    hours = [
        (finish - begins) / dt.timedelta(hours=1)
        for on in ("2026-03-08", "2026-03-09", "2026-11-01")
        for begins, finish in [span(day(on), day(on), None, None, NEW_YORK)]
    ]

    assert hours == [23, 24, 25]


def test_a_window_that_the_clocks_skip_is_as_long_as_the_wall_says():
    begins, finish = span(day("2026-03-08"), day("2026-03-08"), dt.time(2, 30), dt.time(3, 0), NEW_YORK)

    assert begins == dt.datetime(2026, 3, 8, 7, 30, tzinfo=dt.UTC)
    assert finish - begins == dt.timedelta(minutes=30)
