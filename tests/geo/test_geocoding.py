import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.geo.addresses import Address
from portal.geo.breakers import Breaker
from portal.geo.distance import Point
from portal.geo.enums import GeocodedBy, GeocodeNote, Quality
from portal.geo.geocoding import Geocoding, ServiceGeocoder, current_geocoding
from tests.geo.servers import SOON, serve

EMPIRE_STATE = Address("350 5th Ave", "Floor 21", "New York", "NY", "10118", "US")
ATLANTIS = Address("1 Deep Street", "", "Atlantis", "", "", "GB")
BROKEN = ["hang", "drip", "error", "garbage", "nonsense", "redirect", "huge"]


def nominatim(path):
    query = parse_qs(urlsplit(path).query)
    if "350 5th Ave" in query["q"][0]:
        return [{"lat": "40.748440", "lon": "-73.985664", "display_name": "Empire State", "addresstype": "building"}]
    if "Broadway" in query["q"][0]:
        return [{"lat": "40.75", "lon": "-73.98", "display_name": "Broadway", "addresstype": "road"}]
    return []


@pytest.fixture
def service():
    with serve(nominatim) as running:
        yield running


def geocoding_of(service, **kwargs):
    options = {"domain": service.host, "scheme": "http", "timeout": service.limit}
    return Geocoding(ServiceGeocoder("nominatim", options), **kwargs)


def test_a_service_finds_the_address_itself(service):
    answer = geocoding_of(service).ask(EMPIRE_STATE)
    assert answer.found.point == Point(40.748440, -73.985664)
    assert (answer.found.quality, answer.found.source) == (Quality.ADDRESS, GeocodedBy.NOMINATIM)
    assert answer.found.time_zone == "America/New_York"
    assert (answer.note, answer.ask_again) == (GeocodeNote.NONE, False)
    asked = parse_qs(urlsplit(service.asked[0]).query)
    assert asked["q"] == ["350 5th Ave, New York, NY 10118, United States of America"]
    assert asked["countrycodes"] == ["us"]
    assert service.agents == ["callout-portal/1"]


def test_a_street_is_not_passed_off_as_an_address(service):
    assert geocoding_of(service).geocode(Address("Broadway", country="US")).quality == Quality.STREET


def test_what_the_service_does_not_know_the_gazetteer_places_and_says_so(service):
    unknown = Address("9 Unmapped Way", "", "New York", "NY", "10001", "US")
    answer = geocoding_of(service).ask(unknown)
    assert answer.found.source == GeocodedBy.GAZETTEER
    assert answer.note == answer.found.note == GeocodeNote.SERVICE_UNKNOWN
    assert not answer.ask_again
    nowhere = geocoding_of(service).ask(ATLANTIS)
    assert (nowhere.found, nowhere.note, nowhere.ask_again) == (None, GeocodeNote.NOT_FOUND, False)


@pytest.mark.parametrize("mood", BROKEN)
def test_a_failing_service_degrades_to_the_gazetteer_and_says_so(service, mood):
    service.mood = mood
    started = time.monotonic()
    answer = geocoding_of(service).ask(EMPIRE_STATE)
    assert time.monotonic() - started < SOON
    assert answer.found.source == GeocodedBy.GAZETTEER
    assert answer.note == answer.found.note == GeocodeNote.SERVICE_AWAY
    assert answer.ask_again
    assert "not answering" in GeocodeNote(answer.found.note).label


def test_a_failing_service_and_an_unknown_town_leave_a_reason(service):
    service.mood = "error"
    answer = geocoding_of(service).ask(ATLANTIS)
    assert (answer.found, answer.note, answer.ask_again) == (None, GeocodeNote.AWAY_NOT_FOUND, True)


def test_redirects_are_not_followed(service):
    service.mood = "redirect"
    geocoding_of(service).ask(EMPIRE_STATE)
    assert len(service.asked) == 1


def test_a_service_that_is_away_is_left_alone_and_found_again(service):
    now = [0.0]
    geocoding = geocoding_of(service, breaker=Breaker(pause=30, clock=lambda: now[0]))
    service.mood = "error"
    geocoding.ask(EMPIRE_STATE)
    geocoding.ask(EMPIRE_STATE)
    assert len(service.asked) == 1
    service.mood = "well"
    now[0] = 31
    assert geocoding.ask(EMPIRE_STATE).found.source == GeocodedBy.NOMINATIM
    assert geocoding.ask(EMPIRE_STATE).note == GeocodeNote.NONE


def test_a_service_that_nobody_runs_is_away():
    with serve(nominatim) as gone:
        geocoding = geocoding_of(gone)
    assert geocoding.ask(EMPIRE_STATE).note == GeocodeNote.SERVICE_AWAY


@pytest.mark.parametrize("position", [("91", "0"), ("NaN", "0"), ("0", "Infinity"), (None, None), ("", "")])
@pytest.mark.filterwarnings("ignore:Latitude normalization")
def test_a_position_that_is_not_on_earth_is_garbage(position):
    with serve(lambda path: [{"lat": position[0], "lon": position[1], "display_name": "?"}]) as service:
        assert geocoding_of(service).ask(EMPIRE_STATE).note == GeocodeNote.SERVICE_AWAY


def test_another_service_works_the_same_way():
    photon = {
        "features": [
            {"properties": {"name": "Empire State"}, "geometry": {"coordinates": [-73.985664, 40.74844]}},
        ]
    }
    with serve(lambda path: photon) as service:
        found = ServiceGeocoder("photon", {"domain": service.host, "scheme": "http"}).geocode(EMPIRE_STATE)
    assert (found.point, found.source) == (Point(40.74844, -73.985664), GeocodedBy.PHOTON)


def test_an_empty_address_asks_nobody(service):
    answer = geocoding_of(service).ask(Address(country="US"))
    assert (answer.found, service.asked) == (None, [])


@pytest.mark.parametrize(("name", "options"), [("nobody", {}), ("nominatim", {"colour": "red"})])
def test_nonsense_settings_are_refused_by_name(name, options):
    with pytest.raises(ImproperlyConfigured, match="GEOCODER"):
        ServiceGeocoder(name, options)


def test_the_default_asks_nobody(settings):
    settings.GEOCODER, settings.GEOCODER_OPTIONS = "", {}
    assert not current_geocoding().has_service
    assert current_geocoding().geocode(EMPIRE_STATE).source == GeocodedBy.GAZETTEER


def test_settings_choose_the_service(settings, service):
    settings.GEOCODER = "nominatim"
    settings.GEOCODER_OPTIONS = {"domain": service.host, "scheme": "http"}
    assert current_geocoding().has_service
    assert current_geocoding() is current_geocoding()
    assert current_geocoding().geocode(EMPIRE_STATE).source == GeocodedBy.NOMINATIM
