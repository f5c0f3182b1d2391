"""Reading files of any origin: clean values or sentences, never a traceback, flat memory."""

import gzip
import random
import re
import tracemalloc

import pytest

from portal.kit.csv_cells import BadCell, Column, choice, date, degrees, email, flag, instant, line, phone, text
from portal.kit.csv_rows import KEPT_ERRORS, CsvFile, FileRefused, Report, Row, RowError, batches
from portal.kit.texts import TURNING
from tests.imports.files import csv_file

COLUMNS = (
    Column("number", line(10), is_required=True),
    Column("name", line(20)),
    Column("latitude", degrees(90), empty=None),
)


def read(path, columns=COLUMNS, **options):
    rows, errors = [], []
    for each in CsvFile(path, columns, **options).rows():
        if isinstance(each, Row):
            rows.append(each)
        else:
            errors.extend(each)
    return rows, errors


def test_headings_find_their_fields_whatever_their_case_and_order(tmp_path):
    rows, errors = read(csv_file(tmp_path, "Name,NUMBER,Other\nBoiler,1,x\n"))
    assert errors == []
    assert rows == [Row(2, {"name": "Boiler", "number": "1"})]


def test_columns_that_nobody_asked_for_are_told(tmp_path):
    file = CsvFile(csv_file(tmp_path, "number,Colour,\n1,red,\n"), COLUMNS)
    list(file.rows())
    assert file.ignored == ("Colour",)


@pytest.mark.parametrize(("sign", "bom"), [(";", ""), ("\t", ""), (",", "\ufeff"), (";", "\ufeff")])
def test_delimiter_and_byte_order_mark_are_found_out(tmp_path, sign, bom):
    rows, errors = read(csv_file(tmp_path, f"{bom}number{sign}name\n1{sign}Boiler\n"))
    assert (len(rows), errors) == (1, [])


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_may_end_with_a_carriage_return_alone(tmp_path, pack):
    content = "number,name\r" + "".join(f"{number},ß {number}\r" for number in range(20_000))
    rows, errors = read(csv_file(tmp_path, pack(content.encode())))
    assert errors == []
    assert [row.values["name"] for row in rows] == [f"ß {number}" for number in range(20_000)]


def test_a_cell_keeps_a_carriage_return_of_its_own(tmp_path):
    rows, errors = read(csv_file(tmp_path, b'number,name\r\n1,"a\rb"\r\n2,c\r\n'))
    assert errors == []
    assert [row.values["name"].split() for row in rows] == [["a", "b"], ["c"]]


@pytest.mark.parametrize("sign", sorted(TURNING))
def test_no_cell_turns_the_direction_of_others(tmp_path, sign):
    rows, errors = read(csv_file(tmp_path, f"number,name\n1,{sign}Boiler{sign}\n{sign},b\n"))
    assert [row.values["name"] for row in rows] == ["Boiler"]
    assert [(error.row, error.column) for error in errors] == [(3, "number")]


@pytest.mark.parametrize(
    ("parse", "cell", "sentence"),
    [
        (date, "2026-02-30", "“2026-02-30” is in no calendar"),
        (date, "1899-12-31", "The year 1899 is out of range: use 1900 to 2199."),
        (date, "tomorrow", "no date like 2026-12-31"),
        (instant, "2026-13-01T10:00", "“2026-13-01T10:00” is in no calendar"),
        (instant, "2200-01-01T10:00", "The year 2200 is out of range"),
        (instant, "2026-02-01T25:00", "no date and time like"),
    ],
)
def test_a_bad_day_says_what_is_wrong_with_it(parse, cell, sentence):
    with pytest.raises(BadCell, match=re.escape(sentence)):
        parse(cell)


def test_gzip_is_read_whatever_the_name(tmp_path):
    rows, _errors = read(csv_file(tmp_path, gzip.compress(b"number\n1\n2\n"), "rows.csv"))
    assert [row.number for row in rows] == [2, 3]


def test_mapping_and_constants(tmp_path):
    path = csv_file(tmp_path, "Kunde,Titel\n7,Acme\n")
    rows, _errors = read(path, mapping={"Kunde": "number", "Titel": "name"}, constants={"latitude": "40.5"})
    assert rows[0].values == {"number": "7", "name": "Acme", "latitude": 40.5}


def test_blank_lines_are_skipped_and_counted(tmp_path):
    rows, errors = read(csv_file(tmp_path, "number,name\n\n1,a\n , \n2,b\n\n"))
    assert ([row.number for row in rows], errors) == ([3, 5], [])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no headings"),
        (b"\n\n", "no headings"),
        (b"\x00\x00\x00", "UTF-8"),
        ("number,name\n1,a\n".encode("utf-16"), "UTF-8"),
        ("number,Größe\n1,a\n".encode("latin-1"), "UTF-8"),
        (b"name\nBoiler\n", "number"),
        (b"number,Number\n1,2\n", "Two columns"),
        (b'"number\n1\n', "no headings"),
        (b"\x1f\x8b\x08broken", "cannot be read"),
        (b"x" * 3_000_000, "no headings"),
    ],
)
def test_files_that_cannot_be_used_are_refused(tmp_path, content, sentence):
    with pytest.raises(FileRefused, match=sentence):
        read(csv_file(tmp_path, content))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="No such file"):
        read(tmp_path / "missing.csv")


