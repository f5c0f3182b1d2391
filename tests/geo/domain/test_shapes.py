"""Territories that are drawn on a map (PRT-2, SCH-2)."""

from math import atan2, cos, hypot, pi, sin

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from partners.domain.asking import territories_of
from portal.audit.models import AuditEntry
from portal.geo import queries
from portal.geo.distance import Point
from portal.geo.domain.imports import PlaceWriter
from portal.geo.domain.places import apply_answer, save_place
from portal.geo.domain.territories import adopt_places, draw
from portal.geo.enums import GeocodedBy, Quality
from portal.geo.geocoding import Answer, Found
from portal.geo.models import Place, TerritoryShape
from portal.geo.queries import drawn_at, territories_around, territory_of
from portal.geo.shapes import edges
from portal.tenancy.scope import current_tenant, tenant_scope
from tests.factories.geo import make_place, make_shape, make_territory
from tests.factories.partners import make_opportunity

HERE, AWAY = Point(40.7, -74.0), Point(34.0, -118.0)
MANHATTAN = ((40.70, -74.02), (40.71, -73.97), (40.88, -73.91), (40.85, -73.95))


def turns(point: Point, corners) -> int:
    """How often the corners go around the point, by the angles at which it sees them: slow and obvious."""
    total = 0.0
    for a, b in edges(corners):
        one = atan2(a.latitude - point.latitude, a.longitude - point.longitude)
        other = atan2(b.latitude - point.latitude, b.longitude - point.longitude)
        total += (other - one + pi) % (2 * pi) - pi
    return round(total / (2 * pi))


def gap(point: Point, a: Point, b: Point) -> float:
    """Degrees from a point to an edge."""
    across, up = b.longitude - a.longitude, b.latitude - a.latitude
    along = ((point.longitude - a.longitude) * across + (point.latitude - a.latitude) * up) / (across**2 + up**2)
    part = min(max(along, 0.0), 1.0)
    return hypot(point.longitude - a.longitude - part * across, point.latitude - a.latitude - part * up)


@st.composite
def stars(draw):
    """Areas with dents: corners at rising angles around a middle, near or far."""
    longitude, latitude = draw(st.floats(-150, 150)), draw(st.floats(-60, 60))
    reach = draw(st.lists(st.floats(0.05, 20), min_size=3, max_size=40))
    angles = [2 * pi * n / len(reach) for n in range(len(reach))]
    return tuple(
        Point(latitude + far * sin(angle), longitude + far * cos(angle))
        for far, angle in zip(reach, angles, strict=True)
    )


@given(stars(), st.lists(st.tuples(st.floats(-1.1, 1.1), st.floats(-1.1, 1.1)), min_size=1, max_size=30))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_lies_in_an_area_agrees_with_the_slow_way(in_tenant, corners, offsets):
    TerritoryShape.objects.all().delete()
    middle = Point(
        sum(each.latitude for each in corners) / len(corners), sum(each.longitude for each in corners) / len(corners)
    )
    points = [Point(middle.latitude + up * 20, middle.longitude + across * 20) for up, across in offsets]
    points = [each for each in points if min(gap(each, a, b) for a, b in edges(corners)) > 1e-4]
    assume(points)
    shape = make_shape(*corners)
    assert set(drawn_at(points)) == {each for each in points if turns(each, corners)}
    assert TerritoryShape.objects.get().corners == shape.corners


def test_a_drawn_area_goes_before_postal_codes_and_the_smallest_wins(in_tenant, django_assert_num_queries):
    postal = make_territory("101")
    large, small, later = make_shape(), make_shape(*MANHATTAN), make_shape(*MANHATTAN)
    with django_assert_num_queries(2):
        assert territory_of("US", "10118", Point(40.78, -73.96)) == small.territory
    with django_assert_num_queries(2):
        assert territory_of("US", "10118", AWAY) == postal
    assert territory_of("US", "10118", Point(40.3, -74.4)) == large.territory
    place = save_place(Place(postal_code="10118", country="US", latitude=40.78, longitude=-73.96))
    assert place.territory == small.territory
    with django_assert_num_queries(2):
        found = territories_around(place)
    assert found == {postal.pk, large.territory_id, small.territory_id, later.territory_id}
    assert territories_of(make_opportunity(place=place)) == found


