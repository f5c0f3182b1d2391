"""The person who looks, as a frozen value: everything the rule of visibility needs to know of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, Model, OuterRef, Q
from django.db.models.functions import JSONObject

from portal.access.shares import share_models, shared_model_of
from portal.accounts.enums import AccountKind, Level, Section
from portal.accounts.models import Contact, User, WebRoleGrant
from portal.accounts.queries import accounts_below, contacts_of_login
from portal.tenancy.compiled import Compiled
from portal.tenancy.scope import current_tenant


@dataclass(frozen=True, slots=True)
class Grant:
    """What a viewer may do in a section, each over the accounts that a web role opens for it (SECURITY 1).

    Of `own_ids` the viewer sees only records that are assigned to or shared with them, where a model says how it knows.
    """

    account_ids: frozenset[UUID] = frozenset()
    decides: frozenset[UUID] = frozenset()
    money: frozenset[UUID] = frozenset()
    own_ids: frozenset[UUID] = frozenset()

    @property
    def paid(self) -> frozenset[UUID]:
        """The accounts within reach whose money is seen."""
        return (self.account_ids | self.own_ids) & self.money

    def joined(self, account_ids: frozenset[UUID], *, level: str, sees_money: bool, own_only: bool = False) -> "Grant":
        """With what one more web role opens over these accounts."""
        return Grant(
            self.account_ids if own_only else self.account_ids | account_ids,
            self.decides | account_ids if level == Level.DECIDE else self.decides,
            self.money | account_ids if sees_money else self.money,
            self.own_ids | account_ids if own_only else self.own_ids,
        )


@dataclass(frozen=True, slots=True)
class Viewer:
    """A contact with their grants by section (TEN-5)."""

    tenant_id: UUID
    contact: Contact
    kind: AccountKind
    grants: Mapping[Section, Grant] = field(default_factory=lambda: MappingProxyType({}))
    # The kinds of which single records are shared with the contact.
    shared: frozenset[type[Model]] = frozenset()
    is_preview: bool = False
    # Whether the login behind a request works for the tenant too.
    is_staff: bool = False
    # Whether a web role lets the contact manage the people of its own account.
    manages_team: bool = False

    @property
    def contact_id(self) -> UUID:
        return self.contact.pk

    @property
    def account_id(self) -> UUID:
        return self.contact.account_id

    def reach(self, section: Section) -> frozenset[UUID]:
        """The accounts of whose records of this section the viewer may see all; empty without a web role."""
        grant = self.grants.get(section)
        return grant.account_ids if grant else frozenset()

    def within(self, section: Section, path: str) -> Q:
        """The condition that the account at `path` is one of whose records of this section the viewer may see all."""
        return Q(**{f"{path}__in": sorted(self.reach(section))})

    def own_within(self, section: Section, path: str) -> Q:
        """The condition that the account at `path` is one of whose records of this section the viewer may see own ones."""
        return Q(**{f"{path}__in": sorted(self.grants.get(section, NO_GRANT).own_ids)})

    def sees_own_only(self, section: Section) -> bool:
        """Whether there are accounts of whose records of this section the viewer sees own ones only."""
        return bool(self.grants.get(section, NO_GRANT).own_ids)

    def paying(self, section: Section, path: str) -> Q:
        """The condition that the account at `path` is one whose money of this section the viewer may see."""
        grant = self.grants.get(section, NO_GRANT)
        return Q(**{f"{path}__in": sorted(grant.paid)})

    def may_read(self, section: Section) -> bool:
        return section in self.grants

    def may_decide(self, section: Section, account_id: UUID | None = None) -> bool:
        """Whether the viewer decides in this section, for this account when one is named."""
        return _holds(self.grants.get(section, NO_GRANT).decides, account_id)

    def may_see_money(self, section: Section, account_id: UUID | None = None) -> bool:
        """Whether the viewer sees prices and totals of this section, of this (billing) account when one is named.

        For a record, ask `portal.access.money.sees_money_of`: it finds the account that pays.
        """
        return _holds(self.grants.get(section, NO_GRANT).money, account_id)


NO_GRANT = Grant()


def _holds(accounts: frozenset[UUID], account_id: UUID | None) -> bool:
    return bool(accounts) if account_id is None else account_id in accounts


def viewer_for(contact: Contact) -> Viewer:
    """The viewer that this contact is now: one query, another where a web role reaches child accounts."""
    return viewers_for([contact])[0]


def viewer_of_login(user: User) -> Viewer | None:
    """The viewer that a login is in the tenant in scope: what `contact_of` and `viewer_for` read, by one query."""
    contact = contact_with_grants.first(user.pk, current_tenant().sections)
    if contact is None:
        return None
    shared = [shared_model_of(table) for number, table in enumerate(share_models()) if getattr(contact, flag(number))]
    opened = [Opening(**each, shared=shared) for each in contact.opened]
    reaches_children = any(each.reaches_children for each in opened)
    below = accounts_below([contact.account_id]) if reaches_children else {}
    return replace(as_viewer(contact, opened, below), is_staff=contact.works_here)


def viewers_for(contacts: Sequence[Contact]) -> list[Viewer]:
    """The viewers that these contacts are now, in their order; as many queries for many as for one.

    The contacts carry their accounts (`select_related("account")`).
    """
    opened = openings(contacts)
    tops = {each.account_id for each in contacts if any(row.reaches_children for row in opened[each.pk])}
    below = accounts_below(tops) if tops else {}
    return [as_viewer(each, opened[each.pk], below) for each in contacts]


class Opening(NamedTuple):
    """What one web role opens for a contact, and of which kinds single records are shared with it."""

    section: str
    level: str
    sees_money: bool
    reaches_children: bool
    own_only: bool
    manages_team: bool
    shared: list[type[Model]]


GRANT_COLUMNS = (
    "role__holders__contact",
    "section",
    "level",
    "sees_money",
    "role__includes_child_accounts",
    "own_only",
    "role__manages_team",
)


def grants_of(contacts, sections):
    """The grants of these contacts in these sections, each with whether records of a kind are shared, in the kinds' order."""
    tables = flags_of("role__holders__contact")
    return (
        WebRoleGrant.objects.filter(role__holders__contact__among=contacts, section__among=sections)
        .annotate(**tables)
        .order_by("section")
        .values_list(*GRANT_COLUMNS, *tables)
    )


