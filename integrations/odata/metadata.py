"""What a service offers: its entity sets, their properties and keys, read from `$metadata` (OData CSDL 4)."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from integrations.odata.errors import NotConnected

PRIMITIVE = "Edm."


@dataclass(frozen=True, slots=True)
class Property:
    """A field of a record. `type` is a name of Edm, or the full name of an enumeration or a complex type.

    `longest`: characters, None without a limit; `precision` and `scale`: digits altogether and behind the point;
    `is_computed`: the service fills it, changes are ignored or refused.
    """

    name: str
    type: str = "Edm.String"
    is_nullable: bool = True
    is_many: bool = False
    longest: int | None = None
    precision: int | None = None
    scale: int | None = None
    is_computed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A way from a record to others (`$expand`): the entity type it leads to."""

    name: str
    type: str
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class EntityType:
    """Keys in their order, properties and links by name."""

    name: str
    keys: tuple[str, ...] = ()
    properties: Mapping[str, Property] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Metadata:
    """`sets`: the entity type of each entity set, by the name of the set; `enums`: the members of each enumeration."""

    sets: Mapping[str, EntityType]
    types: Mapping[str, EntityType] = field(default_factory=dict)
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def type_of(self, entity_set: str) -> EntityType:
        """The entity type; raises NotConnected when the service has no such set."""
        try:
            return self.sets[entity_set]
        except KeyError as error:
            raise NotConnected(f"The service has no {entity_set}") from error

    def only(self, entity_sets: Iterable[str]) -> Self:
        """As much of it as these sets need: what a connection keeps of a service with thousands of sets."""
        sets = {name: self.sets[name] for name in entity_sets if name in self.sets}
        linked = {link.type for each in sets.values() for link in each.links.values()}
        types = {name: each for name, each in self.types.items() if name in linked}
        used = {one.type for each in (*sets.values(), *types.values()) for one in each.properties.values()}
        return type(self)(sets, types, {name: members for name, members in self.enums.items() if name in used})

    def as_json(self) -> dict[str, Any]:
        """To be kept; `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        sets = {name: type_from_json(each) for name, each in kept["sets"].items()}
        types = {name: type_from_json(each) for name, each in kept["types"].items()}
        return cls(sets, types, {name: tuple(members) for name, members in kept["enums"].items()})


def type_from_json(kept: Mapping[str, Any]) -> EntityType:
    properties = {name: Property(**each) for name, each in kept["properties"].items()}
    links = {name: Link(**each) for name, each in kept["links"].items()}
    return EntityType(kept["name"], tuple(kept["keys"]), properties, links)
