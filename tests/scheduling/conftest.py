"""What tests of visits share: the Sunday on which they happen, and a customer of a company that takes bookings."""

import pytest
import time_machine

from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver
from tests.factories.scheduling import make_settings
from tests.scheduling.new_york import NOW


@pytest.fixture
def sunday():
    """The clock stands: `pytestmark` names it where all tests of a file happen then."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def contact(in_tenant):
    """An approver; the scope of the company stays open for domain calls."""
    make_settings()
    return make_approver()


@pytest.fixture
def customer(tenant):
    """An approver; pages open the scope of the company themselves."""
    with tenant_scope(tenant):
        make_settings()
        return make_approver()


@pytest.fixture
def client(client_for, tenant, customer):
    """The customer's browser."""
    return client_for(customer.user, tenant)
