"""Ship and assign web roles."""

from django.db import transaction

from portal.accounts.defaults import SHIPPED_WEB_ROLES
from portal.accounts.models import Contact, ContactRole, WebRole, WebRoleGrant
from portal.audit.domain import record


@transaction.atomic
def ship_web_roles() -> dict[str, WebRole]:
    """Give the tenant in scope the shipped web roles it lacks; what staff changed stays. By key."""
    roles = {role.key: role for role in WebRole.objects.exclude(key="")}
    lacking = {key: shipped for key, shipped in SHIPPED_WEB_ROLES.items() if key not in roles}
    made = WebRole.objects.bulk_create(
        WebRole(key=key, name=shipped.name, description=shipped.description, manages_team=shipped.manages_team)
        for key, shipped in lacking.items()
    )
    WebRoleGrant.objects.bulk_create(
        WebRoleGrant(
            role=role,
            section=section,
            level=level,
            sees_money=section in lacking[role.key].money,
            own_only=section in lacking[role.key].own_only,
        )
        for role in made
        for section, level in lacking[role.key].levels.items()
    )
    return roles | {role.key: role for role in made}


@transaction.atomic
def assign_web_role(contact: Contact, role: WebRole, *, by=None) -> ContactRole:
    """Give a contact a web role, once; audited."""
    given, is_new = ContactRole.objects.get_or_create(contact=contact, role=role)
    if is_new:
        record(by, "web_role.assign", contact, after={"role": role.name})
    return given


@transaction.atomic
def withdraw_web_role(contact: Contact, role: WebRole, *, by=None) -> None:
    """Take a web role from a contact; audited; acts on the contact's next request."""
    removed, _ = ContactRole.objects.filter(contact=contact, role=role).delete()
    if removed:
        record(by, "web_role.withdraw", contact, before={"role": role.name})
