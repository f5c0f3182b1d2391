"""What an entity of ours is: a kind of record that can be exchanged, with its fields (INT-1)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from integrations.engine.validation import Column, Kind
from integrations.engine.values import Value
from portal.tenancy.models import TenantModel

__all__ = [
    "Entity",
    "Field",
    "Kind",
    "Source",
    "UnknownEntityError",
    "Written",
    "all_entities",
    "entity_named",
    "register",
]


@dataclass(frozen=True)
class Field:
    """A field of an entity.

    `read` is a path of attributes from the record (`billing_account.number`; nothing on the way gives nothing) or a
    function of the record; neither asks the database. `is_writable` where what
    comes in may set it, `is_required` where a new record needs it. `choices` are the values of a closed list, for value maps.
    """

    name: str
    label: object
    kind: Kind
    read: str | Callable[[Model], Value]
    is_writable: bool = False
    is_required: bool = False
    choices: tuple[str, ...] = ()

    def value_of(self, record: Model) -> Value:
        """What the record says."""
        if callable(self.read):
            return self.read(record)
        found = record
        for name in self.read.split("."):
            if found is None:
                return None
            found = getattr(found, name)
        return found


@dataclass(frozen=True)
class Source:
    """A table whose changes may change records of the entity; the triggers of the first migration listen to it.

    `column` of `table` is the id of the record: `id` for the entity's own table, a foreign key for a child's. Where the
    records are the children of what changed, `child_table` is their table and `column` their foreign key to it.
    """

    table: str
    column: str = "id"
    child_table: str = ""


@dataclass(frozen=True)
class Written:
    """What became of a row that came in; `outcome` is inserted, updated or unchanged."""

    record_id: UUID
    outcome: str


@dataclass(frozen=True)
class Entity:
    """A kind of record that can be exchanged.

    `query` gives its records with all that the fields read, by a constant number of queries. `is_ready` says which of
    them are sent for the first time; what was sent once is followed whatever becomes of it. `key` names the field that
    people and key tables know a record by. `write` applies a row that came in through the verbs of the domain, in the
    caller's transaction, twice as well as once, and raises DomainError for one that cannot be applied; without it the
    entity only goes out.
    """

    name: str
    label: object
    model: type[TenantModel]
    key: str
    fields: tuple[Field, ...]
    query: Callable[[], QuerySet]
    sources: tuple[Source, ...] = ()
    is_ready: Q | None = None
    write: Callable[[Mapping[str, Value]], Written] | None = None

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by their names."""
        return {each.name: each for each in self.fields}

    @property
    def columns(self) -> tuple[Column, ...]:
        """The fields as the engine checks them against a mapping."""
        return tuple(Column(each.name, each.kind, each.is_required) for each in self.fields)

    def values_of(self, record: Model, names: Iterable[str]) -> dict[str, Value]:
        """What the record says in these fields; names that the entity does not have are left out."""
        return {name: self.by_name[name].value_of(record) for name in names if name in self.by_name}

    def read(self, ids: Iterable[UUID], names: Iterable[str]) -> dict[UUID, dict[str, Value]]:
        """These records as values by id, in a constant number of queries; what is gone is left out."""
        wanted = tuple(names)
        rows = self.query().filter(pk__in=list(ids)).order_by("pk")
        return {each.pk: self.values_of(each, wanted) for each in rows}


class UnknownEntityError(LookupError):
    """No entity has this name."""


_entities: dict[str, Entity] = {}


def register(entity: Entity) -> Entity:
    """Make the entity known by its name; raises ValueError where another has it."""
    if _entities.setdefault(entity.name, entity) is not entity:
        raise ValueError(f"Two entities are called {entity.name}.")
    return entity


def entity_named(name: str) -> Entity:
    """The entity of this name; raises UnknownEntityError."""
    try:
        return _entities[name]
    except KeyError:
        raise UnknownEntityError(name) from None


def all_entities() -> list[Entity]:
    """Every known entity, by name."""
    return [_entities[name] for name in sorted(_entities)]
