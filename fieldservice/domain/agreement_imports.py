"""Import agreements with their setups from CSV (OPS-4). The number in the other system, else our own, says which agreement a row is.

A row is an agreement with one of its setups, or with a line of an invoice setup; further rows of the same agreement bring further ones, and
repeat its account, name and term. What the first row says of the agreement counts. The dates of what is in force are planned by the next
sweep, from today on.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from fieldservice.domain.agreement_books import Books, SetupPlan, fields_of, open_books, plan_setup
from fieldservice.domain.agreement_rows import COLUMNS
from fieldservice.domain.agreements import activate, cancel, check_step, check_term, expire
from fieldservice.domain.document_rows import Key, key_of
from fieldservice.domain.imports import BadColumn, account_of, number_all, refusal
from fieldservice.domain.setup_imports import write_coverage, write_setups
from fieldservice.engine.recurrence import instant_at
from fieldservice.enums import AgreementStatus, NumberKind
from fieldservice.models import Agreement
from portal.access.domain.exposure import note_exposures
from portal.accounts.domain.importing import Mode, differences, run_import, update_changed
from portal.kit import clock
from portal.kit.csv_cells import BadCell
from portal.kit.csv_rows import CsvFile, Report, Row, RowError
from portal.kit.errors import DomainError
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant

ESTIMATE, ACTIVE = AgreementStatus.ESTIMATE, AgreementStatus.ACTIVE
# What every row of an agreement says alike.
REPEATED = ("account_number", "name", "start_date", "end_date")
MIDNIGHT = dt.time()
DAY = dt.timedelta(days=1)


def import_agreements(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import agreements with covered assets, booking and invoice setups. Raises FileRefused."""
    return run_import(AgreementImporter(by=by), file, mode=mode, by=by)


