"""Locks over opportunities and partners, in one order: the opportunity, then partners of the programme by id (SECURITY B-9)."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from partners.domain.history import Actor
from partners.enums import WORKED_STATUSES
from partners.models import Collaborator, Opportunity, PartnerProgramme
from portal.kit.errors import Conflict, NotAllowed


def lock(opportunity: Opportunity) -> Opportunity:
    """The row as it is now, locked until the transaction ends."""
    return Opportunity.objects.select_for_update(of=("self",), no_key=True).get(pk=opportunity.pk)


def lock_standing(opportunity: Opportunity) -> Opportunity:
    """The same for verbs of the partner that has it. Raises Conflict where another has it meanwhile."""
    locked = lock(opportunity)
    if locked.partner_id is None or locked.partner_id != opportunity.partner_id:
        raise Conflict(_("You no longer have this opportunity."))
    return locked


def lock_worked(opportunity: Opportunity, *, by: Actor) -> Opportunity:
    """The same for what only an opportunity that is being worked on allows, and only the partner that has it."""
    locked = lock_standing(opportunity)
    if locked.status not in WORKED_STATUSES:
        raise Conflict(_("Nobody works on this opportunity at the moment."))
    if by.contact is not None and is_collaborator(locked, by.contact.account_id):
        raise NotAllowed(_("Only the partner that has the opportunity moves, shares or ends it."))
    return locked


def is_collaborator(opportunity: Opportunity, account_id: UUID) -> bool:
    """Whether this partner was invited to work on it."""
    return Collaborator.objects.filter(opportunity=opportunity, account_id=account_id).exists()


def lock_programmes(account_ids: Iterable[UUID | None]) -> dict[UUID, PartnerProgramme]:
    """The rows of these partners in the programme, by account, locked in the order of their ids."""
    rows = PartnerProgramme.objects.filter(account_id__in={each for each in account_ids if each is not None})
    locked = rows.select_for_update(of=("self",), no_key=True).order_by("pk")
    return {each.account_id: each for each in locked}


def refresh(opportunity: Opportunity, locked: Opportunity) -> Opportunity:
    """Give the caller's object what was written."""
    for field in Opportunity._meta.concrete_fields:
        setattr(opportunity, field.attname, getattr(locked, field.attname))
    return opportunity
