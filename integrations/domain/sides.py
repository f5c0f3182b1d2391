"""A record as both sides have it now (INT-2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from integrations.domain.mapped import MappedTask, mapped_task
from integrations.domain.remote import Remote
from integrations.engine.values import Value, is_same, unpack
from integrations.enums import Direction
from integrations.models import Connection, SyncRow


@dataclass(frozen=True)
class OurSide:
    """What we have, and what is needed to ask for theirs: `key` is empty where nobody knows theirs yet."""

    plan: MappedTask
    connection: Connection
    key: Mapping[str, Value]
    agreed: Mapping[str, Value]
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """A field as it is here, as both agreed on it last, as it is there."""

    name: str
    here: Value
    agreed: Value
    there: Value

    @property
    def is_same(self) -> bool:
        """Whether both sides say the same now."""
        return is_same(self.here, self.there)


def our_side(row: SyncRow) -> OurSide:
    """What of the record is exchanged, as it is here, in the target's names."""
    plan = mapped_task(row.task)
    connection, key, agreed = row.task.project.connection, unpack(row.key), unpack(row.values)
    if row.record_id is None:
        return OurSide(plan, connection, key, agreed)
    if row.task.direction == Direction.IN:
        names = [each for each in plan.mapping.targets if each in plan.entity.by_name]
        return OurSide(plan, connection, key, agreed, plan.entity.read([row.record_id], names).get(row.record_id, {}))
    records = plan.entity.read([row.record_id], plan.names)
    mapped = plan.map_all(records).get(row.record_id)
    if mapped is None:
        return OurSide(plan, connection, key, agreed)
    return OurSide(plan, connection, key or mapped.key, agreed, mapped.values)


def both_sides(ours: OurSide, remote: Remote) -> list[Compared]:
    """Field by field. Raises RemoteError when the other side does not answer."""
    plan = ours.plan
    is_out = plan.task.direction == Direction.OUT
    select = plan.mapping.targets if is_out else plan.mapping.sources
    found = remote.get(plan.task.entity_set, ours.key, select=select) if ours.key else None
    theirs: Mapping[str, Value] = dict(found.values) if found else {}
    if theirs and not is_out:
        theirs = plan.map_all({"": theirs})[""].row
    names = dict.fromkeys([*ours.values, *(theirs if not is_out else ()), *ours.agreed])
    return [Compared(name, ours.values.get(name), ours.agreed.get(name), theirs.get(name)) for name in names]
