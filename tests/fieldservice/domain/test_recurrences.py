"""Recurrences in words (FS-1)."""

import datetime as dt

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from fieldservice.domain.recurrences import rule_from, sentence_of, words
from fieldservice.engine.recurrence import Recurrence
from fieldservice.engine.rules import BadRule, Flaw, parse
from portal.kit.errors import DomainError
from tests.fieldservice.engine.strategies import recurrences

START = dt.date(2026, 1, 31)


def said(text, start=START, **single):
    rule = parse(text) if text else None
    return words(Recurrence(start, rule, **{name: frozenset(days) for name, days in single.items()}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=10", "Every 10 days"),
        ("FREQ=WEEKLY", "Every week on Saturday"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "Every week on Monday and Thursday"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", "Every 2 weeks on Monday, Wednesday, and Friday"),
        ("FREQ=WEEKLY;BYDAY=TU;BYMONTH=5,6", "Every week on Tuesday, in May and June only"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31", "Every 3 months on the 31st, or the last day"),
        ("FREQ=MONTHLY", "Every month on the 31st, or the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=1,7", "Every month on the 31st, in January and July only"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15", "Every month on the 1st and 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "Every month on the 15th and on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on the last day"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "Every month on the first and third Monday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Every month on the last Friday"),
        ("FREQ=YEARLY", "Every year on January 31"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "Every year on February 29, or the last day of the month"),
        ("FREQ=YEARLY;BYMONTH=4", "Every year on the last day of April"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYDAY=1MO", "Every 2 years on the first Monday of May"),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=-1", "Every year on the last day of June"),
        ("FREQ=WEEKLY;COUNT=1", "Every week on Saturday, 1 time"),
        ("FREQ=WEEKLY;COUNT=12", "Every week on Saturday, 12 times"),
        ("FREQ=DAILY;UNTIL=20270331", "Every day, until March 31, 2027"),
    ],
)
def test_rules_in_words(text, expected):
    assert said(text) == expected


def test_single_dates_in_words():
    days = [dt.date(2026, month, 3) for month in (3, 5, 7, 9, 11)]

    assert said("FREQ=DAILY", extra=days[:1], skipped=days[1:3]) == (
        "Every day; also on March 3, 2026; not on May 3, 2026 and July 3, 2026"
    )
    assert said("", extra=days) == "On March 3, 2026, May 3, 2026, July 3, 2026, and 2 more days"
    assert said("") == "No dates yet"


@given(recurrences(), st.sampled_from(["en", "de", "fr", "es", "ar", "he"]))
def test_words_never_fail(recurrence, language):
    with translation.override(language):
        text = words(recurrence)

    assert text
    assert "%(" not in text
    assert "None" not in text


@pytest.mark.parametrize("flaw", Flaw)
def test_every_flaw_has_its_sentence(flaw):
    sentence = sentence_of(BadRule(flaw, "7"))

    assert sentence.endswith(".")
    assert "%" not in sentence


def test_a_refused_text_says_why():
    with pytest.raises(DomainError, match="counts days, weeks, months or years") as refused:
        rule_from("FREQ=SECONDLY", field="visit_rule")
    assert refused.value.field == "visit_rule"
