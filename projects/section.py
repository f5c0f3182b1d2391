"""The section in the menu and in the search."""

from portal.catalog.numbering import register_series
from projects.enums import NumberKind

PREFIXES = {
    NumberKind.PROJECT: "PRJ-",
    NumberKind.QUOTE: "Q-",
    NumberKind.CONTRACT: "C-",
    NumberKind.INVOICE: "PI-",
}

for kind, prefix in PREFIXES.items():
    register_series(kind, kind.label, prefix)
