"""One finance system for each process of the tests, started when the first of them needs it."""

import pytest

from tests.erp.finance import Finance


@pytest.fixture(scope="session")
def running_erp():
    finance = Finance()
    yield finance
    finance.close()


@pytest.fixture
def erp(running_erp, settings) -> Finance:
    """Empty and calm."""
    settings.OUTGOING_TO_PRIVATE = True
    running_erp.renew()
    return running_erp
