"""What is exchanged: values of seven kinds, compared as the wire compares them, and kept as JSON."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

Value: TypeAlias = str | Decimal | int | bool | dt.date | dt.datetime | None

DECIMAL, DATE, INSTANT = "decimal", "date", "instant"


def is_empty(value: Value) -> bool:
    """Whether nothing is said: the other side keeps no difference between no text and an empty one."""
    return value is None or value == ""


def canonical(value: Value) -> tuple[str, str]:
    """Kind and text of a value; equal for what the wire carries alike: 1 and 1.00, the same moment in two zones."""
    match value:
        case None | "":
            return "", ""
        case bool():
            return "boolean", str(value).lower()
        case int() | Decimal():
            return "number", number_text(value)
        case dt.datetime():
            return "instant", instant_text(value)
        case dt.date():
            return "date", value.isoformat()
        case _:
            return "text", value


def number_text(value: int | Decimal) -> str:
    """The number without exponent and without zeros at its end, exact to the last digit."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def instant_text(value: dt.datetime) -> str:
    """The moment in UTC. Raises ValueError for a time without zone, which is no moment."""
    if value.tzinfo is None:
        raise ValueError("A time without its zone is no moment.")
    return value.astimezone(dt.UTC).isoformat()


def is_same(one: Value, other: Value) -> bool:
    """Whether both sides say the same. A day equals a moment on that day in UTC: some systems keep days as moments."""
    first, second = canonical(one), canonical(other)
    if {first[0], second[0]} == {"date", "instant"}:
        return first[1][:10] == second[1][:10]
    return first == second


def digest(values: Mapping[str, Value]) -> str:
    """A fingerprint of these values; the same for values that are the same on the wire, in whatever order they come."""
    said = {name: canonical(value) for name, value in values.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def as_text(value: Value) -> str:
    """The value in a text, and the key of a value map: `true`, `12.5`, `2026-01-31`; empty for nothing."""
    return canonical(value)[1]


def pack(values: Mapping[str, Value]) -> dict[str, Any]:
    """The values as JSON that `unpack` reads back exactly."""
    return {name: pack_one(value) for name, value in values.items()}


def pack_one(value: Value) -> Any:
    """A value as JSON: what JSON does not know stands under the name of its kind."""
    match value:
        case None | str() | bool() | int():
            return value
        case Decimal():
            return {DECIMAL: str(value)}
        case dt.datetime():
            return {INSTANT: instant_text(value)}
        case _:
            return {DATE: value.isoformat()}


def unpack(packed: Mapping[str, Any]) -> dict[str, Value]:
    """What `pack` wrote."""
    return {name: unpack_one(value) for name, value in packed.items()}


def unpack_one(packed: Any) -> Value:
    """What `pack_one` wrote. Raises ValueError for anything else."""
    match packed:
        case None | str() | bool() | int():
            return packed
        case {"decimal": str(text)}:
            return Decimal(text)
        case {"date": str(text)}:
            return dt.date.fromisoformat(text)
        case {"instant": str(text)}:
            return dt.datetime.fromisoformat(text)
    raise ValueError("This is no value.")
