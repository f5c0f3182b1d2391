"""What a template says: its tasks in order, each an entity of ours, an entity set of theirs, and the fields between them (INT-1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.engine.conditions import Condition
from integrations.engine.mapping import FieldMap, Transform

OUT, IN = "out", "in"
# Their field of the last change, for sets that do not track changes.
CHANGED = "ModifiedOn"


@dataclass(frozen=True, slots=True)
class TaskTemplate:
    """One step of an integration project. Lookups in its fields wait for the records of other tasks.

    `conditions` are on our fields for what goes out, on theirs for what comes in. `is_deleted_there` where what is deleted here goes there too.
    """

    name: str
    label: Any
    entity: str
    entity_set: str
    direction: str
    fields: tuple[FieldMap, ...]
    conditions: tuple[Condition, ...] = ()
    company_field: str = "dataAreaId"
    since_field: str = ""
    is_deleted_there: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """An integration project as staff make it. `needs` names the templates that bring what this one refers to."""

    name: str
    label: Any
    about: Any
    tasks: tuple[TaskTemplate, ...]
    needs: tuple[str, ...] = ()


def key(source: str, target: str, *steps: Transform) -> FieldMap:
    """A field that tells the record apart on the other side."""
    return FieldMap(source, target, steps, is_key=True, is_required=True)


def needed(source: str | None, target: str, *steps: Transform) -> FieldMap:
    """A field that must not be empty."""
    return FieldMap(source, target, steps, is_required=True)


def plain(source: str | None, target: str, *steps: Transform) -> FieldMap:
    """A field that may be empty."""
    return FieldMap(source, target, steps)


def always(target: str, value: Any) -> FieldMap:
    """The same value in every row."""
    return FieldMap(None, target, (constant(value),), is_required=True)


def is_one_of(field: str, *values: Any) -> Condition:
    """Takes the records whose field says one of these."""
    return Condition(field, values)


def is_none_of(field: str, *values: Any) -> Condition:
    """Leaves out the records whose field says one of these."""
    return Condition(field, values, is_not=True)


def constant(value: Any) -> Transform:
    return Transform("constant", {"value": value})


def default(value: Any) -> Transform:
    return Transform("default", {"value": value})


def words(otherwise: Any = None, /, **by_value: Any) -> Transform:
    """Another word for each value; what is not named becomes `otherwise`, or is refused without it."""
    return words_of(by_value, otherwise)


def words_of(by_value: Mapping[str, Any], otherwise: Any = None) -> Transform:
    """The same where the values are no names."""
    options: dict[str, Any] = {"map": dict(by_value)}
    return Transform("value_map", options if otherwise is None else options | {"otherwise": otherwise})


def longest(length: int) -> Transform:
    """Cut where the other side's field ends."""
    return Transform("text", {"longest": length})


def decimals(count: int) -> Transform:
    """Rounded to so many decimals; 0 makes a whole number."""
    return Transform("number", {"decimals": count})


def lookup(table: str) -> Transform:
    """The partner of a record, waited for while there is none."""
    return Transform("lookup", {"table": table})


def first_of(*fields: str) -> Transform:
    """Where nothing is said, the first of these fields that says something."""
    return Transform("first_of", {"fields": list(fields)})


def noon(zone: str = "UTC") -> Transform:
    """A day as the moment by which the other side keeps days."""
    return Transform("format", {"as": "instant", "zone": zone})


def day() -> Transform:
    """A moment as its day."""
    return Transform("format", {"as": "date"})
