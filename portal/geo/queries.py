"""Reads over territories and places."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from portal.geo.distance import Point
from portal.geo.models import Place, Territory, TerritoryArea
from portal.geo.postal import prefixes
from portal.tenancy.scope import current_tenant

# The box around an area is found by the index, the area itself by PostgreSQL's polygons. Equal ones in the order they were drawn.
SHAPES_AT = """
SELECT asked.number, shape.territory_id
FROM unnest(%(longitudes)s::float8[], %(latitudes)s::float8[]) WITH ORDINALITY AS asked (x, y, number)
JOIN geo_territoryshape AS shape ON shape.tenant_id = %(tenant)s
  AND shape.west <= asked.x AND shape.east >= asked.x AND shape.south <= asked.y AND shape.north >= asked.y
WHERE shape.corners @> point(asked.x, asked.y)
ORDER BY asked.number, area(path(shape.corners)), shape.id
"""


def drawn_at(points: Collection[Point]) -> dict[Point, list[UUID]]:
    """Whose drawn areas contain a point, the smallest area first; one query for all points. What lies in none is left out."""
    asked = list(dict.fromkeys(points))
    values: dict[str, Any] = {
        "tenant": current_tenant().pk,
        "longitudes": [each.longitude for each in asked],
        "latitudes": [each.latitude for each in asked],
    }
    found: dict[Point, list[UUID]] = {}
    with connection.cursor() as cursor:
        cursor.execute(SHAPES_AT, values)
        for number, territory_id in cursor:
            found.setdefault(asked[number - 1], []).append(territory_id)
    return found


def areas_covering(country: str, postal_code: str):
    """The postal areas that cover the code."""
    return TerritoryArea.objects.filter(country=country, postal_prefix__in=prefixes(country, postal_code))


def territory_of(country: str, postal_code: str, point: Point | None = None) -> Territory | None:
    """The territory of the smallest drawn area around the point; else of the area that covers the code with the longest prefix.

    Two queries at most, whatever the number of areas.
    """
    if point is not None and (drawn := drawn_at([point])):
        return Territory.objects.get(pk=drawn[point][0])
    areas = list(areas_covering(country, postal_code).select_related("territory").order_by("postal_prefix"))
    return max(areas, key=lambda area: len(area.postal_prefix)).territory if areas else None


def territories_around(place: Place) -> frozenset[UUID]:
    """Every territory one of whose areas, drawn or postal, the place lies in; two queries."""
    drawn = drawn_at([place.point]) if place.point is not None else {}
    postal = areas_covering(place.country, place.postal_code).order_by().values_list("territory_id", flat=True)
    return frozenset(postal).union(*drawn.values())


def waiting_places():
    """Places that wait for the geocoding service, or that nobody has looked up yet; the oldest first."""
    never_asked = Q(latitude__isnull=True, geocode_note="")
    return Place.objects.filter(Q(geocode_due=True) | never_asked).order_by("id")