@dataclass
class Plan:
    """What a row makes of its agreement, and of one of its setups."""

    row: Row
    record: Agreement
    is_new: bool = False
    is_head: bool = False
    changed: list[str] = field(default_factory=list)
    setup: SetupPlan | None = None
    # Whether anything else of the row was added or changed.
    is_touched: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The first row of an agreement in the file: its number, and what the others repeat."""

    number: int
    said: tuple


class AgreementImporter:
    """Creates and updates agreements, their coverage and their setups."""

    name = "agreements"
    columns = COLUMNS
    key_column = "external_number"

    def __init__(self, *, by=None):
        self._by = by
        self._heads: dict[Key, Head] = {}

    def key(self, row: Row) -> tuple | None:
        """A row is the same as another when it is about the same line of the same setup."""
        values = row.values
        about = tuple(values.get(name, "") for name in ("setup", "setup_name", "product_code", "line_description"))
        agreement = key_of(values)
        return (*agreement, *about) if agreement else None

    def write(self, rows: list[Row], report: Report) -> None:
        """Write a batch by a bounded number of queries; only a changed status takes the verbs that staff use."""
        books = open_books(rows)
        plans: list[Plan] = []
        made: dict[Key, Agreement] = {}
        for row in rows:
            try:
                plans.append(self._plan(row, books, made))
            except (BadCell, DomainError) as error:
                report.refuse(refusal(row, error))
        number_all(NumberKind.AGREEMENT, [plan.record for plan in plans if plan.is_new])
        Agreement.objects.bulk_create(plan.record for plan in plans if plan.is_new)
        update_changed(Agreement, [plan for plan in plans if plan.is_head])
        write_coverage(plans, books)
        write_setups(plans)
        note_exposures([plan.record for plan in plans if "is_exposed" in plan.changed], by=self._by)
        for plan in plans:
            self._follow_status(plan, report)

    def finish(self, report: Report) -> None:
        """No row waits for another."""

    def _plan(self, row: Row, books: Books, made: dict[Key, Agreement]) -> Plan:
        key = key_of(row.values)
        if key is None:
            raise BadColumn("external_number", _("Give the number in the other system, or our own number."))
        said = tuple(row.values[name] for name in REPEATED)
        head = self._heads.setdefault(key, Head(row.number, said))
        agreement = made.get(key) or books.agreements.get(key)
        if head.number != row.number:
            return further_of(row, head, agreement, books)
        account = account_of(books.accounts, row.values["account_number"], "account_number")
        check_term(row.values["start_date"], row.values["end_date"])
        wanted = fields_of(row.values, account, books)
        if agreement is None:
            agreement = new_agreement(row)
            changed = differences(agreement, wanted)
            begin(agreement, row.values.get("status", ESTIMATE))
            setup = plan_setup(row.values, agreement, books, wanted)
            made[key] = agreement
            return Plan(row, agreement, is_new=True, is_head=True, changed=changed, setup=setup)
        check_known(agreement, row, wanted)
        setup = plan_setup(row.values, agreement, books, wanted)
        return Plan(row, agreement, is_head=True, changed=differences(agreement, wanted), setup=setup)

    def _follow_status(self, plan: Plan, report: Report) -> None:
        """Take the step that the first row of a known agreement asks for, and count the row."""
        asked = plan.row.values.get("status", plan.record.status)
        try:
            is_moved = plan.is_head and not plan.is_new and self._move(plan.record, asked)
        except DomainError as error:
            report.refuse(RowError(plan.row.number, "status", str(error)))
            return
        if plan.is_new:
            report.created += 1
        elif plan.changed or plan.is_touched or is_moved:
            report.updated += 1
        else:
            report.unchanged += 1

    def _move(self, agreement: Agreement, to: str) -> bool:
        before = agreement.status
        if to == before:
            return False
        if to == ACTIVE:
            activate(agreement, by=self._by)
        elif to == AgreementStatus.EXPIRED:
            expire(agreement, by=self._by)
        else:
            cancel(agreement, reason=_("Canceled in the other system."), by=self._by)
        return True


def new_agreement(row: Row) -> Agreement:
    return Agreement(
        number=row.values.get("number", ""),
        external_number=row.values.get("external_number", ""),
        created_at=clock.now(),
    )


def begin(agreement: Agreement, status: str) -> None:
    """The status of a new agreement, with the moments that go with it."""
    zone = current_tenant().zone
    agreement.status = status
    if status == ESTIMATE:
        return
    agreement.activated_at = min(instant_at(agreement.start_date, MIDNIGHT, zone), clock.now())
    if status != ACTIVE:
        agreement.ended_at = min(instant_at(agreement.end_date + DAY, MIDNIGHT, zone), clock.now())
    elif agreement.end_date < today():
        raise BadColumn("status", _("The term is over: this agreement has expired."))


def check_known(agreement: Agreement, row: Row, wanted: dict[str, Any]) -> None:
    """Raise BadColumn when a known agreement cannot become what its first row says."""
    if agreement.account_id != wanted["account"].pk:
        raise BadColumn("account_number", _("This agreement belongs to another account."))
    fixed = {"start_date", "end_date"} & set(differences_of(agreement, wanted))
    if fixed and agreement.ended_at is not None:
        raise BadColumn(min(fixed), _("The agreement has ended: its term stays as it is."))
    asked = AgreementStatus(row.values.get("status", agreement.status))
    if asked != agreement.status:
        try:
            check_step(agreement, asked)
        except DomainError as error:
            raise BadColumn("status", str(error.message)) from error


def further_of(row: Row, head: Head, agreement: Agreement | None, books: Books) -> Plan:
    """A further row of an agreement: it brings a setup, and repeats what it belongs to."""
    for name, value in zip(REPEATED, head.said, strict=True):
        if row.values[name] != value:
            raise BadColumn(name, _("Row %(row)d says otherwise of this agreement.") % {"row": head.number})
    if agreement is None:
        raise BadColumn("", _("Row %(row)d of this agreement has an error.") % {"row": head.number})
    return Plan(row, agreement, setup=plan_setup(row.values, agreement, books, {}))


def differences_of(record, wanted: dict[str, Any]) -> list[str]:
    """The names of what differs, without changing anything."""
    return [name for name, value in wanted.items() if getattr(record, name) != value]
