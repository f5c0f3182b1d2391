"""What two sides say differently, field by field (INT-2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.engine.values import Value, is_same


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that both sides do not say alike."""

    field: str
    before: Value
    after: Value


def differences(before: Mapping[str, Value], after: Mapping[str, Value]) -> tuple[Difference, ...]:
    """The fields in which `after` says something else than `before`, in the order of `after`; a field that one does not have is empty there.

    Decimals are compared by value, moments as moments, no text is an empty one: as the wire does.
    """
    names = [*after, *(name for name in before if name not in after)]
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(Difference(name, one, other) for name, one, other in pairs if not is_same(one, other))
