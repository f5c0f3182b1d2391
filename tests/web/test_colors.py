"""Whatever accent a tenant picks, what is written on it and in it can be read (UX-2)."""

import re
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.web import colors
from portal.web.views.brand import stylesheet

READABLE, SEEN = 4.5, 3.0

accents = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@settings(deadline=None)
@given(accents)
@example("#ffffff")
@example("#000000")
@example("#ffd500")
def test_every_pair_of_the_light_scheme_can_be_read(accent):
    palette = colors.light_palette(accent)
    check(palette, colors.LIGHT_SURFACES)


@settings(deadline=None)
@given(accents)
@example("#ffffff")
@example("#000000")
@example("#00008b")
def test_every_pair_of_the_dark_scheme_can_be_read(accent):
    palette = colors.dark_palette(accent)
    check(palette, colors.DARK_SURFACES)


def check(palette, surfaces):
    assert colors.contrast(palette.accent, palette.on_accent) >= READABLE
    assert colors.contrast(palette.accent_hover, palette.on_accent) >= READABLE
    assert colors.contrast(palette.accent_text, palette.accent_soft) >= READABLE
    for surface in surfaces:
        assert colors.contrast(palette.accent_text, surface) >= READABLE
        assert colors.contrast(palette.accent, surface) >= SEEN


@settings(deadline=None)
@given(accents)
def test_white_reads_on_the_deep_shade(accent):
    assert colors.contrast(colors.deep(accent), colors.WHITE) >= 7


def test_contrast_is_that_of_the_standard():
    assert round(colors.contrast("#000000", "#ffffff"), 1) == 21
    assert round(colors.contrast("#777777", "#ffffff"), 2) == 4.48


def test_what_is_no_colour_becomes_the_house_colour():
    assert colors.clean("red; } body { display: none") == colors.DEFAULT_ACCENT
    assert colors.clean("") == colors.DEFAULT_ACCENT
    assert colors.clean("#C8501E") == "#c8501e"


def test_a_good_accent_stays_as_it_is():
    assert colors.light_palette("#0f5fa8").accent == "#0f5fa8"


def test_the_tokens_name_the_surfaces_that_are_checked():
    tokens = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text(encoding="utf-8")
    for name, light, dark in zip(
        ("surface", "canvas", "sunken"),
        colors.LIGHT_SURFACES,
        (colors.DARK_SURFACES[1], colors.DARK_SURFACES[0], colors.DARK_SURFACES[2]),
        strict=True,
    ):
        assert f"--{name}: light-dark({light}, {dark});" in tokens


@settings(deadline=None)
@given(accents)
def test_the_stylesheet_holds_colours_only(accent):
    for line in stylesheet(accent).splitlines()[1:-1]:
        assert re.fullmatch(r"  --[a-z-]+: (light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\)|#[0-9a-f]{6});", line), line
