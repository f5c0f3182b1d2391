"""Claim, check, render, send, settle (D5, SECURITY 17, 18). Each database step is a short transaction; sending is in none.

A worker may die between any two steps. The row's lease then runs out, somebody else claims it, finds the attempt without
an outcome, marks it uncertain, asks the channel whether the message arrived, and only then sends again under the same
Message-ID.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from notifications import faults
from notifications.channels.base import (
    AwayError,
    Channel,
    ChannelError,
    Envelope,
    GoneError,
    PermanentError,
    UncertainError,
)
from notifications.channels.email import EmailChannel
from notifications.channels.sms import SmsChannel
from notifications.channels.webhook import WebhookChannel
from notifications.domain.backoff import LONGEST_PAUSE, LONGEST_PAUSE_AWAY, pause_after
from notifications.domain.endpoints import give_up
from notifications.domain.spreading import spread
from notifications.enums import AttemptOutcome, ChannelName, OutboxState
from notifications.models import OutboxAttempt, OutboxMessage
from notifications.queries import is_suppressed, is_switched_off, takeable
from notifications.recipients import Recipient, recipient_of
from notifications.registry import Message, UnknownMessageError, message_named
from notifications.rendering import render
from portal.kit import clock
from portal.tenancy.scope import current_tenant, tenant_scope

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=45)
# Nothing is handed over in the last part of a lease: the next worker might be at it already.
SAFETY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until `lease_until`; `number` tells our attempt from a later one of somebody else."""

    row_id: UUID
    number: int
    message_id: str
    lease_until: datetime
    may_have_arrived: bool
    channel: ChannelName = ChannelName.EMAIL


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended."""

    outcome: AttemptOutcome
    detail: str = ""
    address: str = ""
    is_gone: bool = False


CHANNELS: dict[ChannelName, type[Channel]] = {
    ChannelName.EMAIL: EmailChannel,
    ChannelName.SMS: SmsChannel,
    ChannelName.WEBHOOK: WebhookChannel,
}


def deliver(row_id, *, channel: Channel | None = None) -> AttemptOutcome | None:
    """Send one message of the tenant in scope if it is due and nobody else is at it; how the attempt ended, else None."""
    claim = take(row_id)
    if claim is None:
        return None
    faults.reach("after_claim")
    result = attempt(claim, channel or CHANNELS[claim.channel]())
    settle(claim, result)
    faults.reach("after_mark")
    return result.outcome


def take(row_id) -> Claim | None:
    """Claim a due row for the length of a lease and note that an attempt begins."""
    with tenant_scope(current_tenant()):
        row = takeable().filter(pk=row_id).select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        now = clock.now()
        if row.state == OutboxState.CLAIMED:
            row.tries.filter(outcome=AttemptOutcome.RUNNING).update(outcome=AttemptOutcome.UNCERTAIN, finished_at=now)
        if row.attempts == 0:
            spread(row)
        may_have_arrived = row.tries.filter(outcome=AttemptOutcome.UNCERTAIN).exists()
        row.state = OutboxState.CLAIMED
        row.attempts += 1
        row.next_attempt_at = now + LEASE
        row.save(update_fields=["state", "attempts", "next_attempt_at"])
        OutboxAttempt.objects.create(message=row, number=row.attempts, started_at=now)
        channel = ChannelName(row.channel)
        return Claim(row.pk, row.attempts, row.message_id, row.next_attempt_at, may_have_arrived, channel)


def attempt(claim: Claim, channel: Channel) -> Result:
    """Ask, check, render, send."""
    try:
        if claim.may_have_arrived and channel.was_accepted(claim.message_id):
            return Result(AttemptOutcome.CONFIRMED)
        envelope = prepare(claim)
    except Exception as error:
        # A broken template or context must not stop the other messages.
        logger.exception("message_not_rendered", message=str(claim.row_id))
        return Result(AttemptOutcome.TEMPORARY, type(error).__name__)
    if isinstance(envelope, Result):
        return envelope
    if clock.now() > claim.lease_until - SAFETY:
        return Result(AttemptOutcome.TEMPORARY, "lease ran out before sending")
    faults.reach("before_send")
    return hand_over(envelope, channel)


def hand_over(envelope: Envelope, channel: Channel) -> Result:
    """Send; an error that nobody foresaw, the task's time limit for one, leaves open whether the message arrived."""
    try:
        channel.send(envelope)
    except ChannelError as error:
        return Result(outcome_of(error), str(error), is_gone=isinstance(error, GoneError))
    except Exception as error:
        logger.exception("message_broke_off", message_id=envelope.message_id)
        return Result(AttemptOutcome.UNCERTAIN, type(error).__name__)
    faults.reach("after_send")
    return Result(AttemptOutcome.SENT, address=envelope.recipient)


