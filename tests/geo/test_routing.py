import time

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from portal.geo.breakers import Breaker
from portal.geo.distance import GREAT_CIRCLE, Leg, Point
from portal.geo.errors import ServiceAway, ServiceRefused
from portal.geo.http import get_body, open_client
from portal.geo.routing import (
    DegradingRouter,
    GreatCircleRouter,
    LegBook,
    OsrmRouter,
    RememberingRouter,
    open_leg_book,
)
from tests.geo.servers import SOON, osrm_table, serve

SITE = Point(40.0, -74.0)
NORTH = Point(41.0, -74.0)
EAST = Point(40.0, -73.5)
ISLAND = Point(40.0, 171.0)
OFF_THE_MAP = Point(40.0, 176.0)
BROKEN = ["hang", "drip", "error", "garbage", "nonsense", "redirect", "huge"]
STRAIGHT = GreatCircleRouter(speed_kmh=40, detour=1.3)


@pytest.fixture(autouse=True)
def empty_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def service():
    with serve(osrm_table) as running:
        yield running


def roads(service, **kwargs):
    return OsrmRouter(service.url, timeout=service.limit, **kwargs)


def test_straight_lines_are_the_default_and_need_no_notice():
    legs = STRAIGHT.legs([NORTH, EAST], SITE)
    assert set(legs) == {NORTH, EAST}
    assert (legs.method, legs.notice) == (GREAT_CIRCLE, "")
    assert legs[NORTH].metres == pytest.approx(111_195 * 1.3, rel=0.01)
    assert legs[NORTH].seconds == pytest.approx(legs[NORTH].metres * 3.6 / 40, abs=1)
    assert STRAIGHT.legs_from(SITE, [NORTH])[NORTH] == legs[NORTH]


def test_roads_are_measured_in_the_direction_of_travel(service):
    legs = roads(service).legs([NORTH, EAST], SITE)
    assert legs == {NORTH: Leg(10_000, 1001, "osrm"), EAST: Leg(5_000, 500, "osrm")}
    back = roads(service).legs_from(SITE, [NORTH, EAST])
    assert back == {NORTH: Leg(10_000, 1000, "osrm"), EAST: Leg(5_000, 500, "osrm")}
    assert (legs.method, legs.notice) == ("osrm", "")
    assert service.asked[0].startswith("/table/v1/driving/-74.000000,40.000000;-74.000000,41.000000;")


def test_many_places_are_asked_in_parts_of_at_most_a_hundred_coordinates(service):
    points = [Point(40 + number / 1000, -74.0) for number in range(1, 251)]
    legs = roads(service).legs(points, SITE)
    assert len(service.asked) == 3
    assert list(legs) == points
    assert legs[points[249]] == Leg(2_500, 251, "osrm")


def test_the_same_place_is_asked_once_and_nothing_not_at_all(service):
    assert roads(service).legs([], SITE) == {}
    assert service.asked == []
    assert len(roads(service).legs([NORTH] * 200, SITE)) == 1
    assert len(service.asked) == 1


@pytest.mark.parametrize("mood", BROKEN)
def test_a_failing_server_degrades_to_straight_lines_and_says_so(service, mood):
    service.mood = mood
    router = DegradingRouter(roads(service), STRAIGHT)
    started = time.monotonic()
    legs = router.legs([NORTH, EAST], SITE)
    assert time.monotonic() - started < SOON
    assert legs == STRAIGHT.legs([NORTH, EAST], SITE)
    assert legs.method == GREAT_CIRCLE
    assert legs.notice == "Road routing is not answering; distances are straight lines."


def test_the_time_limit_is_that_of_the_question_not_of_its_parts(service):
    service.mood = "drip"
    started = time.monotonic()
    with pytest.raises(ServiceAway):
        roads(service).legs([Point(40 + number / 1000, -74.0) for number in range(1, 900)], SITE)
    assert time.monotonic() - started < SOON
    assert len(service.asked) == 1


def test_an_endless_answer_is_cut_off_by_its_size(service):
    service.mood = "huge"
    with open_client() as client, pytest.raises(ServiceAway, match="too large"):
        get_body(client, service.url, timeout=20)


def test_a_server_that_is_away_is_left_alone_and_found_again(service):
    now = [0.0]
    osrm = roads(service, breaker=Breaker(pause=30, clock=lambda: now[0]))
    router = DegradingRouter(osrm, STRAIGHT)
    service.mood = "error"
    assert router.legs([NORTH], SITE).notice
    service.mood = "well"
    assert router.legs([NORTH], SITE).notice
    assert router.legs_from(SITE, [NORTH]).notice
    assert len(service.asked) == 1
    now[0] = 31
    assert router.legs([NORTH], SITE).method == "osrm"
    assert router.legs_from(SITE, [EAST]).notice == ""


def test_a_server_that_nobody_runs_is_away():
    with serve(osrm_table) as gone:
        osrm = roads(gone)
    with pytest.raises(ServiceAway):
        osrm.legs([NORTH], SITE)


