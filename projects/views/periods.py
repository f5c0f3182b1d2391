"""Booked periods as a picture: a line for each member over months that all share (PSA-5).

Positions are percentages of the picture's width, ready for SVG, and mirrored where people read from right to left.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import get_language_bidi

from projects.queries.resources import BookedSpan
from projects.views.words import span_text

MONTHS_A_YEAR = 12
# More labels than this do not stand side by side on a phone.
MOST_TICKS = 5
LAST_LABEL = 85
STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
# A day in ten years is still a line.
NARROWEST = 0.6


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at `x` of the picture, `width` wide; both as "12.5%"."""

    x: str
    width: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One member: its name, what it does, and its booked periods. On the page of one member it needs no name."""

    label: str
    note: str
    bars: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Lanes below the same months."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Mark, ...]
    today: Mark | None
    span: str


def picture_of(members: Iterable[tuple[str, str, Sequence[BookedSpan]]], today: dt.date) -> Picture | None:
    """The picture of members (name, note, periods); None where nobody is booked."""
    rows = [each for each in members if each[2]]
    spans = [span for each in rows for span in each[2]]
    if not spans:
        return None
    scale = Scale(min(span.first for span in spans), max(span.last for span in spans))
    lanes = tuple(Lane(label, note, tuple(scale.bar(span) for span in own)) for label, note, own in rows)
    return Picture(lanes, scale.ticks(), scale.moment(today), span_text(scale.begins, scale.ends))


class Scale:
    """The whole months around the first and the last day."""

    def __init__(self, first: dt.date, last: dt.date):
        self.begins = first.replace(day=1)
        self.ends = month_after(last, 1) - dt.timedelta(days=1)
        self.length = (self.ends - self.begins).days + 1
        self.is_mirrored = get_language_bidi()

    def share(self, days: int) -> float:
        return 100 * days / self.length

    def mark(self, start: float, width: float, label: str = "") -> Mark:
        x = 100 - start - width if self.is_mirrored else start
        return Mark(f"{x:.2f}%", f"{width:.2f}%", label)

    def bar(self, span: BookedSpan) -> Mark:
        start = self.share((span.first - self.begins).days)
        width = max(self.share((span.last - span.first).days + 1), NARROWEST)
        return self.mark(start, width, span_text(span.first, span.last))

    def moment(self, day: dt.date) -> Mark | None:
        """Today, where it lies within the picture."""
        if not self.begins <= day <= self.ends:
            return None
        return self.mark(self.share((day - self.begins).days), 0)

    def ticks(self) -> tuple[Mark, ...]:
        """The beginnings of months with their names, as many as fit."""
        count = months_between(self.begins, self.ends) + 1
        step = next((each for each in STEPS if count <= each * MOST_TICKS), count)
        months = [month_after(self.begins, offset) for offset in range(0, count, step)]
        starts = {each: self.share((each - self.begins).days) for each in months}
        # A label near the end would stand out of the picture.
        return tuple(
            self.mark(start, 0, date_format(each, "M Y") if start < LAST_LABEL else "")
            for each, start in starts.items()
        )


def months_between(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month


def month_after(day: dt.date, count: int) -> dt.date:
    """The first day of the month `count` months after the day's."""
    months = day.year * MONTHS_A_YEAR + day.month - 1 + count
    return dt.date(months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1, 1)
