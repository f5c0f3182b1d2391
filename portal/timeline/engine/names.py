"""The name that people call a file by; where it lies has nothing to do with it (SECURITY 33)."""

import re
import unicodedata

from portal.timeline.engine.types import Kind

LENGTH = 120
# What some system reads as a path, a wildcard or a device.
SPECIAL = re.compile(r'[<>:"|?*/\\]')
SPACES = re.compile(r"\s+")


def clean_name(name: str, kind: Kind, fallback: str = "file") -> str:
    """The last part of a path without control and direction signs, with an ending of its kind, at most LENGTH long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(each for each in SPACES.sub(" ", last) if unicodedata.category(each)[0] != "C")
    plain = SPECIAL.sub("_", visible).strip(" .")
    stem, ending = split(plain, kind)
    return f"{stem[: LENGTH - len(ending)].strip(' .') or fallback}{ending}"


def split(name: str, kind: Kind) -> tuple[str, str]:
    """Name and ending; one that is not of the kind stays in the name and gets the right one behind it."""
    for ending in kind.endings:
        if name.lower().endswith(ending):
            return name[: -len(ending)], ending
    return name, kind.endings[0]
