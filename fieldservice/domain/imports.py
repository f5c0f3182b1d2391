"""What the imports share: accounts, records by number, sites, problems of a row (OPS-4)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fieldservice.models import FunctionalLocation
from portal.accounts.domain.importing import numbered_elsewhere
from portal.accounts.models import Account
from portal.catalog.domain.numbers import keep_numbers_ahead, take_numbers
from portal.geo.domain.imports import PlaceWriter, place_fields
from portal.geo.models import Place
from portal.kit.csv_cells import BadCell
from portal.kit.csv_rows import Row, RowError
from portal.kit.errors import DomainError


class BadColumn(BadCell):
    """A row that does not fit the tenant's records, with the column to look at; `row` where it is one of several."""

    def __init__(self, column: str, sentence: str, *, row: int | None = None):
        super().__init__(sentence)
        self.column, self.row = column, row


def refusal(row: Row, error: BadCell | DomainError) -> RowError:
    """What to tell of a row that cannot be written."""
    column = getattr(error, "column", "") or getattr(error, "field", "") or ""
    return RowError(getattr(error, "row", None) or row.number, column, str(error))


def named(rows: Iterable[Row], column: str) -> set[str]:
    """What the rows say in this column."""
    return {row.values.get(column, "") for row in rows} - {""}


def accounts_by_number(rows: Iterable[Row], *columns: str) -> dict[str, Account]:
    """The accounts that these columns of the rows name."""
    numbers = {row.values.get(column, "") for row in rows for column in columns} - {""}
    accounts = Account.objects.filter(number__in=numbers).prefetch_related("place").order_by("pk")
    return {account.number: account for account in accounts}


def account_of(accounts: Mapping[str, Account], number: str, column: str) -> Account:
    """The account of this number; raises BadColumn."""
    if number not in accounts:
        raise BadColumn(column, _("There is no account with the number “%(number)s”.") % {"number": number})
    return accounts[number]


def by_numbers(records: QuerySet, rows: Sequence[Row]) -> dict[tuple[str, str], Any]:
    """The records that the rows name, by ("external", number in the other system) and by ("own", number)."""
    externals, numbers = named(rows, "external_number"), named(rows, "number")
    by_external = numbered_elsewhere(records, externals) if externals else ()
    by_number = records.filter(number__in=numbers).order_by("pk") if numbers else ()
    return {("own", each.number): each for each in by_number} | {
        ("external", each.external_number): each for each in by_external
    }


def by_either_number(records: QuerySet, rows: Iterable[Row], column: str) -> dict[str, Any]:
    """The records that this column of the rows names, by the number in the other system before our own."""
    numbers = named(rows, column)
    by_number = {each.number: each for each in records.filter(number__in=numbers).order_by("pk")}
    return by_number | {each.external_number: each for each in numbered_elsewhere(records, numbers)}


def linkable(known: Mapping[tuple[str, str], Any], row: Row) -> Any | None:
    """Our own record of this number, that another system has given its number to."""
    record = known.get(("own", row.values.get("number", "")))
    return record if record is not None and not record.external_number else None


def number_all(kind: str, records: Iterable[Any]) -> None:
    """Give our own numbers to those that came without one."""
    new = list(records)
    keep_numbers_ahead(kind, (each.number for each in new))
    unnumbered = [each for each in new if not each.number]
    numbers = take_numbers(kind, len(unnumbered)) if unnumbered else []
    for each, number in zip(unnumbered, numbers, strict=True):
        each.number = number


class Sites:
    """The functional locations of a batch: those that are there, and those that its rows add."""

    def __init__(self, places: PlaceWriter, accounts: Iterable[Account], rows: Iterable[Row]):
        self._places = places
        names = {name for row in rows for name in names_of(row.values)}
        known = FunctionalLocation.objects.filter(account__in=accounts, name__in=names).prefetch_related("place")
        self._known = {(each.account_id, each.name): each for each in known.order_by("-is_active", "-pk")}
        self._new: list[FunctionalLocation] = []
        self._new_places: list[Place] = []
        self._moves: list[tuple[Place, dict[str, Any]]] = []

    def find(self, account: Account, name: str) -> FunctionalLocation | None:
        """The account's location of this name."""
        return self._known.get((account.pk, name))

    def location_of(self, account: Account, values: Mapping[str, Any]) -> FunctionalLocation | None:
        """The location that a row names, by its name or else its street; a new one gets the row's address.

        None when the row names none; raises BadCell when a new one has no address.
        """
        address = place_fields(values)
        name = self._name(account, values, address)
        if not name:
            return None
        location = self.find(account, name)
        if location is None:
            place = Place(**address) if address else account.place
            if place is None:
                raise BadColumn("location", _("The location “%(name)s” is new: give its address.") % {"name": name})
            location = FunctionalLocation(account=account, name=name, place=place)
            self._known[account.pk, name] = location
            self._new.append(location)
            if address:
                self._new_places.append(place)
        elif address and not location._state.adding:  # noqa: SLF001  Django's own way to ask
            self._moves.append((location.place, address))
        return location

    def _name(self, account: Account, values: Mapping[str, Any], address: Mapping[str, Any]) -> str:
        """What the row's location is called; a street that the account has in another town is told apart by its code."""
        name = values.get("location") or address.get("line1", "")
        code = address.get("postal_code", "")
        namesake = self.find(account, name)
        if values.get("location") or not code or namesake is None or namesake.place.postal_code in {code, ""}:
            return name
        return coded(address)

    def write(self) -> set[UUID]:
        """Write new locations and changed addresses; the ids of the places that changed."""
        self._places.create(self._new_places)
        FunctionalLocation.objects.bulk_create(self._new)
        return {place.pk for place, address in self._moves if self._places.change(place, address)}


def names_of(values: Mapping[str, Any]) -> set[str]:
    """Every name that the location of a row may have."""
    if values.get("location"):
        return {values["location"]}
    return {values["line1"], coded(values)} if values.get("line1") else set()


def coded(values: Mapping[str, Any]) -> str:
    """A street with its postal code, as the name of a location."""
    return f"{values['line1']}, {values.get('postal_code', '')}"[:160]
