"""Deals that partners register: the exclusive right to what they brought, which staff grant or refuse (PRT-6, DYNAMICS 5.8)."""

from django.db import transaction
from django.utils.translation import gettext as _

from partners.domain.history import Actor, keep, write_event
from partners.domain.locks import lock, lock_worked, refresh
from partners.domain.notices import tell_of_decision, tell_staff_of_registration
from partners.enums import EventKind, Registration, Source
from partners.models import DealRegistration, Opportunity
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError
from portal.kit.texts import seen


@transaction.atomic
def register_deal(opportunity: Opportunity, *, text: str = "", by: Actor) -> DealRegistration:
    """Ask staff for the exclusive right; audited, staff are told. What is asked for or granted already stays.

    Raises DomainError for a distributed opportunity, Conflict for one that is closed.
    """
    locked = lock_worked(opportunity, by=by)
    if locked.source != Source.PARTNER:
        raise DomainError(_("Only what you created yourself can be registered."))
    standing = DealRegistration.objects.filter(opportunity=locked).exclude(status=Registration.REJECTED)
    if (former := standing.order_by("pk").first()) is not None:
        return former
    made = DealRegistration.objects.create(
        opportunity=locked, text=seen(text), contact=by.contact, requested_at=clock.now()
    )
    write_event(locked, EventKind.REGISTRATION, by=by, after=made.status, text=made.text)
    keep(locked)
    record(by.user, "deal.register", locked, after={"registration": str(made.pk)})
    tell_staff_of_registration(made)
    refresh(opportunity, locked)
    return made


@transaction.atomic
def decide_registration(
    registration: DealRegistration, decision: Registration, *, reason: str = "", by: Actor
) -> DealRegistration:
    """Grant or refuse a registration; audited, who asked is told. The same decision again changes nothing.

    Raises Conflict where it was decided otherwise before, DomainError for a refusal without a reason.
    """
    locked = lock(registration.opportunity)
    row = DealRegistration.objects.get(pk=registration.pk)
    if row.status == decision:
        return row
    if row.status != Registration.REQUESTED or decision == Registration.REQUESTED:
        raise Conflict(_("Somebody has decided about this registration already."))
    if decision == Registration.REJECTED and not seen(reason):
        raise DomainError(_("Say why."), field="reason")
    row.status, row.reason, row.decided_by, row.decided_at = decision, seen(reason), by.user, clock.now()
    row.save(update_fields=["status", "reason", "decided_by", "decided_at"])
    write_event(
        locked, EventKind.REGISTRATION, by=by, before=Registration.REQUESTED.value, after=row.status, text=row.reason
    )
    keep(locked)
    record(by.user, "deal.decide", locked, before={"status": Registration.REQUESTED}, after={"status": row.status})
    tell_of_decision(row)
    return row
