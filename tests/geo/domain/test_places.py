import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from portal.audit.models import AuditEntry
from portal.geo.addresses import Address
from portal.geo.distance import Point
from portal.geo.domain import places
from portal.geo.domain.places import apply_answer, ask_for_waiting, find_again, locate, save_place
from portal.geo.domain.territories import adopt_places
from portal.geo.enums import GeocodedBy, GeocodeNote, Quality
from portal.geo.geocoding import Answer, Found, current_geocoding
from portal.geo.models import Place, Territory, TerritoryArea
from portal.geo.queries import territory_of
from portal.geo.tasks import locate_due, locate_place
from portal.tenancy.scope import named_scope, tenant_scope
from tests.geo.servers import serve

EMPIRE_STATE = {"line1": "350 5th Ave", "city": "New York", "region": "NY", "postal_code": "10118", "country": "US"}
FOUND = [{"lat": "40.748440", "lon": "-73.985664", "display_name": "Empire State", "addresstype": "building"}]


@pytest.fixture
def sent(monkeypatch):
    tasks = []
    monkeypatch.setattr(places, "after_commit", lambda name, *ids: tasks.append((name, *ids)))
    return tasks


@pytest.fixture
def service(settings):
    with serve(lambda path: FOUND) as running:
        settings.GEOCODER = "nominatim"
        settings.GEOCODER_OPTIONS = {"domain": running.host, "scheme": "http", "timeout": 0.3}
        yield running


def area(territory, country, prefix=""):
    return TerritoryArea.objects.create(territory=territory, country=country, postal_prefix=prefix)


def territories(*names):
    return [Territory.objects.create(name=name) for name in names]


def test_a_new_place_has_its_position_at_once_and_nobody_is_asked(in_tenant, sent):
    place = save_place(Place(**EMPIRE_STATE))
    assert place.point is not None
    assert (place.geocoded_by, place.geocode_quality) == (GeocodedBy.GAZETTEER, Quality.POSTAL_CODE)
    assert place.geocoded_at is not None
    assert not place.geocode_due
    assert sent == []


def test_what_is_typed_is_tidied(in_tenant):
    place = save_place(Place(line1="  10  Downing Street ", city="London", postal_code="sw1a 2aa", country="gb"))
    assert place.address == Address("10 Downing Street", "", "London", "", "SW1A 2AA", "GB")


def test_the_zone_is_that_of_the_address_else_the_tenants(in_tenant):
    assert save_place(Place(postal_code="90001", country="US")).time_zone == "America/Los_Angeles"
    assert save_place(Place(city="Nowhere", country="GB")).time_zone == "America/New_York"
    assert save_place(Place(postal_code="90001", country="US", time_zone="UTC")).time_zone == "UTC"
    assert (
        save_place(Place(postal_code="90001", country="US", latitude=1, longitude=1)).zone.key == "America/Los_Angeles"
    )
    assert Place.objects.create(country="US").time_zone == "America/New_York"
    assert Place.objects.bulk_create([Place(country="US")])[0].time_zone == "America/New_York"


def test_a_typed_position_stays_through_other_changes_but_not_a_new_address(in_tenant):
    place = save_place(Place(**EMPIRE_STATE, latitude=40.75, longitude=-73.98))
    assert place.geocoded_by == GeocodedBy.MANUAL
    place.name = "Head office"
    assert save_place(place).point == Point(40.75, -73.98)
    place.postal_code = "90001"
    place.city = "Los Angeles"
    moved = save_place(place)
    assert (moved.geocoded_by, round(moved.latitude)) == (GeocodedBy.GAZETTEER, 34)


def test_clearing_or_looking_up_again_forgets_the_typed_position(in_tenant):
    place = save_place(Place(**EMPIRE_STATE, latitude=1.0, longitude=1.0))
    assert find_again(place).geocoded_by == GeocodedBy.GAZETTEER
    assert place.point != Point(1.0, 1.0)


