import json
from math import cos, pi, sin

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.geo.distance import Point
from portal.geo.pictures import picture_of
from portal.geo.shapes import MAXIMUM_CORNERS, MAXIMUM_RINGS, geojson_of, rings_of, size_of

SQUARE = [[0, 0], [2, 0], [2, 1], [0, 1], [0, 0]]
CORNERS = (Point(0.0, 0.0), Point(0.0, 2.0), Point(1.0, 2.0), Point(1.0, 0.0))


def polygon(*rings) -> dict:
    return {"type": "Polygon", "coordinates": list(rings)}


def circle(count: int) -> list:
    return [[cos(2 * pi * n / count), sin(2 * pi * n / count)] for n in range(count)]


@pytest.mark.parametrize(
    "given",
    [
        polygon(SQUARE),
        polygon(SQUARE[:-1]),
        polygon([[*each, 12.5] for each in SQUARE]),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "Feature", "properties": {"name": "Square"}, "geometry": polygon(SQUARE)},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": polygon(SQUARE)}]},
    ],
)
def test_areas_are_read_however_map_programs_wrap_them(given):
    assert rings_of(json.dumps(given)) == (CORNERS,)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("POLYGON((0 0, 1 1))", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("1" * 5_000, "cannot be read as JSON"),
        ("[]", "type Polygon or MultiPolygon"),
        ('{"type": "Point", "coordinates": [0, 0]}', "type Polygon or MultiPolygon"),
        ('{"type": "Feature", "geometry": null}', "type Polygon or MultiPolygon"),
        ('{"type": "Polygon"}', "no list of rings"),
        ('{"type": "MultiPolygon", "coordinates": []}', "contains no area"),
        (polygon(SQUARE, [[0.5, 0.5], [1, 0.5], [1, 0.8], [0.5, 0.5]]), "cannot have holes"),
        (polygon(), "3 to 1000 different corners"),
        (polygon([[0, 0], [1, 1], [0, 0], [1, 1]]), "3 to 1000 different corners"),
        (polygon(circle(MAXIMUM_CORNERS + 1)), "3 to 1000 different corners"),
        (polygon([[0, 0], [1, 1], [2, 2]]), "no surface"),
        (polygon([[0, 0], [1, 91], [2, 2]]), "out of range"),
        (polygon([[0, 0], [181, 1], [2, 2]]), "out of range"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [NaN, 1], [2, 2]]]}', "out of range"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1e999, 1], [2, 2]]]}', "out of range"),
        (polygon([[179, 0], [-179, 0], [-179, 1], [179, 1]]), "crosses the meridian of 180°"),
        (polygon([[0, 0], ["1", 1], [2, 2]]), "no pair of numbers"),
        (polygon([[0, 0], [True, 1], [2, 2]]), "no pair of numbers"),
        (polygon([[0, 0], [1], [2, 2]]), "no pair of numbers"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE]] * (MAXIMUM_RINGS + 1)}, "At most 100 areas"),
    ],
)
def test_what_is_no_area_is_refused_in_words(given, sentence):
    with pytest.raises(ValidationError) as refused:
        rings_of(given if isinstance(given, str) else json.dumps(given))
    assert sentence in " ".join(refused.value.messages)


def test_as_many_corners_as_are_allowed():
    assert len(rings_of(json.dumps(polygon([*circle(MAXIMUM_CORNERS), [1.0, 0.0]])))[0]) == MAXIMUM_CORNERS


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-90, 90)), min_size=3, max_size=8, unique=True))
def test_what_is_written_is_read_again(corners):
    ring = tuple(Point(*each) for each in corners)
    assume(size_of(ring))
    assert rings_of(geojson_of([ring])) == (ring,)


def test_the_picture_has_north_above_and_the_west_on_the_left():
    picture = picture_of([CORNERS])
    assert picture.box.startswith("0 0 496.0 ")
    lower_left, lower_right, upper_right, upper_left = (
        tuple(map(float, each.split())) for each in picture.outlines[0][1:-1].split("L")
    )
    assert upper_left[1] < lower_left[1]
    assert upper_left[0] < upper_right[0]
    assert lower_right == (upper_right[0], lower_left[1])
    assert picture.words == "1 area between latitude 0.000 and 1.000, longitude 0.000 and 2.000"
