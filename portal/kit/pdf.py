"""Papers in the company's brand as PDF: head, facts, tables over several pages, totals, page numbers (FS-4, FS-5, SECURITY 34).

A `Paper` is told what it says, top to bottom, and then written by `pdf()`. It reads nothing but the fonts: a logo comes as
bytes. The same paper gives the same bytes. Sizes are millimetres. Right-to-left languages mirror the page.
"""

import datetime as dt
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from fpdf import FPDF, FontFace, ViewerPreferences
from fpdf.enums import TextDirection
from PIL import Image, UnidentifiedImageError

from portal.kit.fonts import BOLD, REGULAR, font_file, fonts_beside
from portal.kit.rulers import SIMPLE, measured
from portal.kit.texts import plain_ends, straight

LETTER_COUNTRIES = frozenset(["US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "NI", "PA", "PR", "SV", "DO"])
MARGIN, FOOT, GAP, INSET = 18, 16, 5, 1.2
INK, QUIET, LINE, ALARM = (24, 28, 35), (95, 103, 115), (214, 218, 225), (176, 32, 32)
NUMBER_OF_PAGES = "\ue000"
UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Whose paper it is: name, accent ("#0b6b60"), the logo's bytes, address and contact line by line."""

    name: str
    accent: str = "#10141b"
    logo: bytes = b""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `share` is its part of the width. Numbers stand at the line's end."""

    label: str
    share: float = 1
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A line of the totals; the one that counts is strong."""

    label: str
    value: str
    is_strong: bool = False


Block = Callable[["_Sheets"], None]


def clean(text: object) -> str:
    """Text as a paper can show it: line breaks stay, other control characters and turned directions go."""
    plain = straight(plain_ends(str(text)).replace("\t", " "))
    return "".join(each for each in plain if each == "\n" or unicodedata.category(each) not in UNPRINTABLE).strip()


def paper_format(country: str) -> str:
    """The size of paper that people use in this country, given by its two letters."""
    return "letter" if country.upper() in LETTER_COUNTRIES else "a4"


class Paper:
    """What a paper says. Every text is plain; `language` is the one of its labels, `dated` when what it says was so.

    `mark` stands beside the title of each page, in a frame: that it is canceled, for instance.
    """

    def __init__(
        self,
        letterhead: Letterhead,
        *,
        title: str,
        language: str,
        dated: dt.datetime,
        country: str = "",
        mark: str = "",
    ):
        self.letterhead = Letterhead(
            name=clean(letterhead.name),
            accent=letterhead.accent,
            logo=letterhead.logo,
            lines=tuple(filter(None, map(clean, letterhead.lines))),
        )
        self.title = clean(title)
        self.mark = clean(mark)
        self.language = language
        self.dated = dated
        self.format = paper_format(country)
        self.texts = [self.title, self.mark, self.letterhead.name, *self.letterhead.lines]
        self.blocks: list[Block] = []

    def lead(self, text: str) -> None:
        """A line below the title, in larger letters."""
        words = self._kept(text)
        if words:
            self.blocks.append(lambda sheets: sheets.paragraph(words, size=12, color=QUIET, after=3))

    def columns(self, *blocks: tuple[str, Sequence[str]]) -> None:
        """Blocks side by side, each a label with its lines: who is served, who pays."""
        kept = [(self._kept(label), [*filter(None, map(self._kept, lines))]) for label, lines in blocks]
        self.blocks.append(lambda sheets: sheets.columns([each for each in kept if each[1]]))

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Labels with their values, two beside each other; those without a value are left out."""
        kept = [(self._kept(label), self._kept(value)) for label, value in facts]
        self.blocks.append(lambda sheets: sheets.facts([each for each in kept if each[1]]))

    def heading(self, text: str) -> None:
        """The name of what follows; it stays on the page with it."""
        words = self._kept(text)
        self.blocks.append(lambda sheets: sheets.heading(words))

    def paragraph(self, text: str) -> None:
        """Text that a person wrote, with its line breaks."""
        words = self._kept(text)
        if words:
            self.blocks.append(lambda sheets: sheets.paragraph(words))

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
        """A table; on each further page its head is repeated."""
        heads = [Column(self._kept(each.label), each.share, each.is_number) for each in columns]
        cells = [[self._kept(each) for each in row] for row in rows]
        self.blocks.append(lambda sheets: sheets.grid(heads, cells))

    def sums(self, sums: Iterable[Sum]) -> None:
        """The totals, on one page, below the numbers of the table."""
        kept = [Sum(self._kept(each.label), self._kept(each.value), each.is_strong) for each in sums]
        self.blocks.append(lambda sheets: sheets.sums(kept))

    def pdf(self) -> bytes:
        """The file."""
        sheets = _Sheets(self)
        sheets.add_page()
        for block in self.blocks:
            block(sheets)
        return bytes(sheets.output())

    def _kept(self, text: object) -> str:
        words = clean(text)
        self.texts.append(words)
        return words


class _Sheets(FPDF):
    """The pages while they are written."""

    def __init__(self, paper: Paper):
        super().__init__(format=paper.format)
        self.paper = paper
        self.accent = tuple(bytes.fromhex(paper.letterhead.accent.removeprefix("#")))
        self.is_mirrored = bool(get_language_info(paper.language)["bidi"])
        self.start, self.end = ("R", "L") if self.is_mirrored else ("L", "R")
        self.set_creation_date(paper.dated)
        self.set_title(paper.title)
        self.set_author(paper.letterhead.name)
        self.set_producer("Callout")
        self.set_lang(paper.language)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.alias_nb_pages(NUMBER_OF_PAGES)
        self.set_margins(MARGIN, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(auto=True, margin=MARGIN + FOOT)
        self._add_fonts(settings.VAR / "fonts", "".join(paper.texts))
        self.set_text_shaping(use_shaping_engine=True)

    def _add_fonts(self, folder: Path, text: str) -> None:
        regular = font_file(folder, REGULAR)
        self.add_font("paper", "", regular)
        self.add_font("paper", "B", font_file(folder, BOLD))
        beside = fonts_beside(regular, text)
        for number, path in enumerate(beside):
            self.add_font(f"beside{number}", "", path)
        self.set_fallback_fonts([f"beside{number}" for number in range(len(beside))], exact_match=False)
        for font in self.fonts.values():
            measured(font)

    def _preload_bidirectional_text(self, text, markdown):
        """Most texts run from left to right only: no need to look at each letter's direction."""
        if self.text_shaping and SIMPLE.fullmatch(text) and any(map(str.isalpha, text)):
            self.text_shaping |= {"paragraph_direction": TextDirection.LTR, "fragment_direction": TextDirection.LTR}
            return self._preload_font_styles(text, markdown)
        return super()._preload_bidirectional_text(text, markdown)

    def put(self, text: str, *, size: float, color=INK, is_bold=False, width=0.0, align="", height=0.0, then="NEXT"):
        """Text in its lines from where the pen stands; the pen goes below it, or back to its top."""
        self.set_font("paper", "B" if is_bold else "", size)
        self.set_text_color(*color)
        side = {"": self.start, "end": self.end}.get(align, align)
        line = height or size * 0.5
        self.multi_cell(width, line, text, align=side, new_x="LEFT", new_y=then, padding=0)

    @contextmanager
    def aside(self, x: float, y: float) -> Iterator[None]:
        """Write somewhere else; the pen is where it was afterwards."""
        before = self.get_x(), self.get_y()
        self.set_xy(x, y)
        yield
        self.set_xy(*before)

    def rule(self, color=LINE, width=0.2) -> None:
        """A line across the page."""
        self.set_draw_color(*color)
        self.set_line_width(width)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())

    def spot(self, share: float, parts: int) -> float:
        """Where the column with this number begins, of so many that share the width; mirrored where the page is."""
        index = parts - 1 - share if self.is_mirrored else share
        return MARGIN + index * self.epw / parts

    # What FPDF calls for each page.

    def header(self) -> None:
        self.set_fill_color(*self.accent)
        self.rect(0, 0, self.w, 3, style="F")
        if self.page_no() == 1:
            self.letterhead()
            return
        self.set_xy(MARGIN, 9)
        self.put(f"{self.paper.letterhead.name} · {self.paper.title}", size=8.5, color=QUIET)
        self.mark(8.5, size=9)
        self.set_y(MARGIN)

    def footer(self) -> None:
        self.set_y(-FOOT - 4)
        self.rule()
        self.set_y(-FOOT - 1)
        numbers = {"number": self.page_no(), "count": NUMBER_OF_PAGES}
        self.put(self.paper.letterhead.name, size=8, color=QUIET, then="TOP")
        self.set_x(MARGIN)
        self.put(_("Page %(number)s of %(count)s") % numbers, size=8, color=QUIET, align="end")

    def letterhead(self) -> None:
        """Logo and name at the line's start, the contact at its end, the title below."""
        head, top, half = self.paper.letterhead, 14.0, self.epw / 2
        with self.aside(self.spot(1, 2), top):
            self.put("\n".join(head.lines), size=8.5, color=QUIET, width=half, align="end")
            below_contact = self.get_y()
        logo = read_logo(head.logo)
        if logo is not None:
            height = min(14.0, 60.0 * logo.height / logo.width)
            width = height * logo.width / logo.height
            self.image(logo, x=self.w - MARGIN - width if self.is_mirrored else MARGIN, y=top, w=width, h=height)
            top += height + 2
        self.set_xy(self.spot(0, 2), top)
        self.put(head.name, size=11 if logo is not None else 15, is_bold=True, width=half)
        self.set_xy(MARGIN, max(self.get_y(), below_contact) + 9)
        title_top = self.get_y()
        beside = self.mark(title_top + 1, size=13)
        self.set_xy(MARGIN + (beside if self.is_mirrored else 0), title_top)
        self.put(self.paper.title, size=20, is_bold=True, height=9, width=self.epw - beside)
        self.set_xy(MARGIN, self.get_y() + 2)

    def mark(self, top: float, *, size: float) -> float:
        """The paper's mark in a frame at the line's end; how much of the width it takes."""
        if not self.paper.mark:
            return 0.0
        self.set_font("paper", "B", size)
        width = min(self.get_string_width(self.paper.mark) + 4 * INSET, self.epw / 2)
        left = MARGIN if self.is_mirrored else self.w - MARGIN - width
        with self.aside(left, top):
            self.put(self.paper.mark, size=size, color=ALARM, is_bold=True, width=width, align="C")
            self.set_draw_color(*ALARM)
            self.set_line_width(0.5)
            self.rect(left, top - INSET / 2, width, self.get_y() - top + INSET)
        return width + GAP

    # The blocks.

    def paragraph(self, text: str, *, size=9.5, color=INK, after=4.0) -> None:
        self.set_x(MARGIN)
        self.put(text, size=size, color=color)
        self.set_y(self.get_y() + after)

    def heading(self, text: str) -> None:
        self.keep_together(24)
        self.set_xy(MARGIN, self.get_y() + 3)
        self.put(text, size=11.5, is_bold=True)
        self.set_y(self.get_y() + 1.5)

    def columns(self, blocks: Sequence[tuple[str, Sequence[str]]]) -> None:
        parts = max(2, len(blocks))
        self.keep_together(8 + 5 * max((len(lines) for _label, lines in blocks), default=0))
        self.set_y(self.get_y() + 2)
        self.labelled([(label, "\n".join(lines)) for label, lines in blocks], parts)
        self.set_y(self.get_y() + 3)

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        for index in range(0, len(facts), 2):
            self.keep_together(12)
            self.labelled(facts[index : index + 2], 2)
        self.set_y(self.get_y() + 2)

    def labelled(self, values: Sequence[tuple[str, str]], parts: int) -> None:
        """Values side by side in so many columns, each below its label; the pen goes below the longest."""
        top = lowest = self.get_y()
        width = self.epw / parts - GAP
        for index, (label, value) in enumerate(values):
            left = self.spot(index, parts) + (GAP if self.is_mirrored else 0)
            self.set_xy(left, top)
            self.put(label, size=8, color=QUIET, width=width)
            self.set_xy(left, self.get_y() + 0.5)
            self.put(value, size=9.5, width=width)
            lowest = max(lowest, self.get_y())
        self.set_y(lowest + 2.5)

    def grid(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        order = slice(None, None, -1) if self.is_mirrored else slice(None)
        sides = [self.end if each.is_number else self.start for each in columns]
        self.set_font("paper", "", 9)
        self.set_text_color(*INK)
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.set_x(MARGIN)
        with self.table(
            borders_layout="HORIZONTAL_LINES",
            col_widths=[each.share for each in columns][order],
            headings_style=FontFace(emphasis="BOLD", color=QUIET, size_pt=8),
            line_height=4.6,
            padding=(1.6, INSET),
            text_align=sides[order],
            v_align="TOP",
        ) as table:
            table.row([each.label for each in columns][order])
            for row in rows:
                table.row(list(row)[order])
        self.set_y(self.get_y() + 4)

    def sums(self, sums: Sequence[Sum]) -> None:
        width, line = 82.0, 6.0
        self.keep_together(line * len(sums) + 4)
        left = MARGIN if self.is_mirrored else self.w - MARGIN - width
        for each in sums:
            top = self.get_y()
            if each.is_strong:
                self.set_draw_color(*self.accent)
                self.set_line_width(0.5)
                self.line(left, top, left + width, top)
                top += 1.2
            for text, align in ((each.label, ""), (each.value, "end")):
                self.set_xy(left + INSET, top)
                size = 11 if each.is_strong else 9.5
                self.put(text, size=size, is_bold=each.is_strong, width=width - 2 * INSET, align=align)
            self.set_y(top + line)
        self.set_y(self.get_y() + 4)

    def keep_together(self, height: float) -> None:
        """Begin a new page unless so much fits on this one."""
        if self.will_page_break(height):
            self.add_page()


def read_logo(data: bytes) -> Image.Image | None:
    """The logo, None without one or when it is no picture that can be read."""
    if not data:
        return None
    try:
        picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF"))
        picture.load()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError, SyntaxError):
        return None
    return picture.convert("RGBA")