@pytest.mark.parametrize(
    "options", [{"mapping": {"x": "nonsense"}}, {"constants": {"nonsense": "1"}}, {"mapping": {"absent": "name"}}]
)
def test_options_that_name_nothing_are_refused(tmp_path, options):
    with pytest.raises(FileRefused):
        read(csv_file(tmp_path, "number\n1\n"), **options)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (b"", "may not be empty"),
        (b"12345678901", "at most 10"),
        (b"a\x00b", "cannot be shown"),
        (b"caf\xe9", "UTF-8"),
        (b"=1+1", "formula"),
        (b"@SUM(A1)", "formula"),
        (b"+cmd", "formula"),
        (b"-cmd", "formula"),
    ],
)
def test_a_bad_cell_is_told_by_row_and_column(tmp_path, cell, sentence):
    rows, errors = read(csv_file(tmp_path, b"number,name\n1,a\n" + cell + b",b\n3,c\n"))
    assert [row.values["number"] for row in rows] == ["1", "3"]
    assert [(error.row, error.column) for error in errors] == [(3, "number")]
    assert sentence in errors[0].sentence


def test_every_bad_cell_of_a_row_is_told(tmp_path):
    _rows, errors = read(csv_file(tmp_path, "number,latitude\n,91\n"))
    assert [error.column for error in errors] == ["number", "latitude"]


@pytest.mark.parametrize("cells", ["1", "1,a,b", "1,a,"])
def test_a_ragged_row_is_an_error_of_its_own(tmp_path, cells):
    rows, errors = read(csv_file(tmp_path, f"number,name\n{cells}\n2,b\n"))
    assert ([row.values["number"] for row in rows], [error.row for error in errors]) == (["2"], [2])


def test_a_huge_cell_a_huge_line_and_an_open_quote_cost_their_row_only(tmp_path):
    huge_cell = b"2," + b"x" * 200_000
    huge_line = b"3," + b"x," * 1_000_000
    open_quote = b'4,"never closed'
    content = b"number,name\n1,a\n" + huge_cell + b"\n" + huge_line + b"\n5,e\n" + open_quote + b"\n"
    rows, errors = read(csv_file(tmp_path, content))
    assert [row.values["number"] for row in rows] == ["1", "5"]
    assert [error.row for error in errors] == [3, 4, 6]


def test_a_file_that_breaks_off_tells_where(tmp_path):
    whole = gzip.compress("".join(["number\n", *(f"{random.random()}\n"[2:11] + "\n" for _ in range(5000))]).encode())
    rows, errors = read(csv_file(tmp_path, whole[: len(whole) // 2]))
    assert rows
    assert "cannot be read" in errors[-1].sentence


def test_memory_stays_flat(tmp_path):
    path = csv_file(tmp_path, "number,name\n" + "".join(f"{number},name {number}\n" for number in range(40_000)))
    tracemalloc.start()
    count = sum(len(batch) for batch in batches(CsvFile(path, COLUMNS).rows(), 500, Report().refuse))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 40_000
    assert peak < 3_000_000


def test_a_report_keeps_the_first_errors_and_counts_all():
    report = Report()
    for number in range(KEPT_ERRORS + 10):
        report.refuse(RowError(number, "", "no"))
    assert (len(report.errors), report.error_count) == (KEPT_ERRORS, KEPT_ERRORS + 10)


@pytest.mark.parametrize(
    ("parse", "good", "bad"),
    [
        (flag, ("Yes", "0", "FALSE"), ("perhaps", "2")),
        (degrees(90), ("-90", "40.5"), ("91", "nan", "inf", "north")),
        (date, ("2026-02-28",), ("2026-02-30", "28.02.2026", "0001-01-01", "9999-12-31")),
        (instant, ("2026-02-28T10:00", "2026-02-28 10:00:01+02:00", "2026-02-28"), ("10:00", "0001-01-01T00:00")),
        (email, ("Ada@Example.com",), ("ada", "ada@", "<script>@x.y")),
        (phone, ("+1 (212) 555-0100", "020 7946 0000"), ("=1", "call me", "1" * 41)),
        (choice(["in_progress"]), ("In Progress", "in-progress"), ("done",)),
        (text(5), ("'-abc", "-5", "- ab"), ("-abc", "123456")),
    ],
)
def test_cells(parse, good, bad):
    for value in good:
        parse(value)
    for value in bad:
        with pytest.raises(ValueError, match=r"\w"):
            parse(value)


def test_a_quoted_formula_loses_its_quote():
    assert text(20)("'=1+1") == "=1+1"
