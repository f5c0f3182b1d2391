"""Slots of one working day, told as examples: hours of a Monday, a map in kilometres, a minute per kilometre."""

from dataclasses import replace
from datetime import date

import pytest

from portal.geo.distance import Leg, Point
from scheduling.engine.slots import check, days_with_room, find_slots, find_windows
from scheduling.engine.types import Busy, Interval, Need, Offer, Reason, Resource, Window

NOW = 0
HOUR, MINUTE = 3600, 60


def travel(a: Point, b: Point) -> Leg:
    kilometres = abs(a.latitude - b.latitude) + abs(a.longitude - b.longitude)
    return Leg(round(kilometres * 1000), round(kilometres * MINUTE), "flat")


def at(hours: float, day: int = 0) -> int:
    return round((day * 24 + hours + 24) * HOUR)


def km(east: float) -> Point:
    return Point(0, east)


def visit(start: float, end: float, place: Point, day: int = 0) -> Busy:
    return Busy(at(start, day), at(end, day), place, at(start, day))


def time_off(start: float, end: float) -> Busy:
    return Busy(at(start), at(end), None, at(start))


def technician(name: str = "Ada", *busy: Busy, **changes) -> Resource:
    plain = Resource(name.lower(), name, km(0), None, (Interval(at(8), at(17)),), busy)
    return replace(plain, **changes)


HALF_HOURS = [at(half / 2) for half in range(48)]
NEED = Need(km(30), HOUR)


def hours_offered(need: Need, *resources: Resource, now: int = NOW) -> list[float]:
    return [offer.arrives / HOUR - 24 for offer in find_slots(need, resources, HALF_HOURS, travel, now)]


def test_without_bookings_work_fills_the_shift_and_the_first_drive_may_be_before_it():
    assert hours_offered(NEED, technician()) == [8 + half / 2 for half in range(17)]


def test_travel_in_hours_takes_the_first_drive_and_the_way_home_from_the_shift():
    need = replace(NEED, travel_in_hours=True)
    assert hours_offered(need, technician())[0] == 8.5
    assert hours_offered(need, technician(finish=None))[-1] == 16
    assert hours_offered(need, technician(finish=km(0)))[-1] == 15.5
    assert hours_offered(NEED, technician(finish=km(0)))[-1] == 16


def test_travel_is_counted_from_the_visit_before_and_to_the_visit_after():
    busy = visit(9, 10, km(90)), visit(13, 14, km(0))
    assert hours_offered(NEED, technician("Ada", *busy)) == [11, 11.5, 14.5, 15, 15.5, 16]


def test_the_stored_departure_of_the_next_visit_does_not_matter_but_its_arrival_does():
    early, late = (replace(visit(13, 14, km(0)), leaves=at(leaves)) for leaves in (9, 13))
    assert hours_offered(NEED, technician("Ada", early)) == hours_offered(NEED, technician("Ada", late))


