"""Rules and recurrences of every kind, for properties."""

import datetime as dt

from hypothesis import strategies as st

from fieldservice.engine.recurrence import Recurrence
from fieldservice.engine.rules import LAST, NTHS, SHIFTING, Rule, Unit

DAYS = st.dates(dt.date(2019, 12, 1), dt.date(2033, 3, 31))
NEAR_DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))
WEEKDAYS = st.sets(st.integers(0, 6), max_size=4).map(tuple)
MONTHS = st.sets(st.integers(1, 12), max_size=4).map(tuple)
FIXED_DAYS = st.sets(st.one_of(st.integers(1, 28), st.just(LAST)), max_size=4).map(tuple)
SHIFTING_DAY = st.sampled_from(SHIFTING).map(lambda day: (day,))


@st.composite
def rules(draw) -> Rule:
    unit = draw(st.sampled_from(list(Unit)))
    fields = {"unit": unit, "every": draw(st.integers(1, 14))}
    if unit == Unit.WEEK:
        fields["weekdays"] = draw(WEEKDAYS)
    elif unit != Unit.DAY and draw(st.booleans()):
        fields["month_days"] = draw(st.one_of(FIXED_DAYS, SHIFTING_DAY))
    elif unit != Unit.DAY and draw(st.booleans()):
        fields["weekdays"] = draw(WEEKDAYS.filter(bool))
        fields["nths"] = draw(st.sets(st.sampled_from(NTHS), min_size=1, max_size=3).map(tuple))
    months = draw(MONTHS)
    fields["months"] = months[:1] if unit == Unit.YEAR else months
    ends = draw(st.sampled_from(["never", "times", "until"]))
    if ends == "times":
        fields["times"] = draw(st.integers(1, 40))
    elif ends == "until":
        fields["until"] = draw(NEAR_DAYS)
    return Rule(**fields)


@st.composite
def recurrences(draw) -> Recurrence:
    single = st.sets(NEAR_DAYS, max_size=4).map(frozenset)
    return Recurrence(
        start=draw(NEAR_DAYS),
        rule=draw(st.one_of(st.none(), rules())),
        extra=draw(single),
        skipped=draw(single),
    )
