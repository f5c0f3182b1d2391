"""An opportunity in work: phases, notes, contacts, won, lost, canceled, reopened (PRT-4, DYNAMICS 5.8)."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from partners.domain.deliveries import has_room, standing_delivery
from partners.domain.history import Actor, keep, repeat_of, write_event
from partners.domain.locks import lock, lock_programmes, lock_standing, lock_worked, refresh
from partners.domain.records import refresh_records
from partners.enums import (
    LOST_STATUSES,
    PHASES,
    WON_STATUSES,
    EventKind,
    OpportunityStatus,
    Outcome,
    Phase,
    Source,
)
from partners.models import Delivery, Opportunity, OpportunityContact, OpportunityEvent
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.texts import seen

NOTE_LENGTH = 4000


@transaction.atomic
def advance(
    opportunity: Opportunity, phase: Phase, *, text: str = "", by: Actor, request_key: UUID | None = None
) -> Opportunity:
    """Report progress: the present phase or a later one, with a comment; it is in progress from then on. Audited.

    The same request again changes nothing. Raises DomainError for an earlier phase, Conflict where nobody works on it.
    """
    locked = lock_worked(opportunity, by=by)
    if repeat_of(locked, request_key):
        return refresh(opportunity, locked)
    before, after = Phase(locked.phase), Phase(phase)
    if PHASES.index(after) < PHASES.index(before):
        raise DomainError(_("An opportunity moves forward only."), field="phase")
    now = clock.now()
    locked.status = OpportunityStatus.IN_PROGRESS
    if after != before:
        locked.phase, locked.moved_at = after, now
    report_progress(locked, moved_at=now if after != before else None)
    write_event(
        locked,
        EventKind.PHASE,
        by=by,
        text=checked_text(text),
        before=before.value,
        after=after.value,
        request_key=request_key,
    )
    keep(locked, "status", "phase", "moved_at")
    record(by.user, "opportunity.advance", locked, before={"phase": before}, after={"phase": after})
    return refresh(opportunity, locked)


def report_progress(locked: Opportunity, *, moved_at: dt.datetime | None = None) -> Delivery | None:
    """Note on the delivery that the partner reported, first or again, and when the phase changed; the partner's record follows."""
    delivery = standing_delivery(locked)
    if delivery is None:
        return None
    programmes = lock_programmes([delivery.partner_id])
    delivery.reported_at = delivery.reported_at or clock.now()
    delivery.moved_at = moved_at or delivery.moved_at
    delivery.save(update_fields=["reported_at", "moved_at"])
    refresh_records(programmes.values())
    return delivery


@transaction.atomic
def hold(opportunity: Opportunity, *, text: str = "", by: Actor) -> Opportunity:
    """Put it on hold; audited. `advance` takes it up again. Repeating changes nothing."""
    locked = lock_worked(opportunity, by=by)
    if locked.status != OpportunityStatus.ON_HOLD:
        before, locked.status = locked.status, OpportunityStatus.ON_HOLD
        write_event(locked, EventKind.HOLD, by=by, text=checked_text(text))
        keep(locked, "status")
        record(by.user, "opportunity.hold", locked, before={"status": before}, after={"status": locked.status})
    return refresh(opportunity, locked)


@transaction.atomic
def note(
    opportunity: Opportunity, text: str, *, by: Actor, is_internal: bool = False, request_key: UUID | None = None
) -> OpportunityEvent:
    """Write a note, of the partner, of one that collaborates, or of staff (`is_internal`: for staff only). Once a request key.

    Raises DomainError without a text, Conflict where the partner no longer has it.
    """
    locked = lock(opportunity) if by.contact is None else lock_standing(opportunity)
    if (former := repeat_of(locked, request_key)) is not None:
        return former
    if not seen(text):
        raise DomainError(_("Write a note."), field="text")
    event = write_event(
        locked, EventKind.NOTE, by=by, text=checked_text(text), is_internal=is_internal, request_key=request_key
    )
    keep(locked)
    refresh(opportunity, locked)
    return event


@transaction.atomic
def add_contact(
    opportunity: Opportunity,
    *,
    full_name: str,
    position: str = "",
    email: str = "",
    phone: str = "",
    contact: Contact | None = None,
    by: Actor,
) -> OpportunityContact:
    """Keep somebody at the customer; audited. The same e-mail, or all the same words again, give who is kept. Raises DomainError without a name."""
    locked = lock_worked(opportunity, by=by)
    full_name = seen(full_name)
    if not full_name:
        raise DomainError(_("Enter a name."), field="full_name")
    words = {"full_name": full_name, "position": seen(position), "phone": seen(phone), "email": email.strip().lower()}
    # Without an e-mail the form that was sent twice is known by all that it says.
    same = Q(email=words["email"]) if words["email"] else Q(**words)
    known = OpportunityContact.objects.filter(same, opportunity=locked)
    if (former := known.order_by("pk").first()) is not None:
        return former
    added = OpportunityContact.objects.create(
        opportunity=locked,
        contact=contact,
        **words,
        added_by=by.user,
        created_at=clock.now(),
    )
    write_event(locked, EventKind.CONTACT, by=by, after=added.full_name)
    keep(locked)
    record(by.user, "opportunity.contact", locked, after={"contact": str(added.pk)})
    refresh(opportunity, locked)
    return added


