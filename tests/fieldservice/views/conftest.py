"""What tests of the section's pages share: somebody who reads, and their browser."""

import pytest

from tests.factories.accounts import make_reviewer


@pytest.fixture
def reviewer(in_tenant):
    """Reads the section; the scope of the company stays open for factories."""
    return make_reviewer()


@pytest.fixture
def browser(reviewer, tenant, client_for):
    """The reviewer's browser."""
    return client_for(reviewer.user, tenant)