def test_an_offer_tells_when_to_leave_and_the_new_drive_to_the_next_visit():
    ada = technician("Ada", visit(9, 10, km(90)), visit(13, 14, km(0)))
    (offer,) = find_slots(NEED, [ada], [at(11.5)], travel, NOW)
    assert offer == Offer(
        arrives=at(11.5),
        ends=at(12.5),
        leaves=at(10.5),
        resource_id="ada",
        leg=Leg(60_000, HOUR, "flat"),
        next_leg=Leg(30_000, HOUR // 2, "flat"),
        from_place="visit",
        resource_name="Ada",
    )


def test_during_time_off_the_resource_stays_where_it_was_and_leaves_after_it():
    ada = technician("Ada", visit(9, 10, km(60)), time_off(10, 12))
    assert hours_offered(NEED, ada)[:2] == [12.5, 13]
    (offer,) = find_slots(NEED, [ada], [at(12.5)], travel, NOW)
    assert (offer.leaves, offer.from_place) == (at(12), "visit")


def test_work_is_finished_before_time_off_and_the_next_drive_begins_after_it():
    fits = technician("Ada", time_off(11, 12), visit(12.5, 13, km(0)), shifts=(Interval(at(8), at(13)),))
    assert hours_offered(NEED, fits) == [8, 8.5, 9, 9.5, 10]
    too_tight = technician("Ada", time_off(11, 12.25), visit(12.5, 13, km(0)), shifts=(Interval(at(8), at(13)),))
    assert hours_offered(NEED, too_tight) == []


def test_time_off_that_runs_into_a_visit_does_not_close_the_morning():
    ada = technician("Ada", time_off(13, 17), visit(14, 15, km(30)))
    assert hours_offered(NEED, ada) == [8 + half / 2 for half in range(9)]


def test_the_way_home_is_not_in_time_off():
    need = replace(NEED, travel_in_hours=True)
    assert hours_offered(need, technician("Ada", time_off(15, 17), finish=km(0)))[-1] == 13.5
    assert hours_offered(need, technician("Ada", time_off(15, 16), finish=km(0)))[-1] == 14


def test_the_way_home_fits_between_two_times_off_or_before_both():
    need = replace(NEED, travel_in_hours=True)
    assert hours_offered(need, technician("Ada", time_off(14, 15), time_off(15.25, 17), finish=km(0)))[-1] == 12.5
    assert hours_offered(need, technician("Ada", time_off(14, 15), time_off(15.5, 17), finish=km(0)))[-1] == 13


def test_a_drive_is_measured_in_its_own_direction():
    def uphill(a: Point, b: Point) -> Leg:
        leg = travel(a, b)
        return leg if b.longitude > a.longitude else leg._replace(seconds=leg.seconds * 2)

    ada = technician("Ada", visit(12, 13, km(0)), finish=km(0))
    (morning, afternoon) = find_slots(replace(NEED, travel_in_hours=True), [ada], [at(10), at(15)], uphill, NOW)
    assert (morning.leg.seconds, morning.next_leg.seconds) == (HOUR // 2, HOUR)
    assert afternoon.ends == at(16)
    assert find_slots(replace(NEED, travel_in_hours=True), [ada], [at(10.5), at(15.5)], uphill, NOW) == []


def test_bookings_outside_the_shift_or_across_its_ends_still_count():
    ada = technician("Ada", visit(6, 8.25, km(90)), visit(17.25, 18, km(60)))
    assert hours_offered(NEED, ada) == [9.5 + half / 2 for half in range(13)]


def test_the_visit_of_yesterday_evening_is_forgotten_and_the_day_begins_at_the_start():
    ada = technician("Ada", visit(16, 17, km(900), day=-1), visit(8, 9, km(900), day=1))
    (offer,) = find_slots(NEED, [ada], [at(16)], travel, NOW)
    assert (offer.from_place, offer.next_leg) == ("start", None)


def test_a_pause_between_two_shifts_is_part_of_the_same_day():
    both = (Interval(at(8), at(12)), Interval(at(13), at(17)))
    ada = technician("Ada", visit(11, 12, km(150)), shifts=both)
    assert hours_offered(NEED, ada) == [8, 14, 14.5, 15, 15.5, 16]
    assert hours_offered(replace(NEED, site=km(0)), ada)[-1:] == [16]


def test_work_does_not_run_across_a_pause():
    both = (Interval(at(8), at(12)), Interval(at(13), at(17)))
    assert hours_offered(Need(km(0), 4 * HOUR), technician(shifts=both)) == [8, 13]
    touching = (Interval(at(8), at(12)), Interval(at(12), at(17)))
    assert hours_offered(Need(km(0), 8 * HOUR), technician(shifts=touching)) == [8, 8.5, 9]


def test_the_customer_is_only_visited_when_open():
    need = replace(NEED, open=(Interval(at(9), at(11)), Interval(at(15), at(16.5))))
    assert hours_offered(need, technician()) == [9, 9.5, 10, 15, 15.5]


def test_nobody_leaves_before_now():
    assert hours_offered(NEED, technician(), now=at(14.25))[0] == 15


def test_a_resource_without_a_place_can_only_go_on_from_a_visit():
    ada = technician("Ada", visit(9, 10, km(30)), start=None)
    assert hours_offered(NEED, ada)[:1] == [10]
    assert hours_offered(NEED, technician(start=None)) == []


def test_resources_beyond_the_greatest_distance_are_not_offered():
    assert hours_offered(replace(NEED, max_metres=29_999), technician()) == []
    assert hours_offered(replace(NEED, max_metres=30_000), technician()) != []


def winner(*resources: Resource) -> str:
    (offer,) = find_slots(NEED, resources, [at(12)], travel, NOW)
    assert find_slots(NEED, reversed(resources), [at(12)], travel, NOW) == [offer]
    return offer.resource_id


def test_the_nearest_wins_wherever_the_day_has_brought_it():
    near, far = technician("Near", start=km(20)), technician("Far", visit(9, 10, km(29)), start=km(500))
    assert winner(near, far) == "far"


def test_a_preferred_resource_wins_over_a_nearer_one():
    assert winner(technician("Near", start=km(29)), technician("Dear", is_preferred=True)) == "dear"


def test_ties_go_by_name_and_then_by_id():
    assert winner(technician("Ben"), technician("Ada")) == "ada"
    assert winner(technician("Ada", id="2"), technician("Ada", id="1")) == "1"


def test_a_farther_resource_takes_the_arrivals_that_the_nearest_cannot():
    near = technician("Near", visit(10, 12, km(30)), start=km(30))
    far = technician("Far")
    found = {offer.arrives: offer.resource_id for offer in find_slots(NEED, [near, far], HALF_HOURS, travel, NOW)}
    assert [moment for moment, who in found.items() if who == "far"] == [at(9.5), at(10), at(10.5), at(11), at(11.5)]


def test_a_window_offers_its_nearest_and_then_its_earliest_arrival_and_ends_before_its_end():
    ada = technician("Ada", visit(10, 11, km(29)))
    windows = [Window("Afternoon", at(12), at(16)), Window("Morning", at(8), at(12)), Window("Night", at(20), at(23))]
    found = find_windows(NEED, [ada], windows, HALF_HOURS, travel, NOW)
    assert [(offer.window.name, offer.arrives) for offer in found] == [("Morning", at(11.5)), ("Afternoon", at(12))]


def test_an_arrival_at_the_end_of_a_window_is_not_in_it():
    windows = [Window("Early", at(8), at(9))]
    assert find_windows(NEED, [technician()], windows, [at(9)], travel, NOW) == []
    assert find_windows(NEED, [technician()], windows, [at(8)], travel, NOW) != []


def test_two_visits_at_the_same_time_are_taken_in_the_same_order_whichever_comes_first():
    twins = visit(9, 10, km(20)), visit(9, 10, km(50)), visit(15, 16, km(20)), visit(15, 16, km(50))
    offers = find_slots(NEED, [technician("Ada", *twins)], [at(12)], travel, NOW)
    assert find_slots(NEED, [technician("Ada", *twins[::-1])], [at(12)], travel, NOW) == offers


def test_each_day_may_be_saved_by_another_resource():
    monday, tuesday = Interval(at(8), at(17)), Interval(at(8, 1), at(17, 1))
    team = [technician("Ada", shifts=(tuesday,)), technician("Ben", shifts=(monday,))]
    days = {date(2026, 3, 2): [at(9)], date(2026, 3, 3): [at(9, 1)]}
    assert days_with_room(NEED, team, days, travel, NOW) == set(days)


def test_a_day_has_no_room_if_the_visit_would_make_the_next_one_late():
    ada = technician("Ada", visit(11, 12, km(0)))
    assert days_with_room(NEED, [ada], {date(2026, 3, 2): [at(9.75)]}, travel, NOW) == set()
    assert days_with_room(NEED, [ada], {date(2026, 3, 2): [at(9.5)]}, travel, NOW) != set()


def test_days_with_room_stop_asking_when_every_day_has_some():
    asked = []

    def team():
        for name in ("Ada", "Ben", "Cleo"):
            asked.append(name)
            yield technician(name, shifts=(Interval(at(8), at(17)), Interval(at(8, 1), at(17, 1))))

    days = {date(2026, 3, 2): [at(9)], date(2026, 3, 3): [at(9, 1)]}
    assert days_with_room(NEED, team(), days, travel, NOW) == set(days)
    assert asked == ["Ada", "Ben"]


def test_days_are_free_if_anybody_has_room():
    full_on_monday = technician(
        "Ada", visit(8, 17, km(0)), shifts=(Interval(at(8), at(17)), Interval(at(8, 1), at(17, 1)))
    )
    days = {date(2026, 3, 2): [at(9)], date(2026, 3, 3): [at(9, 1)], date(2026, 3, 4): [at(9, 2)], date(2026, 3, 5): []}
    assert days_with_room(NEED, [full_on_monday], days, travel, NOW) == {date(2026, 3, 3)}


def test_bad_data_is_never_taken_for_room():
    upside_down = Busy(at(12), at(9), km(0), at(12))
    overlapping = visit(9, 15, km(30)), visit(10, 11, km(60))
    assert hours_offered(NEED, technician("Ada", *overlapping[::-1]))[:3] == [8, 15, 15.5]
    assert at(11.5) / HOUR - 24 not in hours_offered(NEED, technician("Ada", upside_down))
    assert hours_offered(NEED, technician(shifts=(Interval(at(17), at(8)),))) == []
    assert find_slots(NEED, [], HALF_HOURS, travel, NOW) == []
    assert find_slots(NEED, [technician()], [], travel, NOW) == []


@pytest.mark.parametrize("duration", [0, -60])
def test_work_without_a_duration_is_refused(duration):
    with pytest.raises(ValueError, match="lasts"):
        Need(km(0), duration)


def test_check_takes_its_slot_again_or_says_why_not():
    ada = technician("Ada")
    offer = check(NEED, ada, at(9), travel)
    assert isinstance(offer, Offer)
    assert isinstance(check(replace(NEED, max_metres=30_000), ada, at(9), travel), Offer)
    assert isinstance(check(NEED, technician("Ada", visit(10.5, 11, km(0))), at(9), travel), Offer)
    taken = check(NEED, replace(ada, busy=(visit(9, 10, km(5)),)), at(9), travel)
    assert (taken.fits, taken.reason) == (False, Reason.BUSY)
