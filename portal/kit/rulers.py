"""The widths of texts on papers. Filling lines asks for each beginning of each line again: what was measured once is kept.

Units are those of PDF: thousandths of the font's size.
"""

import re
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import uharfbuzz as hb
from fpdf.enums import TextDirection
from fpdf.fonts import CoreFont, TTFFont

# Letters that stand beside each other as they are, but for the space between two of them: Latin, Greek, Cyrillic, signs.
SIMPLE = re.compile("[ -~\u00a0-\u02af\u0370-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2015\u2018-\u2027\u2030-\u205e\u20a0-\u20bf]*")  # fmt: skip
MOST_STEPS, MOST_WORDS = 50_000, 20_000
# What writes letters of several shapes is needed for measuring and placing them, which HarfBuzz does from the file itself.
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF")


class Steps(dict[tuple[str, str], int]):
    """How far a letter moves the pen after the one before it."""

    def __init__(self, ruler: "Ruler"):
        super().__init__()
        self.ruler = ruler

    def __missing__(self, pair: tuple[str, str]) -> int:
        if len(self) >= MOST_STEPS:
            self.clear()
        first, second = pair
        step = self.ruler.shaped(first + second, "ltr") - self.ruler.shaped(first, "ltr")
        self[pair] = step
        return step


class Ruler:
    """Measures texts in one font; `number` is the font's in a collection."""

    def __init__(self, path: Path, number: int):
        face = hb.Face(hb.Blob.from_file_path(path), number)
        self.font = hb.Font(face)
        self.scale = 1000 / face.upem
        self.steps = Steps(self)
        self.word = lru_cache(MOST_WORDS)(self.shaped)

    def width(self, text: str, direction: str) -> int:
        """The width of a text in a line; letters are joined within words only."""
        if direction == "ltr" and SIMPLE.fullmatch(text):
            return self.word(text[:1], "ltr") + sum(map(self.steps.__getitem__, pairwise(text)))
        words = text.split(" ")
        return sum(self.word(each, direction) for each in words if each) + (len(words) - 1) * self.word(" ", direction)

    def shaped(self, text: str, direction: str) -> int:
        """The width of a text by shaping it whole."""
        buffer = hb.Buffer()
        buffer.cluster_level = 1
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = direction
        hb.shape(self.font, buffer, {})
        return sum(round(self.scale * each.x_advance + 0.001) for each in buffer.glyph_positions or ())


@cache
def ruler(path: Path, number: int) -> Ruler:
    """The ruler of a font, kept in the process."""
    return Ruler(path, number)


class MeasuredFont(TTFFont):
    """A font of a paper that asks the ruler of its file."""

    __slots__ = ()

    def shaped_text_width(self, text, font_size_pt, text_shaping_params):
        """The number of letters, which is needed for spaced ones only, and the width in points."""
        direction = (text_shaping_params or {}).get("fragment_direction") or TextDirection.LTR
        units = ruler(self.ttffile, self.collection_font_number).width(text, direction.value)
        return len(text), units * font_size_pt * 0.001


def measured(font: CoreFont | TTFFont) -> None:
    """Let this font ask its ruler, and leave out of the file what readers of papers do not need."""
    if not isinstance(font, TTFFont):
        return
    font.__class__ = MeasuredFont
    for table in LAYOUT_TABLES:
        if table in font.ttfont:
            del font.ttfont[table]
