import pytest

from portal.geo.addresses import Address
from portal.geo.distance import Point, great_circle
from portal.geo.enums import GeocodedBy, GeocodeNote, Quality
from portal.geo.geocoding import Gazetteer

KILOMETRE = 1000


def find(**address):
    return Gazetteer().geocode(Address(**address))


def test_a_zip_code_gives_its_centre_and_time_zone():
    found = find(line1="350 5th Ave", city="New York", region="NY", postal_code="10118-0110", country="US")
    assert great_circle(found.point, Point(40.7484, -73.9857)) < 2 * KILOMETRE
    assert (found.quality, found.source, found.note) == (Quality.POSTAL_CODE, GeocodedBy.GAZETTEER, GeocodeNote.NONE)
    assert found.time_zone == "America/New_York"


def test_a_zip_code_beats_the_tenants_zone():
    assert find(postal_code="90001", country="US").time_zone == "America/Los_Angeles"


@pytest.mark.parametrize("region", ["NY", "ny", "New York"])
def test_an_american_town_without_zip_code(region):
    found = find(city="albany", region=region, country="US")
    assert great_circle(found.point, Point(42.65, -73.75)) < 15 * KILOMETRE
    assert found.quality == Quality.TOWN


def test_an_american_town_is_not_looked_for_in_other_states():
    assert find(city="Albany", region="HI", country="US") is None


def test_a_british_town():
    found = find(line1="10 Downing Street", city="London", postal_code="SW1A 2AA", country="GB")
    assert great_circle(found.point, Point(51.5, -0.12)) < 5 * KILOMETRE
    assert (found.quality, found.time_zone) == (Quality.TOWN, "Europe/London")


@pytest.mark.parametrize("city", ["Dubai", "dubai", "دبي"])
def test_an_emirates_town_in_either_script(city):
    found = find(city=city, country="AE")
    assert great_circle(found.point, Point(25.2, 55.3)) < 20 * KILOMETRE
    assert found.time_zone == "Asia/Dubai"


def test_a_district_falls_back_to_its_emirate():
    assert find(city="Al Barsha", region="Dubai", country="AE").point == find(city="Dubai", country="AE").point


def test_of_several_towns_of_one_name_the_largest_is_taken_and_noted():
    found = find(city="Newport", country="GB")
    assert found.note == GeocodeNote.SEVERAL_TOWNS
    assert great_circle(found.point, Point(51.58, -3.0)) < 10 * KILOMETRE


@pytest.mark.parametrize(
    "address",
    [
        {"city": "Nowhere upon Nothing", "country": "GB"},
        {"postal_code": "00000", "country": "US"},
        {"postal_code": "1000", "country": "US"},
        {"postal_code": "١٠٠٠١", "country": "US"},
        {"postal_code": "10001", "country": "GB"},
        {"country": "US"},
        {"city": "Dubai", "country": ""},
        {},
    ],
)
def test_what_is_unknown_is_none(address):
    assert find(**address) is None
