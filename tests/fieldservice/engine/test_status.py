"""The table of DYNAMICS 3.2, whole: every single status, every pair, and the order does not matter."""

from itertools import combinations_with_replacement, permutations

import pytest

from fieldservice.engine.status import Outcome, Visit, status_from_bookings
from fieldservice.enums import WorkOrderStatus
from scheduling.enums import BookingStatus

U, S, P, C = Outcome.UNSCHEDULED, Outcome.SCHEDULED, Outcome.IN_PROGRESS, Outcome.COMPLETED

# Each row: the other visit's status -> outcome, by columns in the order of COLUMNS.
COLUMNS = ("held", "scheduled", "traveling", "in_progress", "on_break", "completed", "follow_up", "canceled")
MATRIX = {
    "held": (U, S, P, P, P, C, U, U),
    "scheduled": (S, S, P, P, P, P, S, S),
    "traveling": (P, P, P, P, P, P, P, P),
    "in_progress": (P, P, P, P, P, P, P, P),
    "on_break": (P, P, P, P, P, P, P, P),
    "completed": (C, P, P, P, P, C, C, C),
    "follow_up": (U, S, P, P, P, C, U, U),
    "canceled": (U, S, P, P, P, C, U, U),
}
PAIRS = [(row, column, MATRIX[row][at]) for row in MATRIX for at, column in enumerate(COLUMNS)]


def test_no_booking_leaves_the_work_order_unscheduled():
    assert status_from_bookings([]) == U


@pytest.mark.parametrize("status", COLUMNS)
def test_one_booking_is_as_two_alike(status):
    assert status_from_bookings([status]) == MATRIX[status][COLUMNS.index(status)]


@pytest.mark.parametrize(("first", "second", "outcome"), PAIRS)
def test_every_pair(first, second, outcome):
    assert status_from_bookings([first, second]) == outcome


@pytest.mark.parametrize("three", list(combinations_with_replacement(COLUMNS, 3)))
def test_order_and_number_do_not_matter(three):
    outcomes = {status_from_bookings(each) for each in permutations(three)}
    outcomes.add(status_from_bookings(set(three)))
    assert len(outcomes) == 1


def test_canceled_and_held_never_change_the_outcome():
    for pair in combinations_with_replacement(COLUMNS, 2):
        assert status_from_bookings(pair) == status_from_bookings([*pair, "canceled", "held"])


def test_unknown_status_is_refused():
    with pytest.raises(ValueError, match="nonsense"):
        status_from_bookings(["nonsense"])


def test_the_engine_speaks_the_words_of_the_tables():
    assert {each.value for each in Visit} == set(BookingStatus.values)
    assert {each.value for each in Outcome} <= set(WorkOrderStatus.values)
