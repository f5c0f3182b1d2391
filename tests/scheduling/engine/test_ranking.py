"""The account of a search: each candidate, fit or why not, who won (SCH-13)."""

from dataclasses import replace

import pytest

from scheduling.engine.ranking import best, explain
from scheduling.engine.slots import check, find_slots
from scheduling.engine.types import Interval, Reason, Why
from tests.scheduling.engine.test_slots import HALF_HOURS, NEED, NOW, at, km, technician, time_off, travel, visit

IN_HOURS = replace(NEED, travel_in_hours=True)


@pytest.mark.parametrize(
    ("need", "resource", "hour", "reason"),
    [
        (replace(NEED, open=(Interval(at(13), at(14)),)), technician(), 9, Reason.SITE_CLOSED),
        (NEED, technician(), 7.5, Reason.OUTSIDE_HOURS),
        (NEED, technician(), 16.5, Reason.OUTSIDE_HOURS),
        (NEED, technician("Ada", visit(9.5, 10, km(30))), 9, Reason.BUSY),
        (NEED, technician("Ada", time_off(9.5, 10)), 9, Reason.TIME_OFF),
        (NEED, technician("Ada", time_off(9.5, 10), visit(9, 10, km(30))), 9, Reason.BUSY),
        (NEED, technician(start=None), 9, Reason.NO_LOCATION),
        (replace(NEED, max_metres=10_000), technician(), 9, Reason.TOO_FAR),
        (NEED, technician("Ada", visit(8, 9, km(0))), 9, Reason.TRAVEL_BEFORE),
        (NEED, technician("Ada", time_off(8, 9)), 9, Reason.TRAVEL_BEFORE),
        (IN_HOURS, technician(), 8, Reason.TRAVEL_BEFORE),
        (NEED, technician("Ada", visit(10, 11, km(0))), 9, Reason.TRAVEL_AFTER),
        (IN_HOURS, technician(finish=km(0)), 16, Reason.TRAVEL_AFTER),
    ],
)
def test_a_refusal_has_its_reason(need, resource, hour, reason):
    why = check(need, resource, at(hour), travel)
    assert (why.fits, why.reason, why.rank) == (False, reason, None)
    assert (why.resource_id, why.resource_name) == (resource.id, resource.name)


def test_an_arrival_that_is_past_or_too_soon_cannot_be_driven_to():
    assert check(NEED, technician(), at(9), travel, now=at(10)).reason == Reason.TRAVEL_BEFORE
    assert check(NEED, technician(), at(10), travel, now=at(9.75)).reason == Reason.TRAVEL_BEFORE


def test_a_refusal_tells_the_drives_it_failed_by():
    why = check(NEED, technician("Ada", visit(10, 11, km(10))), at(9), travel)
    assert why == Why(
        "ada", "Ada", fits=False, reason=Reason.TRAVEL_AFTER, metres=30_000, next_metres=20_000, seconds=1800
    )


def test_staff_read_the_winner_then_the_ranked_then_the_refused_by_distance_then_the_ruled_out():
    team = [
        technician("Zoe", visit(11.5, 13, km(30))),
        technician("Far", start=km(0)),
        technician("Near", start=km(25)),
        technician("Late", visit(10, 12, km(32)), start=km(0)),
        technician("Later", visit(10, 12, km(31)), start=km(0)),
    ]
    ruled_out = [
        Why("yan", "Yan", fits=False, reason=Reason.SKILL),
        Why("bob", "Bob", fits=False, reason=Reason.TERRITORY),
    ]
    table = explain(NEED, team, at(12), travel, ruled_out)
    assert [(why.resource_name, why.rank, why.reason, why.metres) for why in table] == [
        ("Near", 1, Reason.FITS, 5_000),
        ("Far", 2, Reason.FITS, 30_000),
        ("Later", None, Reason.TRAVEL_BEFORE, 1_000),
        ("Late", None, Reason.TRAVEL_BEFORE, 2_000),
        ("Bob", None, Reason.TERRITORY, None),
        ("Yan", None, Reason.SKILL, None),
        ("Zoe", None, Reason.BUSY, None),
    ]


def test_a_fitting_line_tells_the_drive_on():
    (why,) = explain(NEED, [technician("Ada", visit(14, 15, km(70)))], at(12), travel)
    assert why == Why(
        "ada", "Ada", fits=True, reason=Reason.FITS, metres=30_000, next_metres=40_000, seconds=1800, rank=1
    )


def test_reasons_are_short_codes():
    assert all(reason == reason.value and reason.isidentifier() for reason in Reason)


def test_the_best_offer_is_preferred_then_near_then_early():
    near, dear = technician("Near", start=km(29)), technician("Dear", is_preferred=True)
    offers = find_slots(NEED, [near, dear], HALF_HOURS, travel, NOW)
    assert best(offers).resource_id == "dear"
    assert best(reversed(offers)).arrives == at(8)
    assert best([]) is None
