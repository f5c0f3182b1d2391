"""Places and territories."""

from portal.geo.models.places import Place
from portal.geo.models.shapes import TerritoryShape
from portal.geo.models.territories import Territory, TerritoryArea

__all__ = ["Place", "Territory", "TerritoryArea", "TerritoryShape"]
