"""The exchange with entities of the tests' own, and one finance system for each process, started when a test first needs it."""

import pytest

from integrations.entities import base
from integrations.odata.client import Page, Service
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


@pytest.fixture
def small_pages(monkeypatch):
    """The server of the tests cuts its lists after a thousand rows, whatever one asks for; here after as many as asked for."""
    original = Service.pages

    def pages(self, entity_set, *, order_by=(), position=None, page_size=5, **_others):
        skip = int(position.removeprefix("skip:")) if position else 0
        while True:
            order = ",".join(order_by)
            url = f"next:{entity_set}?$orderby={order}&$top={page_size}&$skip={skip}"
            page = next(original(self, entity_set, position=url))
            skip += page_size
            is_last = len(page.rows) < page_size
            yield Page(page.rows, None if is_last else f"skip:{skip}", is_last)
            if is_last:
                return

    monkeypatch.setattr(Service, "pages", pages)
