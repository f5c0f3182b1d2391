"""The rows of a list's table: what is text stays text."""

import pytest

from portal.web.lines import Cell, Line, lines_html

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
