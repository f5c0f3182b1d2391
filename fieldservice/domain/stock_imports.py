"""Import warehouses, vendors and levels of stock from CSV (OPS-4). Numbers say which record a row is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from fieldservice.domain.imports import BadColumn, account_of, accounts_by_number, named, refusal
from fieldservice.domain.stock import Cause, Movement, book, check_stocked
from fieldservice.enums import JournalKind, JournalReason
from fieldservice.models import ProductInventory, Vendor, Warehouse
from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.accounts.models import Account
from portal.catalog.models import Product
from portal.geo.domain.imports import PLACE_COLUMNS, PlaceWriter, place_fields
from portal.geo.models import Place
from portal.kit.csv_cells import BadCell, Column, decimal, email, flag, line, phone
from portal.kit.csv_rows import CsvFile, Report, Row
from portal.kit.errors import DomainError
from portal.kit.money import ZERO

LARGEST = Decimal(1_000_000)
WAREHOUSE_COLUMNS = (
    Column("number", line(40), is_required=True),
    Column("name", line(120), is_required=True),
    Column("driver", line(160)),
    Column("is_externally_maintained", flag, empty=False),
    Column("is_active", flag, empty=True),
    *PLACE_COLUMNS,
)
VENDOR_COLUMNS = (
    Column("number", line(40), is_required=True),
    Column("name", line(160), is_required=True),
    Column("account_number", line(40)),
    Column("email", email),
    Column("phone", phone),
    Column("is_active", flag, empty=True),
    *PLACE_COLUMNS,
)
STOCK_COLUMNS = (
    Column("warehouse_number", line(40), is_required=True),
    Column("product_code", line(40), is_required=True),
    Column("on_hand", decimal(3, minimum=-LARGEST, maximum=LARGEST), is_required=True),
    Column("on_order", decimal(3, maximum=LARGEST), empty=None),
    Column("reorder_point", decimal(3, maximum=LARGEST), empty=None),
)
LEVELS = (JournalKind.ON_HAND, JournalKind.ON_ORDER)


def import_warehouses(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import warehouses; what a row does not name stays as it is. Raises FileRefused."""
    return run_import(WarehouseImporter(by=by), file, mode=mode, by=by)