def outcome_of(error: ChannelError) -> AttemptOutcome:
    """The outcome that a channel's error stands for."""
    match error:
        case PermanentError():
            return AttemptOutcome.PERMANENT
        case UncertainError():
            return AttemptOutcome.UNCERTAIN
        case AwayError():
            return AttemptOutcome.AWAY
        case _:
            return AttemptOutcome.TEMPORARY


def prepare(claim: Claim) -> Envelope | Result:
    """The message as it is to be sent now, or why it is not to be sent."""
    with tenant_scope(current_tenant()):
        row = OutboxMessage.objects.select_related("contact__account", "endpoint").get(pk=claim.row_id)
        try:
            message = message_named(row.name)
        except UnknownMessageError:
            return Result(AttemptOutcome.PERMANENT, f"no message is called {row.name}")
        recipient = recipient_of(row)
        refusal = why_not(message, row, recipient)
        if refusal:
            return refusal
        return render(message, row, recipient)


def why_not(message: Message, row: OutboxMessage, recipient: Recipient | None) -> Result | None:
    """Why the message is not wanted any more; None when it is."""
    if recipient is None:
        return Result(AttemptOutcome.VOID, "recipient gone")
    if is_suppressed(recipient.address, row.channel):
        return Result(AttemptOutcome.VOID, "address blocked")
    if message.is_optional and is_switched_off(row):
        return Result(AttemptOutcome.VOID, "switched off")
    if not message.still_true(row):
        return Result(AttemptOutcome.VOID, "no longer true")
    if clock.now() > row.due_at + message.useful_for:
        return Result(AttemptOutcome.PERMANENT, "too late")
    return None


def settle(claim: Claim, result: Result) -> None:
    """Write down how the attempt ended, unless the lease ran out and the row is somebody else's by now."""
    with tenant_scope(current_tenant()):
        row = (
            OutboxMessage.objects.filter(pk=claim.row_id, state=OutboxState.CLAIMED, attempts=claim.number)
            .select_for_update(of=("self",), no_key=True)
            .first()
        )
        if row is None:
            return
        now = clock.now()
        close_attempt(row, result, now)
        move(row, result, now, rest=OutboxState.UNCERTAIN if claim.may_have_arrived else OutboxState.WAITING)
        row.save()
        if result.is_gone and row.endpoint_id:
            give_up(row.endpoint_id)
        faults.reach("before_mark")
    log(row, result)


def close_attempt(row: OutboxMessage, result: Result, now: datetime) -> None:
    """Record the outcome; of a long time in which the server was away one attempt is kept."""
    current = row.tries.filter(number=row.attempts)
    if result.outcome == AttemptOutcome.AWAY:
        former = row.tries.filter(number__lt=row.attempts).order_by("-number").first()
        if former is not None and former.outcome == AttemptOutcome.AWAY:
            current.delete()
            current = row.tries.filter(pk=former.pk)
    current.update(outcome=result.outcome, finished_at=now, detail=result.detail[:300])


def move(row: OutboxMessage, result: Result, now: datetime, *, rest: OutboxState) -> None:
    """The state that follows from the outcome, and when the row may be taken next; `rest` is how it goes on waiting."""
    row.last_error = result.detail[:300]
    match result.outcome:
        case AttemptOutcome.SENT | AttemptOutcome.CONFIRMED:
            close(row, OutboxState.SENT, now)
            row.address = result.address or row.address
        case AttemptOutcome.VOID:
            close(row, OutboxState.VOID, now)
        case AttemptOutcome.PERMANENT:
            close(row, OutboxState.DEAD, now)
        case AttemptOutcome.AWAY:
            row.state = rest
            row.next_attempt_at = now + pause_after(row.attempts, longest=LONGEST_PAUSE_AWAY)
        case _:
            row.state = OutboxState.UNCERTAIN if result.outcome == AttemptOutcome.UNCERTAIN else rest
            spend_try(row, now)


def spend_try(row: OutboxMessage, now: datetime) -> None:
    """One try less; none left means given up."""
    row.tries_left = max(0, row.tries_left - 1)
    if row.tries_left:
        row.next_attempt_at = now + pause_after(row.attempts, longest=LONGEST_PAUSE)
    else:
        close(row, OutboxState.DEAD, now)


def close(row: OutboxMessage, state: OutboxState, now: datetime) -> None:
    """Settle the row for good; what a secret message was about is forgotten."""
    row.state = state
    row.settled_at = now
    try:
        message = message_named(row.name)
    except UnknownMessageError:
        return
    if not message.keeps_payload and state != OutboxState.DEAD:
        row.payload = {}


def log(row: OutboxMessage, result: Result) -> None:
    """One line per attempt; a message that was given up is an error that somebody should see."""
    write = logger.error if row.state == OutboxState.DEAD else logger.info
    write("message_attempt", message=str(row.pk), name=row.name, outcome=result.outcome, detail=result.detail)
