"""Areas of territories that are drawn on a map."""

from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from portal.geo.fields import RingField
from portal.geo.models.territories import Territory
from portal.geo.shapes import MAXIMUM_CORNERS, MINIMUM_CORNERS
from portal.tenancy.models import TenantModel


def bound(side: str) -> models.GeneratedField:
    """A side of the box around the corners: PostgreSQL keeps the upper right corner of a box first, x before y."""
    indexes = {"east": "[0])[0]", "north": "[0])[1]", "west": "[1])[0]", "south": "[1])[1]"}
    around = Func(F("corners"), template="((box(%(expressions)s))" + indexes[side])
    return models.GeneratedField(expression=around, output_field=models.FloatField(), db_persist=True)


class TerritoryShape(TenantModel):
    """An area drawn on a map. What lies in it belongs to its territory, before any postal code; the smallest one wins (PRT-2).

    The index is over the sides of the box around it and no GiST over the polygon: below row-level security PostgreSQL uses
    an index only for comparisons that are known to tell nothing of other tenants' rows, as those of numbers are.
    """

    territory = models.ForeignKey(
        Territory, on_delete=models.CASCADE, related_name="shapes", verbose_name=_("territory")
    )
    corners = RingField(_("corners"))
    west = bound("west")
    east = bound("east")
    south = bound("south")
    north = bound("north")

    class Meta:
        verbose_name = _("drawn area")
        verbose_name_plural = _("drawn areas")
        constraints = [
            models.CheckConstraint(
                name="territory_shape_corners",
                condition=Q(corners__corner_count__range=(MINIMUM_CORNERS, MAXIMUM_CORNERS)),
            ),
            models.CheckConstraint(
                name="territory_shape_on_earth",
                condition=Q(west__gte=-180, east__lte=180, south__gte=-90, north__lte=90),
            ),
            models.CheckConstraint(
                name="territory_shape_has_surface",
                condition=Q(west__lt=F("east"), south__lt=F("north")),
            ),
        ]
        indexes = [models.Index(fields=["tenant", "west", "east", "south", "north"], name="shapes_around")]

    def __str__(self):
        return str(self.territory)
