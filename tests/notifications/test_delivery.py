"""Claim, check, send, settle: every way in which an attempt can end."""

import datetime as dt

import pytest
import time_machine

from notifications.channels.base import AwayError, PermanentError, TemporaryError, UncertainError
from notifications.domain import delivery
from notifications.domain.backoff import LONGEST_PAUSE_AWAY
from notifications.domain.delivery import LEASE, deliver, settle, take
from notifications.domain.outbox import publish
from notifications.domain.preferences import switch_off, switch_on
from notifications.enums import AttemptOutcome, OutboxState
from notifications.models import MessageSetting, OutboxMessage
from notifications.registry import message_named
from portal.kit import clock
from tests.factories.accounts import make_contact
from tests.notifications.channels import FakeChannel


@pytest.fixture
def contact(in_tenant):
    return make_contact(full_name="Ada Byron", email="ada@example.com")


@pytest.fixture
def row(contact):
    return publish("knock", key="knock:1", contact=contact, objects={"words": "once"})


def outcomes(row) -> list[str]:
    return list(row.tries.order_by("number").values_list("outcome", flat=True))


def test_a_due_message_is_sent_once(row, channel):
    assert deliver(row.pk, channel=channel) == AttemptOutcome.SENT
    assert deliver(row.pk, channel=channel) is None

    row.refresh_from_db()
    assert row.state == OutboxState.SENT
    assert row.settled_at is not None
    assert row.address == "ada@example.com"
    assert [each.message_id for each in channel.sent] == [row.message_id]
    assert channel.asked == []
    assert outcomes(row) == ["sent"]


def test_a_message_for_later_waits(contact, channel):
    later = clock.now() + dt.timedelta(hours=2)
    row = publish("knock", key="knock:later", contact=contact, due_at=later)

    assert deliver(row.pk, channel=channel) is None
    with time_machine.travel(later):
        assert deliver(row.pk, channel=channel) == AttemptOutcome.SENT


def test_a_claimed_message_is_left_alone_until_the_lease_runs_out(row, channel):
    with time_machine.travel(row.due_at, tick=False) as traveller:
        assert take(row.pk) is not None
        assert deliver(row.pk, channel=channel) is None

        traveller.shift(LEASE)
        assert deliver(row.pk, channel=channel) == AttemptOutcome.SENT

    assert channel.asked == [row.message_id]
    assert outcomes(row) == ["uncertain", "sent"]


def test_a_transport_that_has_the_message_is_not_given_it_again(row):
    channel = FakeChannel(UncertainError("cut"), has=True)

    assert deliver(row.pk, channel=channel) == AttemptOutcome.UNCERTAIN
    row.refresh_from_db()
    assert row.state == OutboxState.UNCERTAIN
    with time_machine.travel(row.next_attempt_at):
        assert deliver(row.pk, channel=channel) == AttemptOutcome.CONFIRMED

    row.refresh_from_db()
    assert row.state == OutboxState.SENT
    assert channel.sent == []


def test_doubt_outlives_an_attempt_that_did_not_reach_the_server(row):
    channel = FakeChannel(UncertainError("cut"), AwayError("refused"), has=False)
    for _ in range(2):
        row.refresh_from_db()
        with time_machine.travel(row.next_attempt_at):
            deliver(row.pk, channel=channel)
    row.refresh_from_db()
    assert row.state == OutboxState.UNCERTAIN

    channel.has = True
    with time_machine.travel(row.next_attempt_at):
        assert deliver(row.pk, channel=channel) == AttemptOutcome.CONFIRMED


def test_a_repeat_carries_the_same_message_id(row):
    channel = FakeChannel(UncertainError("cut"))
    deliver(row.pk, channel=channel)
    row.refresh_from_db()
    with time_machine.travel(row.next_attempt_at):
        deliver(row.pk, channel=channel)

    assert channel.sent[0].message_id == row.message_id


def test_a_refusal_for_now_is_tried_again_later_and_later(row):
    channel = FakeChannel(*[TemporaryError("421") for _ in range(8)])
    pauses = []
    for _ in range(8):
        row.refresh_from_db()
        with time_machine.travel(row.next_attempt_at, tick=False):
            deliver(row.pk, channel=channel)
            now = clock.now()
        row.refresh_from_db()
        assert row.state == OutboxState.WAITING
        pauses.append((row.next_attempt_at - now).total_seconds())

    assert pauses[0] <= 5
    assert pauses[7] > 4 * pauses[2]
    assert row.last_error == "421"


def test_after_the_last_try_a_message_is_given_up(row):
    OutboxMessage.objects.update(tries_left=1)

    deliver(row.pk, channel=FakeChannel(TemporaryError("450")))

    row.refresh_from_db()
    assert row.state == OutboxState.DEAD


def test_a_refusal_for_good_ends_it(row):
    deliver(row.pk, channel=FakeChannel(PermanentError("550")))

    row.refresh_from_db()
    assert (row.state, row.last_error) == (OutboxState.DEAD, "550")


