"""What the writers of entities share."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model

from integrations.engine.values import Value, is_empty
from integrations.entities.base import Written

INSERTED, UPDATED, UNCHANGED = "inserted", "updated", "unchanged"


def given(values: Mapping[str, Value]) -> dict[str, Any]:
    """What the row says; a verb's own defaults hold for what it leaves empty."""
    return {name: value for name, value in values.items() if not is_empty(value)}


def written(record: Model, is_new: bool, changed: Collection[str]) -> Written:
    """What a verb did that returns its record, whether it is new, and what changed."""
    outcome = INSERTED if is_new else UPDATED if changed else UNCHANGED
    return Written(record.pk, outcome)
