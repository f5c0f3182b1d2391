"""The world of `seed_matrix`, and a reference of who may read which canary.

The reference is written here from TEN-5, on purpose without `portal.access`.
"""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from portal.demo.matrix import world as seeded
from portal.demo.matrix.canaries import CANARY, Canary, For
from portal.demo.matrix.people import Principal
from portal.demo.matrix.world import MISSING, WITH_STATES, Relation
from tests.factories.accounts import PASSWORD

__all__ = ["MISSING", "WITH_STATES", "Principal", "Relation", "World", "build_world", "may_read"]


def may_read(people: Principal, canary: Canary) -> bool:
    """TEN-5 in a few lines."""
    if canary.tenant != people.tenant or people.name in {"anonymous", "dismissed"}:
        return False
    if people.is_staff:
        return True
    if canary.audience == For.TECHNICIAN:
        return people.is_technician
    if canary.audience == For.ACCOUNT:
        return people.is_contact and canary.account == people.account
    is_open = canary.section in people.sections or (people.has_role and not canary.section)
    # A partner reads of a project on which its people work what is for the team, and nothing else.
    accounts = {
        For.COMPANY: {canary.account},
        For.SECTION: {people.account},
        For.TEAM: {people.account, people.works_for},
    }
    return is_open and canary.account in accounts.get(canary.audience, ())


@dataclass(frozen=True)
class World:
    """`objects[relation][label]` is a public id; `principals` by name; `canaries` by token."""

    objects: dict
    principals: dict[str, Principal]
    canaries: dict[str, Canary]

    def foreign_in(self, text: str, people: Principal) -> list[str]:
        """What this person should not have read."""
        found = sorted(set(CANARY.findall(text)))
        return [self.canaries[each].what for each in found if not may_read(people, self.canaries[each])]


def build_world(tenant, other_tenant) -> World:
    """Rows of every kind in every relation, and everybody who may look at them."""
    built = seeded.build_world(tenant, other_tenant, password=make_password(PASSWORD))
    return World(built.objects, built.principals, built.ledger.canaries)
