"""The e-mail channel: headers, hostile names, what an SMTP error means."""

import dataclasses
import smtplib

import pytest
from django.core import mail

from notifications.channels.base import (
    AwayError,
    Envelope,
    PermanentError,
    TemporaryError,
    UncertainError,
)
from notifications.channels.email import EmailChannel, classified, compose, connect, is_kept
from notifications.registry import Attachment

ENVELOPE = Envelope(
    message_id="<1@acme.localhost>",
    sender_name="Acme Service",
    recipient_name="Ada Byron",
    recipient="ada@example.com",
    subject="Confirmed",
    text="Text\n",
    html="<p>HTML</p>",
    reply_to="help@acme.example",
    language="de",
)


def parsed(envelope):
    return compose(envelope).message()


def test_the_parts_and_headers_of_a_mail():
    file = Attachment("visit.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar; method=REQUEST")

    message = parsed(dataclasses.replace(ENVELOPE, attachments=[file]))

    assert message["Message-ID"] == "<1@acme.localhost>"
    assert message["From"] == "Acme Service <portal@callout.example>"
    assert message["To"] == "Ada Byron <ada@example.com>"
    assert message["Reply-To"] == "help@acme.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    assert "List-Unsubscribe" not in message
    types = [part.get_content_type() for part in message.walk()]
    assert types == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    calendar = list(message.walk())[-1]
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_filename() == "visit.ics"


def test_an_optional_mail_can_be_stopped_by_one_click():
    message = parsed(dataclasses.replace(ENVELOPE, unsubscribe_url="https://acme.example/stop/"))

    assert message["List-Unsubscribe"] == "<https://acme.example/stop/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


HOSTILE = [
    "Ada\r\nBcc: evil@example.com",
    "Ada\nSubject: other",
    "Ada\x00\x0b\x0c\x85\u2028\u2029Byron",
    'Ada" <evil@example.com>, "',
    "Ada\u202eevil\u2067",
    "Ada <evil@example.com>",
    "=?utf-8?q?Ada?=\n evil",
    "Zoë, Ünïcode; (comment)",
    "a" * 500,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_subjects_stay_where_they_are(text):
    message = parsed(dataclasses.replace(ENVELOPE, recipient_name=text, sender_name=text, subject=text))

    expected = {"Subject", "From", "To", "Reply-To", "Message-ID", "Date", "MIME-Version", "Content-Type"}
    assert set(message.keys()) - {"Auto-Submitted", "Content-Language"} == expected
    for name, value in message.items():
        assert len(message.get_all(name)) == 1
        assert not set(value.replace("\n ", " ").replace("\n\t", " ")) & set(
            "\r\n\x00\x0b\x0c\x85\u2028\u2029\u202e\u2067"
        )
    assert compose(dataclasses.replace(ENVELOPE, recipient_name=text)).recipients()[0].endswith("<ada@example.com>")


@pytest.mark.parametrize("address", ["no address", "a@b@c", "ada@example.com\r\nBcc: x@example.com", ""])
def test_an_address_that_no_mail_can_carry_is_refused_for_good(address):
    with pytest.raises(PermanentError):
        EmailChannel().send(dataclasses.replace(ENVELOPE, recipient=address))


def test_it_is_sent_by_the_configured_way():
    EmailChannel().send(ENVELOPE)

    assert [each.to for each in mail.outbox] == [["Ada Byron <ada@example.com>"]]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}), PermanentError),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"greylisted")}), TemporaryError),
        (smtplib.SMTPSenderRefused(553, b"not yours", "a@b.example"), TemporaryError),
        (smtplib.SMTPDataError(554, b"spam"), PermanentError),
        (smtplib.SMTPDataError(451, b"later"), TemporaryError),
        (smtplib.SMTPServerDisconnected("gone"), UncertainError),
        (TimeoutError(), UncertainError),
        (ConnectionResetError(), UncertainError),
    ],
)
def test_what_an_smtp_error_means(error, kind):
    found = classified(error)

    assert type(found) is kind
    assert "spam" not in str(found)


class Refusing:
    def open(self):
        raise ConnectionRefusedError


def test_a_server_that_cannot_be_reached_is_away():
    with pytest.raises(AwayError):
        connect(Refusing())


def test_the_mail_catcher_can_be_asked(tmp_path, settings):
    settings.MAILBOX_DIR = tmp_path
    (tmp_path / "1.eml").write_bytes(
        b"X-Envelope-To: a\r\nMessage-ID: <1@acme.localhost>\r\n\r\nMessage-ID: <2@acme>\r\n"
    )

    assert is_kept(tmp_path, "<1@acme.localhost>")
    assert EmailChannel().was_accepted("<2@acme>") is False
    settings.CALLOUT_EMBEDDED = False
    assert EmailChannel().was_accepted("<1@acme.localhost>") is None
