"""Papers: what they say, how they break, that they are the same each time and never stumble (SECURITY 32, 34)."""

import datetime as dt
import io
import socket
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from portal.kit import fonts
from portal.kit.pdf import Column, Letterhead, Paper, Sum, clean, paper_format
from portal.kit.rulers import Ruler, ruler
from tests.kit.papers import text_of

DATED = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
COLUMNS = (Column("Product", 4), Column("Quantity", 1, is_number=True), Column("Amount", 1, is_number=True))


def picture(*, width=60, height=20, form="PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(file, form)
    return file.getvalue()


def make_paper(language="en", *, country="", rows=2, logo=b"", name="Harbor Mechanical", **fields) -> Paper:
    head = Letterhead(name=name, accent="#0b6b60", logo=logo, lines=("14 Pier Road", "help@harbor.example"))
    paper = Paper(
        head, **{"title": "Work order WO-1", "language": language, "dated": DATED, "country": country, **fields}
    )
    paper.lead("No heating")
    paper.columns(("Service for", ["Copley Offices", "", "Boston"]), ("Bill to", []))
    paper.facts([("Status", "Completed"), ("Left out", ""), ("Asset", "Boiler 3")])
    paper.heading("Products")
    paper.table(COLUMNS, [(f"Pump {number}", number, "$2.00") for number in range(1, rows + 1)])
    paper.sums([Sum("Net", "$4.00"), Sum("Total", "$4.40", is_strong=True)])
    paper.paragraph("First line\nSecond line")
    return paper


def test_a_paper_says_what_it_was_told():
    said = text_of(make_paper().pdf())
    for text in (
        *("Harbor Mechanical", "14 Pier Road", "help@harbor.example", "Work order WO-1", "No heating"),
        *("Copley Offices", "Boston", "Status", "Completed", "Boiler 3", "Pump 1", "Pump 2", "$2.00"),
        *("Net $4.00", "Total $4.40", "First line", "Second line", "Page 1 of 1"),
    ):
        assert text in said
    assert "Left out" not in said
    assert "Bill to" not in said


def test_the_same_paper_is_the_same_file():
    first, second = make_paper(logo=picture()).pdf(), make_paper(logo=picture()).pdf()
    assert first == second
    assert make_paper(title="Another").pdf() != first


def test_what_the_file_says_of_itself():
    reader = PdfReader(io.BytesIO(make_paper("de").pdf()))
    assert reader.metadata.title == "Work order WO-1"
    assert reader.metadata.author == "Harbor Mechanical"
    assert reader.metadata.creation_date == DATED
    assert reader.trailer["/Root"]["/Lang"] == "de"


def test_a_long_table_repeats_its_head_and_counts_its_pages():
    reader = PdfReader(io.BytesIO(make_paper(rows=120).pdf()))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) == 5
    for number, page in enumerate(pages, start=1):
        assert "Product Quantity Amount" in page
        assert f"Page {number} of 5" in page
    assert "Harbor Mechanical · Work order WO-1" in pages[1]
    assert sum(page.count("Pump ") for page in pages) == 120


@pytest.mark.parametrize(
    ("country", "size"), [("US", (612, 792)), ("ca", (612, 792)), ("DE", (595, 842)), ("", (595, 842))]
)
def test_paper_is_as_large_as_people_there_use_it(country, size):
    box = PdfReader(io.BytesIO(make_paper(country=country).pdf())).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size
    assert paper_format("CA") == "letter"


@pytest.mark.parametrize(
    ("language", "name"),
    [("ar", "شركة الواحة للصيانة"), ("he", "שירותי נמל"), ("de", "Straßenbau Öztürk"), ("ru", "Гавань")],
)
def test_letters_of_every_language_are_written(language, name):
    with translation.override(language):
        said = text_of(make_paper(language, name=name).pdf())
    assert name in said


def test_a_page_from_right_to_left_is_mirrored():
    def places(language):
        found = {}
        page = PdfReader(io.BytesIO(make_paper(language).pdf())).pages[0]
        page.extract_text(visitor_text=lambda text, _cm, matrix, *_font: found.setdefault(text.strip(), matrix[4]))
        return found

    normal, mirrored = places("en"), places("ar")
    assert normal["Product"] < normal["Quantity"] < normal["Amount"]
    assert mirrored["Product"] > mirrored["Quantity"] > mirrored["Amount"]
    assert normal["Status"] < normal["Asset"]
    assert mirrored["Status"] > mirrored["Asset"]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_drawn(form):
    reader = PdfReader(io.BytesIO(make_paper(logo=picture(form=form)).pdf()))
    assert len(reader.pages[0].images) == 1


