"""Which territory places lie in."""

from django.db import transaction

from portal.audit.domain import record
from portal.geo.models import Place, Territory, TerritoryArea
from portal.geo.postal import prefixes

PLACES_AT_ONCE = 5_000


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
        .filter(territory=None, country__in=countries)
        .order_by("pk")
    )
    adopted = [place for place in waiting[:PLACES_AT_ONCE] if _owner(place, owners) == territory.pk]
    Place.objects.filter(pk__in=[place.pk for place in adopted]).update(territory=territory)
    if adopted:
        record(by, "territory.adopt", territory, after={"places": len(adopted)})
    return len(adopted)


def _owner(place: Place, owners: dict):
    covering = ((place.country, prefix) for prefix in prefixes(place.country, place.postal_code))
    return next((owners[area] for area in covering if area in owners), None)
