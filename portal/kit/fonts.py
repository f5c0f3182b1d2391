"""The font of papers: Rubik, which writes Latin, Cyrillic, Hebrew and Arabic, in the two weights that papers need.

The package ships one variable font. A weight is cut from it once an installation (some two seconds) and kept as a file;
the image does so when it is built, by `python -m portal.kit.fonts FOLDER`.
"""

import sys
import tempfile
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

REGULAR, BOLD = 400, 700
# What the system may have for other scripts; Debian's fonts-dejavu-core and fonts-noto-cjk, for instance.
SYSTEM_FONTS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/truetype/noto/NotoSansDevanagari-Regular.ttf"),
    Path("/usr/share/fonts/truetype/noto/NotoSansThai-Regular.ttf"),
)


@cache
def font_file(folder: Path, weight: int) -> Path:
    """The font of this weight, cut when it is not there yet; in a folder of this process where `folder` cannot be written."""
    path = folder / f"Rubik-{weight}.ttf"
    if path.exists():
        return path
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return cut(path, weight)
    except OSError:
        return cut(own_folder() / path.name, weight)


def cut(path: Path, weight: int) -> Path:
    """Write the font of this weight; whoever else does so at the same time writes the same."""
    with as_file(files("fontpkg_rubik") / "files" / "Rubik[wght].ttf") as variable:
        font = TTFont(variable, recalcTimestamp=False)
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True, static=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".ttf", delete=False) as half_done:
        font.save(half_done)
    Path(half_done.name).chmod(0o644)
    return Path(half_done.name).replace(path)


@cache
def own_folder() -> Path:
    """A folder for this process alone."""
    return Path(tempfile.mkdtemp(prefix="fonts-"))


@cache
def letters_of(path: Path) -> frozenset[int]:
    """The code points that the font can write."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def fonts_beside(path: Path, text: str) -> list[Path]:
    """The system's fonts that write what the font at `path` cannot; none is needed for most papers."""
    missing = {ord(char) for char in text if not char.isspace()} - letters_of(path)
    found = []
    for each in SYSTEM_FONTS if missing else ():
        if each.exists() and missing & letters_of(each):
            found.append(each)
            missing -= letters_of(each)
    return found


if __name__ == "__main__":
    for each in (REGULAR, BOLD):
        font_file(Path(sys.argv[1]), each)
