"""Write what an import brings beside the agreements: coverage, setups, lines; each kind by a bounded number of queries (OPS-4)."""

from fieldservice.domain.agreement_books import Books
from fieldservice.domain.setups import DAY
from fieldservice.enums import AgreementStatus
from fieldservice.models import AgreementAsset, BookingSetup, InvoiceSetup, InvoiceSetupLine
from portal.tenancy.days import today


def write_coverage(plans, books: Books) -> None:
    """Let each agreement whose first row names assets cover exactly those."""
    naming = [plan for plan in plans if plan.is_head and "covered_serial_numbers" in plan.row.values]
    known: dict = {}
    for each in AgreementAsset.objects.filter(agreement__in=[plan.record.pk for plan in naming]):
        known.setdefault(each.agreement_id, {})[each.asset_id] = each
    fresh, gone = [], []
    for plan in naming:
        agreement, covered = plan.record, known.get(plan.record.pk, {})
        wanted = {books.assets[agreement.account_id, serial].pk for serial in plan.row.values["covered_serial_numbers"]}
        fresh += [AgreementAsset(agreement=agreement, asset_id=pk) for pk in sorted(wanted - set(covered))]
        gone += [each.pk for pk, each in covered.items() if pk not in wanted]
        plan.is_touched |= wanted != set(covered)
    AgreementAsset.objects.bulk_create(fresh)
    AgreementAsset.objects.filter(pk__in=gone).delete()


def write_setups(plans) -> None:
    """Write setups and lines; those of agreements in force, and those whose term changed, are planned from today on by the next sweep."""
    for model in (BookingSetup, InvoiceSetup):
        chosen = [plan for plan in plans if plan.setup is not None and isinstance(plan.setup.record, model)]
        for plan in chosen:
            plan.setup.record.agreement = plan.record
            if plan.record.status == AgreementStatus.ACTIVE and (plan.setup.is_new or plan.setup.changed):
                plan.setup.record.planned_until = today() - DAY
            plan.is_touched |= plan.setup.is_new or bool(plan.setup.changed)
        fresh = {plan.setup.record.pk: plan.setup.record for plan in chosen if plan.setup.is_new}
        model.objects.bulk_create(fresh.values())
        changed = [plan.setup for plan in chosen if plan.setup.changed and plan.setup.record.pk not in fresh]
        fields = sorted({name for each in changed for name in each.changed} | {"planned_until"})
        if changed:
            model.objects.bulk_update([each.record for each in changed], fields)
        moved = [plan.record.pk for plan in plans if plan.is_head and not plan.is_new and is_moved(plan)]
        if moved:
            model.objects.filter(agreement__in=moved, is_active=True).update(planned_until=today() - DAY)
    write_lines(plans)


def is_moved(plan) -> bool:
    """Whether the dates of an agreement in force are to be planned anew."""
    timed = {"start_date", "end_date", "generation_time"}
    return plan.record.status == AgreementStatus.ACTIVE and bool(timed & set(plan.changed))


def write_lines(plans) -> None:
    """Write the lines of invoice setups."""
    lined = [plan for plan in plans if plan.setup is not None and plan.setup.line is not None]
    fresh = {plan.setup.line.pk: plan.setup.line for plan in lined if plan.setup.line_is_new}
    InvoiceSetupLine.objects.bulk_create(fresh.values())
    changed = [plan.setup for plan in lined if plan.setup.line_changed and plan.setup.line.pk not in fresh]
    if changed:
        InvoiceSetupLine.objects.bulk_update([each.line for each in changed], ["quantity", "unit_price"])
    for plan in lined:
        plan.is_touched |= plan.setup.line_is_new or bool(plan.setup.line_changed)
