"""A record mapped field by field to the other side's names and values (INT-1)."""

from collections import Counter, abc
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from integrations.engine.transforms import Context, Lookup, Refused, transformed
from integrations.engine.values import Value, is_empty

NO_PARTNER = "no_partner"
UNKNOWN_SOURCE = "unknown_source"
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Transform:
    """A step between the value that is read and the one that is written; what `options` may hold is said in `transforms`."""

    kind: str
    options: abc.Mapping[str, Any] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldMap:
    """A field of the target and where its value comes from: `source`, or only from its transforms.

    What `is_key` tells the record apart on the other side. A key, and what `is_required`, must not be empty.
    """

    source: str | None
    target: str
    transforms: tuple[Transform, ...] = ()
    is_key: bool = False
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """All fields of a task. Raises ValueError where two of them write the same target."""

    fields: tuple[FieldMap, ...]

    def __post_init__(self) -> None:
        twice = [name for name, times in Counter(each.target for each in self.fields).items() if times > 1]
        if twice:
            raise ValueError(f"Mapped more than once: {', '.join(twice)}")

    @property
    def sources(self) -> tuple[str, ...]:
        """The fields that are read, each once."""
        return tuple(dict.fromkeys(each.source for each in self.fields if each.source))

    @property
    def targets(self) -> tuple[str, ...]:
        """The fields that are written, key included."""
        return tuple(each.target for each in self.fields)

    @property
    def key_targets(self) -> tuple[str, ...]:
        """The fields of the key on the other side."""
        return tuple(each.target for each in self.fields if each.is_key)

    @property
    def has_lookups(self) -> bool:
        """Whether something is looked up in a key table."""
        return any(each.kind == "lookup" for one in self.fields for each in one.transforms)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a field of a record cannot be mapped: a code that the pages put in words with these arguments."""

    field: str
    code: str
    arguments: abc.Mapping[str, Value] = dataclass_field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        """Whether it passes once the partner of a key exists."""
        return self.code == NO_PARTNER


@dataclass(frozen=True, slots=True)
class Mapped:
    """A record as the other side says it: its `key`, its other `values`, and what could not be mapped."""

    values: dict[str, Value]
    key: dict[str, Value]
    problems: tuple[Problem, ...] = ()

    @property
    def row(self) -> dict[str, Value]:
        """Key and values together."""
        return self.key | self.values


def apply(mapping: Mapping, record: abc.Mapping[str, Value], lookup: Lookup) -> Mapped:
    """Map a record.

    `lookup(table, value)` gives the partner's key, None while there is none. A field with a problem is left out; the others are mapped
    nevertheless, so that all problems of a record are known at once.
    """
    context = Context(record, lookup)
    values: dict[str, Value] = {}
    key: dict[str, Value] = {}
    problems = []
    for each in mapping.fields:
        try:
            value = mapped_value(each, context)
        except Refused as refused:
            problems.append(Problem(each.target, refused.code, refused.arguments))
        else:
            (key if each.is_key else values)[each.target] = value
    return Mapped(values, key, tuple(problems))


def mapped_value(each: FieldMap, context: Context) -> Value:
    """The value of one field. Raises Refused."""
    if each.source and each.source not in context.record:
        raise Refused(UNKNOWN_SOURCE, source=each.source)
    value = context.record[each.source] if each.source else None
    for transform in each.transforms:
        value = transformed(transform.kind, value, transform.options, context)
    if (each.is_key or each.is_required) and is_empty(value):
        raise Refused(MISSING, source=each.source)
    return value


def asked_for(mapping: Mapping, record: abc.Mapping[str, Value]) -> set[tuple[str, Value]]:
    """Every key that mapping this record looks up, as (table, value): who maps many records reads their partners at once."""
    asked: set[tuple[str, Value]] = set()

    def remember(table: str, value: Value) -> Value:
        asked.add((table, value))
        return None

    apply(mapping, record, remember)
    return asked
