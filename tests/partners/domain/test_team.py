"""Two administrators who take each other's role at the same time leave one (PRT-7)."""

import pytest

from partners.domain.team import set_roles
from partners.queries.team import administrators_of
from portal.accounts.models import Contact
from portal.kit.errors import DomainError
from portal.tenancy.scope import tenant_scope
from tests.factories.partners import make_member, make_partner
from tests.kit.races import at_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


def test_one_administrator_is_left(committed):
    for _round in range(ROUNDS):
        with tenant_scope(committed):
            programme = make_partner()
            one, other = (make_member(programme, "partner-administrator") for _each in range(2))

        results = at_once(
            committed,
            lambda one=one, other=other: set_roles(one, other, set(), by=one.user),
            lambda one=one, other=other: set_roles(other, one, set(), by=other.user),
        )

        with tenant_scope(committed):
            assert len(administrators_of(programme.account_id)) == 1
        assert len([each for each in results if isinstance(each, Contact)]) == 1
        assert len([each for each in results if isinstance(each, DomainError)]) == 1
