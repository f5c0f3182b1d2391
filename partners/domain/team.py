"""A partner's own people: colleagues, their logins and their web roles for opportunities (PRT-7, DYNAMICS 4.3).

The rights of whoever acts are looked at again here, under a lock of the account: two administrators who take each other's
role at the same time do not leave the partner without one.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from partners.queries.team import administrators_of, partner_roles
from portal.access.viewer import Viewer, viewer_for
from portal.accounts.domain.logins import give_login
from portal.accounts.domain.web_roles import assign_web_role, withdraw_web_role
from portal.accounts.enums import Level, Section
from portal.accounts.models import Account, Contact, StaffMember, WebRole
from portal.audit.domain import record
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.kit.errors import Conflict, DomainError, NotAllowed
from portal.kit.texts import seen
from portal.signin.domain.mails import ask_for_reset

SECTION = Section.OPPORTUNITIES
INVITED = "team.invite"
PAUSE = dt.timedelta(minutes=10)


@transaction.atomic
def add_colleague(actor: Contact, *, full_name: str, email: str, phone: str = "", by) -> Contact:
    """Add somebody to the actor's own account, without a login and without a web role; audited.

    The same e-mail again gives who is there. Raises DomainError without a name, NotAllowed for an actor who manages no team.
    """
    lock_team(actor)
    name = seen(full_name)
    if not name:
        raise DomainError(_("Enter a name."), field="full_name")
    address = email.strip().lower()
    known = Contact.objects.filter(account=actor.account_id, is_active=True, email__iexact=address)
    former = known.order_by("pk").first()
    if former is not None:
        return former
    colleague = Contact.objects.create(
        account_id=actor.account_id,
        full_name=name,
        email=address,
        phone=seen(phone),
        language=actor.language,
        time_zone=actor.time_zone,
    )
    record(by, "team.add", colleague, after={"account": str(actor.account_id)})
    return colleague


@transaction.atomic
def invite(actor: Contact, colleague: Contact, *, by) -> Contact:
    """Let a colleague sign in, and mail the link that sets the password; audited. To one who signs in already the mail goes again.

    Raises DomainError for an e-mail that belongs to somebody else here and where a mail went a moment ago, NotAllowed for an actor who manages no team.
    """
    lock_team(actor)
    check_colleague(actor, colleague)
    if colleague.user is None:
        if StaffMember.objects.filter(user__email__iexact=colleague.email).exists():
            raise DomainError(_("This e-mail cannot be invited. Ask the company."))
        try:
            give_login(colleague, colleague.email, by=by)
        except Conflict as error:
            # Whose it is, a partner is not told.
            raise DomainError(_("This e-mail cannot be invited. Ask the company.")) from error
    if was_invited_lately(colleague):
        raise DomainError(_("The invitation was sent a moment ago. Wait ten minutes before you send it again."))
    ask_for_reset(colleague.user.email, [colleague.user])
    record(by, INVITED, colleague, after={"account": str(actor.account_id)})
    return colleague


@transaction.atomic
def set_roles(actor: Contact, colleague: Contact, role_ids: set[UUID], *, by) -> Contact:
    """Make these the web roles for opportunities that a colleague holds; roles of other sections stay. Audited.

    Raises NotAllowed for a role above the actor's own rights, DomainError where nobody would be left to manage the team.
    """
    viewer = lock_team(actor)
    check_colleague(actor, colleague)
    offered = {role.pk: role for role in partner_roles()}
    held = {role.pk for role in offered.values() if colleague.roles.filter(role=role).exists()}
    if not role_ids <= set(offered):
        raise NotAllowed(_("Only web roles for opportunities are given here."))
    for pk in sorted(role_ids ^ held, key=str):
        if not is_within(viewer, offered[pk]):
            raise NotAllowed(_("You give and take only what your own web roles include."))
    for pk in sorted(role_ids - held, key=str):
        assign_web_role(colleague, offered[pk], by=by)
    for pk in sorted(held - role_ids, key=str):
        withdraw_web_role(colleague, offered[pk], by=by)
    if not administrators_of(actor.account_id):
        raise DomainError(
            _("Somebody must manage the team. Make another colleague administrator first."), field="roles"
        )
    return colleague


def was_invited_lately(colleague: Contact) -> bool:
    """Whether a mail went so lately that another one would only fill the mailbox."""
    sent = AuditEntry.objects.filter(action=INVITED, object_id=colleague.pk, at__gt=clock.now() - PAUSE)
    return sent.exists()


def lock_team(actor: Contact) -> Viewer:
    """The actor's rights as they are now, with the account locked until the transaction ends. Raises NotAllowed."""
    Account.objects.select_for_update(of=("self",), no_key=True).get(pk=actor.account_id)
    present = Contact.objects.select_related("account").get(pk=actor.pk)
    viewer = viewer_for(present)
    if not (present.is_active and viewer.manages_team and viewer.may_read(SECTION)):
        raise NotAllowed(_("Only administrators of your company manage its team."))
    return viewer


def check_colleague(actor: Contact, colleague: Contact) -> None:
    """Raise NotAllowed for somebody of another account."""
    if colleague.account_id != actor.account_id or not colleague.is_active:
        raise NotAllowed(_("Choose a colleague."))


def is_within(viewer: Viewer, role: WebRole) -> bool:
    """Whether the viewer holds everything that the web role would give."""
    account = viewer.account_id
    grant = viewer.grants[SECTION]
    if role.manages_team and not viewer.manages_team:
        return False
    if role.includes_child_accounts:
        return False
    for each in role.grants.all():
        covers = account in grant.account_ids or (each.own_only and account in grant.own_ids)
        decides = each.level != Level.DECIDE or account in grant.decides
        pays = not each.sees_money or account in grant.money
        if not (covers and decides and pays):
            return False
    return True
