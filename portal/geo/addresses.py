"""An address as a value, and how it is written in its country."""

from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django_countries import countries

CITY_THEN_CODE_BELOW = frozenset({"GB", "IE", "GG", "JE", "IM", "GI"})
CITY_REGION_CODE = frozenset({"US", "CA", "AU", "PR", "GU", "VI", "AS", "MP"})
COMMA_BEFORE_REGION = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})
# fmt: off
CODE_THEN_CITY = frozenset({
    "AT", "BE", "BG", "CH", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IL", "IS", "IT", "LI", "LT",
    "LU", "LV", "MA", "MC", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "TN", "TR", "VA",
})
# fmt: on


class Addressed(Protocol):
    """Anything with the fields of an address: an Address, a Place."""

    line1: str
    line2: str
    city: str
    region: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address as typed; `country` is its two ISO letters."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return bool(self.line1 or self.city or self.postal_code)


def address_of(addressed: Addressed) -> Address:
    """The address of a place, freed from the place."""
    return Address(
        line1=addressed.line1,
        line2=addressed.line2,
        city=addressed.city,
        region=addressed.region,
        postal_code=addressed.postal_code,
        country=addressed.country,
    )


def country_name(code: str) -> str:
    """The country's name in the active language; unknown letters stand for themselves."""
    return str(countries.name(code)) or code


def address_lines(addressed: Addressed, *, home: str = "") -> list[str]:
    """The lines of the address in the order of its country, for pages, mails and papers (UX-3).

    The country is named in the last line unless it is `home`, the country of those who read.
    """
    lines = [addressed.line1, addressed.line2, *_town_lines(addressed)]
    if addressed.country and addressed.country != home:
        lines.append(country_name(addressed.country))
    return [line for line in (each.strip() for each in lines) if line]


def one_line(addressed: Addressed, *, home: str = "") -> str:
    """The address in a single line."""
    return _(", ").join(address_lines(addressed, home=home))


def _town_lines(addressed: Addressed) -> list[str]:
    city, region, code, country = addressed.city, addressed.region, addressed.postal_code, addressed.country
    if country in CITY_THEN_CODE_BELOW:
        return [city, region, code]
    if country in CITY_REGION_CODE:
        comma = "," if country in COMMA_BEFORE_REGION and city and (region or code) else ""
        return [_words(f"{city}{comma}", region, code)]
    if country in CODE_THEN_CITY:
        return [_words(code, city), region if country in {"ES", "IT"} and region != city else ""]
    return [_words(city, code), region if region != city else ""]


def _words(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())
