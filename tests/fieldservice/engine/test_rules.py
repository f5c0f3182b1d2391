"""Rules: written one way, read from many, nonsense refused (FS-2)."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldservice.engine.rules import BadRule, Flaw, Rule, Unit, parse
from tests.fieldservice.engine.strategies import rules


@given(rules())
def test_what_is_written_is_read_back(rule):
    assert parse(rule.text) == rule
    assert len(rule.text) <= 300


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_refused(text):
    with suppress(BadRule):
        assert parse(text).text


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "COUNT", "UNTIL", "BYSETPOS", "WKST"]),
            st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "1", "-1", "31", "31,-1", "MO", "1MO,3MO", "-1FR", "20270101", "0", "+-3", ",", "²"]),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_any_parts_are_a_rule_that_can_be_written_or_refused(parts):
    try:
        rule = parse(";".join(f"{name}={value}" for name, value in parts))
    except BadRule:
        return
    assert parse(rule.text) == rule


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("rrule:freq=weekly;byday=th,mo;wkst=mo", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31;", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=31,-1;BYSETPOS=1"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15,1", "FREQ=MONTHLY;BYMONTHDAY=1,15,-1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTHDAY=29,-1;BYSETPOS=1;BYMONTH=2"),
        ("FREQ=YEARLY;BYMONTH=9,3;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=1;BYMONTH=3,9"),
        ("FREQ=MONTHLY;BYDAY=+3MO,1MO", "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        ("FREQ=DAILY;INTERVAL=1;UNTIL=20271231T235959Z", "FREQ=DAILY;UNTIL=20271231"),
    ],
)
def test_usual_spellings_are_understood(text, written):
    assert parse(text).text == written


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.FORM),
        ("every week", Flaw.FORM),
        ("FREQ=DAILY;FREQ=WEEKLY", Flaw.FORM),
        ("FREQ=DAILY;INTERVAL=", Flaw.FORM),
        ("FREQ=DAILY;" + "BYMONTH=1," * 60, Flaw.FORM),
        ("INTERVAL=2", Flaw.UNIT),
        ("FREQ=SECONDLY", Flaw.UNIT),
        ("FREQ=HOURLY;INTERVAL=2", Flaw.UNIT),
        ("FREQ=DAILY;BYHOUR=3", Flaw.PART),
        ("FREQ=YEARLY;BYWEEKNO=5", Flaw.PART),
        ("FREQ=WEEKLY;WKST=SU", Flaw.PART),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1", Flaw.PART),
        ("FREQ=DAILY;INTERVAL=0", Flaw.EVERY),
        ("FREQ=DAILY;INTERVAL=367", Flaw.EVERY),
        ("FREQ=YEARLY;INTERVAL=21", Flaw.EVERY),
        ("FREQ=DAILY;INTERVAL=²", Flaw.EVERY),
        ("FREQ=WEEKLY;BYDAY=XX", Flaw.WEEKDAYS),
        ("FREQ=DAILY;BYDAY=MO", Flaw.WEEKDAYS),
        ("FREQ=WEEKLY;BYDAY=1MO", Flaw.NTHS),
        ("FREQ=MONTHLY;BYDAY=MO", Flaw.NTHS),
        ("FREQ=MONTHLY;BYDAY=5MO", Flaw.NTHS),
        ("FREQ=MONTHLY;BYDAY=1MO,3TH", Flaw.NTHS),
        ("FREQ=WEEKLY;BYMONTHDAY=1", Flaw.MONTH_DAYS),
        ("FREQ=MONTHLY;BYMONTHDAY=0", Flaw.MONTH_DAYS),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", Flaw.MONTH_DAYS),
        ("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=1", Flaw.MONTH_DAYS),
        ("FREQ=MONTHLY;BYMONTHDAY=1,31", Flaw.SHIFTING),
        ("FREQ=MONTHLY;BYMONTH=13", Flaw.MONTHS),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=3,9", Flaw.MONTHS),
        ("FREQ=DAILY;COUNT=0", Flaw.TIMES),
        ("FREQ=DAILY;COUNT=1001", Flaw.TIMES),
        ("FREQ=DAILY;COUNT=99999999999999999999", Flaw.TIMES),
        ("FREQ=DAILY;UNTIL=tomorrow", Flaw.UNTIL),
        ("FREQ=DAILY;UNTIL=00010101", Flaw.UNTIL),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", Flaw.ENDS),
    ],
)
def test_nonsense_is_refused_and_named(text, flaw):
    with pytest.raises(BadRule) as refused:
        parse(text)
    assert refused.value.flaw == flaw


def test_a_rule_is_checked_however_it_is_made():
    with pytest.raises(BadRule):
        Rule(unit=Unit.WEEK, every=0)
    with pytest.raises(BadRule):
        Rule(unit=Unit.MONTH, times=3, until=dt.date(2027, 1, 1))
