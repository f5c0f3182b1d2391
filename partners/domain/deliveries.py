"""An opportunity at a partner: delivered, accepted, declined, expired, returned (PRT-4, DYNAMICS 5.8)."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from partners.domain.history import SYSTEM, Actor, keep, write_event
from partners.domain.locks import lock, lock_programmes, lock_worked, refresh
from partners.domain.notices import ask_for_feedback, tell_of_delivery, tell_staff_of_acceptance
from partners.domain.records import refresh_records
from partners.domain.rules import load_settings
from partners.enums import (
    FREE_STATUSES,
    HOLDING_OUTCOMES,
    OPEN_OUTCOMES,
    DeclineReason,
    EventKind,
    Membership,
    OpportunityStatus,
    Outcome,
    Phase,
    ReturnReason,
    Source,
)
from partners.models import Collaborator, Delivery, DistributionRun, Opportunity, OpportunitySeller, PartnerProgramme
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.texts import seen

COMMENT_LENGTH = 400


@transaction.atomic
def deliver(opportunity: Opportunity, account: Account, *, by: Actor) -> Delivery:
    """Deliver to the partner that staff chose; audited. What waits for this partner's answer already stays as it is.

    Raises Conflict where somebody has it, DomainError for a partner that had it before, is no member or has no room.
    """
    locked = lock(opportunity)
    standing = standing_delivery(locked)
    if standing is not None and standing.partner_id == account.pk:
        return standing
    check_free(locked)
    if Delivery.objects.filter(opportunity=locked, partner=account).exists():
        raise DomainError(_("This partner had the opportunity before."), field="partner")
    programme = lock_programmes([account.pk]).get(account.pk)
    if programme is None or programme.membership != Membership.MEMBER:
        raise DomainError(_("This account is no member of the partner programme."), field="partner")
    if not has_room(programme):
        raise DomainError(_("This partner has no room for another opportunity."), field="partner")
    delivery = put(locked, account.pk, expiry_hours=load_settings().expiry_hours, by=by)
    refresh_records([programme])
    refresh(opportunity, locked)
    return delivery


def check_free(locked: Opportunity) -> None:
    """Raise unless nobody has the opportunity and it is the company's to give."""
    if locked.source == Source.PARTNER:
        raise DomainError(_("A partner created this opportunity and keeps it."))
    if locked.partner_id is not None or locked.status not in FREE_STATUSES:
        raise Conflict(_("A partner has this opportunity, or it is closed."))


def has_room(programme: PartnerProgramme) -> bool:
    """Whether one more fits, by the deliveries themselves; the row in the programme is locked."""
    open_ones = Delivery.objects.filter(partner_id=programme.account_id, outcome__in=OPEN_OUTCOMES)
    return open_ones.count() < programme.capacity


def standing_delivery(opportunity: Opportunity) -> Delivery | None:
    """The delivery to the partner that has it; None where nobody does, and for what a partner created."""
    return Delivery.objects.filter(opportunity=opportunity, outcome__in=HOLDING_OUTCOMES).order_by("pk").first()


def put(
    locked: Opportunity, account_id: UUID, *, expiry_hours: int, by: Actor, run: DistributionRun | None = None
) -> Delivery:
    """Deliver a locked opportunity to a partner that has room and is locked; the caller writes the partner's record."""
    now = clock.now()
    delivery = Delivery.objects.create(
        opportunity=locked,
        partner_id=account_id,
        run=run,
        delivered_at=now,
        expires_at=now + dt.timedelta(hours=expiry_hours),
    )
    before = locked.status
    locked.partner_id = account_id
    locked.owner = None
    locked.status, locked.phase, locked.moved_at, locked.closed_at = (
        OpportunityStatus.DELIVERED,
        Phase.PROSPECT,
        now,
        None,
    )
    locked.is_exposed = True
    write_event(locked, EventKind.DELIVERED, by=by, after=delivery.partner.name)
    keep(locked, "partner", "owner", "status", "phase", "moved_at", "closed_at", "is_exposed")
    after = {"status": locked.status, "partner": str(account_id), "is_exposed": True}
    record(by.user, "opportunity.deliver", locked, before={"status": before}, after=after)
    tell_of_delivery(delivery, locked)
    return delivery


@transaction.atomic
def accept(opportunity: Opportunity, *, by: Actor) -> Delivery:
    """Take a delivered opportunity; audited, staff are told, the customer will be asked for feedback. Accepting again changes nothing.

    Who accepts is its owner. Raises Conflict where it has expired or another partner has it.
    """
    locked = lock(opportunity)
    delivery = delivery_to_answer(locked, opportunity.partner_id)
    if delivery.outcome == Outcome.ACCEPTED:
        return delivery
    check_waiting(delivery)
    programmes = lock_programmes([delivery.partner_id])
    now = clock.now()
    delivery.outcome = Outcome.ACCEPTED
    delivery.answered_at = delivery.accepted_at = delivery.moved_at = now
    delivery.save(update_fields=["outcome", "answered_at", "accepted_at", "moved_at"])
    locked.status, locked.moved_at, locked.owner = OpportunityStatus.ACCEPTED, now, by.contact
    write_event(locked, EventKind.ACCEPTED, by=by)
    keep(locked, "status", "moved_at", "owner")
    record(by.user, "opportunity.accept", locked, after={"partner": str(delivery.partner_id)})
    refresh_records(programmes.values())
    tell_staff_of_acceptance(delivery)
    ask_for_feedback(delivery, locked, days=load_settings().feedback_days)
    refresh(opportunity, locked)
    return delivery