def test_a_server_that_is_away_costs_no_tries_and_one_row(row):
    tries = row.tries_left
    channel = FakeChannel(*[AwayError("refused") for _ in range(12)])
    for _ in range(12):
        row.refresh_from_db()
        with time_machine.travel(row.next_attempt_at, tick=False):
            deliver(row.pk, channel=channel)
            assert OutboxMessage.objects.get(pk=row.pk).next_attempt_at - clock.now() <= LONGEST_PAUSE_AWAY

    row.refresh_from_db()
    assert row.tries_left == tries
    assert outcomes(row) == ["away"]


def test_an_error_nobody_foresaw_leaves_open_whether_it_arrived(row):
    deliver(row.pk, channel=FakeChannel(RuntimeError("time limit")))

    row.refresh_from_db()
    assert row.state == OutboxState.UNCERTAIN


def test_a_broken_context_is_no_doubt_and_stops_nobody(row, channel, monkeypatch):
    monkeypatch.setattr(message_named("knock"), "context", lambda row: 1 / 0, raising=False)

    assert deliver(row.pk, channel=channel) == AttemptOutcome.TEMPORARY
    row.refresh_from_db()
    assert (row.state, row.last_error) == (OutboxState.WAITING, "ZeroDivisionError")


def test_what_is_no_longer_true_is_not_sent(row, channel, monkeypatch):
    monkeypatch.setattr(message_named("knock"), "still_true", lambda row: False, raising=False)

    assert deliver(row.pk, channel=channel) == AttemptOutcome.VOID
    row.refresh_from_db()
    assert row.state == OutboxState.VOID
    assert channel.sent == []


@pytest.mark.parametrize("leave", ["contact", "account", "deleted"])
def test_who_left_gets_nothing(row, contact, channel, leave):
    if leave == "deleted":
        contact.delete()
    else:
        gone = contact if leave == "contact" else contact.account
        gone.is_active = False
        gone.save()

    assert deliver(row.pk, channel=channel) == AttemptOutcome.VOID


def test_it_goes_to_the_address_of_now(row, contact, channel):
    contact.email = "new@example.com"
    contact.save()

    deliver(row.pk, channel=channel)

    assert channel.sent[0].recipient == "new@example.com"


def test_what_the_contact_switched_off_is_not_sent(row, contact, channel):
    switch_off(contact, "knock")
    assert deliver(row.pk, channel=channel) == AttemptOutcome.VOID


def test_what_the_contact_switched_on_again_is_sent(row, contact, channel):
    switch_off(contact, "knock")
    switch_on(contact, "knock")
    assert deliver(row.pk, channel=channel) == AttemptOutcome.SENT


def test_what_the_company_switched_off_is_not_sent(row, channel):
    MessageSetting.objects.create(name="knock", is_on=False)
    assert deliver(row.pk, channel=channel) == AttemptOutcome.VOID


def test_what_must_be_said_cannot_be_switched_off(contact, channel):
    MessageSetting.objects.create(name="secret", is_on=False)
    row = publish("secret", key="secret:1", contact=contact)
    assert deliver(row.pk, channel=channel) == AttemptOutcome.SENT


def test_a_secret_is_forgotten_once_it_is_sent(contact, channel):
    row = publish("secret", key="secret:1", contact=contact, objects={"user": contact.pk})

    deliver(row.pk, channel=channel)

    row.refresh_from_db()
    assert row.payload == {}


def test_what_comes_days_late_is_given_up_for_staff_to_see(row, channel):
    with time_machine.travel(row.due_at + dt.timedelta(days=4)):
        assert deliver(row.pk, channel=channel) == AttemptOutcome.PERMANENT

    row.refresh_from_db()
    assert (row.state, row.last_error) == (OutboxState.DEAD, "too late")


def test_whoever_lost_the_lease_settles_nothing(row):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        slow = take(row.pk)
        traveller.shift(LEASE)
        fast = take(row.pk)

        settle(slow, delivery.Result(AttemptOutcome.PERMANENT, "late word"))
        row.refresh_from_db()
        assert row.state == OutboxState.CLAIMED

        settle(fast, delivery.Result(AttemptOutcome.SENT, address="ada@example.com"))
        row.refresh_from_db()
        assert row.state == OutboxState.SENT


def test_nothing_is_handed_over_near_the_end_of_a_lease(row, channel, monkeypatch):
    monkeypatch.setattr(delivery, "SAFETY", LEASE + dt.timedelta(seconds=1))

    assert deliver(row.pk, channel=channel) == AttemptOutcome.TEMPORARY
    assert channel.sent == []


def test_a_message_of_an_app_that_is_gone_is_given_up(row, channel):
    OutboxMessage.objects.update(name="gone")

    assert deliver(row.pk, channel=channel) == AttemptOutcome.PERMANENT
