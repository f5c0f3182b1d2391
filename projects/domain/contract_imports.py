"""Import contracts and order forms from CSV (OPS-4). The number in the other system, else our own, says which contract the rows are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from fieldservice.domain.document_rows import DocumentFile
from fieldservice.domain.imports import BadColumn
from portal.accounts.domain.importing import Mode, run_import
from portal.kit import clock
from portal.kit.csv_rows import CsvFile, Report
from projects.domain.contract_rows import HEAD_COLUMNS, LINE_COLUMNS
from projects.domain.contracts import (
    bring_into_force,
    check_milestones,
    check_term,
    close_contract,
    lose_contract,
    needs_milestone,
    whole_milestone,
    write_lines,
)
from projects.domain.document_books import Books
from projects.domain.document_imports import DocumentImporter, Made
from projects.domain.documents import check_step
from projects.domain.import_moments import check_past, moment_of
from projects.domain.lines import Item, rows_of, sum_up
from projects.domain.milestones import check_amounts, write_milestones
from projects.enums import CONTRACT_TRANSITIONS, BillingMethod, ContractStatus, MilestoneStatus, NumberKind
from projects.models import Contract, ContractLine, ContractMilestone

DRAFT, ACTIVE, CLOSED, LOST = ContractStatus.DRAFT, ContractStatus.ACTIVE, ContractStatus.CLOSED, ContractStatus.LOST


def import_contracts(file: CsvFile, *, mode: Mode = Mode.WRITE, by=None) -> Report:
    """Import contracts with their lines and milestones. Raises FileRefused."""
    return run_import(ContractImporter(by=by), DocumentFile(file, HEAD_COLUMNS, LINE_COLUMNS), mode=mode, by=by)


class ContractImporter(DocumentImporter):
    """Creates and updates contracts. Milestones are read while a contract is new or a draft; later they are reached here."""

    name = "contracts"
    kind = NumberKind.CONTRACT
    model = Contract
    line_model = ContractLine
    own_fields = (
        "kind",
        "name",
        "starts_date",
        "ends_date",
        "introduction",
        "terms",
        "internal_notes",
        "is_exposed",
    )
    optional_dates = ("ends_date",)
    origins = ("project", "quote")
    final_fields = ("status", "opened_at", "closed_at")

    def own_of(self, line: Mapping[str, Any], books: Books) -> dict[str, Any]:
        own = {name: line[name] for name in ("billing_method", "limit_amount") if name in line}
        is_fixed = own.get("billing_method", BillingMethod.FIXED_PRICE) == BillingMethod.FIXED_PRICE
        if (limit := own.get("limit_amount")) is not None and (is_fixed or not limit):
            sentence = _("A limit is above 0 and belongs to time and material.")
            raise BadColumn("limit_amount", sentence, row=line["row"])
        if line.get("milestones") and not is_fixed:
            raise BadColumn("milestones", _("Milestones belong to fixed prices."), row=line["row"])
        return own

    def priced(self, document: Contract, items: Sequence[Item]) -> list[ContractLine]:
        rows = rows_of(ContractLine, document, items, parent="contract")
        sum_up(document, rows)
        return rows

    def check_new(self, made: Made) -> None:
        contract, values = made.document, made.values
        check_term(contract)
        check_past(values.get("closed_date"), "closed_date")
        for line, said in zip(made.lines, values["lines"], strict=True):
            milestones = planned(line, said)
            check_amounts(milestones, contract.currency)
            if values.get("status", DRAFT) in {ACTIVE, CLOSED}:
                check_milestones(line, milestones, contract.currency)

    def after_lines(self, made: Sequence[Made]) -> None:
        """Fixed prices without milestones are billed at once, as where staff open a contract; those of closed ones were."""
        milestones = []
        for each in made:
            status = each.values.get("status", DRAFT)
            for line, said in zip(each.lines, each.values["lines"], strict=True):
                found = planned(line, said)
                if not found and status in {ACTIVE, CLOSED} and needs_milestone(line):
                    found = [whole_milestone(line)]
                    found[0].status = MilestoneStatus.POSTED if status == CLOSED else MilestoneStatus.NOT_READY
                milestones += found
        ContractMilestone.objects.bulk_create(milestones)

    def complete(self, made: Made) -> bool:
        contract, values = made.document, made.values
        contract.status = values.get("status", DRAFT)
        if contract.status in {ACTIVE, CLOSED}:
            contract.opened_at = moment_of(contract.starts_date)
        if contract.status in {CLOSED, LOST}:
            contract.closed_at = moment_of(values.get("closed_date") or contract.ends_date)
        return contract.status != DRAFT

    def hangs_otherwise(self, document: Contract, values: Mapping[str, Any]) -> bool:
        lines = document.lines.prefetch_related("milestones").order_by("position", "pk")
        return any(
            [(each.name, each.amount, each.due_date) for each in planned(line, said)]
            != [(each.name, each.amount, each.due_date) for each in sorted(line.milestones.all(), key=in_order)]
            for line, said in zip(lines, values["lines"], strict=False)
            if "milestones" in said
        )

    def rewrite(self, document: Contract, items: Sequence[Item], values: Mapping[str, Any]) -> None:
        lines = document.lines.order_by("position", "pk")
        # Where the file does not speak of milestones, a line keeps those of the line in its place.
        former = dict(enumerate(lines.values_list("pk", flat=True)))
        kept = [
            item if "milestones" in said else replace(item, former=former.get(place))
            for place, (item, said) in enumerate(zip(items, values["lines"], strict=True))
        ]
        write_lines(document, kept, by=self._by)
        for line, said in zip(lines.all(), values["lines"], strict=True):
            if said.get("milestones"):
                write_milestones(line, [each.item for each in said["milestones"]], by=self._by)

    def follow(self, document: Contract, values: Mapping[str, Any]) -> None:
        asked = ContractStatus(values.get("status", document.status))
        if asked == document.status:
            return
        if document.status == DRAFT and asked in {ACTIVE, CLOSED}:
            bring_into_force(document, at=clock.now(), by=self._by)
        if asked == CLOSED:
            close_contract(document, by=self._by)
        elif asked == LOST:
            lose_contract(document, reason=_("Lost in the other system."), by=self._by)
        elif asked != document.status:
            check_step(ContractStatus(document.status), asked, CONTRACT_TRANSITIONS)


def planned(line: ContractLine, said: Mapping[str, Any]) -> list[ContractMilestone]:
    """The milestones that a row names for its line, not yet written."""
    return [
        ContractMilestone(
            line=line,
            position=position,
            name=each.item.name,
            amount=each.item.amount,
            due_date=each.item.due_date,
            status=each.status,
        )
        for position, each in enumerate(said.get("milestones", ()), start=1)
    ]


def in_order(milestone: ContractMilestone) -> tuple:
    return milestone.position, milestone.pk