def test_a_place_follows_its_position_unless_staff_chose(in_tenant):
    shape, chosen = make_shape(), make_territory()
    place = save_place(Place(postal_code="90001", country="US", latitude=AWAY.latitude, longitude=AWAY.longitude))
    assert place.territory is None
    place.latitude, place.longitude = HERE
    assert save_place(place).territory == shape.territory
    place.latitude = HERE.latitude + 0.1
    assert save_place(place).territory == shape.territory
    place.latitude, place.longitude = AWAY
    assert save_place(place).territory is None
    place.territory = chosen
    assert save_place(place).territory == chosen
    place.latitude = AWAY.latitude + 0.1
    assert save_place(place).territory == chosen


def test_a_position_that_is_found_later_brings_its_territory(in_tenant):
    shape = make_shape()
    place = make_place(at=AWAY, geocoded_by=GeocodedBy.GAZETTEER)
    apply_answer(place.pk, place.address, Answer(Found(HERE, Quality.ADDRESS, GeocodedBy.NOMINATIM)))
    place.refresh_from_db()
    assert place.territory == shape.territory


def test_imported_places_cost_the_same_however_many_lie_in_areas(in_tenant, django_assert_num_queries):
    shape = make_shape()

    def rows(count):
        return [
            Place(postal_code="90001", country="US", time_zone="UTC", latitude=40.7 + n / 1000, longitude=-74.0)
            for n in range(count)
        ]

    for count in (1, 5):
        places = rows(count)
        with django_assert_num_queries(3):
            PlaceWriter().create(places)
        assert {place.territory for place in places} == {shape.territory}


def test_new_areas_adopt_the_places_in_them(in_tenant):
    postal = make_territory("100")
    shape = make_shape()
    inside, outside, taken = make_place(at=HERE), make_place(at=AWAY), make_place(at=HERE, territory=postal)
    assert adopt_places(shape.territory) == 1
    assert adopt_places(postal) == 1
    for place, territory in ((inside, shape.territory), (outside, postal), (taken, postal)):
        place.refresh_from_db()
        assert place.territory == territory


def test_drawing_again_replaces_and_is_audited_once(in_tenant):
    territory, ring = make_territory(), tuple(Point(*each) for each in MANHATTAN)
    draw(territory, [ring, ring])
    draw(territory, [ring, ring])
    assert TerritoryShape.objects.count() == 2
    draw(territory, [])
    entries = AuditEntry.objects.filter(object_id=territory.pk).order_by("pk")
    assert [(each.action, each.before, each.after) for each in entries] == [
        ("territory.draw", {"areas": 0, "corners": 0}, {"areas": 2, "corners": 8}),
        ("territory.draw", {"areas": 2, "corners": 8}, {"areas": 0, "corners": 0}),
    ]


@pytest.mark.parametrize(
    ("constraint", "corners"),
    [
        ("territory_shape_corners", [(0, 0), (1, 1)]),
        ("territory_shape_corners", [(n % 2, n / 10) for n in range(1_001)]),
        ("territory_shape_on_earth", [(0, 0), (91, 1), (0, 2)]),
        ("territory_shape_on_earth", [(0, 0), (1, 181), (0, 2)]),
        ("territory_shape_on_earth", [(0, 0), (float("nan"), 1), (0, 2)]),
        ("territory_shape_has_surface", [(0, 0), (0, 1), (0, 2)]),
    ],
)
def test_the_database_keeps_areas_sane(in_tenant, constraint, corners):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_shape(*corners)


def test_areas_of_other_tenants_are_not_there(in_tenant, other_tenant):
    with tenant_scope(other_tenant):
        make_shape()
        assert drawn_at([HERE])
    assert drawn_at([HERE]) == {}


def test_areas_are_found_by_their_index(in_tenant):
    territory = make_territory()
    TerritoryShape.objects.bulk_create(
        TerritoryShape(
            territory=territory,
            corners=tuple(Point(up + n / 100, n / 50) for up, n in ((0, n), (1, n + 1), (0, n + 2))),
        )
        for n in range(2_000)
    )
    values = {"tenant": current_tenant().pk, "longitudes": [10.0], "latitudes": [5.1]}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE geo_territoryshape")
        cursor.execute("EXPLAIN " + queries.SHAPES_AT, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "shapes_around" in plan
    assert "Seq Scan" not in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert all(side in condition for side in ("west", "east", "south", "north"))
