"""What a spreadsheet gets cannot be run as a formula (SECURITY 34)."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kit.csv import csv_line, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "  @", "\0="])
def test_text_like_a_formula_gets_an_apostrophe(start):
    assert safe_cell(f"{start}1+1").startswith("'")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        ("Boiler", "Boiler"),
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        (2.5, "2.5"),
        (True, "1"),
        (dt.date(2026, 3, 1), "2026-03-01"),
        ("nul\0byte", "nulbyte"),
    ],
)
def test_values_stay_what_they_are(value, cell):
    assert safe_cell(value) == cell


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
def test_line_reads_back_and_no_cell_is_a_formula(values):
    (read,) = csv.reader(io.StringIO(csv_line(values), newline=""))

    assert len(read) == len(values)
    for cell, value in zip(read, values, strict=True):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert cell.removeprefix("'") == value.replace("\0", "").removeprefix("'") or cell == value.replace("\0", "")
