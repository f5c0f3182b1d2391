"""What tests of the section's pages share: a customer, a partner whose people work for it, a stranger."""

import pytest

from portal.accounts.enums import AccountKind
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact

CUSTOMER, PARTNER = "psa-customer-approver", "psa-partner-approver"


@pytest.fixture
def customer(tenant):
    with tenant_scope(tenant):
        return make_contact(CUSTOMER)


@pytest.fixture
def partner(tenant):
    with tenant_scope(tenant):
        return make_contact(PARTNER, account=make_account(kind=AccountKind.PARTNER))


@pytest.fixture
def client(client_for, tenant, customer):
    """The customer's browser."""
    return client_for(customer.user, tenant)


@pytest.fixture
def partner_client(client_for, tenant, partner):
    return client_for(partner.user, tenant)
