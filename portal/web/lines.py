"""The lines of a list's table as values, and their HTML.

A page has hundreds of cells: written by the template engine they took longer than everything else of the page together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, a note below it, a badge's tone where it is a state.

    `kind`: "state" stands beside the name on a phone, "money" is a number, "plain" is a badge without the dot, "quiet" is
    of less weight.
    """

    text: str
    note: str = ""
    tone: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A record: its page, its name with a note below it, a badge beside the name, and its cells in the columns' order."""

    url: str
    name: str
    note: str = ""
    badge: str = ""
    cells: tuple[Cell, ...] = ()


CLASSES = {"state": ' class="cell-state"', "money": ' class="num money"'}


def lines_html(lines: Iterable[Line], labels: Sequence[str]) -> str:
    """Table rows; everything of `lines` is text and is escaped. `labels` name the cells on a phone."""
    heads = [f'data-label="{escape(str(label))}"' for label in labels]
    return "".join(_row(line, heads) for line in lines)


def _row(line: Line, heads: list[str]) -> str:
    badge = f' <span class="badge tone-neutral">{escape(line.badge)}</span>' if line.badge else ""
    cells = "".join(_cell(cell, head) for cell, head in zip(line.cells, heads, strict=True))
    return (
        f'<tr role="row"><th role="rowheader" scope="row"><a href="{escape(line.url)}">{escape(line.name)}</a>'
        f"{badge}{_note(line.note)}</th>{cells}</tr>\n"
    )


def _cell(cell: Cell, head: str) -> str:
    text = escape(cell.text)
    if cell.tone:
        plain = " badge-plain" if cell.kind == "plain" else ""
        text = f'<span class="badge{plain} tone-{cell.tone}">{text}</span>'
    elif cell.kind == "quiet":
        text = f'<span class="quiet">{text}</span>'
    return f'<td role="cell"{CLASSES.get(cell.kind, "")} {head}><span>{text}{_note(cell.note)}</span></td>'


def _note(text: str) -> str:
    return f'<span class="quiet small d-block user-text">{escape(text)}</span>' if text else ""
