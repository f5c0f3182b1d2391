"""Two companies, every relation of a record to the person who looks, and everybody who looks."""

from dataclasses import dataclass, field
from enum import StrEnum

from portal.accounts.domain.web_roles import ship_web_roles
from portal.accounts.enums import AccountKind
from portal.demo.matrix.canaries import For, Ledger, Pen
from portal.demo.matrix.company import write_company
from portal.demo.matrix.people import APPROVER, Principal, write_contact, write_people
from portal.demo.matrix.records import write_account, write_records
from portal.demo.matrix.states import State
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

MISSING = "01890000-0000-7000-8000-000000000000"


class Relation(StrEnum):
    """What a record is to the person who looks."""

    OWN_EXPOSED = "own, exposed"
    OWN_HIDDEN = "own, hidden"
    OWN_NOT_FINAL = "own, exposed, not final"
    OWN_ARCHIVED = "own, exposed, archived"
    OTHER_ACCOUNT = "other account, exposed"
    OTHER_TENANT = "other tenant, exposed"
    MISSING = "missing"


OWN_STATES = {
    Relation.OWN_EXPOSED: State(),
    Relation.OWN_HIDDEN: State(is_exposed=False),
    Relation.OWN_NOT_FINAL: State(is_final=False),
    Relation.OWN_ARCHIVED: State(is_archived=True),
}
# The kinds of records that customers see in some states only.
WITH_STATES = frozenset(
    {"fieldservice.agreement", "fieldservice.invoice", "projects.contract", "projects.projectinvoice", "projects.quote"}
)


@dataclass
class World:
    """`objects[relation][label]` is a public id; `principals` by name."""

    ledger: Ledger = field(default_factory=Ledger)
    objects: dict = field(default_factory=dict)
    principals: dict[str, Principal] = field(default_factory=dict)

    def as_json(self, tenants, password: str) -> dict:
        """Everything that a tester from outside needs to know."""
        return {
            "tenants": {each.slug: [host.host for host in each.hosts.order_by("host")] for each in tenants},
            "principals": {name: each.as_json(password) for name, each in self.principals.items()},
            "objects": {
                str(relation): {label: str(pk) for label, pk in found.items()}
                for relation, found in self.objects.items()
            },
            "canaries": self.ledger.as_json(),
        }


def build_world(tenant: Tenant, other_tenant: Tenant, *, password: str) -> World:
    """Rows of every kind in every relation, and everybody who may look at them; `password` is a hash."""
    world = World()
    with tenant_scope(tenant):
        ship_web_roles()
        pen = Pen(world.ledger, tenant.slug, "", For.COMPANY)
        own, other = write_account(pen, "own"), write_account(pen, "other")
        partner = write_account(pen, "partner", kind=AccountKind.PARTNER)
        shared = write_company(pen)
        for relation, state in OWN_STATES.items():
            world.objects[relation] = write_state(pen, own, "own", shared | {"partner": partner}, state)
        world.objects[Relation.OTHER_ACCOUNT] = write_state(pen, other, "other", shared, State())
        world.principals |= write_people(pen, own, other, partner, password)
    with tenant_scope(other_tenant):
        ship_web_roles()
        pen = Pen(world.ledger, other_tenant.slug, "", For.COMPANY)
        foreign = write_account(pen, "foreign")
        shared = write_company(pen)
        world.objects[Relation.OTHER_TENANT] = write_state(pen, foreign, "foreign", shared, State())
        approver = write_contact(pen, password, "approver", foreign, nickname="foreign", roles=APPROVER)
        world.principals["other tenant"] = Principal("other tenant", approver.user)
        user = world.principals["two companies"].user
        write_contact(pen, password, "two-companies", foreign, nickname="foreign", roles=APPROVER, user=user)
    world.objects[Relation.MISSING] = {}
    return world


def write_state(pen: Pen, account, nickname: str, shared: dict, state: State) -> dict:
    """The records of an account in a state. Only those that know the state stand for “not final”."""
    audience = For.SECTION if state.is_exposed else For.STAFF
    own = Pen(pen.ledger, pen.tenant, nickname, audience, f"{state} of {nickname}")
    found = write_records(own, account, shared, state)
    if not state.is_final:
        return {label: pk for label, pk in found.items() if label in WITH_STATES}
    return found | {label: row.pk for label, row in shared.items() if label not in {"service", "partner"}}
