"""The rows of a list's table: what is text stays text."""

import pytest

from portal.web.lines import Cell, Line, fields_html, head_html, lines_html

HOSTILE = """<script>alert("x")</script>'&"""


@pytest.mark.parametrize(
    "line",
    [
        Line(HOSTILE, "WO-1"),
        Line("/x/", HOSTILE),
        Line("/x/", "WO-1", note=HOSTILE),
        Line("/x/", "WO-1", badge=HOSTILE),
        Line("/x/", "WO-1", cells=(Cell(HOSTILE),)),
        Line("/x/", "WO-1", cells=(Cell("", note=HOSTILE),)),
        Line("/x/", "WO-1", cells=(Cell(HOSTILE, tone="ok", kind="state"),)),
    ],
)
def test_everything_is_escaped(line):
    html = lines_html([line], ["Asset"] if line.cells else [])
    assert "<script" not in html
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#x27;&amp;" in html


def test_the_names_of_columns_are_escaped():
    assert 'data-label="&quot;&lt;b&gt;"' in lines_html([Line("/x/", "A", cells=(Cell("1"),))], ['"<b>'])


def test_a_line_reads_as_its_parts():
    cells = (Cell("High", tone="warn", kind="plain"), Cell("Low", kind="quiet"), Cell("$1", kind="money"))
    html = lines_html([Line("/x/", "A", "B", "Out", cells)], ["Priority", "Before", "Total"])
    assert '<a href="/x/">A</a> <span class="badge tone-neutral">Out</span>' in html
    assert '<span class="badge badge-plain tone-warn">High</span>' in html
    assert '<span class="quiet">Low</span>' in html
    assert '<td role="cell" class="num money" data-label="Total"><span>$1</span></td>' in html


def test_each_cell_has_its_column():
    with pytest.raises(ValueError, match="argument 2"):
        lines_html([Line("/x/", "A", cells=(Cell("1"),))], ["One", "Two"])


def test_a_head_sorts_and_is_escaped():
    columns = [
        {"label": HOSTILE, "sort_url": "", "direction": ""},
        {"label": "Total", "sort_url": '?sort="x', "direction": "desc", "is_number": True},
        {"label": "Created", "sort_url": "?sort=created", "direction": ""},
    ]
    html = head_html(columns)
    assert "<script" not in html
    assert '<th role="columnheader" scope="col" class="num" aria-sort="descending">' in html
    assert '<a class="table-sort" href="?sort=&quot;x" aria-current="true">Total<svg' in html
    assert '<a class="table-sort" href="?sort=created">Created<svg' in html


def a_field(**changes) -> dict:
    usual = {
        "id": "id_since",
        "name": "since",
        "label": "Since",
        "value": "",
        "type": "date",
        "choices": [],
        "errors": (),
    }
    return usual | changes


@pytest.mark.parametrize("name", ["label", "value", "type"])
def test_what_a_filter_says_is_escaped(name):
    assert "&lt;script&gt;" in fields_html([a_field(**{name: HOSTILE})])
    assert "<script" not in fields_html([a_field(**{name: HOSTILE})])


def test_choices_are_escaped_and_the_chosen_one_is_marked():
    html = fields_html([a_field(choices=[("", "Any", False), (HOSTILE, HOSTILE, True)])])
    assert '<option value="">Any</option>' in html
    assert "<script" not in html
    assert html.count(" selected") == 1


def test_a_wrong_filter_names_its_error():
    html = fields_html([a_field(value="soon", errors=["Enter a <date>."])])
    assert '<div class="field-error" id="id_since_error">Enter a &lt;date&gt;.</div>' in html
    assert 'aria-invalid="true" aria-describedby="id_since_error"' in html
    assert "aria-invalid" not in fields_html([a_field()])
