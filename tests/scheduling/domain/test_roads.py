"""The live map's arrival by road: asked of a real server beside the requests, straight lines with notice without it (SCH-7)."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache

from portal.geo.distance import Point
from portal.geo.routing import leg_books
from portal.kit import clock, jobs
from scheduling.domain import roads
from scheduling.domain.roads import measure_way
from scheduling.domain.rules import load_settings
from scheduling.domain.tracking import Fix, record_position, where_is
from scheduling.enums import BookingStatus
from scheduling.live import live_state
from tests.factories.accounts import make_user
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings
from tests.geo.servers import osrm_table, serve

NOW = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
# By the server's measure 0.1 degrees are 101 s (rounded up) and 1,000 m; as the crow flies it is 11 km.
SITE, SOUTH = {"latitude": 40.7, "longitude": -74.0, "time_zone": "America/New_York"}, Point(40.6, -74.0)
NOTICE = "Road routing is not answering; the arrival is estimated along a straight line."
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def sent(monkeypatch):
    """The ids of visits whose way was to be measured."""
    found = []
    monkeypatch.setattr(jobs, "send", lambda name, tenant, pk: found.append(pk) if name == roads.TASK else None)
    return found


@pytest.fixture
def service(settings):
    with serve(osrm_table) as running:
        settings.ROUTING_URL = running.url
        yield running
    leg_books._server.cache_clear()


@pytest.fixture(autouse=True)
def clocked(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def visit(in_tenant, sent):
    make_settings(travel_speed_kmh=30, travel_detour_percent=0)
    resource = make_resource(user=make_user(), name="Maria Lopez", shares_position=True)
    return make_booking(
        resource=resource,
        status=BookingStatus.TRAVELING,
        place=make_place(**SITE),
        travel_started_at=NOW - dt.timedelta(minutes=5),
    )


def move(visit, callbacks, point=SOUTH):
    with callbacks(execute=True):
        return record_position(visit, visit.resource, Fix(point, 10, clock.now()))


def minutes_left(visit) -> tuple[float, float]:
    seen = where_is(visit, load_settings())
    return tuple((each - clock.now()).total_seconds() / 60 for each in (seen.earliest, seen.latest))


def test_the_arrival_goes_by_road(visit, service, sent, django_capture_on_commit_callbacks):
    assert move(visit, django_capture_on_commit_callbacks)
    assert sent == [str(visit.pk)]
    assert live_state(visit, load_settings())["notice"] == NOTICE
    assert minutes_left(visit)[1] > 20

    measure_way(visit.pk)

    state = live_state(visit, load_settings())
    assert (state["notice"], state["distance"]) == ("", "About 1.0 km to go")
    assert minutes_left(visit) == (1, 4)
    [asked] = service.asked
    assert asked.startswith("/table/v1/driving/-74.000000,40.700000;-74.000000,40.600000?")


def test_a_way_is_asked_now_and_then_only_and_kept_shortly(
    visit, service, sent, clocked, django_capture_on_commit_callbacks
):
    move(visit, django_capture_on_commit_callbacks)
    measure_way(visit.pk)
    clocked.shift(14 * SECOND)
    move(visit, django_capture_on_commit_callbacks)
    assert len(sent) == 1
    clocked.shift(1 * SECOND)
    move(visit, django_capture_on_commit_callbacks)
    assert len(sent) == 2
    assert live_state(visit, load_settings())["notice"] == ""
    clocked.shift(80 * SECOND)
    move(visit, django_capture_on_commit_callbacks)
    assert live_state(visit, load_settings())["notice"] == NOTICE


@pytest.mark.parametrize("mood", ["error", "garbage", "nonsense", "redirect", "refuse"])
def test_without_an_answer_the_straight_line_stays_and_says_so(
    visit, service, sent, mood, django_capture_on_commit_callbacks
):
    service.mood = mood
    move(visit, django_capture_on_commit_callbacks)
    measure_way(visit.pk)
    assert len(service.asked) == 1
    state = live_state(visit, load_settings())
    assert state["notice"] == NOTICE
    assert state["distance"] == "About 11.1 km to go"
    # Whoever has just failed is not asked with the next fix.
    assert sent == [str(visit.pk)]


def test_a_server_that_hangs_is_not_waited_for_longer_than_its_time(
    visit, service, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(leg_books._server(service.url), "_timeout", 0.3)
    service.mood = "hang"
    move(visit, django_capture_on_commit_callbacks)
    measure_way(visit.pk)
    assert live_state(visit, load_settings())["notice"] == NOTICE
    assert not service.released.is_set()


def test_without_a_server_nothing_is_asked_and_nothing_said(visit, sent, django_capture_on_commit_callbacks):
    move(visit, django_capture_on_commit_callbacks)
    assert sent == []
    assert live_state(visit, load_settings())["notice"] == ""


def test_a_way_of_before_a_second_start_is_not_told(visit, service, clocked, django_capture_on_commit_callbacks):
    move(visit, django_capture_on_commit_callbacks)
    measure_way(visit.pk)
    clocked.shift(5 * SECOND)
    visit.travel_started_at = clock.now()
    visit.save()
    clocked.shift(1 * SECOND)
    move(visit, django_capture_on_commit_callbacks)
    assert live_state(visit, load_settings())["notice"] == NOTICE


def test_who_is_there_is_not_asked_about(visit, service, django_capture_on_commit_callbacks):
    move(visit, django_capture_on_commit_callbacks)
    visit.status = BookingStatus.IN_PROGRESS
    visit.save()
    measure_way(visit.pk)
    assert service.asked == []


def test_what_is_kept_names_no_place(visit, service, django_capture_on_commit_callbacks):
    move(visit, django_capture_on_commit_callbacks)
    measure_way(visit.pk)
    assert cache.get(f"way:{visit.pk}") == (NOW.timestamp(), 101, 1000)
    assert not [key for key in cache._cache if "40.6" in key]