def test_an_address_that_nobody_knows_says_so(in_tenant):
    place = save_place(Place(city="Atlantis", country="GB"))
    assert place.point is None
    assert (place.geocoded_by, place.geocode_note) == (GeocodedBy.NONE, GeocodeNote.NOT_FOUND)


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 91, "longitude": 0},
        {"latitude": 0, "longitude": -180.5},
        {"latitude": 1},
        {"longitude": 1},
        {"country": "USA"},
        {"country": ""},
        {"country": "1A"},
        {"time_zone": "Mars/Olympus"},
    ],
)
def test_nonsense_is_refused(in_tenant, wrong):
    with pytest.raises(ValidationError):
        save_place(Place(**{**EMPIRE_STATE, **wrong}))


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("place_latitude_range", {"latitude": 90.1, "longitude": 0}),
        ("place_longitude_range", {"latitude": 0, "longitude": 180.1}),
        ("place_latitude_range", {"latitude": float("nan"), "longitude": 0}),
        ("place_coordinates_both_or_none", {"latitude": 1}),
        ("place_country_iso2", {"country": "us"}),
    ],
)
def test_the_database_keeps_the_promise(in_tenant, constraint, wrong):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Place.objects.create(**{"country": "US", **wrong})


def test_the_territory_is_that_of_the_longest_prefix(in_tenant, django_assert_num_queries):
    city, midtown, country = territories("City", "Midtown", "Everything")
    for territory, prefix in ((city, "10"), (midtown, "101"), (country, "")):
        area(territory, "US", prefix)
    with django_assert_num_queries(1):
        assert territory_of("US", "10118-0110") == midtown
    assert territory_of("US", "10001") == city
    assert territory_of("US", "90001") == country
    assert territory_of("GB", "10118") is None
    assert save_place(Place(**EMPIRE_STATE)).territory == midtown


def test_a_territory_chosen_by_hand_stays_until_the_place_moves_into_another(in_tenant):
    found, chosen, west = territories("Found", "Chosen", "West")
    area(found, "US", "101")
    area(west, "US", "900")
    place = save_place(Place(**EMPIRE_STATE, territory=chosen))
    assert place.territory == chosen
    place.line1 = "351 5th Ave"
    assert save_place(place).territory == chosen
    place.postal_code = "20001"
    assert save_place(place).territory == chosen
    place.postal_code = "90001"
    assert save_place(place).territory == west
    place.postal_code = "20001"
    assert save_place(place).territory is None


def test_two_territories_cannot_have_the_same_area(in_tenant):
    first, second = territories("First", "Second")
    area(first, "US", "100")
    with pytest.raises(IntegrityError, match="territory_area_once"), transaction.atomic():
        area(second, "US", "100")
    with pytest.raises(IntegrityError, match="territory_area_prefix_plain"), transaction.atomic():
        area(second, "US", "10-0")


def test_new_areas_adopt_the_places_that_nobody_has(in_tenant):
    inner, other = territories("Inner", "Other")
    here = save_place(Place(**EMPIRE_STATE))
    away = save_place(Place(postal_code="90001", country="US"))
    taken = save_place(Place(**EMPIRE_STATE, territory=other))
    area(inner, "US", "101")
    area(other, "US", "10")
    assert adopt_places(inner) == 1
    assert adopt_places(other) == 0
    for place, territory in ((here, inner), (away, None), (taken, other)):
        place.refresh_from_db()
        assert place.territory == territory


def test_changes_are_audited_once_with_what_changed(in_tenant):
    place = save_place(Place(**EMPIRE_STATE))
    save_place(place)
    place.name = "Head office"
    save_place(place)
    entries = list(AuditEntry.objects.filter(object_id=place.pk).order_by("pk"))
    assert [entry.action for entry in entries] == ["place.add", "place.change"]
    assert (entries[1].before, entries[1].after) == ({"name": ""}, {"name": "Head office"})


