"""Import accounts with their address and a contact from CSV (OPS-4). The number says which account a row is."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.accounts.domain.parents import Link, ParentLinks
from portal.accounts.enums import AccountKind
from portal.accounts.models import Account, Contact
from portal.geo.domain.imports import PLACE_COLUMNS, PlaceWriter, place_fields
from portal.geo.models import Place, Territory
from portal.kit.csv_cells import BadCell, Column, choice, email, flag, line, phone
from portal.kit.csv_rows import CsvFile, Report, Row, RowError

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
COLUMNS = (
    Column("number", line(40), is_required=True),
    Column("name", line(160), is_required=True),
    Column("kind", choice(AccountKind.values), empty=AccountKind.CUSTOMER.value),
    Column("parent_number", line(40)),
    Column("territory", line(80)),
    Column("is_active", flag, empty=True),
    *PLACE_COLUMNS,
    Column("contact_name", line(160)),
    Column("contact_email", email),
    Column("contact_phone", phone),
    Column("contact_language", choice(LANGUAGES), empty="en"),
)
OWN_FIELDS = ("name", "kind", "is_active")
CONTACT_FIELDS = {"contact_name": "full_name", "contact_phone": "phone", "contact_language": "language"}


def import_accounts(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import accounts and contacts; what a row does not name stays as it is. Raises FileRefused."""
    return run_import(AccountImporter(by=by), file, mode=mode, by=by)


@dataclass
class Plan:
    """What a row makes of its account."""

    row: Row
    record: Account
    is_new: bool
    place: Place | None
    place_fields: dict[str, Any]
    changed: list[str]


class AccountImporter:
    """Creates and updates accounts by their number, and one contact a row by its e-mail."""

    name = "accounts"
    columns = COLUMNS
    key_column = "number"

    def __init__(self, *, by=None):
        self._places = PlaceWriter(by=by)
        self._territories: dict[str, Territory] | None = None
        self._links = ParentLinks(Account, "parent_number", ids_by_number)

    def key(self, row: Row) -> str:
        return row.values["number"]

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries, and one for each address and parent that changes."""
        accounts = Account.objects.filter(number__in=[self.key(row) for row in rows])
        known = {account.number: account for account in accounts.prefetch_related("place", "parent")}
        plans = [plan for row in rows if (plan := self._plan(row, known.get(self.key(row)), report))]
        self._places.create([plan.place for plan in plans if plan.place])
        Account.objects.bulk_create(plan.record for plan in plans if plan.is_new)
        update_changed(Account, plans)
        contacts = self._write_contacts(plans)
        for plan in plans:
            has_moved = (
                plan.record.place and plan.place_fields and self._places.change(plan.record.place, plan.place_fields)
            )
            if plan.is_new:
                report.created += 1
            elif plan.changed or has_moved or plan.row.number in contacts or self._names_other_parent(plan):
                report.updated += 1
            else:
                report.unchanged += 1
        self._links.tie([link for plan in plans if (link := self._link(plan))], report)

    def finish(self, report: Report) -> None:
        self._links.tie_rest(report)

    def _plan(self, row: Row, account: Account | None, report: Report) -> Plan | None:
        try:
            address = place_fields(row.values)
            wanted = {name: row.values[name] for name in OWN_FIELDS if name in row.values}
            if "territory" in row.values:
                wanted["territory"] = self._territory(row.values["territory"])
        except BadCell as error:
            report.refuse(RowError(row.number, "", str(error)))
            return None
        is_new = account is None
        account = account or Account(number=row.values["number"])
        place = Place(**address) if address and not account.place_id else None
        if place:
            wanted["place"] = place
        changed = differences(account, wanted)
        return Plan(row, account, is_new, place, {} if place else address, changed)

    def _territory(self, name: str) -> Territory | None:
        if self._territories is None:
            self._territories = {territory.name: territory for territory in Territory.objects.order_by("pk")}
        if name and name not in self._territories:
            raise BadCell(_("There is no territory “%(name)s”.") % {"name": name})
        return self._territories.get(name)

    def _names_other_parent(self, plan: Plan) -> bool:
        number = plan.row.values.get("parent_number", "")
        former = plan.record.parent.number if plan.record.parent_id else ""
        return "parent_number" in plan.row.values and number != former

    def _link(self, plan: Plan) -> Link | None:
        number = plan.row.values.get("parent_number", "")
        if not self._names_other_parent(plan):
            return None
        if not number:
            Account.objects.filter(pk=plan.record.pk).update(parent=None)
            return None
        return Link(plan.row.number, plan.record.pk, number)

    def _write_contacts(self, plans: list[Plan]) -> set[int]:
        """Create and update the contacts of a batch; the rows whose contact changed."""
        named = [plan for plan in plans if plan.row.values.get("contact_email")]
        emails = {plan.row.values["contact_email"] for plan in named}
        old = Contact.objects.filter(account__in=[plan.record for plan in named], email__in=emails).order_by("-pk")
        known = {(contact.account_id, contact.email): contact for contact in old}
        new, changed, rows = [], [], set()
        for plan in named:
            values = plan.row.values
            contact = known.get((plan.record.pk, values["contact_email"]))
            wanted = {field: values[column] for column, field in CONTACT_FIELDS.items() if column in values}
            wanted["full_name"] = wanted.get("full_name") or (contact.full_name if contact else values["contact_email"])
            if contact is None:
                new.append(Contact(account=plan.record, email=values["contact_email"], **wanted))
                rows.add(plan.row.number)
            elif differences(contact, wanted):
                changed.append(contact)
                rows.add(plan.row.number)
        Contact.objects.bulk_create(new)
        Contact.objects.bulk_update(changed, list(CONTACT_FIELDS.values()))
        return rows


def ids_by_number(numbers: set) -> dict:
    """The ids of the accounts that have these numbers."""
    return dict(Account.objects.filter(number__in=numbers).values_list("number", "pk"))
