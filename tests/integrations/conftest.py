"""The exchange with entities of the tests' own, and one finance system for each process, started when a test first needs it."""

import pytest

from integrations.entities import base
from tests.erp.finance import Finance
from tests.integrations.entities import ALL


@pytest.fixture(autouse=True)
def entities(monkeypatch):
    """Entities that only the tests know, beside the real ones."""
    for each in ALL:
        monkeypatch.setitem(base._entities, each.name, each)


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
