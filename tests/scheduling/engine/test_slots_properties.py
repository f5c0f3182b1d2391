"""What must hold for every offer, whatever the resources, bookings and needs (SCH-2, D4)."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.engine.gaps import in_order
from scheduling.engine.ranking import explain
from scheduling.engine.slots import check, days_with_room, find_slots, find_windows
from scheduling.engine.types import Busy, Offer, Reason, Resource, Window
from tests.scheduling.engine import reference
from tests.scheduling.engine.strategies import arrivals, drive, intervals, moments, needs, quarters, teams

many = settings(max_examples=120, deadline=None)
some = settings(max_examples=30, deadline=None)


def by_id(team: list[Resource]) -> dict[str, Resource]:
    return {resource.id: resource for resource in team}


@many
@given(needs(), teams(), arrivals, moments)
def test_the_engine_offers_exactly_what_the_slow_and_obvious_rules_allow(need, team, tries, now):
    assert find_slots(need, team, tries, drive, now) == reference.offers(need, team, tries, drive, now)


@some
@given(needs(), teams(most=1), quarters(-4, 140), moments)
def test_check_agrees_with_the_obvious_rules_for_one_resource_and_arrival(need, team, arrives, now):
    result = check(need, team[0], arrives, drive, now=now)
    expected = reference.visit(need, team[0], arrives, drive, now)
    assert (result if isinstance(result, Offer) else None) == expected


@some
@given(needs(), teams(), arrivals, moments)
def test_work_and_travel_never_overlap_what_the_resource_already_does(need, team, tries, now):
    for offer in find_slots(need, team, tries, drive, now):
        for item in by_id(team)[offer.resource_id].busy:
            assert item.ends <= offer.leaves or item.arrives >= offer.ends


@some
@given(needs(), teams(), arrivals, moments)
def test_work_lies_inside_one_stretch_of_working_hours_and_opening_hours(need, team, tries, now):
    for offer in find_slots(need, team, tries, drive, now):
        for hours in (by_id(team)[offer.resource_id].shifts, need.open):
            minutes = range(offer.arrives, offer.ends, 900)
            assert hours is None or all(any(h.start <= m < h.end for h in hours) for m in minutes)
        assert offer.leaves >= now


@some
@given(needs(), teams(), arrivals, moments)
def test_nobody_is_made_late_for_the_next_visit(need, team, tries, now):
    for offer in find_slots(need, team, tries, drive, now):
        resource = by_id(team)[offer.resource_id]
        later = [item for item in in_order(resource.busy) if item.place is not None and item.arrives >= offer.ends]
        if offer.next_leg is not None:
            assert offer.next_leg == drive(need.site, later[0].place)
            assert offer.ends + offer.next_leg.seconds <= later[0].arrives
        elif later:
            assert later[0].arrives >= offer.ends + 6 * 3600


@some
@given(needs(), teams(), arrivals, moments, st.data())
def test_an_offer_once_booked_leaves_every_visit_reachable(need, team, tries, now, data):
    offers = find_slots(need, team, tries, drive, now)
    if not offers:
        return
    offer = data.draw(st.sampled_from(offers))
    resource = by_id(team)[offer.resource_id]
    booked = Busy(offer.arrives, offer.ends, need.site, offer.leaves)
    again = Resource(
        resource.id, resource.name, resource.start, resource.finish, resource.shifts, (*resource.busy, booked)
    )
    for other in find_slots(need, [again], tries, drive, now):
        assert other.ends <= offer.arrives or other.leaves >= offer.ends
        assert other.ends + drive(need.site, need.site).seconds <= offer.arrives or other.arrives >= offer.ends


@some
@given(needs(), teams(), arrivals, moments)
def test_every_offer_passes_the_check_of_its_slot_with_the_same_result(need, team, tries, now):
    for offer in find_slots(need, team, tries, drive, now):
        assert check(need, by_id(team)[offer.resource_id], offer.arrives, drive, now=now) == offer


@some
@given(needs(), teams(), arrivals, moments)
def test_the_nearest_of_all_that_can_wins_and_preferred_ones_before(need, team, tries, now):
    for offer in find_slots(need, team, tries, drive, now):
        for resource in team:
            other = check(need, resource, offer.arrives, drive, now=now)
            if isinstance(other, Offer):
                mine = (not offer.is_preferred, offer.leg.metres)
                assert mine <= (not other.is_preferred, other.leg.metres)


@some
@given(needs(), teams(), arrivals, moments, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_given_never_matters(need, team, tries, now, chance):
    shuffled = [
        Resource(r.id, r.name, r.start, r.finish, mixed(chance, r.shifts), mixed(chance, r.busy), r.is_preferred)
        for r in team
    ]
    again = find_slots(need, mixed(chance, shuffled), mixed(chance, tries), drive, now)
    assert again == find_slots(need, team, tries, drive, now)


def mixed(chance, items):
    return tuple(chance.sample(list(items), len(items)))


@some
@given(needs(), teams(), arrivals, moments)
def test_a_day_has_room_exactly_if_it_has_a_slot(need, team, tries, now):
    days = {}
    for arrives in tries:
        days.setdefault(datetime.fromtimestamp(arrives, UTC).date(), []).append(arrives)
    expected = {day for day, found in days.items() if find_slots(need, team, found, drive, now)}
    assert days_with_room(need, team, days, drive, now) == expected


@some
@given(needs(), teams(), arrivals, moments, st.lists(intervals(longest=20), max_size=4))
def test_a_window_gets_the_best_slot_inside_it(need, team, tries, now, spans):
    windows = [Window(f"Window {number}", span.start, span.end) for number, span in enumerate(spans)]
    slots = find_slots(need, team, tries, drive, now)
    found = {offer.window: offer for offer in find_windows(need, team, windows, tries, drive, now)}
    for window in windows:
        inside = [slot for slot in slots if window.start <= slot.arrives < window.end]
        assert (window in found) == bool(inside)
        if inside:
            best = min(inside, key=lambda slot: (not slot.is_preferred, slot.leg.metres, slot.arrives))
            assert (found[window].arrives, found[window].resource_id) == (best.arrives, best.resource_id)


@some
@given(needs(), teams(), quarters(-4, 140), moments)
def test_the_account_names_every_candidate_once_and_the_winner_first(need, team, arrives, now):
    table = explain(need, team, arrives, drive, now=now)
    assert sorted(why.resource_id for why in table) == sorted(resource.id for resource in team)
    fitting = [why for why in table if why.fits]
    assert table[: len(fitting)] == fitting
    assert [why.rank for why in fitting] == list(range(1, len(fitting) + 1))
    assert all((why.reason == Reason.FITS) == why.fits for why in table)
    slots = find_slots(need, team, [arrives], drive, now)
    assert [why.resource_id for why in fitting[:1]] == [slot.resource_id for slot in slots]
