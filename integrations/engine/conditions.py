"""Which records a task takes: fields that must say, or must not say, one of a few values (DYNAMICS 7.2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from integrations.engine.values import Value, is_same


@dataclass(frozen=True, slots=True)
class Condition:
    """A field that must say one of `values`; with `is_not` it must say none of them."""

    field: str
    values: tuple[Value, ...]
    is_not: bool = False

    def holds(self, record: Mapping[str, Value]) -> bool:
        """Whether the record meets it; a field that the record does not have says nothing."""
        said = record.get(self.field)
        return any(is_same(said, each) for each in self.values) is not self.is_not


def unmet(conditions: Iterable[Condition], record: Mapping[str, Value]) -> Condition | None:
    """The first condition that keeps the record back; None when it is taken."""
    return next((each for each in conditions if not each.holds(record)), None)
