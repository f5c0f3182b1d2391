"""Text messages by SMPP 3.4 (NOT-4). `SMS_URL` is smpp://user:password@host:2775; without it there are none."""

import random
import re
import socket
import time
import unicodedata
from contextlib import suppress
from urllib.parse import unquote, urlsplit

from django.conf import settings
from smpplib import consts, exceptions
from smpplib.client import Client
from smpplib.gsm import gsm_encode

from notifications.channels.base import AwayError, Envelope, PermanentError, TemporaryError, UncertainError

STEP_SECONDS = 5
ANSWER_SECONDS = 15
# One message, and the part of a longer one: in letters of GSM's alphabet, in bytes of any other.
GSM_WHOLE, GSM_PART = 160, 153
OTHER_WHOLE, OTHER_PART = 140, 134
LONGEST_SENDER = 11
MOST_PARTS = 10
# Codes that say "later": the center is full, too much at once, an error of its own.
FOR_NOW = {
    consts.SMPP_ESME_RMSGQFUL,
    consts.SMPP_ESME_RTHROTTLED,
    consts.SMPP_ESME_RSYSERR,
    consts.SMPP_ESME_RSUBMITFAIL,
}


class SmsChannel:
    """Binds, submits, unbinds. The center cannot be asked what it took before."""

    def send(self, envelope: Envelope) -> None:
        parts, coding = parts_of(envelope.text)
        client = bound_client()
        try:
            submit_all(client, envelope, parts, coding)
        finally:
            with suppress(exceptions.ConnectionError, exceptions.PDUError, OSError):
                client.unbind()
            client.disconnect()

    def was_accepted(self, message_id: str) -> bool | None:
        return None


def bound_client() -> Client:
    """A connection over which we may send. Raises AwayError: nothing was handed over yet."""
    server = urlsplit(settings.SMS_URL)
    client = Client(
        server.hostname,
        server.port or 2775,
        timeout=STEP_SECONDS,
        logger_name="notifications.sms",
        allow_unknown_opt_params=True,
    )
    try:
        client.connect()
        client.bind_transmitter(
            system_id=unquote(server.username or ""), password=unquote(server.password or ""), interface_version=0x34
        )
    except (exceptions.ConnectionError, exceptions.PDUError, OSError) as error:
        client.disconnect()
        raise AwayError(described(error)) from error
    return client


def submit_all(client: Client, envelope: Envelope, parts: list[bytes], coding: int) -> None:
    """Submit the parts in turn. After the first one an error leaves the message half sent, which a repeat doubles."""
    for number, part in enumerate(parts):
        try:
            submit(client, envelope, part, coding, is_part=len(parts) > 1)
        except exceptions.PDUError as error:
            code = error.args[1] if len(error.args) > 1 else None
            kind = TemporaryError if code in FOR_NOW else PermanentError
            raise (UncertainError if number and kind is TemporaryError else kind)(described(error)) from error
        except (exceptions.ConnectionError, OSError) as error:
            raise UncertainError(described(error)) from error


def submit(client: Client, envelope: Envelope, part: bytes, coding: int, *, is_part: bool) -> None:
    """Submit one part and wait for the center's word on it."""
    answered: list[int] = []
    client.set_message_sent_handler(lambda pdu: answered.append(pdu.sequence))
    sent = client.send_message(
        source_addr_ton=consts.SMPP_TON_ALNUM,
        source_addr=sender_of(envelope),
        dest_addr_ton=consts.SMPP_TON_INTL,
        dest_addr_npi=consts.SMPP_NPI_ISDN,
        destination_addr=envelope.recipient.lstrip("+"),
        esm_class=consts.SMPP_GSMFEAT_UDHI if is_part else consts.SMPP_MSGTYPE_DEFAULT,
        data_coding=coding,
        short_message=part,
    )
    deadline = time.monotonic() + ANSWER_SECONDS
    while sent.sequence not in answered:
        if time.monotonic() > deadline:
            raise socket.timeout  # noqa: UP041  what the library raises itself
        client.read_once(auto_send_enquire_link=False)


def parts_of(text: str) -> tuple[list[bytes], int]:
    """The text as one message or as parts of a longer one, and how its letters are written.

    No letter is cut in two. Raises PermanentError for a text that is far too long.
    """
    # The library's table has accents where the alphabet of telephones has other signs.
    is_gsm = "`" not in text
    try:
        pieces = [gsm_encode(letter) for letter in text] if is_gsm else []
    except UnicodeError:
        is_gsm = False
    if not is_gsm:
        pieces = [letter.encode("utf-16-be") for letter in text]
    coding = consts.SMPP_ENCODING_DEFAULT if is_gsm else consts.SMPP_ENCODING_ISO10646
    whole, part = (GSM_WHOLE, GSM_PART) if is_gsm else (OTHER_WHOLE, OTHER_PART)
    if sum(map(len, pieces)) <= whole:
        return [b"".join(pieces)], coding
    parts = packed(pieces, part)
    if len(parts) > MOST_PARTS:
        raise PermanentError("text too long")
    reference = random.SystemRandom().randrange(256)
    heads = (bytes((5, 0, 3, reference, len(parts), number)) for number in range(1, len(parts) + 1))
    return [head + each for head, each in zip(heads, parts, strict=True)], coding


def packed(pieces: list[bytes], longest: int) -> list[bytes]:
    """The pieces in order, as many in each part as fit."""
    parts = [b""]
    for piece in pieces:
        if len(parts[-1]) + len(piece) > longest:
            parts.append(b"")
        parts[-1] += piece
    return parts


def sender_of(envelope: Envelope) -> str:
    """The set sender, or the company's name in the few letters that telephones show."""
    if settings.SMS_SENDER:
        return settings.SMS_SENDER
    plain = unicodedata.normalize("NFKD", envelope.sender_name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9 ]", "", plain)[:LONGEST_SENDER].strip() or "Callout"


def described(error: Exception) -> str:
    """The error for staff: its kind and the center's code, never its text."""
    code = next((each for each in error.args[1:] if isinstance(each, int)), None)
    return f"{type(error).__name__} {code}" if code is not None else type(error).__name__
