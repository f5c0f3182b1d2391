"""Who works along: the one it is assigned to, colleagues, other partners (PRT-4, PRT-7, DYNAMICS 5.8)."""

from django.db import transaction
from django.utils.translation import gettext as _

from partners.domain.history import Actor, keep, write_event
from partners.domain.locks import lock_worked, refresh
from partners.domain.notices import tell_of_assignment, tell_of_collaboration, tell_of_share
from partners.enums import EventKind, Membership
from partners.models import Collaborator, Opportunity, OpportunitySeller, PartnerProgramme
from portal.accounts.models import Account, Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import DomainError


@transaction.atomic
def assign(opportunity: Opportunity, contact: Contact, *, by: Actor) -> Opportunity:
    """Make a colleague the owner and tell them; audited. Repeating changes nothing.

    Raises DomainError for somebody of another account, Conflict where nobody works on it.
    """
    locked = lock_worked(opportunity, by=by)
    check_colleague(locked, contact)
    if locked.owner_id != contact.pk:
        before = locked.owner
        locked.owner = contact
        write_event(
            locked, EventKind.ASSIGNED, by=by, before=before.full_name if before else "", after=contact.full_name
        )
        keep(locked, "owner")
        record(
            by.user,
            "opportunity.assign",
            locked,
            before={"owner": str(before.pk) if before else ""},
            after={"owner": str(contact.pk)},
        )
        if by.contact != contact:
            tell_of_assignment(locked, contact, locked.active_at)
    return refresh(opportunity, locked)


def check_colleague(locked: Opportunity, contact: Contact) -> None:
    """Raise DomainError unless the contact works at the partner that has it."""
    if contact.account_id != locked.partner_id or not contact.is_active:
        raise DomainError(_("Choose a colleague."), field="contact")


@transaction.atomic
def share(opportunity: Opportunity, contact: Contact, *, by: Actor) -> OpportunitySeller:
    """Let a colleague see and work on it, and tell them; audited. Repeating changes nothing.

    Raises DomainError for somebody of another account, Conflict where nobody works on it.
    """
    locked = lock_worked(opportunity, by=by)
    check_colleague(locked, contact)
    former = OpportunitySeller.objects.filter(opportunity=locked, contact=contact).order_by("pk").first()
    if former is not None:
        return former
    made = OpportunitySeller.objects.create(
        opportunity=locked, contact=contact, shared_by=by.user, created_at=clock.now()
    )
    write_event(locked, EventKind.SHARED, by=by, after=contact.full_name)
    keep(locked)
    record(by.user, "opportunity.share", locked, after={"contact": str(contact.pk)})
    tell_of_share(made, locked)
    refresh(opportunity, locked)
    return made


@transaction.atomic
def unshare(opportunity: Opportunity, contact: Contact, *, by: Actor) -> None:
    """Take it from a colleague; audited. Repeating changes nothing."""
    locked = lock_worked(opportunity, by=by)
    removed, _rows = OpportunitySeller.objects.filter(opportunity=locked, contact=contact).delete()
    if removed:
        write_event(locked, EventKind.UNSHARED, by=by, before=contact.full_name)
        keep(locked)
        record(by.user, "opportunity.unshare", locked, before={"contact": str(contact.pk)})
    refresh(opportunity, locked)


@transaction.atomic
def collaborate(opportunity: Opportunity, account: Account, *, by: Actor) -> Collaborator:
    """Invite another partner to read and note along, and tell it; audited. Repeating changes nothing.

    Raises DomainError for an account that is no member of the programme, Conflict where nobody works on it.
    """
    locked = lock_worked(opportunity, by=by)
    former = Collaborator.objects.filter(opportunity=locked, account=account).order_by("pk").first()
    if former is not None:
        return former
    members = PartnerProgramme.objects.filter(account=account, membership=Membership.MEMBER)
    if account.pk == locked.partner_id or not members.exists():
        raise DomainError(_("Choose another partner of the programme."), field="account")
    made = Collaborator.objects.create(opportunity=locked, account=account, invited_by=by.user, created_at=clock.now())
    write_event(locked, EventKind.SHARED, by=by, after=account.name)
    keep(locked)
    record(by.user, "opportunity.collaborate", locked, after={"account": str(account.pk)})
    tell_of_collaboration(made, locked)
    refresh(opportunity, locked)
    return made


@transaction.atomic
def end_collaboration(opportunity: Opportunity, account: Account, *, by: Actor) -> None:
    """End what another partner sees of it; audited. Repeating changes nothing."""
    locked = lock_worked(opportunity, by=by)
    removed, _rows = Collaborator.objects.filter(opportunity=locked, account=account).delete()
    if removed:
        write_event(locked, EventKind.UNSHARED, by=by, before=account.name)
        keep(locked)
        record(by.user, "opportunity.end_collaboration", locked, before={"account": str(account.pk)})
    refresh(opportunity, locked)
