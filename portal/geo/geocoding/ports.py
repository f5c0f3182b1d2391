"""What a geocoder is."""

from dataclasses import dataclass
from typing import Protocol

from portal.geo.addresses import Address
from portal.geo.distance import Point
from portal.geo.enums import GeocodedBy, GeocodeNote, Quality


@dataclass(frozen=True, slots=True)
class Found:
    """A position, what it stands for, who says so, what to note, and the IANA time zone where that is known."""

    point: Point
    quality: Quality
    source: GeocodedBy
    note: GeocodeNote = GeocodeNote.NONE
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking: a position or none, the note for staff, and whether asking again later may give better."""

    found: Found | None
    note: GeocodeNote = GeocodeNote.NONE
    ask_again: bool = False


class Geocoder(Protocol):
    """Finds the position of an address: None when it knows none, ServiceAway when it does not answer."""

    def geocode(self, address: Address) -> Found | None: ...
