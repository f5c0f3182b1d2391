"""What tests of the section's pages share: a partner with a manager, a seller, a reader, and another partner."""

import pytest

from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from tests.factories.accounts import make_contact, make_web_role
from tests.factories.partners import make_member, make_partner


@pytest.fixture
def programme(in_tenant):
    return make_partner(capacity=50, name="Lift Partners")


@pytest.fixture
def manager(programme):
    return make_member(programme, full_name="Mona Manager", language="en")


@pytest.fixture
def seller(programme):
    return make_member(programme, "partner-seller", full_name="Sam Seller", language="en")


@pytest.fixture
def reader(programme):
    """Somebody whose web role reads opportunities, with their revenue, and answers none."""
    contact = make_contact(account=programme.account, full_name="Rita Reader", language="en")
    role = make_web_role((Section.OPPORTUNITIES, Level.READ), sees_money=True)
    ContactRole.objects.create(contact=contact, role=role)
    return contact


@pytest.fixture
def rival(in_tenant):
    """Somebody at another partner."""
    return make_member(make_partner(capacity=50, name="Rival Lifts"), language="en")


@pytest.fixture
def browser(manager, tenant, client_for):
    """The manager's."""
    return client_for(manager.user, tenant)
