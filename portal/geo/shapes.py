"""Areas drawn on a map, as GeoJSON (RFC 7946) writes them; plain Python."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.geo.distance import Point

# The corners of one area in their order, the first one not repeated at the end.
Ring = tuple[Point, ...]
MINIMUM_CORNERS = 3
MAXIMUM_CORNERS = 1_000
MAXIMUM_RINGS = 100
# Signs of one text: some 10,000 corners.
MAXIMUM_LENGTH = 500_000
MAXIMUM_NESTING = 50
DIMENSIONS = 2


def rings_of(text: str) -> tuple[Ring, ...]:
    """The outer rings of a Polygon or MultiPolygon, also as Feature or collection of them; raises ValidationError in words."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This is no GeoJSON: it cannot be read as JSON.")) from error
    rings = tuple(_ring(number, corners) for number, corners in enumerate(_outer_rings(given), start=1))
    if not rings:
        raise ValidationError(_("The GeoJSON contains no area."))
    if len(rings) > MAXIMUM_RINGS:
        sentence = ngettext("At most %(count)d area is kept.", "At most %(count)d areas are kept.", MAXIMUM_RINGS)
        raise ValidationError(sentence, params={"count": MAXIMUM_RINGS})
    return rings


def geojson_of(rings: Sequence[Ring]) -> str:
    """The areas as one MultiPolygon; "" for none."""
    if not rings:
        return ""
    closed = [[[[each.longitude, each.latitude] for each in (*ring, ring[0])]] for ring in rings]
    return json.dumps({"type": "MultiPolygon", "coordinates": closed})


def _outer_rings(given: Any, depth: int = 0) -> Iterator[Any]:
    kind = given.get("type") if isinstance(given, dict) else None
    if kind == "FeatureCollection" and depth < MAXIMUM_NESTING:
        for each in _list(given.get("features")):
            yield from _outer_rings(each, depth + 1)
    elif kind == "Feature" and depth < MAXIMUM_NESTING:
        yield from _outer_rings(given.get("geometry"), depth + 1)
    elif kind == "Polygon":
        yield _outer_ring(given.get("coordinates"))
    elif kind == "MultiPolygon":
        yield from map(_outer_ring, _list(given.get("coordinates")))
    else:
        raise ValidationError(_("Enter GeoJSON of the type Polygon or MultiPolygon."))


def _outer_ring(polygon: Any) -> Any:
    rings = _list(polygon)
    if len(rings) > 1:
        raise ValidationError(_("An area cannot have holes. Draw the area around the hole as two areas instead."))
    return rings[0] if rings else []


def _list(value: Any) -> list:
    if not isinstance(value, list):
        raise ValidationError(_("The coordinates of the GeoJSON are no list of rings of positions."))
    return value


def _ring(number: int, given: Any) -> Ring:
    corners = [_corner(number, each) for each in _list(given)[: MAXIMUM_CORNERS + 2]]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(set(corners)) < MINIMUM_CORNERS or len(corners) > MAXIMUM_CORNERS:
        raise ValidationError(
            _("Area %(number)d needs %(least)d to %(most)d different corners."),
            params={"number": number, "least": MINIMUM_CORNERS, "most": MAXIMUM_CORNERS},
        )
    if any(abs(a.longitude - b.longitude) > 180 for a, b in edges(corners)):  # noqa: PLR2004  half of the globe
        raise ValidationError(
            _("Area %(number)d crosses the meridian of 180°. Divide it there into two."), params={"number": number}
        )
    if not size_of(corners):
        raise ValidationError(_("Area %(number)d has no surface."), params={"number": number})
    return tuple(corners)


def _corner(number: int, given: Any) -> Point:
    position = given if isinstance(given, list) else []
    # A third number is a height.
    if len(position) < DIMENSIONS or not all(type(each) in (int, float) for each in position[:DIMENSIONS]):
        raise ValidationError(_("A corner of area %(number)d is no pair of numbers."), params={"number": number})
    longitude, latitude = position[:DIMENSIONS]
    # Not a number at all fails both comparisons.
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):  # noqa: PLR2004  the globe
        raise ValidationError(
            _(
                "A corner of area %(number)d is out of range: longitude goes from -180 to 180, latitude from -90 to 90, "
                "and GeoJSON writes the longitude first."
            ),
            params={"number": number},
        )
    return Point(float(latitude), float(longitude))


def edges(corners: Sequence[Point]) -> Iterable[tuple[Point, Point]]:
    """Each corner with the next one, around."""
    return pairwise([*corners, corners[0]])


def size_of(corners: Sequence[Point]) -> float:
    """The surface in square degrees, to tell areas without any."""
    first = corners[0]
    crossed = (
        (a.longitude - first.longitude) * (b.latitude - first.latitude)
        - (b.longitude - first.longitude) * (a.latitude - first.latitude)
        for a, b in edges(corners)
    )
    return abs(sum(crossed)) / 2
