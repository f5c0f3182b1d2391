"""Lines of the table of a distribution, on the page and in the file (PRT-5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from partners.engine.ranking import Cell, Row
from partners.models import DistributionRun
from partners.words import FIRST_REPORT, MEANINGS, METRICS, REASONS, points_text, share_text, value_text, weight_text
from portal.accounts.models import Account
from portal.kit.csv import BYTE_ORDER_MARK, csv_line, csv_lines


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a metric's column: what it is called, what it is, what it weighs."""

    label: str
    meaning: str
    weight: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric of one partner; what is assumed is not the partner's own."""

    value: str
    product: str
    is_assumed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One partner."""

    key: UUID
    name: str
    number: str
    place: int | None
    is_chosen: bool
    is_newcomer: bool
    reasons: tuple[str, ...]
    room: str
    figures: tuple[Figure, ...]
    first_reports: str
    total: str


def heads_of(rows: Sequence[Row], run: DistributionRun) -> list[Head]:
    """The seven metrics with their weights of then."""
    cells = rows[0].cells if rows else ()
    return [Head(str(METRICS[cell.metric]), str(MEANINGS[cell.metric]), weight_text(cell.weight)) for cell in cells]


def lines_of(rows: Iterable[Row], names: Mapping[UUID, Account], run: DistributionRun) -> list[Line]:
    """The rows in words."""
    return [line_of(row, names.get(row.partner.key), run) for row in rows]  # type: ignore[call-overload]


def line_of(row: Row, account: Account | None, run: DistributionRun) -> Line:
    values = {"open": row.partner.open_count, "capacity": row.partner.capacity}
    return Line(
        key=row.partner.key,  # type: ignore[arg-type]
        name=account.name if account else _("Deleted partner"),
        number=account.number if account else "",
        place=row.place,
        is_chosen=row.partner.key == run.winner_id,
        is_newcomer=row.is_newcomer,
        reasons=tuple(str(REASONS[reason]) for reason in row.reasons),
        room=_("%(open)s of %(capacity)s") % values,
        figures=tuple(Figure(value_text(cell), points_text(cell.product), cell.is_assumed) for cell in row.cells),
        first_reports=share_text(row.first_report_rate),
        total=points_text(row.score),
    )


def csv_of(rows: Sequence[Row], names: Mapping[UUID, Account], run: DistributionRun) -> str:
    """Every partner with plain numbers: rates are fractions, distances kilometres, times days."""
    metrics = [cell.metric for cell in rows[0].cells] if rows else []
    head = [_("Place"), _("Partner"), _("Number"), _("Delivered to"), _("Why not"), _("Open"), _("Capacity")]
    for metric in metrics:
        label = str(METRICS[metric])
        head += [label, f"{label}: {_('assumed')}", f"{label}: {_('weight')}", f"{label}: {_('product')}"]
    head += [_("Sum"), str(FIRST_REPORT)]
    lines = ([*beginning_of(row, names, run), *figures_of(row.cells), row.score, row.first_report_rate] for row in rows)
    return BYTE_ORDER_MARK + csv_line(head) + csv_lines(lines)


def beginning_of(row: Row, names: Mapping[UUID, Account], run: DistributionRun) -> list:
    account = names.get(row.partner.key)  # type: ignore[call-overload]
    return [
        row.place,
        account.name if account else _("Deleted partner"),
        account.number if account else "",
        row.partner.key == run.winner_id,
        " ".join(str(REASONS[reason]) for reason in row.reasons),
        row.partner.open_count,
        row.partner.capacity,
    ]


def figures_of(cells: Iterable[Cell]) -> list:
    return [each for cell in cells for each in (cell.value, cell.is_assumed, cell.weight, cell.product)]