def import_vendors(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import vendors; what a row does not name stays as it is. Raises FileRefused."""
    return run_import(VendorImporter(by=by), file, mode=mode, by=by)


def import_stock(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import what lies in the warehouses: the difference to the books goes into the journal. Raises FileRefused."""
    return run_import(StockImporter(), file, mode=mode, by=by)


@dataclass
class Plan:
    """What a row makes of its record."""

    record: Warehouse | Vendor
    is_new: bool
    changed: list[str]
    place: Place | None
    address: dict[str, Any]


class NumberedImporter:
    """Creates and updates records with an address by their number."""

    model: type[Warehouse | Vendor]
    own_fields: tuple[str, ...]
    key_column = "number"

    def __init__(self, *, by=None):
        self._places = PlaceWriter(by=by)

    def key(self, row: Row) -> str:
        return row.values["number"]

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries, and one for each address that changes."""
        found = self.model.objects.filter(number__in=[self.key(row) for row in rows]).prefetch_related("place")
        known = {each.number: each for each in found.order_by("pk")}
        accounts = accounts_by_number(rows, "account_number")
        plans = []
        for row in rows:
            try:
                plans.append(self.plan(row, known.get(self.key(row)), accounts))
            except BadCell as error:
                report.refuse(refusal(row, error))
        self._places.create([plan.place for plan in plans if plan.place])
        self.model.objects.bulk_create(plan.record for plan in plans if plan.is_new)
        update_changed(self.model, plans)
        for plan in plans:
            has_moved = bool(plan.address) and self._places.change(plan.record.place, plan.address)
            report.created += plan.is_new
            report.updated += not plan.is_new and bool(plan.changed or has_moved)
            report.unchanged += not plan.is_new and not plan.changed and not has_moved

    def plan(self, row: Row, record: Warehouse | Vendor | None, accounts: Mapping[str, Account]) -> Plan:
        """What the row makes of its record; raises BadCell."""
        address = place_fields(row.values)
        is_new = record is None
        record = record or self.model(number=self.key(row))
        wanted = {name: row.values[name] for name in self.own_fields if name in row.values}
        if "account_number" in row.values:
            number = row.values["account_number"]
            wanted["account"] = account_of(accounts, number, "account_number") if number else None
        place = Place(**address) if address and not record.place_id else None
        if place:
            wanted["place"] = place
        return Plan(record, is_new, differences(record, wanted), place, {} if place else address)

    def finish(self, report: Report) -> None:
        """No row waits for another."""


class WarehouseImporter(NumberedImporter):
    """Warehouses, also those that another system maintains."""

    name = "warehouses"
    columns = WAREHOUSE_COLUMNS
    model = Warehouse
    own_fields = ("name", "driver", "is_externally_maintained", "is_active")


class VendorImporter(NumberedImporter):
    """Vendors, with the account that they are too."""

    name = "vendors"
    columns = VENDOR_COLUMNS
    model = Vendor
    own_fields = ("name", "email", "phone", "is_active")


class StockImporter:
    """Matches levels to what a file says; the journal has the difference."""

    name = "stock"
    columns = STOCK_COLUMNS
    key_column = "product_code"

    def key(self, row: Row) -> tuple[str, str]:
        return row.values["warehouse_number"], row.values["product_code"]

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a fixed number of queries; its levels are held until the batch is written."""
        found = Warehouse.objects.filter(number__in=named(rows, "warehouse_number"))
        warehouses = {each.number: each for each in found.order_by("pk")}
        products = {each.code: each for each in Product.objects.filter(code__in=named(rows, "product_code"))}
        meant: list[tuple[Row, Warehouse, Product]] = []
        for row in rows:
            try:
                meant.append((row, *meaning_of(row, warehouses, products)))
            except (BadCell, DomainError) as error:
                report.refuse(refusal(row, error))
        levels = held_levels([(warehouse, product) for _row, warehouse, product in meant])
        movements: list[Movement] = []
        for row, warehouse, product in meant:
            level = levels.get((warehouse.pk, product.pk))
            moved = movements_to(row.values, warehouse, product, level)
            movements += moved
            point = row.values.get("reorder_point")
            has_point = "reorder_point" in row.values and point != (level.reorder_point if level else None)
            report.created += level is None
            report.updated += level is not None and bool(moved or has_point)
            report.unchanged += level is not None and not moved and not has_point
        book(movements, Cause(JournalReason.IMPORT))
        write_points(meant)

    def finish(self, report: Report) -> None:
        """No row waits for another."""


def meaning_of(
    row: Row, warehouses: Mapping[str, Warehouse], products: Mapping[str, Product]
) -> tuple[Warehouse, Product]:
    """The warehouse and the product of a row; raises BadColumn, and DomainError for what no warehouse counts."""
    number, code = row.values["warehouse_number"], row.values["product_code"]
    if number not in warehouses:
        raise BadColumn(
            "warehouse_number", _("There is no warehouse with the number “%(number)s”.") % {"number": number}
        )
    if code not in products:
        raise BadColumn("product_code", _("There is no product with the number “%(number)s”.") % {"number": code})
    check_stocked(products[code])
    return warehouses[number], products[code]


def held_levels(pairs: Sequence[tuple[Warehouse, Product]]) -> dict[tuple[UUID, UUID], ProductInventory]:
    """The levels that are there, locked in the order in which `book` takes them."""
    places, parts = {warehouse.pk for warehouse, _part in pairs}, {product.pk for _place, product in pairs}
    levels = ProductInventory.objects.filter(warehouse__in=places, product__in=parts)
    held = levels.select_for_update(of=("self",), no_key=True).order_by("warehouse_id", "product_id")
    return {(each.warehouse_id, each.product_id): each for each in held}


def movements_to(
    values: Mapping[str, Any], warehouse: Warehouse, product: Product, level: ProductInventory | None
) -> list[Movement]:
    """What makes the level what the row says."""
    moved = []
    for kind in LEVELS:
        said: Decimal | None = values.get(kind.value)
        now = getattr(level, kind.value) if level is not None else ZERO
        if said is not None and said != now:
            moved.append(Movement(warehouse.pk, product.pk, kind, said - now))
    return moved


def write_points(meant: Sequence[tuple[Row, Warehouse, Product]]) -> None:
    """Write the reorder points that the rows name, and the levels at which nothing lies."""
    fresh = [ProductInventory(warehouse=warehouse, product=product) for _row, warehouse, product in meant]
    ProductInventory.objects.bulk_create(fresh, ignore_conflicts=True)
    points = {
        (warehouse.pk, product.pk): row.values["reorder_point"]
        for row, warehouse, product in meant
        if "reorder_point" in row.values
    }
    if points:
        levels = held_levels([(warehouse, product) for _row, warehouse, product in meant])
        changed = [level for key, level in levels.items() if key in points and level.reorder_point != points[key]]
        for level in changed:
            level.reorder_point = points[level.warehouse_id, level.product_id]
        ProductInventory.objects.bulk_update(changed, ["reorder_point"])
