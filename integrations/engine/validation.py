"""What is wrong with a mapping before anything runs: wrong names, twice the same target, no key, kinds that do not fit (DYNAMICS 7.7)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from integrations.engine.mapping import FieldMap, Problem
from integrations.engine.transforms import STEPS


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column:
    """A field of one side: what it holds, and whether a new record needs it."""

    name: str
    kind: Kind
    is_required: bool = False


# What may be written without a step between.
FITS: Mapping[Kind, frozenset[Kind]] = MappingProxyType(
    {
        Kind.TEXT: frozenset({Kind.TEXT}),
        Kind.NUMBER: frozenset({Kind.NUMBER}),
        Kind.INTEGER: frozenset({Kind.INTEGER, Kind.NUMBER}),
        Kind.BOOLEAN: frozenset({Kind.BOOLEAN}),
        Kind.DATE: frozenset({Kind.DATE, Kind.INSTANT}),
        Kind.INSTANT: frozenset({Kind.INSTANT}),
    }
)
NEEDED = MappingProxyType(
    {"value_map": {"map"}, "default": {"value"}, "constant": {"value"}, "lookup": {"table"}, "first_of": {"fields"}}
)
ALLOWED = MappingProxyType(
    {
        "value_map": {"map", "otherwise"},
        "default": {"value"},
        "constant": {"value"},
        "format": {"template", "pattern", "as", "time", "zone"},
        "unit": {"factor", "divisor", "decimals"},
        "number": {"sign", "decimals"},
        "text": {"longest", "case", "strip"},
        "lookup": {"table"},
        "first_of": {"fields"},
    }
)


def faults(fields: Sequence[FieldMap], sources: Iterable[Column], targets: Iterable[Column]) -> list[Problem]:
    """Everything that is wrong with these fields, in the order of the fields; empty when they may run.

    Codes: `duplicate_target`, `unknown_target`, `unknown_source`, `no_source`, `unknown_transform`, `wrong_options`, `wrong_kind`, `no_key`,
    `not_mapped` for a field that a new record of the target needs.
    """
    known_sources = {each.name: each for each in sources}
    known_targets = {each.name: each for each in targets}
    times = Counter(each.target for each in fields)
    found = [Problem(name, "duplicate_target") for name, count in times.items() if count > 1]
    for each in fields:
        found += faults_of(each, known_sources, known_targets)
    if not any(each.is_key for each in fields):
        found.append(Problem("", "no_key"))
    needed = (each.name for each in known_targets.values() if each.is_required)
    return found + [Problem(name, "not_mapped") for name in needed if name not in times]


def faults_of(each: FieldMap, sources: Mapping[str, Column], targets: Mapping[str, Column]) -> list[Problem]:
    """What is wrong with one field by itself."""
    found = []
    if each.target not in targets:
        found.append(Problem(each.target, "unknown_target"))
    if each.source and each.source not in sources:
        found.append(Problem(each.target, "unknown_source", {"source": each.source}))
    if not each.source and not any(step.kind in {"constant", "default", "first_of"} for step in each.transforms):
        found.append(Problem(each.target, "no_source"))
    for step in each.transforms:
        if step.kind not in STEPS:
            found.append(Problem(each.target, "unknown_transform", {"kind": step.kind}))
        elif not NEEDED.get(step.kind, set()) <= set(step.options) <= ALLOWED[step.kind]:
            found.append(Problem(each.target, "wrong_options", {"kind": step.kind}))
    if not found and each.source and not each.transforms:
        source, target = sources[each.source], targets[each.target]
        if target.kind not in FITS[source.kind]:
            found.append(Problem(each.target, "wrong_kind", {"source": source.kind.value, "target": target.kind.value}))
    return found
