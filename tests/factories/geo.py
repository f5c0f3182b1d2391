"""Places and territories."""

from portal.geo.distance import Point
from portal.geo.models import Place, Territory, TerritoryArea, TerritoryShape
from tests.factories import unique

NEW_YORK = (40.7128, -74.0060)


def make_place(**fields) -> Place:
    """A place in New York; `at=(latitude, longitude)` puts it elsewhere."""
    latitude, longitude = fields.pop("at", NEW_YORK)
    values = {
        "line1": unique("Mill Street "),
        "city": "New York",
        "postal_code": "10001",
        "country": "US",
        "time_zone": "America/New_York",
        "latitude": latitude,
        "longitude": longitude,
        "geocoded_by": "manual",
    }
    return Place.objects.create(**{**values, **fields})


def make_territory(*prefixes: str, **fields) -> Territory:
    """A territory that covers the postal codes beginning with `prefixes` in `country`."""
    country = fields.pop("country", "US")
    territory = Territory.objects.create(**{"name": unique("Territory "), **fields})
    for prefix in prefixes:
        TerritoryArea.objects.create(territory=territory, country=country, postal_prefix=prefix)
    return territory


def make_shape(*corners: tuple[float, float], **fields) -> TerritoryShape:
    """A drawn area with these corners (latitude, longitude); without any, a box of a degree around New York."""
    corners = corners or ((40.2, -74.5), (40.2, -73.5), (41.2, -73.5), (41.2, -74.5))
    values = {"territory": fields.pop("territory", None) or make_territory(), **fields}
    return TerritoryShape.objects.create(**values, corners=tuple(Point(*each) for each in corners))
