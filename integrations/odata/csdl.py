"""Reads `$metadata` as it streams by: some services describe themselves in tens of megabytes."""

from dataclasses import dataclass, field
from xml.parsers import expat

from integrations.odata.errors import NotConnected
from integrations.odata.metadata import EntityType, Link, Metadata, Property

COMPUTED = ("Org.OData.Core.V1.Computed", "Core.Computed")
COLLECTION = "Collection("


def read(document: bytes) -> Metadata:
    """The metadata; raises NotConnected for what is none. A document type is refused: entities could swell without end."""
    reader = Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(document, True)
        found = reader.metadata()
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise NotConnected("The service does not describe itself as OData 4") from error
    if not found.sets:
        raise NotConnected("The service has no entity sets")
    return found


def refuse_doctype(*_what) -> None:
    raise ValueError("document type")


@dataclass
class Drawn:
    """A type as it is drawn up, and the one it extends."""

    name: str
    base: str = ""
    keys: list[str] = field(default_factory=list)
    properties: dict[str, Property] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)


class Reader:
    """What the elements said so far."""

    def __init__(self):
        self.namespace = ""
        self.aliases: dict[str, str] = {}
        self.types: dict[str, Drawn] = {}
        self.sets: dict[str, str] = {}
        self.enums: dict[str, list[str]] = {}
        self.computed: set[tuple[str, str]] = set()
        self.type: Drawn | None = None
        self.property = ""
        self.enum = ""
        self.target = ""

    def start(self, tag: str, about: dict[str, str]) -> None:
        handler = getattr(self, f"on_{tag.rpartition(':')[2].lower()}", None)
        if handler is not None:
            handler(about)

    def end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "EntityType" | "ComplexType":
                self.type = None
            case "Property":
                self.property = ""
            case "EnumType":
                self.enum = ""
            case "Annotations":
                self.target = ""

    def on_schema(self, about: dict[str, str]) -> None:
        self.namespace = about["Namespace"]
        if "Alias" in about:
            self.aliases[about["Alias"]] = self.namespace

    def on_entitytype(self, about: dict[str, str]) -> None:
        name = f"{self.namespace}.{about['Name']}"
        self.type = self.types[name] = Drawn(name, about.get("BaseType", ""))

    on_complextype = on_entitytype

    def on_propertyref(self, about: dict[str, str]) -> None:
        self.type.keys.append(about["Name"])

    def on_property(self, about: dict[str, str]) -> None:
        self.property = about["Name"]
        self.type.properties[self.property] = property_from(about)

    def on_navigationproperty(self, about: dict[str, str]) -> None:
        name, is_many = single(about["Type"])
        self.type.links[about["Name"]] = Link(about["Name"], name, is_many)

    def on_enumtype(self, about: dict[str, str]) -> None:
        self.enum = f"{self.namespace}.{about['Name']}"
        self.enums[self.enum] = []

    def on_member(self, about: dict[str, str]) -> None:
        self.enums[self.enum].append(about["Name"])

    def on_entityset(self, about: dict[str, str]) -> None:
        self.sets[about["Name"]] = about["EntityType"]

    def on_annotations(self, about: dict[str, str]) -> None:
        self.target = about.get("Target", "")

    def on_annotation(self, about: dict[str, str]) -> None:
        if about.get("Term") not in COMPUTED or about.get("Bool", "true") != "true":
            return
        if self.type is not None:
            self.computed.add((self.type.name, self.property))
        elif "/" in self.target:
            owner, _, name = self.target.rpartition("/")
            self.computed.add((self.full(owner), name))

    def full(self, name: str) -> str:
        """The name with its namespace, where it was written with an alias."""
        before, _, last = name.rpartition(".")
        return f"{self.aliases.get(before, before)}.{last}"

    def metadata(self) -> Metadata:
        types = {name: self.finished(drawn) for name, drawn in self.types.items()}
        sets = {name: types[self.full(of)] for name, of in self.sets.items()}
        return Metadata(sets, types, {name: tuple(members) for name, members in self.enums.items()})

    def finished(self, drawn: Drawn) -> EntityType:
        """The type with all that it takes from those it extends."""
        line = [drawn]
        while line[0].base:
            line.insert(0, self.types[self.full(line[0].base)])
            if len(line) > len(self.types):
                raise ValueError("a type extends itself")
        properties, links = {}, {}
        for each in line:
            properties |= {name: self.resolved(each, one) for name, one in each.properties.items()}
            links |= {name: Link(name, self.full(one.type), one.is_many) for name, one in each.links.items()}
        return EntityType(drawn.name, tuple(name for each in line for name in each.keys), properties, links)

    def resolved(self, drawn: Drawn, one: Property) -> Property:
        name = one.type if one.type.startswith("Edm.") else self.full(one.type)
        is_computed = (drawn.name, one.name) in self.computed
        return Property(
            one.name, name, one.is_nullable, one.is_many, one.longest, one.precision, one.scale, is_computed=is_computed
        )


def single(name: str) -> tuple[str, bool]:
    """The type of one, and whether there are many."""
    if name.startswith(COLLECTION):
        return name.removeprefix(COLLECTION).removesuffix(")"), True
    return name, False


def property_from(about: dict[str, str]) -> Property:
    name, is_many = single(about["Type"])
    return Property(
        about["Name"],
        name,
        is_nullable=about.get("Nullable", "true") != "false",
        is_many=is_many,
        longest=number(about.get("MaxLength")),
        precision=number(about.get("Precision")),
        scale=number(about.get("Scale")),
    )


def number(text: str | None) -> int | None:
    """The limit; None for none, and for `max`, `variable` and `floating`."""
    return int(text) if text and text.isdecimal() else None