@pytest.mark.parametrize("logo", [b"<svg/>", picture()[:40], b"%PDF-1.4", b"\x00" * 100])
def test_what_is_no_picture_is_left_out(logo):
    data = make_paper(logo=logo).pdf()
    assert "Harbor Mechanical" in text_of(data)
    assert not PdfReader(io.BytesIO(data)).pages[0].images


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\x00\x07b\x1b", "ab"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("\ue000", ""),
        ("\ud800x", "x"),
        ("  a\tb  ", "a b"),
        ("a\u200fb", "a\u200fb"),
        (12, "12"),
    ],
)
def test_control_characters_go(typed, kept):
    assert clean(typed) == kept


def test_text_is_never_taken_for_more_than_text():
    typed = "(a) \\ {nb} **bold** <b>x</b> %s endstream endobj /JS"
    paper = make_paper()
    paper.paragraph(typed)
    assert typed in text_of(paper.pdf())


@pytest.mark.parametrize("text", ["日本語 한국어", "😀 ✓", "ไทย हिन्दी", "\u0301\u0301", "x" * 5000])
def test_letters_that_no_font_has_stop_nothing(text):
    paper = make_paper()
    paper.table(COLUMNS, [(text[:200], 1, 1)])
    paper.paragraph(text)
    assert "Pump 1" in text_of(paper.pdf())


@given(st.text(max_size=300))
@example("\n" * 300)
@example("شركة (abc) 12.5\n-")
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_breaks_a_paper(text):
    paper = Paper(Letterhead(name=text), title=text, language="en", dated=DATED)
    paper.facts([(text, text)])
    paper.table(COLUMNS, [(text[:100], text[:20], text[:20])])
    paper.paragraph(text)
    assert paper.pdf().startswith(b"%PDF")


MIXED = "Replacement of the AVATAR pump, Office fi ffl Te. شركة الواحة للصيانة والتشغيل " + "W" * 150


@pytest.mark.parametrize("weight", [fonts.REGULAR, fonts.BOLD])
@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Office, fi ffi AVATAR To. Wa “x” – Straße ÖÇ Гавань", "ltr"),
        ("$1,234.50 8.875% (2 × 3)", "ltr"),
        ("شركة الواحة للصيانة", "rtl"),
        ("שירותי נמל", "rtl"),
        ("a\u0301 e\u0301", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_text_is_as_wide_as_it_is_shaped(settings, weight, text, direction):
    path = fonts.font_file(settings.VAR / "fonts", weight)
    found = ruler(path, 0)
    # Three letters drawn as one may be a thousandth of the font's size off.
    assert found.width(text, direction) == pytest.approx(found.shaped(text, direction), abs=2)


def test_what_was_measured_is_not_measured_again(settings, monkeypatch):
    """Lines are filled letter by letter: shaped anew each time, a long invoice took ten seconds."""
    shaped, real = [], Ruler.shaped
    monkeypatch.setattr(
        Ruler, "shaped", lambda self, text, direction: shaped.append(text) or real(self, text, direction)
    )
    ruler.cache_clear()
    paper = make_paper()
    paper.table(COLUMNS, [(f"{number} {MIXED}", 1, 1) for number in range(40)])
    said = text_of(paper.pdf())
    ruler.cache_clear()
    assert said.count("Replacement of the") == 40
    assert said.count("W") > 40 * 150
    assert len(shaped) < 600


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a paper asked the network")

    monkeypatch.setattr(socket, "socket", refuse)
    paper = make_paper(logo=b"https://example.com/logo.png")
    paper.paragraph("https://example.com/x.png file:///etc/passwd")
    assert paper.pdf()


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.touch()
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setattr(fonts, "own_folder", lambda: own)
    assert fonts.font_file(blocked / "fonts", fonts.REGULAR) == own / "Rubik-400.ttf"
    assert fonts.font_file(own, fonts.REGULAR) == own / "Rubik-400.ttf"


def test_the_system_s_fonts_are_asked_only_for_what_is_missing(tmp_path, monkeypatch):
    own, other = Path("own.ttf"), tmp_path / "other.ttf"
    other.touch()
    letters = {own: frozenset(map(ord, "abc")), other: frozenset(map(ord, "xyz"))}
    monkeypatch.setattr(fonts, "letters_of", letters.__getitem__)
    monkeypatch.setattr(fonts, "SYSTEM_FONTS", (tmp_path / "absent.ttf", other))
    assert fonts.fonts_beside(own, "a b c") == []
    assert fonts.fonts_beside(own, "a x") == [other]
    assert fonts.fonts_beside(own, "a ü") == []
