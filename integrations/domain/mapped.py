"""A task as the engine knows it: its mapping, its conditions, and what of a record is read for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from integrations.domain.keys import KeyTables
from integrations.engine.conditions import Condition, unmet
from integrations.engine.mapping import FieldMap, Mapped, Transform, apply, asked_for
from integrations.engine.mapping import Mapping as RecordMapping
from integrations.engine.transforms import PLACEHOLDER
from integrations.engine.values import Value, as_text, unpack_one
from integrations.entities.base import Entity, entity_named
from integrations.enums import Direction
from integrations.models import IntegrationTask, MappedField


@dataclass(frozen=True)
class MappedTask:
    """A task with everything that mapping its records needs; read once a run."""

    task: IntegrationTask
    entity: Entity
    mapping: RecordMapping
    conditions: tuple[Condition, ...]
    tables: KeyTables

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields of ours that are read of a record that goes out."""
        asked = [*self.mapping.sources, *self.mentioned, self.entity.key, *(each.field for each in self.conditions)]
        return tuple(dict.fromkeys(name for name in asked if name in self.entity.by_name))

    @property
    def mentioned(self) -> list[str]:
        """Fields that steps look at besides the value that they are given."""
        options = [step.options for each in self.mapping.fields for step in each.transforms]
        listed = [name for each in options for name in each.get("fields", ())]
        placed = [name for each in options for name in PLACEHOLDER.findall(str(each.get("template", "")))]
        return listed + [name for name in placed if name != "value"]

    @property
    def their_key_sources(self) -> tuple[str, ...]:
        """Of a task that comes in: the fields of theirs that their record is known by."""
        return tuple(each.source for each in self.mapping.fields if each.is_key and each.source)

    def map_all(self, records: Mapping[Any, Mapping[str, Value]]) -> dict[Any, Mapped]:
        """These records as the other side says them, by the key they are given under; their lookups are read together."""
        found = self.lookup_for(records.values())
        return {name: apply(self.mapping, record, found) for name, record in records.items()}

    def lookup_for(self, records: Iterable[Mapping[str, Value]]):
        """The function that finds partners of these records."""
        if not self.mapping.has_lookups:
            return nothing
        asked = {each for record in records for each in asked_for(self.mapping, record)}
        found = self.tables.read(asked)
        return lambda table, value: found.get((table, as_text(value)))

    def unmet(self, record: Mapping[str, Value]) -> Condition | None:
        """The first condition that keeps this record back."""
        return unmet(self.conditions, record)

    def ready(self, ids: list[UUID]) -> set[UUID]:
        """Which of these records of ours may be sent for the first time."""
        if not ids:
            return set()
        rows = self.entity.query().filter(pk__in=ids)
        if self.entity.is_ready is not None:
            rows = rows.filter(self.entity.is_ready)
        return set(rows.values_list("pk", flat=True))

    def key_text(self, key: Mapping[str, Value]) -> str:
        """Their key in a text, without the legal entity, which all records of a task share."""
        parts = [as_text(value) for name, value in key.items() if name != self.task.company_field]
        if len(parts) == 1:
            return parts[0]
        return "|".join(each.replace("\\", "\\\\").replace("|", "\\|") for each in parts)


def nothing(table: str, value: Value) -> Value:
    """The lookup of a mapping that looks nothing up."""
    return None


def mapped_task(task: IntegrationTask) -> MappedTask:
    """Read the task's fields. Raises UnknownEntityError, and ValueError for a mapping that is not sound."""
    rows = MappedField.objects.filter(task=task).order_by("position", "pk")
    fields = [field_map(each) for each in rows]
    connection = task.project.connection
    is_out = task.direction == Direction.OUT
    if is_out and task.company_field and connection.company:
        company = Transform("constant", {"value": connection.company})
        if all(each.target != task.company_field for each in fields):
            fields.insert(0, FieldMap(None, task.company_field, (company,), is_key=True))
    conditions = tuple(condition_of(each) for each in task.conditions)
    tables = KeyTables(connection, is_out=is_out)
    return MappedTask(task, entity_named(task.entity), RecordMapping(tuple(fields)), conditions, tables)


def field_map(row: MappedField) -> FieldMap:
    """The row as the engine knows it."""
    steps = tuple(Transform(each["kind"], each.get("options", {})) for each in row.transforms)
    return FieldMap(row.source or None, row.target, steps, is_key=row.is_key, is_required=row.is_required)


def condition_of(kept: Mapping[str, Any]) -> Condition:
    """A condition as a task keeps it."""
    values = tuple(unpack_one(each) for each in kept["values"])
    return Condition(kept["field"], values, is_not=kept.get("is_not", False))
