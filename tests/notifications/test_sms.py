"""Text messages over a real connection to a message center (NOT-4)."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels import sms
from notifications.channels.base import AwayError, Envelope, PermanentError, TemporaryError, UncertainError
from notifications.channels.sms import SmsChannel, packed, parts_of
from notifications.domain.delivery import deliver
from notifications.domain.outbox import publish_all
from notifications.domain.preferences import switch_off
from notifications.enums import AttemptOutcome, ChannelName, OutboxState
from notifications.models import MessageSetting, MessageText, OutboxMessage, TextMessageConsent
from portal.kit import clock
from scheduling.domain.booking import confirmation_of
from scheduling.models import Booking
from tests.factories.accounts import make_contact
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_booking
from tests.kit.smsc import MessageCenter, texts_of
from tests.notifications.channels import FakeChannel

ENVELOPE = Envelope("<1@acme>", "Acmé Service", "Ada", "+16465550110", "", "We come at 10:00.", "")
FULL, THROTTLED, WRONG_NUMBER = 0x14, 0x58, 0x0B


@pytest.fixture
def center(settings):
    center = MessageCenter()
    settings.SMS_URL = center.url
    yield center
    center.close()


def with_text(text):
    return dataclasses.replace(ENVELOPE, text=text)


def test_a_text_goes_to_the_number_under_the_company_s_name(center):
    SmsChannel().send(ENVELOPE)

    [sent] = center.submitted
    assert (sent.number, sent.ton, sent.sender) == ("16465550110", 1, "Acme Servic")
    assert texts_of([sent]) == "We come at 10:00."
    assert center.unbound == 1


def test_operators_may_ask_for_another_sender(center, settings):
    settings.SMS_SENDER = "12345"
    SmsChannel().send(ENVELOPE)
    assert center.submitted[0].sender == "12345"


@pytest.mark.parametrize("text", ["x" * 160, "für 10 € um {10}", "موعدك غدًا", "👍 bis gleich", "`ja`"])
def test_short_texts_are_one_message(center, text):
    SmsChannel().send(with_text(text))
    [sent] = center.submitted
    assert texts_of([sent]) == text


@pytest.mark.parametrize("text", ["x" * 161, "€" * 200, "موعدك غدًا " * 20, "👍" * 70])
def test_long_texts_are_parts_that_no_letter_is_cut_between(center, text):
    SmsChannel().send(with_text(text))
    assert len(center.submitted) > 1
    assert all(len(each.message) <= 140 or (each.coding == 0 and len(each.message) <= 159) for each in center.submitted)
    assert texts_of(center.submitted) == text


def test_a_text_far_too_long_is_refused_before_anything_is_sent(center):
    with pytest.raises(PermanentError):
        SmsChannel().send(with_text("x" * 5000))
    assert center.submitted == []


@given(st.lists(st.binary(min_size=1, max_size=4)))
def test_pieces_are_packed_in_order_and_whole(pieces):
    parts = packed(pieces, 5)
    assert b"".join(parts) == b"".join(pieces)
    assert all(len(each) <= 5 for each in parts)


@given(st.text(max_size=200))
def test_any_text_becomes_messages(text):
    parts, _coding = parts_of(text.encode("utf-8", "ignore").decode())
    assert parts


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([FULL], TemporaryError),
        ([THROTTLED], TemporaryError),
        ([WRONG_NUMBER], PermanentError),
        (["hang up"], UncertainError),
    ],
)
def test_what_the_center_says_is_what_becomes_of_it(center, answers, error):
    center.answers = answers
    with pytest.raises(error) as caught:
        SmsChannel().send(ENVELOPE)
    assert "10:00" not in str(caught.value)
    assert type(caught.value) is error


def test_a_center_that_stops_after_the_first_part_leaves_doubt(center):
    center.answers = [0, THROTTLED]
    with pytest.raises(UncertainError):
        SmsChannel().send(with_text("x" * 200))


def test_a_center_that_says_nothing_is_not_waited_for(center, monkeypatch):
    monkeypatch.setattr(sms, "STEP_SECONDS", 0.2)
    monkeypatch.setattr(center, "answer", lambda *rest: MessageCenter.answer(center, *rest) if rest[1] != 4 else True)
    with pytest.raises(UncertainError):
        SmsChannel().send(ENVELOPE)


def test_a_wrong_password_and_no_center_at_all_are_away(center, settings):
    settings.SMS_URL = center.url.replace("secret", "wrong")
    with pytest.raises(AwayError):
        SmsChannel().send(ENVELOPE)
    settings.SMS_URL = "smpp://acme:secret@127.0.0.1:1"
    with pytest.raises(AwayError):
        SmsChannel().send(ENVELOPE)


@pytest.fixture
def booking(in_tenant):
    contact = make_contact("self-service-scheduler", full_name="Ada Byron")
    service = make_incident_type(display_name="Boiler service")
    return make_booking(account=contact.account, contact=contact, incident_type=service)


def ask_for_texts(booking):
    MessageSetting.objects.create(name="booking_confirmed", sms_is_on=True)
    return TextMessageConsent.objects.create(contact=booking.contact, phone="+16465550110", given_at=clock.now())


def tell(booking) -> OutboxMessage | None:
    """Deliver the confirmation's mail; the row of its text message."""
    publish_all([confirmation_of(booking)])
    deliver(OutboxMessage.objects.get(channel=ChannelName.EMAIL).pk, channel=FakeChannel())
    return OutboxMessage.objects.filter(channel=ChannelName.SMS).order_by("pk").first()


def test_who_asked_for_it_gets_a_text_message_beside_the_mail(center, booking):
    ask_for_texts(booking)
    row = tell(booking)

    assert deliver(row.pk) == AttemptOutcome.SENT

    text = texts_of(center.submitted)
    assert text.startswith("Acme Service: Boiler service is booked for ")
    assert f"/appointments/{booking.pk}/" in text
    row.refresh_from_db()
    assert (row.state, row.address) == (OutboxState.SENT, "+16465550110")


def test_the_company_s_own_words_are_sent(center, booking):
    ask_for_texts(booking)
    MessageText.objects.create(name="booking_confirmed", language="en", sms="{name}: {service}")

    deliver(tell(booking).pk)

    assert texts_of(center.submitted) == "Ada Byron: Boiler service"


def test_nobody_else_gets_one(center, booking):
    assert tell(booking) is None


def test_without_a_center_there_is_none(booking):
    ask_for_texts(booking)
    assert tell(booking) is None


@pytest.mark.parametrize("change", ["consent", "setting", "preference", "status"])
def test_what_is_not_wanted_any_more_is_not_sent(center, booking, change):
    consent = ask_for_texts(booking)
    row = tell(booking)
    match change:
        case "consent":
            consent.delete()
        case "setting":
            MessageSetting.objects.update(sms_is_on=False)
        case "preference":
            switch_off(booking.contact, "booking_confirmed", channel=ChannelName.SMS)
        case _:
            Booking.objects.update(status="canceled")

    assert deliver(row.pk) == AttemptOutcome.VOID
    assert center.submitted == []


def test_the_mail_may_be_off_and_the_text_message_on(center, booking):
    ask_for_texts(booking)
    switch_off(booking.contact, "booking_confirmed")

    row = tell(booking)

    assert OutboxMessage.objects.get(channel=ChannelName.EMAIL).state == OutboxState.VOID
    assert deliver(row.pk) == AttemptOutcome.SENT
