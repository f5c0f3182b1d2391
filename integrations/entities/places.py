"""The fields of an address, for every entity that has one."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from integrations.entities.base import Field, Kind

PARTS = (
    ("street", _("Street"), Kind.TEXT, lambda place: "\n".join(filter(None, (place.line1, place.line2)))),
    ("city", _("Town"), Kind.TEXT, lambda place: place.city),
    ("region", _("State or region"), Kind.TEXT, lambda place: place.region),
    ("postal_code", _("Postal code"), Kind.TEXT, lambda place: place.postal_code),
    ("country", _("Country, two letters"), Kind.TEXT, lambda place: place.country),
    ("latitude", _("Latitude"), Kind.NUMBER, lambda place: exact(place.latitude)),
    ("longitude", _("Longitude"), Kind.NUMBER, lambda place: exact(place.longitude)),
)


def address_fields(place_of: Callable[[Any], Any]) -> tuple[Field, ...]:
    """Street to longitude of the record's place; empty where it has none."""
    return tuple(Field(name, label, kind, of_place(place_of, read)) for name, label, kind, read in PARTS)


def of_place(place_of: Callable[[Any], Any], read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Reads a part of the address of a record."""

    def read_part(record):
        place = place_of(record)
        return read(place) if place is not None else None

    return read_part


def exact(degrees: float | None):
    """Degrees with six decimals, ten centimetres, so that the same place is sent the same."""
    return None if degrees is None else Decimal(str(round(degrees, 6)))
