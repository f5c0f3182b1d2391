"""The month at a glance: each day leads somewhere or says why not (SCH-1)."""

from datetime import date

import pytest
from django.utils import translation

from portal.web import month

TODAY, FREE = date(2026, 11, 18), date(2026, 11, 20)


def november(**changes) -> month.Month:
    details = {
        "links": month.MonthLinks(day=lambda day: f"?day={day}", following="?month=2026-12"),
        "today": TODAY,
        "selected": FREE,
        "reasons": {date(2026, 11, 19): "Too soon"},
    } | changes
    return month.build_month(date(2026, 11, 1), {FREE}, **details)


def day_of(shown: month.Month, number: int) -> month.Day:
    [found] = [day for week in shown.weeks for day in week if day and day.date.day == number]
    return found


def test_every_day_of_the_month_stands_under_its_weekday():
    shown = november()
    days = [day for week in shown.weeks for day in week if day]
    assert [day.date.day for day in days] == list(range(1, 31))
    assert all(len(week) == 7 for week in shown.weeks)
    assert all(day.date.weekday() == place for week in shown.weeks for place, day in enumerate(week) if day)


@pytest.mark.parametrize(
    ("number", "state", "note", "url"),
    [
        (17, "closed", "Past", ""),
        (18, "full", "Nothing free", ""),
        (19, "closed", "Too soon", ""),
        (20, "free", "Free", "?day=2026-11-20"),
    ],
)
def test_a_day_leads_somewhere_or_says_why_not(number, state, note, url):
    day = day_of(november(), number)
    assert (day.state, day.note, day.url) == (state, note, url)


def test_today_and_the_chosen_day_are_marked():
    shown = november()
    assert day_of(shown, 18).is_today
    assert day_of(shown, 20).is_selected
    assert not day_of(shown, 20).is_today


@pytest.mark.parametrize(
    ("language", "weekday"),
    [("en", 6), ("en-us", 6), ("en-gb", 0), ("de", 0), ("fr", 0), ("ar", 5), ("he", 6), ("de-at", 0)],
)
def test_weeks_begin_as_the_language_has_it(language, weekday):
    assert month.first_weekday_of(language) == weekday


def test_names_are_those_of_the_language():
    with translation.override("de"):
        shown = november(first_weekday=0)
    assert shown.label == "November 2026"
    assert shown.weekdays[0] == month.Weekday("Mo", "Montag")


def test_months_follow_each_other():
    assert month.month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month.month_after(date(2026, 1, 1), -1) == date(2025, 12, 1)
    assert month.last_of(date(2028, 2, 1)) == date(2028, 2, 29)