compiled_grants = Compiled(grants_of)


def flag(number: int) -> str:
    return f"shares_{number}"


def flags_of(contact: str) -> dict[str, Exists]:
    """Whether single records of each kind are shared with the contact at this path, in the kinds' order."""
    return {
        flag(number): Exists(table.objects.filter(contact_id=OuterRef(contact)))
        for number, table in enumerate(share_models())
    }


def login_with_grants(user, sections):
    """The contact of a login, with its grants in these sections as dictionaries in `opened`, and the flags of what is shared."""
    grants = WebRoleGrant.objects.filter(role__holders__contact=OuterRef("pk"), section__among=sections)
    said = JSONObject(
        section="section",
        level="level",
        sees_money="sees_money",
        reaches_children="role__includes_child_accounts",
        own_only="own_only",
        manages_team="role__manages_team",
    )
    opened = ArraySubquery(grants.order_by("section").values_list(said))
    return contacts_of_login(user).annotate(opened=opened, **flags_of("pk"))


contact_with_grants = Compiled(login_with_grants)


def openings(contacts: Sequence[Contact]) -> dict[UUID, list[Opening]]:
    """The grants of each contact in the sections that the company opened, by one query."""
    kinds = [shared_model_of(table) for table in share_models()]
    found: dict[UUID, list[Opening]] = {each.pk: [] for each in contacts}
    for contact_id, section, level, sees_money, reaches_children, own_only, manages_team, *flags in compiled_grants(
        list(found), current_tenant().sections
    ):
        shared = [kind for kind, is_shared in zip(kinds, flags, strict=True) if is_shared]
        opened = Opening(section, level, sees_money, reaches_children, own_only, manages_team, shared)
        found[contact_id].append(opened)
    return found


def as_viewer(contact: Contact, opened: list[Opening], below: dict[UUID, frozenset[UUID]]) -> Viewer:
    """The viewer whom these web roles make of the contact; `below` names the accounts under the contact's own."""
    own = frozenset({contact.account_id})
    grants: dict[Section, Grant] = {}
    for each in opened:
        section = Section(each.section)
        reach = below[contact.account_id] if each.reaches_children else own
        grants[section] = grants.get(section, NO_GRANT).joined(
            reach, level=each.level, sees_money=each.sees_money, own_only=each.own_only
        )
    return Viewer(
        tenant_id=contact.tenant_id,
        contact=contact,
        kind=AccountKind(contact.account.kind),
        grants=MappingProxyType(grants),
        shared=frozenset(kind for each in opened for kind in each.shared),
        manages_team=any(each.manages_team for each in opened),
    )
