"""Import partners of the programme from CSV (OPS-4, PRT-1). The number of the account says which partner a row is.

A list in a cell is the whole list; what the file does not name stays as it is. Records come from deliveries, never from files.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fieldservice.domain.imports import BadColumn, account_of, accounts_by_number, refusal
from partners.enums import Membership
from partners.models import LeadType, PartnerLeadType, PartnerProduct, PartnerProgramme, PartnerTerritory
from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.accounts.enums import AccountKind
from portal.accounts.models import Account
from portal.catalog.models import Product
from portal.geo.models import Territory
from portal.kit.csv_cells import BadCell, Column, choice, date, decimal, flag, line, whole
from portal.kit.csv_rows import CsvFile, Report, Row
from portal.tenancy.days import today
from scheduling.domain.import_cells import words

OWN_FIELDS = ("membership", "since_date", "is_active", "capacity", "minimum_revenue", "maximum_revenue")
COLUMNS = (
    Column("account_number", line(40), is_required=True),
    Column("membership", choice(Membership.values), empty=Membership.MEMBER.value),
    Column("since_date", date, empty=None),
    Column("is_active", flag, empty=True),
    Column("capacity", whole(1000), empty=5),
    Column("minimum_revenue", decimal(3), empty=None),
    Column("maximum_revenue", decimal(3), empty=None),
    Column("territories", words, empty=()),
    Column("lead_types", words, empty=()),
    Column("product_codes", words, empty=()),
)


@dataclass(frozen=True)
class Coverage:
    """A kind of list: its column, the table of its rows, the field and the model that they point at, and how a file names one."""

    column: str
    rows: type
    field: str
    model: type
    named_by: str
    missing: str


COVERAGES = (
    Coverage(
        "territories",
        PartnerTerritory,
        "territory",
        Territory,
        "name",
        gettext_noop("There is no territory “%(name)s”."),
    ),
    Coverage(
        "lead_types", PartnerLeadType, "lead_type", LeadType, "name", gettext_noop("There is no lead type “%(name)s”.")
    ),
    Coverage(
        "product_codes", PartnerProduct, "product", Product, "code", gettext_noop("There is no product “%(name)s”.")
    ),
)


def import_partners(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import what partners take on. Raises FileRefused."""
    return run_import(PartnerImporter(), file, mode=mode, by=by)


@dataclass
class Plan:
    """What a row makes of its partner; `covered` has the ids of each list that the row names."""

    row: Row
    record: PartnerProgramme
    is_new: bool
    changed: list[str]
    covered: dict[str, set] = field(default_factory=dict)


class PartnerImporter:
    """Creates and updates partners of the programme with their lists."""

    name = "partners"
    columns = COLUMNS
    key_column = "account_number"

    def key(self, row: Row) -> str:
        return row.values["account_number"]

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries; partners that are there are locked, as distributions lock them."""
        accounts = accounts_by_number(rows, "account_number")
        locked = PartnerProgramme.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
        known = {each.account_id: each for each in locked.filter(account__in=accounts.values())}
        books = {each.column: book_of(each, rows) for each in COVERAGES}
        plans = []
        for row in rows:
            try:
                plans.append(plan_of(row, accounts, known, books))
            except BadCell as error:
                report.refuse(refusal(row, error))
        PartnerProgramme.objects.bulk_create(plan.record for plan in plans if plan.is_new)
        update_changed(PartnerProgramme, plans)
        moved = {key for each in COVERAGES for key in write_coverage(each, plans)}
        for plan in plans:
            if plan.is_new:
                report.created += 1
            elif plan.changed or plan.record.pk in moved:
                report.updated += 1
            else:
                report.unchanged += 1

    def finish(self, report: Report) -> None:
        """No partner waits for another."""


def book_of(coverage: Coverage, rows: Iterable[Row]) -> dict[str, Any]:
    """The ids of what the rows name, by name."""
    wanted = {name for row in rows for name in row.values.get(coverage.column, ())}
    found = coverage.model.objects.filter(**{f"{coverage.named_by}__in": wanted}).order_by("-pk")  # type: ignore[attr-defined]
    return dict(found.values_list(coverage.named_by, "pk"))


def plan_of(row: Row, accounts: Mapping[str, Account], known: Mapping, books: Mapping[str, Mapping]) -> Plan:
    """What a row makes of its partner; raises BadColumn."""
    account = account_of(accounts, row.values["account_number"], "account_number")
    if account.kind != AccountKind.PARTNER:
        raise BadColumn("account_number", _("This account is no partner. Set its kind to partner first."))
    record = known.get(account.pk)
    is_new = record is None
    record = record or PartnerProgramme(account=account, since_date=today())
    wanted = {name: row.values[name] for name in OWN_FIELDS if name in row.values}
    if wanted.get("since_date", record.since_date) is None:
        wanted["since_date"] = record.since_date
    changed = differences(record, wanted)
    low, high = record.minimum_revenue, record.maximum_revenue
    if low is not None and high is not None and low > high:
        raise BadColumn("maximum_revenue", _("The range of revenue ends after it begins."))
    covered = {each.column: ids_of(each, row, books[each.column]) for each in COVERAGES if each.column in row.values}
    return Plan(row, record, is_new, changed, covered)


def ids_of(coverage: Coverage, row: Row, book: Mapping[str, Any]) -> set:
    """The ids of a list; raises BadColumn for a name that nobody knows."""
    for name in row.values[coverage.column]:
        if name not in book:
            raise BadColumn(coverage.column, _(coverage.missing) % {"name": name})
    return {book[name] for name in row.values[coverage.column]}


def write_coverage(coverage: Coverage, plans: list[Plan]) -> set:
    """Make these the lists of the partners that name one; the ids of those that changed."""
    wanted = {plan.record.pk: plan.covered[coverage.column] for plan in plans if coverage.column in plan.covered}
    rows = coverage.rows.objects.filter(programme__in=wanted)  # type: ignore[attr-defined]
    known = {(row.programme_id, getattr(row, f"{coverage.field}_id")): row.pk for row in rows.order_by()}
    asked = {(programme, key) for programme, keys in wanted.items() for key in keys}
    gone = [pk for pair, pk in known.items() if pair not in asked]
    new = sorted(asked - set(known), key=str)
    coverage.rows.objects.filter(pk__in=gone).delete()  # type: ignore[attr-defined]
    coverage.rows.objects.bulk_create(  # type: ignore[attr-defined]
        coverage.rows(programme_id=programme, **{f"{coverage.field}_id": key}) for programme, key in new
    )
    return {programme for programme, _key in (asked ^ set(known))}