def test_places_that_the_server_refuses_do_not_make_it_look_away(service):
    osrm = roads(service)
    router = DegradingRouter(osrm, STRAIGHT)
    service.mood = "refuse"
    legs = router.legs([NORTH], SITE)
    assert legs.notice == "Road routing does not know these places; distances are straight lines."
    service.mood = "well"
    assert router.legs([NORTH], SITE).method == "osrm"


def test_a_place_without_a_road_is_measured_in_a_straight_line(service):
    legs = DegradingRouter(roads(service), STRAIGHT).legs([NORTH, ISLAND, OFF_THE_MAP], SITE)
    assert legs[NORTH].method == "osrm"
    assert legs[ISLAND] == STRAIGHT.leg(ISLAND, SITE)
    assert legs[OFF_THE_MAP] == STRAIGHT.leg(OFF_THE_MAP, SITE)
    assert (legs.method, legs.notice) == ("osrm", "")


def test_a_site_off_the_map_is_refused(service):
    with pytest.raises(ServiceRefused):
        roads(service).legs([Point(40.0, 175.5)], OFF_THE_MAP)


@pytest.mark.parametrize("url", ["router:5000", "ftp://router", "file:///etc/passwd", "http://"])
def test_a_nonsense_address_is_refused_by_name(url):
    with pytest.raises(ImproperlyConfigured, match="ROUTING_URL"):
        OsrmRouter(url)


def test_what_was_asked_once_is_remembered_in_this_process_and_in_the_cache(service):
    first = RememberingRouter(roads(service), name=service.url)
    legs = first.legs([NORTH, EAST], SITE)
    assert first.legs([NORTH, EAST], SITE) == legs
    other_process = RememberingRouter(roads(service), name=service.url)
    assert other_process.legs([EAST, NORTH], SITE) == legs
    assert other_process.legs([EAST, NORTH], SITE).method == "osrm"
    assert len(service.asked) == 1
    cache.clear()
    assert other_process.legs([NORTH], SITE) == {NORTH: legs[NORTH]}
    assert len(service.asked) == 1


def test_only_what_is_missing_is_asked_and_the_two_ways_are_two_things(service):
    router = RememberingRouter(roads(service), name=service.url)
    router.legs([NORTH], SITE)
    router.legs([NORTH, EAST], SITE)
    assert service.asked[1].count(";") == 1
    assert router.legs_from(SITE, [NORTH])[NORTH].seconds == 1000
    assert router.legs([NORTH], SITE)[NORTH].seconds == 1001


def test_another_server_has_a_memory_of_its_own(service):
    RememberingRouter(roads(service), name="a").legs([NORTH], SITE)
    RememberingRouter(roads(service), name="b").legs([NORTH], SITE)
    assert len(service.asked) == 2


def test_a_book_primed_by_road_answers_without_asking(service):
    book = LegBook(DegradingRouter(roads(service), STRAIGHT), STRAIGHT).prime(SITE, [NORTH, EAST, NORTH])
    assert len(service.asked) == 2
    assert book(NORTH, SITE) == Leg(10_000, 1001, "osrm")
    assert book(SITE, NORTH) == Leg(10_000, 1000, "osrm")
    assert book(NORTH, EAST) == STRAIGHT.leg(NORTH, EAST)
    assert (book.method, book.notice) == ("osrm", "")
    assert len(service.asked) == 2


def test_a_book_of_a_failing_server_is_straight_both_ways_and_says_so(service):
    service.mood = "hang"
    started = time.monotonic()
    book = LegBook(DegradingRouter(roads(service), STRAIGHT), STRAIGHT).prime(SITE, [NORTH, EAST])
    assert time.monotonic() - started < SOON
    assert book(NORTH, SITE) == book(SITE, NORTH) == STRAIGHT.leg(NORTH, SITE)
    assert book.method == GREAT_CIRCLE
    assert "straight lines" in book.notice


def test_one_search_is_measured_by_one_method_even_when_the_server_fails_half_way(service):
    book = LegBook(DegradingRouter(roads(service), STRAIGHT), STRAIGHT)

    def fail_on_the_way_back(path):
        service.mood = "error"
        return osrm_table(path)

    service.answer = fail_on_the_way_back
    book.prime(SITE, [NORTH])
    assert book(NORTH, SITE).method == book(SITE, NORTH).method == book.method == GREAT_CIRCLE
    assert book.notice


def test_the_book_of_the_settings(settings, service):
    settings.ROUTING_URL = ""
    book = open_leg_book(speed_kmh=60, detour=1.0).prime(SITE, [NORTH])
    assert book(NORTH, SITE).seconds == pytest.approx(6672, abs=5)
    assert (book.method, book.notice) == (GREAT_CIRCLE, "")
    settings.ROUTING_URL = service.url
    assert open_leg_book().prime(SITE, [NORTH])(NORTH, SITE).method == "osrm"
    assert open_leg_book().prime(SITE, [NORTH]).method == "osrm"
    assert len(service.asked) == 2


def test_a_book_without_a_site_to_compare_is_quick():
    book = LegBook(STRAIGHT, STRAIGHT)
    points = [Point(40 + number / 1000, -74.0) for number in range(2000)]
    started = time.process_time()
    book.prime(SITE, points)
    assert all(book(point, SITE).metres >= 0 for point in points)
    assert time.process_time() - started < 5
