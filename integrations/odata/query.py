"""Addresses and `$filter` built from values, never by hand: what a value holds cannot become a part of the expression."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from integrations.odata.metadata import EntityType, Property
from integrations.odata.values import Value, literal

NAME = re.compile(r"[^\W\d]\w{0,127}(?:/[^\W\d]\w{0,127}){0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition: `F.eq("dataAreaId", "usmf") & (F.gt("SalesPrice", Decimal(5)) | ~F.contains("ProductName", "pump"))`."""

    operator: str
    operands: tuple["Expression", ...] = ()
    name: str = ""
    value: Value = None

    def __and__(self, other: "Expression") -> "Expression":
        return Expression("and", (self, other))

    def __or__(self, other: "Expression") -> "Expression":
        return Expression("or", (self, other))

    def __invert__(self) -> "Expression":
        return Expression("not", (self,))

    def text(self, entity_type: EntityType) -> str:
        """The condition as the service reads it; raises ValueError for a name that the entity does not have."""
        if self.operator == "not":
            return f"not ({self.operands[0].text(entity_type)})"
        if self.operands:
            return "(" + f" {self.operator} ".join(each.text(entity_type) for each in self.operands) + ")"
        value = literal(self.value, property_of(entity_type, self.name))
        if self.operator in FUNCTIONS:
            return f"{self.operator}({self.name},{value})"
        return f"{self.name} {self.operator} {value}"


FUNCTIONS = ("contains", "startswith", "endswith")


class F:
    """Conditions on one property; combine them with `&`, `|` and `~`."""

    @staticmethod
    def eq(name: str, value: Value) -> Expression:
        return comparison("eq", name, value)

    @staticmethod
    def ne(name: str, value: Value) -> Expression:
        return comparison("ne", name, value)

    @staticmethod
    def gt(name: str, value: Value) -> Expression:
        return comparison("gt", name, value)

    @staticmethod
    def ge(name: str, value: Value) -> Expression:
        return comparison("ge", name, value)

    @staticmethod
    def lt(name: str, value: Value) -> Expression:
        return comparison("lt", name, value)

    @staticmethod
    def le(name: str, value: Value) -> Expression:
        return comparison("le", name, value)

    @staticmethod
    def contains(name: str, value: str) -> Expression:
        return comparison("contains", name, value)

    @staticmethod
    def startswith(name: str, value: str) -> Expression:
        return comparison("startswith", name, value)

    @staticmethod
    def endswith(name: str, value: str) -> Expression:
        return comparison("endswith", name, value)

    @staticmethod
    def one_of(name: str, values: Sequence[Value]) -> Expression:
        """Any of the values, at least one: written with `or`, since not every service knows `in`."""
        if not values:
            raise ValueError("one_of needs a value")
        return F.any([F.eq(name, value) for value in values])

    @staticmethod
    def any(expressions: Sequence[Expression]) -> Expression:
        return expressions[0] if len(expressions) == 1 else Expression("or", tuple(expressions))

    @staticmethod
    def all(expressions: Sequence[Expression]) -> Expression:
        return expressions[0] if len(expressions) == 1 else Expression("and", tuple(expressions))

    @staticmethod
    def key(key: Mapping[str, Value]) -> Expression:
        """The one record with this key."""
        return F.all([F.eq(name, value) for name, value in key.items()])


def comparison(operator: str, name: str, value: Value) -> Expression:
    return Expression(operator, name=checked(name), value=value)


def checked(name: str) -> str:
    """The name of a property or set as it is; raises ValueError for what cannot be one."""
    if not NAME.fullmatch(name):
        raise ValueError(f"no name of a property: {name!r}")
    return name


def property_of(entity_type: EntityType, name: str) -> Property:
    """The property; a path through a link is taken as it is, for its type is not looked up."""
    found = entity_type.properties.get(name)
    if found is None and "/" not in name:
        raise ValueError(f"{entity_type.name} has no {name}")
    return found or Property(name, type="")


def resource(entity_set: str, key: Mapping[str, Value], entity_type: EntityType) -> str:
    """The address of one record, relative to the service."""
    missing = [name for name in entity_type.keys if name not in key]
    if missing or len(key) != len(entity_type.keys):
        raise ValueError(f"the key of {entity_set} is {', '.join(entity_type.keys)}")
    parts = (
        f"{checked(name)}={quote(literal(key[name], entity_type.properties[name]), safe='')}"
        for name in entity_type.keys
    )
    return f"{checked(entity_set)}({','.join(parts)})"


def options(
    entity_type: EntityType,
    *,
    select: Iterable[str] = (),
    where: Expression | None = None,
    expand: Mapping[str, Iterable[str]] | None = None,
    order_by: Iterable[str] = (),
    top: int | None = None,
) -> dict[str, str]:
    """System query options as text, not yet escaped. `order_by` takes `name` and `-name`."""
    found = {
        "$select": ",".join(map(checked, select)),
        "$filter": where.text(entity_type) if where is not None else "",
        "$expand": ",".join(expansion(name, fields) for name, fields in (expand or {}).items()),
        "$orderby": ",".join(map(ordering, order_by)),
        "$top": str(int(top)) if top is not None else "",
    }
    return {name: text for name, text in found.items() if text}


def ordering(name: str) -> str:
    return f"{checked(name[1:])} desc" if name.startswith("-") else checked(name)


def expansion(name: str, fields: Iterable[str]) -> str:
    selected = ",".join(map(checked, fields))
    return f"{checked(name)}($select={selected})" if selected else checked(name)


def query_text(parameters: Mapping[str, str]) -> str:
    """The part of an address behind the question mark, without it."""
    return "&".join(f"{quote(name, safe='$')}={quote(text, safe='')}" for name, text in parameters.items())
