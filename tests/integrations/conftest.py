"""The exchange with entities of the tests' own."""

import pytest

from integrations.entities import base
from tests.integrations.entities import ALL


@pytest.fixture(autouse=True)
def entities(monkeypatch):
    """Entities that only the tests know, beside the real ones."""
    for each in ALL:
        monkeypatch.setitem(base._entities, each.name, each)
