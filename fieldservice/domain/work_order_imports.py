"""Import work orders from CSV (OPS-4). The number in the other system, else our own, says which work order a row is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from fieldservice.domain.imports import BadColumn, Sites, account_of, accounts_by_number, by_numbers, number_all
from fieldservice.domain.line_stock import release_allocations
from fieldservice.domain.lines import CLOSED
from fieldservice.domain.work_orders import SUMMARY_LENGTH, check_step
from fieldservice.enums import NumberKind, Priority, WorkOrderStatus
from fieldservice.models import Asset, IncidentType, SubStatus, WorkOrder
from portal.access.domain.exposure import note_exposures
from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.accounts.models import Account, Contact
from portal.geo.domain.imports import PLACE_COLUMNS, PlaceWriter
from portal.geo.models import Place
from portal.kit import clock
from portal.kit.csv_cells import BadCell, Column, choice, email, flag, instant, line, text
from portal.kit.csv_rows import CsvFile, Report, Row, RowError
from portal.kit.errors import DomainError
from portal.tenancy.scope import current_tenant

COLUMNS = (
    Column("external_number", line(60)),
    Column("number", line(40)),
    Column("account_number", line(40), is_required=True),
    Column("billing_account_number", line(40)),
    Column("incident_type", line(120), is_required=True),
    Column("asset_serial_number", line(80)),
    Column("location", line(160)),
    *PLACE_COLUMNS,
    Column("reported_by_email", email),
    Column("priority", choice(Priority.values), empty=Priority.NORMAL.value),
    Column("status", choice(WorkOrderStatus.values), empty=WorkOrderStatus.UNSCHEDULED.value),
    Column("summary", line(SUMMARY_LENGTH)),
    Column("customer_comments", text(4000)),
    Column("resolution", text(4000)),
    Column("internal_notes", text(4000)),
    Column("created_at", instant, empty=None),
    Column("completed_at", instant, empty=None),
    Column("is_exposed", flag, empty=False),
)
TEXT_FIELDS = ("priority", "summary", "customer_comments", "resolution", "internal_notes", "is_exposed")


def import_work_orders(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import work orders; the site is that of the asset, the location, the address or the account. Raises FileRefused."""
    return run_import(WorkOrderImporter(by=by), file, mode=mode, by=by)


@dataclass
class Plan:
    """What a row makes of its work order."""

    row: Row
    record: WorkOrder
    is_new: bool
    changed: list[str]


@dataclass(frozen=True)
class Books:
    """The tenant's records that the rows of a batch refer to."""

    accounts: Mapping[str, Account]
    incident_types: Mapping[str, IncidentType]
    sub_statuses: Mapping[str, SubStatus]
    assets: Mapping[tuple, Asset]
    contacts: Mapping[tuple, Contact]
    sites: Sites


