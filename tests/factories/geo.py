"""Places and territories."""

from portal.geo.models import Place, Territory, TerritoryArea
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
