"""What is drawn for a territory, and which territory places lie in."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max, Min, Q

from portal.audit.domain import record
from portal.geo.models import Place, Territory, TerritoryArea, TerritoryShape
from portal.geo.postal import prefixes
from portal.geo.queries import drawn_at
from portal.geo.shapes import Ring

PLACES_AT_ONCE = 5_000


@transaction.atomic
def draw(territory: Territory, rings: Sequence[Ring], *, by=None) -> None:
    """Make these the drawn areas of the territory, instead of the former ones; audited. The same again changes nothing."""
    Territory.objects.select_for_update(of=("self",), no_key=True).get(pk=territory.pk)
    former = drawn_areas(territory)
    if former == tuple(rings):
        return
    TerritoryShape.objects.filter(territory=territory).delete()
    TerritoryShape.objects.bulk_create([TerritoryShape(territory=territory, corners=ring) for ring in rings])
    record(by, "territory.draw", territory, before=_counts(former), after=_counts(rings))


def drawn_areas(territory: Territory) -> tuple[Ring, ...]:
    """The corners of each drawn area, in the order they were drawn."""
    shapes = TerritoryShape.objects.filter(territory=territory).order_by("pk")
    return tuple(shapes.values_list("corners", flat=True))


def _counts(rings: Sequence[Ring]) -> dict[str, int]:
    return {"areas": len(rings), "corners": sum(map(len, rings))}


@transaction.atomic
def adopt_places(territory: Territory, *, by=None) -> int:
    """Give the territory those places without one that its areas cover, PLACES_AT_ONCE at most; audited; how many."""
    owners = {
        (country, prefix): owner
        for country, prefix, owner in TerritoryArea.objects.order_by("pk").values_list(
            "country", "postal_prefix", "territory_id"
        )
    }
    countries = {country for (country, _prefix), owner in owners.items() if owner == territory.pk}
    waiting = (
        Place.objects.select_for_update(of=("self",), no_key=True)
        .filter(Q(country__in=countries) | _around(territory), territory=None)
        .order_by("pk")[:PLACES_AT_ONCE]
    )
    drawn = drawn_at([place.point for place in waiting if place.point is not None])
    adopted = [place for place in waiting if _owner(place, owners, drawn) == territory.pk]
    Place.objects.filter(pk__in=[place.pk for place in adopted]).update(territory=territory)
    if adopted:
        record(by, "territory.adopt", territory, after={"places": len(adopted)})
    return len(adopted)


def _around(territory: Territory) -> Q:
    """Places in the box around everything that is drawn for the territory; none where nothing is."""
    shapes = TerritoryShape.objects.filter(territory=territory)
    box = shapes.aggregate(west=Min("west"), east=Max("east"), south=Min("south"), north=Max("north"))
    if box["west"] is None:
        return Q(pk__in=[])
    return Q(longitude__range=(box["west"], box["east"]), latitude__range=(box["south"], box["north"]))


def _owner(place: Place, owners: dict, drawn: dict):
    if place.point in drawn:
        return drawn[place.point][0]
    covering = ((place.country, prefix) for prefix in prefixes(place.country, place.postal_code))
    return next((owners[area] for area in covering if area in owners), None)