def delivery_to_answer(locked: Opportunity, partner_id: UUID | None) -> Delivery:
    """The delivery to the partner that answers; raises Conflict where it no longer has the opportunity."""
    delivery = standing_delivery(locked)
    if delivery is None or delivery.partner_id != partner_id:
        raise Conflict(_("You no longer have this opportunity."))
    return delivery


def check_waiting(delivery: Delivery) -> None:
    """Raise Conflict unless the answer is still open and in time."""
    if delivery.outcome != Outcome.DELIVERED:
        raise Conflict(_("This opportunity was answered already."))
    if delivery.expires_at <= clock.now():
        raise Conflict(_("The time to answer is over."))


def end_decline(opportunity: Opportunity, reason: DeclineReason, comment: str, *, by: Actor) -> Opportunity | None:
    """Take a delivered opportunity from the partner that does not want it; the locked row, None where it was declined before."""
    locked = lock(opportunity)
    if was_ended(locked, opportunity.partner_id, Outcome.DECLINED):
        return None
    delivery = delivery_to_answer(locked, opportunity.partner_id)
    check_waiting(delivery)
    delivery.decline_reason, delivery.comment = DeclineReason(reason), checked_comment(comment)
    delivery.answered_at = clock.now()
    end(locked, delivery, Outcome.DECLINED, by=by)
    return locked


def end_return(opportunity: Opportunity, reason: ReturnReason, comment: str, *, by: Actor) -> Opportunity | None:
    """The same for an accepted one that the partner gives back to the network."""
    locked = lock(opportunity)
    if was_ended(locked, opportunity.partner_id, Outcome.RETURNED):
        return None
    lock_worked(opportunity, by=by)
    delivery = standing_delivery(locked)
    if delivery is None:
        raise DomainError(_("What you created yourself is canceled, not returned."))
    delivery.return_reason, delivery.comment = ReturnReason(reason), checked_comment(comment)
    end(locked, delivery, Outcome.RETURNED, by=by)
    return locked


def end_expired(delivery_id: UUID, opportunity: Opportunity) -> Opportunity | None:
    """The same for one whose answer is overdue; None where it was answered meanwhile."""
    locked = lock(opportunity)
    delivery = Delivery.objects.get(pk=delivery_id)
    if delivery.outcome != Outcome.DELIVERED or delivery.expires_at > clock.now():
        return None
    end(locked, delivery, Outcome.EXPIRED, by=SYSTEM)
    return locked


def was_ended(locked: Opportunity, partner_id: UUID | None, outcome: Outcome) -> bool:
    """Whether this partner ended it this way before: the form was sent twice."""
    return Delivery.objects.filter(opportunity=locked, partner_id=partner_id, outcome=outcome).exists()


def end(locked: Opportunity, delivery: Delivery, outcome: Outcome, *, by: Actor) -> None:
    """Take a locked opportunity from its partner; nobody of that partner, nor of its collaborators, sees it any more.

    The caller goes on with the next partner and writes this one's record (`distribution.go_on`).
    """
    now = clock.now()
    delivery.outcome, delivery.ended_at = outcome, now
    delivery.save(update_fields=["outcome", "ended_at", "answered_at", "decline_reason", "return_reason", "comment"])
    reason = delivery.get_decline_reason_display() or delivery.get_return_reason_display()
    write_event(locked, EventKind(outcome), by=by, after=str(reason), text=delivery.comment)
    OpportunitySeller.objects.filter(opportunity=locked).delete()
    Collaborator.objects.filter(opportunity=locked).delete()
    before = {"status": locked.status, "partner": str(delivery.partner_id)}
    locked.partner, locked.owner, locked.status = None, None, OpportunityStatus(outcome)
    locked.closed_at = now if outcome == Outcome.RETURNED else None
    keep(locked, "partner", "owner", "status", "closed_at")
    after = {"status": locked.status, "reason": delivery.decline_reason or delivery.return_reason}
    record(by.user, f"opportunity.{outcome}", locked, before=before, after=after)


def checked_comment(comment: str) -> str:
    """The comment without blanks around it; raises DomainError for one that is too long."""
    comment = seen(comment)
    if len(comment) > COMMENT_LENGTH:
        raise DomainError(_("Write at most %(length)d signs.") % {"length": COMMENT_LENGTH}, field="comment")
    return comment
