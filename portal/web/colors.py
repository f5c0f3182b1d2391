"""Makes a tenant's accent readable: every pair that the stylesheet uses keeps its contrast (UX-1, UX-2).

Lightness is moved in OKLCH, so that the hue stays the tenant's own. Contrast is that of WCAG 2.2.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")
DEFAULT_ACCENT = "#0b6b60"

WHITE, INK = "#ffffff", "#10141b"
# The surfaces of static/css/tokens.css that accent text and fills stand on.
LIGHT_SURFACES = ("#ffffff", "#f5f6f8", "#eef0f4")
DARK_SURFACES = ("#0d1015", "#151920", "#1c212a")
TEXT_CONTRAST = 4.6
# Where the sRGB curve turns from a line into a power, encoded and linear; what rounding may overshoot.
KNEE, LINEAR_KNEE, TOLERANCE = 0.04045, 0.0031308, 1e-4
FILL_CONTRAST = 3.1


def _channels(color: str) -> tuple[float, ...]:
    return tuple(int(color[index : index + 2], 16) / 255 for index in (1, 3, 5))


def _linear(value: float) -> float:
    return value / 12.92 if value <= KNEE else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    return value * 12.92 if value <= LINEAR_KNEE else 1.055 * value ** (1 / 2.4) - 0.055


def luminance(color: str) -> float:
    """Relative luminance of `#rrggbb`, 0 to 1."""
    red, green, blue = (_linear(value) for value in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def to_oklch(color: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, chroma, and hue in radians."""
    red, green, blue = (_linear(value) for value in _channels(color))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    along_a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    along_b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(along_a, along_b), math.atan2(along_b, along_a)


def _rgb(lightness: float, chroma: float, hue: float) -> tuple[float, ...]:
    along_a, along_b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * along_a + 0.2158037573 * along_b) ** 3
    medium = (lightness - 0.1055613458 * along_a - 0.0638541728 * along_b) ** 3
    short = (lightness - 0.0894841775 * along_a - 1.2914855480 * along_b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """`#rrggbb`; chroma is lowered until the colour can be shown."""
    values = _rgb(lightness, chroma, hue)
    while chroma > 0 and any(not -TOLERANCE <= value <= 1 + TOLERANCE for value in values):
        chroma = max(0.0, chroma - 0.004)
        values = _rgb(lightness, chroma, hue)
    clamped = (min(1.0, max(0.0, value)) for value in values)
    return "#" + "".join(f"{round(_gamma(value) * 255):02x}" for value in clamped)


def _move(color: str, step: float, good: Callable[[str], bool]) -> str:
    """The nearest colour by lightness, in steps of `step`, that is `good`."""
    lightness, chroma, hue = to_oklch(color)
    while not good(color) and 0 <= lightness + step <= 1:
        lightness += step
        color = from_oklch(lightness, chroma, hue)
    return color


def _apart(ratio: float, others: Iterable[str]) -> Callable[[str], bool]:
    fixed = tuple(others)
    return lambda color: all(contrast(color, other) >= ratio for other in fixed)


def readable_on(color: str) -> str:
    """White or ink, whichever reads better on `color`."""
    return max((WHITE, INK), key=lambda text: contrast(color, text))


@dataclass(frozen=True, slots=True)
class Palette:
    """The accent family of one scheme; each pair that meets in the stylesheet has its contrast."""

    accent: str
    accent_hover: str
    on_accent: str
    accent_text: str
    accent_soft: str
    accent_line: str


def _readable(color: str) -> bool:
    return contrast(color, readable_on(color)) >= TEXT_CONTRAST


def light_palette(accent: str) -> Palette:
    """For light surfaces."""
    _, chroma, hue = to_oklch(accent)
    fill = _move(accent, -0.01, _apart(FILL_CONTRAST, LIGHT_SURFACES))
    fill = _move(fill, -0.01, _readable)
    on_fill = readable_on(fill)
    away = -0.05 if on_fill == WHITE else 0.04
    soft = from_oklch(0.955, min(chroma, 0.022), hue)
    return Palette(
        accent=fill,
        accent_hover=from_oklch(max(0.0, to_oklch(fill)[0] + away), chroma, hue),
        on_accent=on_fill,
        accent_text=_move(accent, -0.01, _apart(TEXT_CONTRAST, (*LIGHT_SURFACES, soft))),
        accent_soft=soft,
        accent_line=from_oklch(0.84, min(chroma, 0.06), hue),
    )


def dark_palette(accent: str) -> Palette:
    """For dark surfaces."""
    _, chroma, hue = to_oklch(accent)
    fill = _move(accent, 0.01, _apart(FILL_CONTRAST, DARK_SURFACES))
    fill = _move(fill, 0.01, _readable)
    on_fill = readable_on(fill)
    away = -0.04 if on_fill == WHITE else 0.05
    soft = from_oklch(0.275, min(chroma, 0.045), hue)
    return Palette(
        accent=fill,
        accent_hover=from_oklch(min(1.0, to_oklch(fill)[0] + away), chroma, hue),
        on_accent=on_fill,
        accent_text=_move(accent, 0.01, _apart(TEXT_CONTRAST, (*DARK_SURFACES, soft))),
        accent_soft=soft,
        accent_line=from_oklch(0.42, min(chroma, 0.07), hue),
    )


def deep(accent: str) -> str:
    """The dark shade behind the sign-in pages' picture; white reads on it at 7 to 1 or better."""
    _, chroma, hue = to_oklch(accent)
    return _move(from_oklch(0.31, min(chroma, 0.08), hue), -0.01, _apart(7.0, (WHITE,)))


def clean(accent: str) -> str:
    """The accent if it is `#rrggbb`, Callout's own otherwise."""
    return accent.lower() if HEX.match(accent or "") else DEFAULT_ACCENT
