"""Steps between the value that is read and the one that is written (INT-1), by the name of their kind.

| kind | options |
|---|---|
| `value_map` | `map`: value as text → value; `otherwise`: what everything else becomes, refused without it |
| `default` | `value`: written where nothing is said |
| `constant` | `value`: written in any case |
| `format` | `template`: a text with `{value}` and `{other_field}`; or `pattern`: days and times by strftime; or `as`: `date`, `instant`, at `time`; `zone` |
| `unit` | `factor`, `divisor`: numbers as texts; `decimals` |
| `number` | `sign`: 1 or -1; `decimals`; 0 gives a whole number |
| `text` | `longest`: cut there; `case`: `upper` or `lower`; `strip` |
| `lookup` | `table`: the key table in which the partner is looked up |
| `first_of` | `fields`: the first that says something, after the value itself |

Numbers in options are texts or whole numbers, so that they stay exact. An empty value passes through all but `constant`, `default`,
`first_of`, and a `value_map` that has a word for it.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from types import MappingProxyType
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.engine.values import Value, as_text, is_empty, unpack_one

Lookup: TypeAlias = Callable[[str, Value], Value]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
# Digits of a number on the wire; what needs more was divided without rounding.
DIGITS = 28


class Refused(Exception):
    """A value that cannot be mapped: a code and what its sentence needs."""

    def __init__(self, code: str, **arguments: Value):
        super().__init__(code)
        self.code = code
        self.arguments = arguments


@dataclass(frozen=True, slots=True)
class Context:
    """What steps know besides their value: the whole record, and the key tables."""

    record: Mapping[str, Value]
    lookup: Lookup


Step: TypeAlias = Callable[[Value, Mapping[str, Any], Context], Value]


def transformed(kind: str, value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """The value after the step of this kind. Raises Refused, also for options that say nothing sensible."""
    step = STEPS.get(kind)
    if step is None:
        raise Refused("unknown_transform", kind=kind)
    try:
        return step(value, options, context)
    except (KeyError, TypeError, ValueError, AttributeError, DecimalException, ZoneInfoNotFoundError) as error:
        raise Refused("wrong_options", kind=kind) from error


def value_map(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """Another word for each value."""
    words = options["map"]
    text = as_text(value)
    if text in words:
        return unpack_one(words[text])
    if is_empty(value):
        return value
    if "otherwise" in options:
        return unpack_one(options["otherwise"])
    raise Refused("not_in_map", value=text)


def default(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """What is written where nothing is said."""
    return unpack_one(options["value"]) if is_empty(value) else value


def constant(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """The same for every record."""
    return unpack_one(options["value"])


def formatted(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """A text around the value, a day or time as text, a moment as its day or a day as a moment."""
    if is_empty(value):
        return value
    if "template" in options:
        return PLACEHOLDER.sub(lambda found: placed(found[1], value, context), options["template"])
    zone = ZoneInfo(options.get("zone", "UTC"))
    if "pattern" in options:
        return as_moment(value, zone, dt.time()).strftime(options["pattern"])
    if options["as"] == "instant":
        return as_moment(value, zone, dt.time.fromisoformat(options.get("time", "12:00")))
    if options["as"] == "date":
        return as_moment(value, zone, dt.time()).date()
    raise ValueError(options["as"])


def placed(name: str, value: Value, context: Context) -> str:
    """What stands for a placeholder."""
    if name == "value":
        return as_text(value)
    if name not in context.record:
        raise Refused("unknown_source", source=name)
    return as_text(context.record[name])


def as_moment(value: Value, zone: dt.tzinfo, time: dt.time) -> dt.datetime:
    """A moment in this zone; a day has it at this time."""
    if isinstance(value, dt.datetime):
        return value.astimezone(zone)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, time, zone)
    raise Refused("no_date", value=as_text(value))


def unit(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """The value in another unit: minutes as hours, pieces as dozens."""
    if is_empty(value):
        return value
    factor, divisor = (exact(options.get(name, 1)) for name in ("factor", "divisor"))
    return rounded(as_number(value) * factor / divisor, options)


def number(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """A number of so many decimals, turned round by a sign of -1."""
    if is_empty(value):
        return value
    return rounded(as_number(value) * exact(options.get("sign", 1)), options)


def rounded(value: Decimal, options: Mapping[str, Any]) -> Value:
    """Rounded half up to the decimals that are asked for; none gives a whole number."""
    if "decimals" not in options:
        return value
    decimals = int(options["decimals"])
    quantized = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return int(quantized) if decimals == 0 else quantized


def as_number(value: Value) -> Decimal:
    """The value as a number; raises Refused for what is none."""
    try:
        found = exact(value)
    except (DecimalException, TypeError, ValueError):
        raise Refused("no_number", value=as_text(value)) from None
    return found


def exact(value: Any) -> Decimal:
    """A number without loss: from whole numbers, decimals and texts, never from floats. Raises ValueError, TypeError, DecimalException."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise TypeError(type(value).__name__)
    found = Decimal(value)
    if not found.is_finite() or len(found.as_tuple().digits) > DIGITS or abs(found.adjusted()) > DIGITS:
        raise ValueError("This number does not fit.")
    return found


def text(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """A text without space around it, in one case, cut where the other side's field ends."""
    if is_empty(value):
        return value
    found = as_text(value)
    if options.get("strip", True):
        found = found.strip()
    if case := options.get("case"):
        found = {"upper": str.upper, "lower": str.lower}[case](found)
    return found[: int(options["longest"])] if "longest" in options else found


def lookup(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """The other side's key of the record that this value names."""
    if is_empty(value):
        return value
    found = context.lookup(options["table"], value)
    if is_empty(found):
        raise Refused("no_partner", table=options["table"], value=value)
    return found


def first_of(value: Value, options: Mapping[str, Any], context: Context) -> Value:
    """The first of several fields that says something."""
    found = [value]
    for name in options["fields"]:
        if name not in context.record:
            raise Refused("unknown_source", source=name)
        found.append(context.record[name])
    return next((each for each in found if not is_empty(each)), None)


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "value_map": value_map,
        "default": default,
        "constant": constant,
        "format": formatted,
        "unit": unit,
        "number": number,
        "text": text,
        "lookup": lookup,
        "first_of": first_of,
    }
)
ALL_KINDS = tuple(STEPS)
