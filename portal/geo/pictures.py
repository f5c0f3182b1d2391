"""Drawn areas as a picture, by the server: no map service is asked and no script runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.geo.distance import Point
from portal.geo.shapes import Ring

# Of the longer side, in the picture's own units.
LENGTH = 480.0
MARGIN = 8.0
# However narrow an area is, the picture can be seen.
LEAST = 24.0


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG: its box and the outlines of the areas; `words` say the same to those who do not see it."""

    box: str
    outlines: tuple[str, ...]
    words: str


def picture_of(rings: Sequence[Ring]) -> Picture:
    """North is up; a degree of longitude is as much narrower as it is at the middle of the areas. Give one area at least."""
    corners = [corner for ring in rings for corner in ring]
    west, east = min(each.longitude for each in corners), max(each.longitude for each in corners)
    south, north = min(each.latitude for each in corners), max(each.latitude for each in corners)
    narrow = max(cos(radians((south + north) / 2)), 0.01)
    scale = LENGTH / max((east - west) * narrow, north - south)

    def at(corner: Point) -> str:
        x = MARGIN + (corner.longitude - west) * narrow * scale
        y = MARGIN + (north - corner.latitude) * scale
        return f"{x:.1f} {y:.1f}"

    width = max((east - west) * narrow * scale, LEAST) + 2 * MARGIN
    height = max((north - south) * scale, LEAST) + 2 * MARGIN
    count = ngettext("%(count)d area", "%(count)d areas", len(rings)) % {"count": len(rings)}
    return Picture(
        box=f"0 0 {width:.1f} {height:.1f}",
        outlines=tuple("M" + "L".join(map(at, ring)) + "Z" for ring in rings),
        words=_("%(areas)s between latitude %(south)s and %(north)s, longitude %(west)s and %(east)s")
        % {
            "areas": count,
            "south": f"{south:.3f}",
            "north": f"{north:.3f}",
            "west": f"{west:.3f}",
            "east": f"{east:.3f}",
        },
    )
