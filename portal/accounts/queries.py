"""Reads over people: the tree, the contact behind a login."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from portal.accounts.models import Contact, StaffMember, User
from portal.tenancy.compiled import Compiled
from portal.tenancy.scope import current_tenant

# A tree deeper than this is a mistake in the data; the walk stops rather than hang.
MAXIMUM_DEPTH = 20


def accounts_below(account_ids: Collection[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For each of these accounts itself and every account below it (TEN-3), by one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE below AS ("
            " SELECT id AS top, id, 0 AS depth FROM accounts_account WHERE tenant_id = %s AND id = ANY(%s)"
            " UNION SELECT below.top, child.id, below.depth + 1"
            " FROM accounts_account child JOIN below ON child.parent_id = below.id"
            " WHERE child.tenant_id = %s AND below.depth < %s) SELECT top, array_agg(DISTINCT id) FROM below GROUP BY top",
            [current_tenant().pk, list(account_ids), current_tenant().pk, MAXIMUM_DEPTH],
        )
        return {top: frozenset(below) for top, below in cursor.fetchall()}


def accounts_above(account_ids: Collection[UUID]) -> list[UUID]:
    """These accounts and every account above one of them, by one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE above AS ("
            " SELECT id, parent_id, 0 AS depth FROM accounts_account WHERE tenant_id = %s AND id = ANY(%s)"
            " UNION SELECT parent.id, parent.parent_id, above.depth + 1"
            " FROM accounts_account parent JOIN above ON above.parent_id = parent.id"
            " WHERE parent.tenant_id = %s AND above.depth < %s) SELECT DISTINCT id FROM above",
            [current_tenant().pk, list(account_ids), current_tenant().pk, MAXIMUM_DEPTH],
        )
        return [row[0] for row in cursor.fetchall()]


def contacts_of_login(user):
    """The active contact of a login with its account, as a query; `works_here` says whether the login is staff too."""
    return (
        Contact.objects.filter(user=user, is_active=True, account__is_active=True)
        .select_related("account")
        .annotate(works_here=Exists(StaffMember.objects.filter(user=OuterRef("user"), is_active=True)))
        .order_by("pk")[:1]
    )


contact_by_login = Compiled(contacts_of_login)
membership = Compiled(
    lambda user: StaffMember.objects.filter(user=user, is_active=True).order_by("pk").values_list("pk")[:1]
)


def contact_of(user: User) -> Contact | None:
    """The active contact that this login is, in the tenant in scope."""
    return contact_by_login.first(user.pk)


def is_staff_of_tenant(user: User) -> bool:
    """Whether the login opens the admin of the tenant in scope."""
    return membership.first(user.pk) is not None


def staff_member_of(user: User) -> StaffMember | None:
    """The active membership by which this login works in the tenant in scope."""
    return StaffMember.objects.filter(user=user, is_active=True).order_by("pk").first()
