"""One finance system for each process of the tests, started when the first of them needs it."""

import pytest

from tests.erp.finance import Finance


@pytest.fixture(scope="session")
def running_erp():
    patch = pytest.MonkeyPatch()
    patch.setattr("django.conf.settings.OUTGOING_TO_PRIVATE", True)
    finance = Finance()
    patch.undo()
    yield finance
    finance.close()


@pytest.fixture
def erp(running_erp, settings) -> Finance:
    """Empty and calm."""
    settings.OUTGOING_TO_PRIVATE = True
    running_erp.renew()
    return running_erp


@pytest.fixture
def service(erp):
    """A client of it."""
    with erp.service() as client:
        yield client