@transaction.atomic
def win(opportunity: Opportunity, *, text: str = "", by: Actor) -> Opportunity:
    """Declare it won; audited. Repeating changes nothing. Raises Conflict where nobody works on it."""
    locked = lock_standing(opportunity)
    if locked.status in WON_STATUSES:
        return refresh(opportunity, locked)
    locked = lock_worked(opportunity, by=by)
    status = OpportunityStatus.PURCHASED if by.contact is not None else OpportunityStatus.WON
    close(locked, status, EventKind.WON, text=text, by=by)
    return refresh(opportunity, locked)


@transaction.atomic
def lose(opportunity: Opportunity, *, text: str = "", by: Actor) -> Opportunity:
    """Declare that somebody else sold it; audited. Repeating changes nothing. Raises Conflict where nobody works on it."""
    locked = lock_standing(opportunity)
    if locked.status in LOST_STATUSES:
        return refresh(opportunity, locked)
    locked = lock_worked(opportunity, by=by)
    close(locked, OpportunityStatus.OUT_SOLD, EventKind.LOST, text=text, by=by)
    return refresh(opportunity, locked)


@transaction.atomic
def cancel(opportunity: Opportunity, *, text: str = "", by: Actor) -> Opportunity:
    """Drop an opportunity of the partner's own; audited. Repeating changes nothing.

    Raises DomainError for a distributed one, which is returned instead.
    """
    locked = lock_standing(opportunity)
    if locked.source != Source.PARTNER:
        raise DomainError(_("A distributed opportunity is returned, not canceled."))
    if locked.status in LOST_STATUSES:
        return refresh(opportunity, locked)
    locked = lock_worked(opportunity, by=by)
    close(locked, OpportunityStatus.CANCELED, EventKind.CANCELED, text=text, by=by)
    return refresh(opportunity, locked)


def close(locked: Opportunity, status: OpportunityStatus, kind: EventKind, *, text: str, by: Actor) -> None:
    """Close a locked opportunity, and the delivery where there is one."""
    now = clock.now()
    delivery = report_progress(locked)
    if delivery is not None:
        delivery.outcome = Outcome.WON if status in WON_STATUSES else Outcome.LOST
        delivery.ended_at = now
        delivery.save(update_fields=["outcome", "ended_at"])
        refresh_records(lock_programmes([delivery.partner_id]).values())
    before, locked.status, locked.closed_at = locked.status, status, now
    write_event(locked, kind, by=by, text=checked_text(text), before=before, after=status.value)
    keep(locked, "status", "closed_at")
    record(by.user, f"opportunity.{kind}", locked, before={"status": before}, after={"status": status})


@transaction.atomic
def reopen(opportunity: Opportunity, *, text: str = "", by: Actor) -> Opportunity:
    """Take a closed opportunity up again: accepted, or in progress where the partner created it. Audited; repeating changes nothing.

    Raises DomainError where the partner has no room for it any more, Conflict for what was returned.
    """
    locked = lock_standing(opportunity)
    if locked.closed_at is None:
        return refresh(opportunity, locked)
    delivery = standing_delivery(locked)
    if delivery is not None:
        programmes = lock_programmes([delivery.partner_id])
        if delivery.partner_id not in programmes or not has_room(programmes[delivery.partner_id]):
            raise DomainError(_("There is no room for another open opportunity. Close or return one first."))
        delivery.outcome, delivery.ended_at, delivery.moved_at = Outcome.ACCEPTED, None, clock.now()
        delivery.save(update_fields=["outcome", "ended_at", "moved_at"])
        refresh_records(programmes.values())
    elif locked.source != Source.PARTNER:
        raise Conflict(_("You no longer have this opportunity."))
    before, locked.closed_at, locked.moved_at = locked.status, None, clock.now()
    locked.status = OpportunityStatus.ACCEPTED if delivery is not None else OpportunityStatus.IN_PROGRESS
    write_event(locked, EventKind.REOPENED, by=by, text=checked_text(text), before=before, after=locked.status)
    keep(locked, "status", "closed_at", "moved_at")
    record(by.user, "opportunity.reopen", locked, before={"status": before}, after={"status": locked.status})
    return refresh(opportunity, locked)


def checked_text(text: str) -> str:
    """The text without blanks around it; raises DomainError for one that is too long."""
    text = seen(text)
    if len(text) > NOTE_LENGTH:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": NOTE_LENGTH}, field="text")
    return text
