"""Import assets with their functional locations from CSV (OPS-4). Account and serial number say which asset a row is."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from fieldservice.domain.assets import lock_trees
from fieldservice.domain.imports import BadColumn, Sites, account_of, accounts_by_number
from fieldservice.models import Asset
from portal.access.domain.exposure import note_exposures
from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.accounts.domain.parents import Link, ParentLinks
from portal.accounts.models import Account
from portal.catalog.models import Product
from portal.geo.domain.imports import PLACE_COLUMNS, PlaceWriter
from portal.kit.csv_cells import BadCell, Column, date, flag, line
from portal.kit.csv_rows import CsvFile, Report, Row, RowError

COLUMNS = (
    Column("account_number", line(40), is_required=True),
    Column("serial_number", line(80), is_required=True),
    Column("name", line(160), is_required=True),
    Column("category", line(80)),
    Column("parent_serial_number", line(80)),
    Column("location", line(160)),
    *PLACE_COLUMNS,
    Column("product_code", line(40)),
    Column("manufacturer", line(80)),
    Column("model", line(80)),
    Column("installed_date", date, empty=None),
    Column("warranty_starts_date", date, empty=None),
    Column("warranty_ends_date", date, empty=None),
    Column("warranty_terms", line(300)),
    Column("is_active", flag, empty=True),
    Column("is_exposed", flag, empty=False),
)
OWN_FIELDS = (
    "name",
    "category",
    "manufacturer",
    "installed_date",
    "warranty_starts_date",
    "warranty_ends_date",
    "warranty_terms",
    "is_active",
    "is_exposed",
)


def import_assets(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import assets; new locations are made from the row's address. Raises FileRefused."""
    return run_import(AssetImporter(by=by), file, mode=mode, by=by)


@dataclass
class Plan:
    """What a row makes of its asset."""

    row: Row
    record: Asset
    is_new: bool
    changed: list[str]
    parent_changes: bool


class AssetImporter:
    """Creates and updates assets by account and serial number."""

    name = "assets"
    columns = COLUMNS
    key_column = "serial_number"

    def __init__(self, *, by=None):
        self._by = by
        self._places = PlaceWriter(by=by)
        self._links = ParentLinks(Asset, "parent_serial_number", ids_by_serial)

    def key(self, row: Row) -> tuple[str, str]:
        return row.values["account_number"], row.values["serial_number"]

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries, and one for each address and parent that changes."""
        lock_trees()
        accounts = accounts_by_number(rows, "account_number")
        sites = Sites(self._places, accounts.values(), rows)
        serials = [row.values["serial_number"] for row in rows]
        old = Asset.objects.filter(account__in=accounts.values(), serial_number__in=serials)
        known = {(asset.account_id, asset.serial_number): asset for asset in old.prefetch_related("location", "parent")}
        products = products_by_code(rows)
        plans = []
        for row in rows:
            try:
                account = account_of(accounts, self.key(row)[0], "account_number")
                plans.append(plan_of(row, account, known, sites, products))
            except BadCell as error:
                report.refuse(RowError(row.number, getattr(error, "column", ""), str(error)))
        moved = sites.write()
        self._write_plans(plans)
        for plan in plans:
            if plan.is_new:
                report.created += 1
            elif (
                plan.changed
                or plan.parent_changes
                or (plan.record.location_id and plan.record.location.place_id in moved)
            ):
                report.updated += 1
            else:
                report.unchanged += 1
        self._tie(plans, report)

    def finish(self, report: Report) -> None:
        lock_trees()
        self._links.tie_rest(report)

    def _write_plans(self, plans: list[Plan]) -> None:
        Asset.objects.bulk_create(plan.record for plan in plans if plan.is_new)
        update_changed(Asset, plans)
        note_exposures([plan.record for plan in plans if exposure_changes(plan)], by=self._by)

    def _tie(self, plans: list[Plan], report: Report) -> None:
        changing = [plan for plan in plans if plan.parent_changes]
        freed = [plan.record.pk for plan in changing if not plan.row.values["parent_serial_number"]]
        Asset.objects.filter(pk__in=freed).update(parent=None)
        links = [
            Link(plan.row.number, plan.record.pk, (plan.record.account_id, plan.row.values["parent_serial_number"]))
            for plan in changing
            if plan.row.values["parent_serial_number"]
        ]
        self._links.tie(links, report)


def plan_of(row: Row, account: Account, known: dict, sites: Sites, products: Mapping[str, Product]) -> Plan:
    """What the row makes of its asset; raises BadCell."""
    values = row.values
    if values.get("parent_serial_number") == values["serial_number"]:
        raise BadColumn("parent_serial_number", _("An asset cannot be its own parent."))
    asset = known.get((account.pk, values["serial_number"]))
    is_new = asset is None
    asset = asset or Asset(account=account, serial_number=values["serial_number"])
    wanted = {name: values[name] for name in OWN_FIELDS if name in values}
    if "model" in values:
        wanted["model_name"] = values["model"]
    if "product_code" in values:
        wanted["product"] = product_of(products, values["product_code"])
    location = sites.location_of(account, values)
    if location or "location" in values:
        wanted["location"] = location
    changed = differences(asset, wanted)
    check_warranty(asset)
    former = asset.parent.serial_number if asset.parent_id else ""
    return Plan(row, asset, is_new, changed, values.get("parent_serial_number", former) != former)


def products_by_code(rows: list[Row]) -> dict[str, Product]:
    """The products that the rows name."""
    codes = {row.values.get("product_code", "") for row in rows} - {""}
    return {each.code: each for each in Product.objects.filter(code__in=codes)} if codes else {}


def product_of(products: Mapping[str, Product], code: str) -> Product | None:
    """The product of this number, None where there is none; raises BadColumn."""
    if code and code not in products:
        raise BadColumn("product_code", _("There is no product with the number “%(code)s”.") % {"code": code})
    return products[code] if code else None


def check_warranty(asset: Asset) -> None:
    """Raise BadColumn for a warranty that ends before it begins."""
    starts, ends = asset.warranty_starts_date, asset.warranty_ends_date
    if starts and ends and ends < starts:
        raise BadColumn("warranty_ends_date", _("The warranty ends before it begins."))


def exposure_changes(plan) -> bool:
    """Whether the audit trail has to know: a new record begins hidden."""
    return "is_exposed" in plan.changed


def ids_by_serial(keys: set) -> dict:
    """The ids of the assets with these (account id, serial number)."""
    serials = {serial for _account, serial in keys}
    accounts = {account for account, _serial in keys}
    rows = Asset.objects.filter(account__in=accounts, serial_number__in=serials)
    return {(account, serial): pk for account, serial, pk in rows.values_list("account_id", "serial_number", "pk")}
