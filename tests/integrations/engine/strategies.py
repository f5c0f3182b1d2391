"""Random values of every kind, small ones most of all, so that equal and almost equal ones are common."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

ZONES = [dt.UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns")]
FIELDS = ["number", "name", "status", "amount", "hours", "day"]

texts = st.text(max_size=6) | st.sampled_from(["", "a", "A", "1", "true", "2026-01-31"])
numbers = st.integers(-1000, 1000) | st.decimals(
    min_value=Decimal("-1e9"), max_value=Decimal("1e9"), places=4, allow_nan=False, allow_infinity=False
)
days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))
instants = st.datetimes(
    dt.datetime(2020, 1, 1), dt.datetime(2030, 12, 31), timezones=st.sampled_from(ZONES), allow_imaginary=False
)
values = st.none() | st.booleans() | texts | numbers | days | instants
records = st.fixed_dictionaries(dict.fromkeys(FIELDS, values))
partial = st.dictionaries(st.sampled_from(FIELDS), values)
