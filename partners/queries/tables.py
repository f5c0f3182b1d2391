"""What a distribution's table is read with: names and numbers of its partners, words for what was asked (PRT-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from partners.engine.ranking import Ranked, Row
from partners.models import DistributionRun, LeadType
from portal.accounts.models import Account
from portal.catalog.models import Product
from portal.geo.models import Territory

SORTS = {
    "place": lambda row: (row.place is None, row.place or 0),
    "-place": lambda row: (row.place is None, -(row.place or 0)),
    "sum": lambda row: row.score,
    "-sum": lambda row: -row.score,
    "open": lambda row: row.partner.open_count,
    "-open": lambda row: -row.partner.open_count,
}
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Wish:
    """What an opportunity asked of partners when it was distributed, with the names of today."""

    value: Decimal | None
    territories: tuple[str, ...]
    lead_type: str
    products: tuple[str, ...]


def wish_of(run: DistributionRun) -> Wish:
    """The names behind the ids that a run kept; what was deleted since is left out."""
    asked = run.asked

    def names(model: type, ids: Iterable) -> tuple[str, ...]:
        found = model.objects.filter(pk__in=list(ids)[:MOST_NAMED]).order_by("name", "pk")  # type: ignore[attr-defined]
        return tuple(map(str, found))

    return Wish(
        value=None if asked["value"] is None else Decimal(asked["value"]),
        territories=names(Territory, asked["territories"]),
        lead_type=", ".join(names(LeadType, filter(None, [asked["lead_type"]]))),
        products=names(Product, asked["products"]),
    )


def sorted_rows(rows: Sequence[Ranked], sort: str) -> list[Ranked]:
    """In the order that was asked for; equal ones as they ranked."""
    return sorted(rows, key=SORTS.get(sort, SORTS["place"]))


def found_rows(rows: Sequence[Ranked], word: str, kind: str) -> list[Ranked]:
    """Those whose partner has the word in its name or number, and that are available or not, as asked."""
    found = [row for row in rows if not kind or row.is_available == (kind == "available")]
    if not word:
        return found
    named = Account.objects.filter(Q(name__icontains=word) | Q(number__icontains=word))
    ids = set(named.filter(pk__in=[row.partner.key for row in found]).order_by().values_list("pk", flat=True))
    return [row for row in found if row.partner.key in ids]


def names_of(rows: Iterable[Row]) -> dict[UUID, Account]:
    """The accounts of these partners."""
    return {each.pk: each for each in Account.objects.filter(pk__in=[row.partner.key for row in rows]).order_by()}
