"""To which partner an opportunity goes, and to which one next (PRT-2, PRT-3, SECURITY B-9).

Partners are ranked without a lock. The best one's row is then locked, together with that of the partner that gave the opportunity up, in
the order of ids, and whether it still has room is asked again; if not, the savepoint lets the locks go and everybody is ranked anew.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from partners.domain.asking import as_kept, asked_by
from partners.domain.deliveries import (
    check_free,
    end_decline,
    end_expired,
    end_return,
    has_room,
    put,
    standing_delivery,
)
from partners.domain.history import SYSTEM, Actor, keep, write_event
from partners.domain.locks import lock, lock_programmes, refresh
from partners.domain.notices import tell_of_expiry, tell_staff_of_need
from partners.domain.records import refresh_records
from partners.domain.rules import load_settings, stalled_before, weights_of
from partners.engine.metrics import NEUTRAL, filled
from partners.engine.programme import Opportunity as Asked
from partners.engine.ranking import Award, Programme, best
from partners.engine.weights import Weights
from partners.enums import DeclineReason, EventKind, Membership, Occasion, OpportunityStatus, Outcome, ReturnReason
from partners.models import Delivery, DistributionRun, Opportunity, PartnerProgramme, PartnerSettings
from partners.queries.candidates import Seen, look_at_partners
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant

TASK = "partners.distribute"
# Others may be faster so often before this distribution gives up: each time somebody else was served.
ROUNDS = 1000


class Taken(Exception):
    """Somebody else filled the best partner meanwhile."""


@transaction.atomic
def mark_ready(opportunity: Opportunity, *, by: Actor) -> Opportunity:
    """Have the best partner get it right after the caller's transaction; audited. Marking again changes nothing.

    Raises Conflict where somebody has it or it is closed.
    """
    locked = lock(opportunity)
    if locked.closed_at is not None and locked.status != OpportunityStatus.RETURNED:
        raise Conflict(_("This opportunity is closed."))
    if not locked.is_ready:
        check_free(locked)
        locked.is_ready = True
        locked.save(update_fields=["is_ready"])
        record(by.user, "opportunity.ready", locked, after={"is_ready": True})
        after_commit(TASK, current_tenant().pk, locked.pk)
    return refresh(opportunity, locked)


@transaction.atomic
def distribute(opportunity: Opportunity, *, occasion: Occasion = Occasion.STAFF, by: Actor = SYSTEM) -> Delivery | None:
    """Deliver to the best available partner; audited. None where nobody is available: staff are told.

    What waits for an answer already stays where it is. Raises Conflict where a partner works on it or it is closed, DomainError
    for what a partner created. Staff may distribute beyond the limit of deliveries.
    """
    locked = lock(opportunity)
    standing = standing_delivery(locked)
    if standing is not None and standing.outcome == Outcome.DELIVERED:
        return standing
    check_free(locked)
    if not locked.is_ready:
        locked.is_ready = True
        locked.save(update_fields=["is_ready"])
    delivery = place(locked, occasion, by=by)
    refresh(opportunity, locked)
    return delivery


@transaction.atomic
def decline(opportunity: Opportunity, *, reason: DeclineReason, comment: str = "", by: Actor) -> None:
    """Refuse a delivered opportunity; the next best partner gets it at once. Audited. Declining again changes nothing.

    Raises Conflict where it was answered, has expired or another partner has it; DomainError for a comment that is too long.
    """
    _go_on_after(opportunity, end_decline(opportunity, reason, comment, by=by), Occasion.DECLINED, by)


@transaction.atomic
def give_back(opportunity: Opportunity, *, reason: ReturnReason, comment: str = "", by: Actor) -> None:
    """Return an accepted opportunity to the network; the next best partner gets it at once. Audited. Repeating changes nothing.

    Raises Conflict where nobody of this partner works on it any more, DomainError for what the partner created itself.
    """
    _go_on_after(opportunity, end_return(opportunity, reason, comment, by=by), Occasion.RETURNED, by)


@transaction.atomic
def expire(delivery: Delivery) -> None:
    """Take a delivery whose answer is overdue from its partner, and go on with the next best. Answered ones stay."""
    locked = end_expired(delivery.pk, delivery.opportunity)
    if locked is not None:
        go_on(locked, Occasion.EXPIRED, former=delivery.partner_id, by=SYSTEM)


@transaction.atomic
def remind(delivery: Delivery) -> None:
    """Tell the partner once that the answer is due soon."""
    locked = lock(delivery.opportunity)
    row = Delivery.objects.get(pk=delivery.pk)
    if row.outcome == Outcome.DELIVERED and row.reminded_at is None and row.expires_at > clock.now():
        row.reminded_at = clock.now()
        row.save(update_fields=["reminded_at"])
        tell_of_expiry(row, locked)


def _go_on_after(opportunity: Opportunity, locked: Opportunity | None, occasion: Occasion, by: Actor) -> None:
    if locked is not None:
        go_on(locked, occasion, former=opportunity.partner_id, by=by)
        refresh(opportunity, locked)


def go_on(locked: Opportunity, occasion: Occasion, *, former: UUID | None, by: Actor) -> None:
    """Find the next partner for a locked opportunity that `former` gave up, or hand it to staff."""
    if locked.is_ready and load_settings().is_automatic:
        # Who is next is the programme's business: the partner that gave it up did not choose.
        place(locked, occasion, by=SYSTEM, former=former)
    else:
        refresh_records(lock_programmes([former]).values())
        tell_staff_of_need(locked, f"{occasion}:{former}")


def place(locked: Opportunity, occasion: Occasion, *, by: Actor, former: UUID | None = None) -> Delivery | None:
    """Deliver a locked opportunity to the best that has room, however many others are served meanwhile; None: to staff."""
    settings, attempt = load_settings(), Delivery.objects.filter(opportunity=locked).count() + 1
    if occasion == Occasion.STAFF or attempt <= settings.maximum_deliveries:
        asked, trying = asked_by(locked), Try(occasion, attempt, former, by, settings)
        for _round in range(ROUNDS):
            try:
                with transaction.atomic():
                    delivery = try_best(locked, asked, trying)
            except Taken:
                continue
            if delivery is not None:
                return delivery
            break
    refresh_records(lock_programmes([former]).values())
    hand_to_staff(locked, attempt, by=by)
    return None


@dataclass(frozen=True, slots=True)
class Try:
    """The circumstances of a distribution, for the run that it writes."""

    occasion: Occasion
    attempt: int
    former: UUID | None
    by: Actor
    settings: PartnerSettings


def try_best(locked: Opportunity, asked: Asked, trying: Try) -> Delivery | None:
    """Rank, lock, look again, write. Raises Taken where the best one has no room any more."""
    weights = weights_of(trying.settings)
    seen = look_at_partners(asked, weights, stalled_before=stalled_before(trying.settings))
    award = best(asked, Programme(seen.close, filled(seen.prior, NEUTRAL)), weights)
    winner = award.winner.key if award.winner else None
    programmes = lock_programmes([winner, trying.former])
    if winner is not None and not may_get(programmes.get(winner)):
        raise Taken
    run = write_run(locked, trying, seen, award, weights)
    delivery = None
    if winner is not None:
        delivery = put(locked, winner, expiry_hours=trying.settings.expiry_hours, run=run, by=trying.by)
    refresh_records(programmes.values())
    return delivery


def may_get(programme: PartnerProgramme | None) -> bool:
    """Whether a locked partner takes part and has room, as it stands now."""
    return (
        programme is not None
        and programme.is_active
        and programme.membership == Membership.MEMBER
        and has_room(programme)
    )


def write_run(locked: Opportunity, trying: Try, seen: Seen, award: Award, weights: Weights) -> DistributionRun:
    """Keep how it was decided (PRT-5)."""
    return DistributionRun.objects.create(
        opportunity=locked,
        occasion=trying.occasion,
        attempt=trying.attempt,
        winner_id=award.winner.key if award.winner else None,
        score=award.winner.score if award.winner else None,
        partner_count=seen.partner_count,
        available_count=seen.available_count,
        asked=as_kept(award.opportunity),
        weights=weights.to_settings(),
        table_id=seen.table_id,
        user=trying.by.user,
        at=clock.now(),
    )


def hand_to_staff(locked: Opportunity, attempt: int, *, by: Actor) -> None:
    """Nobody is left, or enough were asked: staff decide."""
    before = locked.status
    locked.status, locked.closed_at = OpportunityStatus.BIDDING, None
    write_event(locked, EventKind.STAFF, by=by, is_internal=True)
    keep(locked, "status", "closed_at")
    record(by.user, "opportunity.hand_to_staff", locked, before={"status": before}, after={"status": locked.status})
    tell_staff_of_need(locked, f"bidding:{attempt}")
