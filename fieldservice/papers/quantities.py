"""Quantities with their unit, as people of the language say them."""

from decimal import Decimal
from math import ceil

from django.utils.translation import get_language, ngettext

from portal.kit.money import number_text


def quantity_text(quantity: Decimal, unit: str) -> str:
    """As in "2 pieces", "1 month", "2.5 kg": usual words take the number that fits, a company's own words stay as they are."""
    number = number_text(quantity, get_language())
    word = words_of(ceil(quantity)).get(unit.strip().lower(), unit)
    return f"{number} {word}" if word else number


def words_of(count: int) -> dict[str, str]:
    """The usual units for so many."""
    return {
        "unit": ngettext("unit", "units", count),
        "piece": ngettext("piece", "pieces", count),
        "month": ngettext("month", "months", count),
        "year": ngettext("year", "years", count),
        "week": ngettext("week", "weeks", count),
        "day": ngettext("day", "days", count),
        "hour": ngettext("hour", "hours", count),
        "visit": ngettext("visit", "visits", count),
        "metre": ngettext("metre", "metres", count),
        "meter": ngettext("meter", "meters", count),
        "foot": ngettext("foot", "feet", count),
        "litre": ngettext("litre", "litres", count),
        "liter": ngettext("liter", "liters", count),
        "set": ngettext("set", "sets", count),
        "pair": ngettext("pair", "pairs", count),
        "box": ngettext("box", "boxes", count),
    }
