"""Reads over territories and places."""

from django.db.models import Q

from portal.geo.models import Place, Territory, TerritoryArea
from portal.geo.postal import prefixes


def territory_of(country: str, postal_code: str) -> Territory | None:
    """The territory whose area covers the code with the longest prefix; one query whatever the number of areas."""
    covering = TerritoryArea.objects.filter(country=country, postal_prefix__in=prefixes(country, postal_code))
    areas = list(covering.select_related("territory").order_by("postal_prefix"))
    return max(areas, key=lambda area: len(area.postal_prefix)).territory if areas else None


def waiting_places():
    """Places that wait for the geocoding service, or that nobody has looked up yet; the oldest first."""
    never_asked = Q(latitude__isnull=True, geocode_note="")
    return Place.objects.filter(Q(geocode_due=True) | never_asked).order_by("id")
