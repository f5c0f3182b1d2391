"""Values on their way: Python's to and from JSON, and into an address. Numbers stay exact (IEEE754Compatible)."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from integrations.odata.metadata import PRIMITIVE, EntityType, Property

Value = str | int | bool | Decimal | date | datetime | None

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
WHOLE = frozenset({"Edm.Int64", "Edm.Int32", "Edm.Int16", "Edm.Byte", "Edm.SByte"})
DECIMALS = frozenset({"Edm.Decimal", "Edm.Double", "Edm.Single"})
# What JSON's own numbers cannot hold exactly travels as text.
AS_TEXT = frozenset({"Edm.Decimal", "Edm.Int64"})


def literal(value: Value, field: Property) -> str:
    """The value inside an address, before it is escaped."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return spelled(value)
    if field.type == "Edm.Guid" and GUID.fullmatch(value):
        return value
    quoted = "'" + value.replace("'", "''") + "'"
    # The members of an enumeration carry its name.
    return f"{field.type}{quoted}" if field.type and not field.type.startswith(PRIMITIVE) else quoted


def to_json(value: Value, field: Property | None) -> Any:
    """The value inside a body. A property that the metadata does not name goes by the type of its value."""
    name = field.type if field is not None else ""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int) and name not in AS_TEXT:
        return value
    if isinstance(value, Decimal) and name in ("Edm.Double", "Edm.Single"):
        return float(value)
    return spelled(value)


def spelled(value: Decimal | date | int) -> str:
    """A number, day or moment as text; raises TypeError for what is none, floats too: they are not exact."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of OData")


def record_to_json(values: Mapping[str, Value], entity_type: EntityType) -> dict[str, Any]:
    return {name: to_json(value, entity_type.properties.get(name)) for name, value in values.items()}


def from_json(found: Any, field: Property | None) -> Any:
    """The value that a body holds; what is not of its type stays as it came."""
    if found is None or field is None or isinstance(found, (list, dict)):
        return found
    try:
        return typed(found, field.type)
    except (ValueError, InvalidOperation):
        return found


def typed(found: Any, name: str) -> Any:
    if name in DECIMALS:
        return Decimal(str(found))
    if name in WHOLE:
        return int(found)
    if name == "Edm.DateTimeOffset":
        moment = datetime.fromisoformat(found)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if name == "Edm.Date":
        return date.fromisoformat(found)
    return found


def instant(value: datetime) -> str:
    """The moment in UTC; raises ValueError for a time that does not say where."""
    if value.tzinfo is None:
        raise ValueError("a time without its zone")
    moment = value.astimezone(UTC)
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")


def plain(value: Decimal) -> str:
    """Digits without an exponent; raises ValueError for what is no number."""
    if not value.is_finite():
        raise ValueError("not a number")
    return format(value, "f")