def test_with_a_service_the_place_is_usable_at_once_and_asked_about_after_the_commit(in_tenant, service, sent):
    place = save_place(Place(**EMPIRE_STATE))
    assert (place.geocoded_by, place.geocode_due) == (GeocodedBy.GAZETTEER, True)
    assert sent == [("geo.locate_place", in_tenant.pk, place.pk)]
    assert service.asked == []
    located = locate(place.pk)
    assert located.point == Point(40.748440, -73.985664)
    assert (located.geocoded_by, located.geocode_due) == (GeocodedBy.NOMINATIM, False)
    assert AuditEntry.objects.filter(object_id=place.pk, action="place.locate").count() == 1
    assert locate(place.pk) is None
    assert len(service.asked) == 1


def test_a_silent_service_leaves_the_place_waiting_with_a_note(in_tenant, service, sent):
    place = save_place(Place(**EMPIRE_STATE))
    service.mood = "error"
    located = locate(place.pk)
    assert (located.geocoded_by, located.geocode_note) == (GeocodedBy.GAZETTEER, GeocodeNote.SERVICE_AWAY)
    assert located.geocode_due
    assert ask_for_waiting(limit=10) == 1


def test_an_answer_about_a_former_address_is_dropped(in_tenant, service, sent):
    place = save_place(Place(**EMPIRE_STATE))
    answer = current_geocoding().ask(place.address)
    place.postal_code = "90001"
    save_place(place)
    assert apply_answer(place.pk, Address(**EMPIRE_STATE), answer) is None
    place.refresh_from_db()
    assert round(place.latitude) == 34


def test_an_answer_does_not_undo_what_was_typed_meanwhile(in_tenant):
    place = save_place(Place(**EMPIRE_STATE, latitude=1.0, longitude=1.0))
    found = Found(Point(2.0, 2.0), Quality.ADDRESS, GeocodedBy.NOMINATIM)
    assert apply_answer(place.pk, place.address, Answer(found)) is None
    place.refresh_from_db()
    assert place.point == Point(1.0, 1.0)


def test_rows_written_without_the_verb_are_found_by_the_sweep(in_tenant):
    Place.objects.create(**EMPIRE_STATE)
    Place.objects.create(**EMPIRE_STATE, latitude=1.0, longitude=1.0)
    assert ask_for_waiting(limit=10) == 1


def test_no_network_call_happens_inside_a_transaction(committed, service, sent, monkeypatch):
    with tenant_scope(committed):
        place = save_place(Place(**EMPIRE_STATE))
    in_transaction = []
    answer = service.answer
    service.answer = lambda path: in_transaction.append(path) or answer(path)
    original = type(current_geocoding()).ask

    def ask(self, address):
        in_transaction.append(connection.in_atomic_block)
        return original(self, address)

    monkeypatch.setattr(type(current_geocoding()), "ask", ask)
    locate_place(committed.pk, place.pk)
    assert in_transaction[0] is False
    assert len(in_transaction) == 2
    with tenant_scope(committed):
        assert Place.objects.get(pk=place.pk).geocoded_by == GeocodedBy.NOMINATIM


def test_the_task_can_run_twice_and_for_a_place_that_is_gone(committed, service, sent):
    with tenant_scope(committed):
        place = save_place(Place(**EMPIRE_STATE))
    locate_place(committed.pk, place.pk)
    locate_place(committed.pk, place.pk)
    locate_place(committed.pk, committed.pk)
    assert len(service.asked) == 1


def test_the_sweep_goes_through_the_tenants(committed, service, sent):
    with tenant_scope(committed):
        place = save_place(Place(**EMPIRE_STATE))
    sent.clear()
    locate_due()
    assert sent == [("geo.locate_place", committed.pk, place.pk)]


def test_a_place_of_another_tenant_is_out_of_reach(tenant, other_tenant):
    with tenant_scope(other_tenant):
        foreign = Territory.objects.create(name="Foreign")
        place = Place.objects.create(**EMPIRE_STATE)
    with named_scope(tenant):
        assert locate(place.pk) is None
    with tenant_scope(tenant), pytest.raises(ValidationError):
        save_place(Place(**EMPIRE_STATE, territory=foreign))
