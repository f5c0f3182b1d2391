"""Positions: who may send, when, what is told of them, and that they are forgotten (SCH-7, SECURITY 38)."""

import datetime as dt

import pytest
from django.conf import settings as portal_settings

from portal.geo.distance import Point
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from scheduling.domain.rules import load_settings
from scheduling.domain.tracking import Fix, forget_positions, record_position, set_sharing, where_is
from scheduling.enums import BookingStatus
from scheduling.live import live_state
from scheduling.models import TechnicianPosition
from scheduling.tasks import forget_positions as task
from tests.factories.accounts import make_user
from tests.factories.geo import make_place
from tests.factories.scheduling import make_booking, make_resource, make_settings

NEAR = Point(40.75, -74.0)
SITE = {"latitude": 40.70, "longitude": -74.01, "time_zone": "America/New_York"}


@pytest.fixture
def resource(in_tenant):
    make_settings()
    return make_resource(user=make_user(), name="Maria Lopez", shares_position=True)


def traveling(resource, **fields):
    values = {"status": BookingStatus.TRAVELING, "place": make_place(**SITE), "travel_minutes": 20}
    values |= {"travel_started_at": clock.now() - dt.timedelta(minutes=5)}
    return make_booking(resource=resource, **{**values, **fields})


def fix(*, ago=0, point=NEAR, accuracy=12) -> Fix:
    return Fix(point, accuracy, clock.now() - dt.timedelta(seconds=ago))


def count(booking) -> int:
    return TechnicianPosition.objects.filter(booking=booking).count()


@pytest.mark.parametrize("status", [each for each in BookingStatus if each != BookingStatus.HELD])
def test_positions_are_kept_on_the_way_only(resource, status):
    booking = traveling(resource, status=status)
    is_kept = record_position(booking, resource, fix())

    assert is_kept == (status == BookingStatus.TRAVELING)
    assert count(booking) == int(is_kept)
    assert (where_is(booking, load_settings()) is not None) == is_kept


def test_without_either_switch_nothing_is_kept_or_shown(resource):
    booking = traveling(resource)
    make_settings(tracking_is_on=False)
    assert not record_position(booking, resource, fix())
    assert not live_state(booking, load_settings())["is_live"]

    make_settings(tracking_is_on=True)
    assert record_position(booking, resource, fix())
    set_sharing(resource, is_on=False)
    assert not record_position(booking, resource, fix())
    booking.resource.refresh_from_db()
    assert "does not share" in live_state(booking, load_settings())["reason"]
    assert count(booking) == 0


def test_only_the_own_technician_is_believed(resource):
    booking = traveling(resource)
    other = make_resource(user=make_user(), shares_position=True)

    assert not record_position(booking, other, fix())
    assert count(booking) == 0


def test_twice_too_soon_too_old_and_backwards_are_dropped(resource, monkeypatch):
    booking = traveling(resource)
    first = fix(ago=20)
    assert record_position(booking, resource, first)
    assert not record_position(booking, resource, fix(ago=10)), "within a second of the one before"
    now = clock.now() + dt.timedelta(seconds=5)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert not record_position(booking, resource, first)
    assert not record_position(booking, resource, Fix(NEAR, 5, first.at - dt.timedelta(seconds=1)))
    assert not record_position(booking, resource, fix(ago=3600))
    assert not record_position(booking, resource, fix(ago=-3600))
    assert record_position(booking, resource, fix(ago=1))
    assert count(booking) == 2


def test_the_way_is_told_in_words(resource):
    booking = traveling(resource)
    record_position(booking, resource, fix(ago=12))

    state = live_state(booking, load_settings())

    assert state["who"] == "Maria is on the way to you."
    assert state["age"].startswith("Position from 1")
    assert state["age"].endswith("seconds ago")
    assert state["accuracy"] == "Accurate to about 12 m"
    assert state["signal"] == ""
    assert state["position"] == list(NEAR)
    assert state["distance"].startswith("About 7.")
    seen = where_is(booking, load_settings())
    assert clock.now() <= seen.latest
    assert dt.timedelta(minutes=1) <= seen.latest - seen.earliest <= dt.timedelta(minutes=20)


@pytest.mark.parametrize(
    ("north", "told"), [(0.0, "Less than 50 m to go"), (0.0003, "Less than 50 m to go"), (0.0006, "About 87 m to go")]
)
def test_at_the_door_single_metres_are_not_told(resource, north, told):
    booking = traveling(resource)
    record_position(booking, resource, fix(point=Point(SITE["latitude"] + north, SITE["longitude"])))
    assert live_state(booking, load_settings())["distance"] == told


def test_a_lost_signal_is_said(resource, monkeypatch):
    booking = traveling(resource)
    record_position(booking, resource, fix())
    later = clock.now() + dt.timedelta(minutes=4)
    monkeypatch.setattr(clock, "now", lambda: later)

    state = live_state(booking, load_settings())

    assert state["is_lost"]
    assert "signal" in state["signal"]
    assert state["age"] == "Position from 4 minutes ago"


def test_a_name_that_the_company_keeps_to_itself_is_not_told(resource):
    make_settings(shows_technician_name=False)
    assert "Maria" not in str(live_state(traveling(resource), load_settings()))


def test_what_came_before_a_second_start_is_not_shown(resource):
    booking = traveling(resource)
    record_position(booking, resource, fix())
    booking.travel_started_at = clock.now() + dt.timedelta(milliseconds=1)

    assert where_is(booking, load_settings()).fix is None


def test_positions_are_forgotten_after_their_time(tenant, monkeypatch):
    with tenant_scope(tenant):
        make_settings(position_minutes_kept=60)
        resource = make_resource(user=make_user(), shares_position=True)
        booking = traveling(resource)
        record_position(booking, resource, fix())
    now = clock.now()
    for minutes, kept in [(59, 1), (61, 0)]:
        monkeypatch.setattr(clock, "now", lambda minutes=minutes: now + dt.timedelta(minutes=minutes))
        task(str(tenant.pk))
        with tenant_scope(tenant):
            assert count(booking) == kept


def test_other_tenants_positions_stay(tenant, other_tenant, monkeypatch):
    rows = {}
    for each in (tenant, other_tenant):
        with tenant_scope(each):
            make_settings(position_minutes_kept=60)
            resource = make_resource(user=make_user(), shares_position=True)
            rows[each] = traveling(resource)
            record_position(rows[each], resource, fix())
    later = clock.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with tenant_scope(tenant):
        assert forget_positions() == 1
    with tenant_scope(other_tenant):
        assert count(rows[other_tenant]) == 1


def test_beat_sends_the_task():
    entry = portal_settings.CELERY_BEAT_SCHEDULE["scheduling.forget_positions"]
    assert entry["args"] == [task.name]
    assert entry["schedule"] <= 600
