"""Places of imported rows, many at a time: the rules of `save_place` without its queries per place (OPS-4, SCH-10)."""

from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.geo.distance import Point
from portal.geo.domain.places import save_place, take_answer, take_typed_position, tidy
from portal.geo.geocoding import Answer, current_geocoding
from portal.geo.models import Place, Territory
from portal.geo.queries import drawn_at, territory_of
from portal.kit.csv_cells import BadCell, Column, country, degrees, line, time_zone
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant

TEXTS = {"line1": 160, "line2": 160, "city": 120, "region": 80, "postal_code": 16}
PLACE_COLUMNS = (
    *(Column(name, line(length)) for name, length in TEXTS.items()),
    Column("country", country),
    Column("latitude", degrees(90), empty=None),
    Column("longitude", degrees(180), empty=None),
    Column("time_zone", time_zone),
)
PLACE_FIELDS = tuple(column.name for column in PLACE_COLUMNS)


def place_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """The address that a row gives, empty when it gives none; raises BadCell for one that cannot be a place."""
    given = {name: values[name] for name in PLACE_FIELDS if name in values}
    if not any(given.get(name) for name in ("line1", "city", "postal_code")):
        return {}
    if not given.get("country"):
        raise BadCell(_("An address needs its country, for example US."))
    if (given.get("latitude") is None) != (given.get("longitude") is None):
        raise BadCell(_("Enter both latitude and longitude, or neither."))
    return given


class PlaceWriter:
    """Writes places of one import; remembers what it asked the gazetteer and the territories."""

    def __init__(self, *, by=None):
        self._by = by
        self._geocoding = current_geocoding()
        self._answers: dict[tuple, Answer] = {}
        self._territories: dict[tuple[str, str], Territory | None] = {}
        self._drawn: dict[UUID, Territory] = {}

    def create(self, places: list[Place]) -> None:
        """Write new places, a fixed number of queries for all of them; those that wait for a geocoding service are asked for later."""
        for place in places:
            self._settle(place)
        drawn = drawn_at([place.point for place in places if place.point is not None and place.territory is None])
        for place in places:
            place.territory = place.territory or self._territory_for(place, drawn)
        Place.objects.bulk_create(places)
        for place in places:
            if place.geocode_due:
                after_commit("geo.locate_place", place.tenant_id, place.pk)

    def change(self, place: Place, fields: Mapping[str, Any]) -> bool:
        """Bring a place in line with a row's address; whether anything changed."""
        wanted = dict(fields)
        if wanted.get("latitude") is None:
            wanted.pop("latitude", None)
            wanted.pop("longitude", None)
        if not wanted.get("time_zone"):
            wanted.pop("time_zone", None)
        wanted["postal_code"] = wanted.get("postal_code", place.postal_code).upper()
        if all(getattr(place, name) == value for name, value in wanted.items()):
            return False
        for name, value in wanted.items():
            setattr(place, name, value)
        save_place(place, by=self._by)
        return True

    def _settle(self, place: Place) -> None:
        tidy(place)
        answer = None if place.point is not None and place.time_zone else self._ask(place)
        if place.point is None:
            take_answer(place, answer)
            place.geocode_due = self._geocoding.has_service and bool(place.address)
        else:
            place.time_zone = place.time_zone or (
                answer.found.time_zone if answer.found else current_tenant().time_zone
            )
            take_typed_position(place)

    def _ask(self, place: Place) -> Answer:
        key = (place.country, place.region, place.city, place.postal_code)
        return _remember(self._answers, key, partial(self._geocoding.ask_offline, place.address))

    def _territory_for(self, place: Place, drawn: Mapping[Point, list[UUID]]) -> Territory | None:
        if place.point is not None and place.point in drawn:
            territory_id = drawn[place.point][0]
            return _remember(self._drawn, territory_id, partial(Territory.objects.get, pk=territory_id))
        key = (place.country, place.postal_code)
        return _remember(self._territories, key, partial(territory_of, *key))


def _remember(memory: dict, key: Hashable, ask):
    if key not in memory:
        if len(memory) >= 20_000:  # noqa: PLR2004  keeps a file of any size in flat memory
            memory.clear()
        memory[key] = ask()
    return memory[key]
