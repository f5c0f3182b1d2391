"""The lines of a list's table as values, their head, and the fields of its filters, and their HTML.

A page has hundreds of cells and choices: written by the template engine they took longer than everything else of the page
together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from portal.web.templatetags.icons import icon


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


# How a column is sorted: attributes of its head and of the link, and the icon.
DIRECTIONS = {
    "asc": (' aria-sort="ascending"', ' aria-current="true"', "chevron-up"),
    "desc": (' aria-sort="descending"', ' aria-current="true"', "chevron-down"),
    "": ("", "", "chevron-up-down"),
}


def head_html(columns: Iterable[Mapping]) -> str:
    """A table's head. Columns: label, sort_url ("" for one that does not sort), direction ("asc", "desc" or ""), is_number."""
    return f'<thead role="rowgroup"><tr role="row">{"".join(map(_column, columns))}</tr></thead>'


def _column(column: Mapping) -> str:
    text = escape(str(column["label"]))
    sorted_by, current, picture = DIRECTIONS[column["direction"]]
    if column["sort_url"]:
        url = escape(column["sort_url"])
        text = f'<a class="table-sort" href="{url}"{current}>{text}{icon(picture, size="sm")}</a>'
    number = ' class="num"' if column.get("is_number") else ""
    return f'<th role="columnheader" scope="col"{number}{sorted_by}>{text}</th>'


def fields_html(fields: Iterable[Mapping]) -> str:
    """The filters of a list as `Listing.filter_fields` gives them, each with its label and what is wrong with it."""
    return "".join(map(_field, fields))


def _field(field: Mapping) -> str:
    key, errors = escape(field["id"]), field["errors"]
    told = "".join(f'<div class="field-error" id="{key}_error">{escape(str(each))}</div>' for each in errors)
    common = f'id="{key}" name="{escape(field["name"])}"'
    if errors:
        common += f' aria-invalid="true" aria-describedby="{key}_error"'
    if field["choices"]:
        control = f"<select {common}>{''.join(map(_option, field['choices']))}</select>"
    else:
        control = f'<input type="{escape(field["type"])}" value="{escape(field["value"])}" {common}>'
    return f'<div class="field"><label for="{key}">{escape(str(field["label"]))}</label>{told}{control}</div>\n'


def _option(choice: tuple[str, str, bool]) -> str:
    value, label, is_chosen = choice
    return f'<option value="{escape(value)}"{" selected" if is_chosen else ""}>{escape(label)}</option>'
