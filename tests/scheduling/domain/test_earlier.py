"""Earlier times: kept for one customer after another, until somebody accepts (SCH-14)."""

import datetime as dt

import pytest
import time_machine

from notifications.domain.delivery import deliver
from notifications.models import OutboxMessage
from portal.kit.errors import Conflict
from scheduling.domain import freed
from scheduling.domain.booking import Claim, Slot, book_visit
from scheduling.domain.canceling import Cancel, cancel_visit
from scheduling.domain.changing import Change, change_visit
from scheduling.domain.earlier import accept, decline, offer_day, sweep, wish_earlier, withdraw_wish
from scheduling.domain.rules import VisitRequest
from scheduling.enums import BookingStatus, OfferState, WishState
from scheduling.models import Booking, EarlierOffer, EarlierWish
from scheduling.queries.earlier import open_offer
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_resource, make_settings
from tests.notifications.channels import FakeChannel
from tests.scheduling.new_york import MONDAY, NOW, place

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sunday(in_tenant):
    with time_machine.travel(NOW, tick=False):
        make_settings(offer_minutes=30, travel_in_hours=False)
        hours = (dt.time(9), dt.time(13))
        make_resource(name="Maria Lopez", start_place=place(40.75), hours=hours, weekdays=range(5))
        yield


def at(hour, day=23):
    """A wall time in New York in winter."""
    return Slot(dt.datetime(2026, 11, day, hour + 5, tzinfo=dt.UTC))


def booked(slot, latitude=40.75):
    """A visit of three hours of a customer of its own: the technician has time for one a day."""
    contact = make_approver()
    service = make_incident_type(duration_minutes=180)
    return book_visit(VisitRequest(contact.account, service, place(latitude)), slot, Claim(contact, contact.user))


def cancel(booking):
    cancel_visit(booking, Cancel("Not needed", booking.sequence, booking.contact, None))


def again(booking):
    rows = Booking.objects.select_related("work_order__asset", "incident_type", "place", "account", "contact")
    return rows.get(pk=booking.pk)


def offers(booking):
    return list(EarlierOffer.objects.filter(wish__booking=booking).order_by("created_at", "pk"))


def waiting(slot, latitude=40.75):
    booking = booked(slot, latitude)
    wish_earlier(booking, booking.contact)
    return booking


@pytest.fixture
def monday():
    """The only time of Monday is taken."""
    return booked(at(9))


def change(booking, sequence=0):
    return Change(sequence, booking.contact, booking.contact.user)


def test_what_becomes_free_is_kept_for_the_one_who_waits(monday):
    late = waiting(at(9, 25))
    assert offer_day(MONDAY) == 0
    cancel(monday)
    assert offer_day(MONDAY) == 1
    offer = open_offer(late)
    assert (offer.starts_at, offer.expires_at) == (at(9).starts, NOW + 30 * MINUTE)
    assert (offer.hold.status, offer.hold.contact_id) == (BookingStatus.HELD, None)
    assert again(late).arrives_at == at(9, 25).starts
    channel = FakeChannel()
    deliver(OutboxMessage.objects.get(name="earlier_time_offered").pk, channel=channel)
    [mail] = channel.sent
    assert f"/appointments/{late.pk}/earlier/" in mail.text
    assert "November 23" in mail.text
    assert offer_day(MONDAY) == 0


def test_who_has_the_shortest_way_comes_first_then_who_waits_longest(monday):
    far, near = waiting(at(9, 24), latitude=40.9), waiting(at(9, 25), latitude=40.751)
    cancel(monday)
    assert offer_day(MONDAY) == 1
    assert [len(offers(each)) for each in (far, near)] == [0, 1]


def test_accepting_moves_the_visit_and_offers_on_what_it_leaves(
    monday, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr("portal.kit.jobs.send", lambda name, *ids: sent.append((name, *ids)))
    late = waiting(at(9, 25))
    cancel(monday)
    offer_day(MONDAY)
    with django_capture_on_commit_callbacks(execute=True):
        moved = accept(again(late), change(late))
    assert (moved.arrives_at, moved.sequence, moved.contact) == (at(9).starts, 1, late.contact)
    assert [each.state for each in offers(late)] == [OfferState.ACCEPTED]
    assert EarlierWish.objects.get().state == WishState.TAKEN
    assert not Booking.objects.filter(status=BookingStatus.HELD).exists()
    assert (freed.TASK, str(moved.tenant_id), "2026-11-25", str(late.resource_id)) in sent
    with pytest.raises(Conflict):
        accept(again(late), change(late, 1))


def test_an_expired_offer_goes_to_the_next_and_not_to_the_same_again(monday):
    first, second = waiting(at(9, 24)), waiting(at(9, 25), latitude=40.8)
    cancel(monday)
    offer_day(MONDAY)
    with time_machine.travel(NOW + 31 * MINUTE, tick=False):
        with pytest.raises(Conflict):
            accept(again(first), change(first))
        sweep()
        offer_day(MONDAY)
        assert offers(first)[0].state == OfferState.EXPIRED
        assert [each.starts_at for each in offers(second)] == [at(9).starts]
        assert len(offers(first)) == 1
    assert again(first).sequence == 0


def test_declining_and_withdrawing_give_the_time_back(monday):
    late = waiting(at(9, 25))
    cancel(monday)
    offer_day(MONDAY)
    decline(late, by=late.contact.user)
    assert not Booking.objects.filter(status=BookingStatus.HELD).exists()
    offer_day(MONDAY)
    withdraw_wish(late, by=late.contact.user)
    assert not Booking.objects.filter(status=BookingStatus.HELD).exists()
    assert EarlierWish.objects.get().state == WishState.WITHDRAWN
    assert offer_day(MONDAY) == 0


def test_who_changed_the_visit_meanwhile_loses_nothing(monday):
    late = waiting(at(9, 25))
    cancel(monday)
    offer_day(MONDAY)
    change_visit(again(late), at(9, 26), change(late))
    with pytest.raises(Conflict):
        accept(again(late), change(late))
    assert again(late).arrives_at == at(9, 26).starts
    assert open_offer(late).hold is not None


def test_a_wish_is_made_once_and_ends_with_its_visit(monday):
    late = waiting(at(9, 25))
    assert wish_earlier(late, late.contact).pk == EarlierWish.objects.get().pk
    cancel(again(late))
    sweep()
    assert EarlierWish.objects.get().state == WishState.OVER


def test_the_sweep_finds_what_a_lost_task_left(monday):
    late = waiting(at(9, 25))
    cancel(monday)
    for minute in range(7):
        with time_machine.travel(NOW + minute * MINUTE, tick=False):
            sweep()
    assert [each.starts_at for each in offers(late)] == [at(9).starts]


def test_where_it_is_switched_off_nothing_is_offered(monday):
    late = waiting(at(9, 25))
    make_settings(offers_earlier=False)
    cancel(monday)
    with time_machine.travel(NOW + MINUTE, tick=False):
        sweep()
    assert offer_day(MONDAY) == 0
    assert offers(late) == []