class WorkOrderImporter:
    """Creates and updates work orders by their number in another system, or by our own."""

    name = "work_orders"
    columns = COLUMNS
    key_column = "external_number"

    def __init__(self, *, by=None):
        self._by = by
        self._places = PlaceWriter(by=by)

    def key(self, row: Row) -> tuple[str, str] | None:
        external, number = row.values.get("external_number"), row.values.get("number")
        if external:
            return "external", external
        return ("own", number) if number else None

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries."""
        books = open_books(rows, self._places)
        known = by_numbers(WorkOrder.objects.prefetch_related("place", "asset", "account"), rows)
        plans = []
        for row in rows:
            try:
                plans.append(plan_of(row, known.get(self.key(row)), books))
            except BadCell as error:
                report.refuse(RowError(row.number, getattr(error, "column", ""), str(error)))
            except DomainError as error:
                report.refuse(RowError(row.number, "status", str(error)))
        books.sites.write()
        new = [plan.record for plan in plans if plan.is_new]
        number_all(NumberKind.WORK_ORDER, new)
        WorkOrder.objects.bulk_create(new)
        changed = update_changed(WorkOrder, plans)
        closed = [plan.record for plan in plans if "system_status" in plan.changed and not plan.is_new]
        closed = [each for each in closed if each.system_status in CLOSED]
        if closed:
            release_allocations(closed)
        note_exposures([plan.record for plan in plans if "is_exposed" in plan.changed], by=self._by)
        report.created += len(new)
        report.updated += changed
        report.unchanged += len(plans) - len(new) - changed

    def finish(self, report: Report) -> None:
        """No row waits for another."""


def open_books(rows: list[Row], places: PlaceWriter) -> Books:
    """Everything that the rows may refer to, by one query a kind."""
    accounts = accounts_by_number(rows, "account_number", "billing_account_number")
    serials = {row.values.get("asset_serial_number", "") for row in rows} - {""}
    assets = Asset.objects.filter(account__in=accounts.values(), serial_number__in=serials)
    emails = {row.values.get("reported_by_email", "") for row in rows} - {""}
    contacts = Contact.objects.filter(account__in=accounts.values(), email__in=emails).order_by("-pk")
    return Books(
        accounts=accounts,
        incident_types={each.name.lower(): each for each in IncidentType.objects.order_by("pk")},
        sub_statuses={each.system_status: each for each in SubStatus.objects.filter(is_default=True)},
        assets={(each.account_id, each.serial_number): each for each in assets.prefetch_related("location__place")},
        contacts={(each.account_id, each.email): each for each in contacts},
        sites=Sites(places, accounts.values(), rows),
    )


def plan_of(row: Row, work_order: WorkOrder | None, books: Books) -> Plan:
    """What the row makes of its work order; raises BadCell, or DomainError for a status that cannot follow."""
    values = row.values
    account = account_of(books.accounts, values["account_number"], "account_number")
    is_new = work_order is None
    if is_new:
        if not values.get("external_number") and not values.get("number"):
            raise BadColumn("external_number", _("Give the number in the other system, or our own number."))
        work_order = WorkOrder(
            number=values.get("number", ""),
            external_number=values.get("external_number", ""),
            created_at=clock.now(),
            system_status="",
        )
    wanted = {name: values[name] for name in TEXT_FIELDS if name in values}
    wanted |= {"account": account, "incident_type": incident_type_of(values["incident_type"], books)}
    wanted |= people_of(values, account, books)
    wanted |= status_of(values, work_order, books)
    wanted |= site_of(values, account, books, is_new=is_new)
    place = wanted.get("place") or work_order.place
    wanted |= instants_of(values, place)
    if is_new:
        wanted["summary"] = wanted.get("summary") or str(wanted["incident_type"])
    return Plan(row, work_order, is_new, differences(work_order, wanted))


def incident_type_of(name: str, books: Books) -> IncidentType:
    """The incident type of this name, whatever its case."""
    if name.lower() not in books.incident_types:
        raise BadColumn("incident_type", _("There is no incident type “%(name)s”.") % {"name": name})
    return books.incident_types[name.lower()]


def people_of(values: Mapping, account: Account, books: Books) -> dict:
    """Who pays and who reported, where the row says so."""
    wanted = {}
    if "billing_account_number" in values:
        number = values["billing_account_number"]
        wanted["billing_account"] = account_of(books.accounts, number, "billing_account_number") if number else None
    if "reported_by_email" in values:
        address = values["reported_by_email"]
        wanted["reported_by"] = books.contacts.get((account.pk, address))
        if address and wanted["reported_by"] is None:
            raise BadColumn("reported_by_email", _("The account has no contact with this e-mail."))
    return wanted


def site_of(values: Mapping, account: Account, books: Books, *, is_new: bool) -> dict:
    """The asset and the site, where the row says so; a new work order needs a site."""
    wanted = {}
    serial = values.get("asset_serial_number", "")
    if "asset_serial_number" in values:
        wanted["asset"] = books.assets.get((account.pk, serial))
        if serial and wanted["asset"] is None:
            raise BadColumn("asset_serial_number", _("The account has no asset with this serial number."))
    location = books.sites.location_of(account, values)
    asset = wanted.get("asset")
    place: Place | None = location.place if location else asset.location.place if asset and asset.location_id else None
    if place is None and is_new:
        place = account.place
        if place is None:
            raise BadColumn("line1", _("Say where: an asset, a location or an address."))
    return wanted | ({"place": place} if place else {})


def status_of(values: Mapping, work_order: WorkOrder, books: Books) -> dict:
    """The status with its default sub-status, where the row changes it; raises DomainError."""
    before = work_order.system_status
    after = values.get("status", before) or WorkOrderStatus.UNSCHEDULED
    if after == before:
        return {}
    if before:
        check_step(WorkOrderStatus(before), WorkOrderStatus(after))
    return {"system_status": after, "sub_status": books.sub_statuses.get(after)}


def instants_of(values: Mapping, place: Place) -> dict:
    """Created and completed; without an offset they are in the time of the site."""
    zone = ZoneInfo(place.time_zone or current_tenant().time_zone)
    wanted: dict[str, datetime | None] = {}
    for name in ("created_at", "completed_at"):
        value = values.get(name)
        if value is not None:
            wanted[name] = value if value.tzinfo else value.replace(tzinfo=zone)
        elif name in values and name == "completed_at":
            wanted[name] = None
    return wanted
