"""Verbs over project invoices: draft, review, confirm, record as paid (PSA-4, DYNAMICS 6.6). Corrections stand in a file of their own."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.invoices import InvoiceItem, days_to_pay
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from portal.timeline.domain.comments import note_event
from projects.domain.documents import check_account, check_step, lock, refresh
from projects.domain.lines import Item, rows_of, sum_up
from projects.domain.milestones import lock_milestones, move
from projects.domain.notices import tell_of_invoices
from projects.enums import (
    INVOICE_TRANSITIONS,
    BillingType,
    ContractStatus,
    InvoiceStatus,
    MilestoneStatus,
    NumberKind,
)
from projects.models import Contract, ContractMilestone, Project, ProjectInvoice, ProjectInvoiceLine

WRITABLE = (InvoiceStatus.DRAFT, InvoiceStatus.IN_REVIEW)


@transaction.atomic
def draft_invoice(
    account: Account,
    *,
    items: Sequence[Item] = (),
    project: Project | None = None,
    contract: Contract | None = None,
    corrects: ProjectInvoice | None = None,
    invoice_date: dt.date | None = None,
    due_date: dt.date | None = None,
    note: str = "",
    is_exposed: bool = False,
    by=None,
) -> ProjectInvoice:
    """Draft an invoice that `account` pays; audited. Only chargeable lines add up.

    Without dates it is of today, by the tenant's calendar, and due after the account's days to pay. The tenant's counter is
    locked from here to the caller's commit. Raises DomainError for records of another account, lines that cannot be charged or
    a due date before the invoice's.
    """
    check_account(account, project=project, contract=contract)
    day = invoice_date or today()
    invoice = ProjectInvoice(
        account=account,
        project=project,
        contract=contract,
        corrects=corrects,
        invoice_date=day,
        due_date=due_date or day + dt.timedelta(days=days_to_pay(account)),
        currency=current_tenant().currency,
        note=note,
        is_exposed=is_exposed,
        created_at=clock.now(),
    )
    check_due(invoice)
    rows = line_rows(invoice, items)
    invoice.number = take_number(NumberKind.INVOICE)
    invoice.save(force_insert=True)
    ProjectInvoiceLine.objects.bulk_create(rows)
    record(by, "project_invoice.create", invoice, after={"number": invoice.number, "total": str(invoice.total)})
    return invoice


def check_due(invoice: ProjectInvoice) -> None:
    """Raise DomainError for a due date before the invoice's."""
    if invoice.due_date < invoice.invoice_date:
        raise DomainError(_("An invoice is due on its date or later."), field="due_date")


@transaction.atomic
def draft_of_milestones(contract: Contract, *, by=None) -> ProjectInvoice:
    """Bill what an active contract has ready: a line for each milestone, each once; audited.

    Asked again while nothing more is ready, it gives the draft that bills the contract's milestones. Raises DomainError where
    there is none, and unless the contract is active.
    """
    locked = (
        Contract.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account", "project")
        .get(pk=contract.pk)
    )
    if locked.status != ContractStatus.ACTIVE:
        raise DomainError(_("Only an active contract is billed."))
    of_contract = ContractMilestone.objects.filter(line__contract=locked)
    ready = lock_milestones(of_contract.filter(status=MilestoneStatus.READY))
    if not ready:
        drafts = locked.invoices.filter(status__in=WRITABLE, lines__milestone__isnull=False)
        known = drafts.order_by("-created_at", "-pk").first()
        if known is None:
            raise DomainError(_("No milestone is ready to be invoiced."))
        return known
    invoice = draft_invoice(
        locked.account, items=[billing(each) for each in ready], project=locked.project, contract=locked, by=by
    )
    move(ready, MilestoneStatus.INVOICED)
    return invoice


def billing(milestone: ContractMilestone) -> Item:
    """The line that bills a milestone, at the tax of the contract's line."""
    line = milestone.line
    text = milestone.name if milestone.name in line.description else f"{line.description}: {milestone.name}"
    charged = InvoiceItem(
        product=line.product,
        description=text,
        unit_price=milestone.amount,
        net=milestone.amount,
        tax_name=line.tax_name,
        tax_rate=line.tax_rate,
    )
    return Item(charged, {"contract_line": line, "milestone": milestone})


@transaction.atomic
def write_lines(invoice: ProjectInvoice, items: Sequence[Item], *, by=None) -> ProjectInvoice:
    """Replace the lines of a draft; audited. A milestone whose line is gone is ready to be billed again.

    Raises DomainError once it is in review or confirmed, for lines that cannot be charged, tasks of another project, and where a
    milestone is billed at another amount than was agreed.
    """
    locked = lock(invoice)
    if locked.status != InvoiceStatus.DRAFT:
        raise DomainError(_("Only a draft is written. Take it back from the review, or correct what was confirmed."))
    before = {"total": str(locked.total)}
    former = {each.pk: each for each in locked.lines.order_by("pk")}
    rows = line_rows(locked, items)
    for row, item in zip(rows, items, strict=True):
        origin = former.get(item.former)
        if origin is not None:
            row.contract_line_id, row.milestone_id = origin.contract_line_id, origin.milestone_id
    check_milestones(rows)
    kept = {row.milestone_id for row in rows}
    dropped = {each.milestone_id for each in former.values()} - kept - {None}
    locked.lines.all().delete()
    locked.save(update_fields=["net", "tax", "total"])
    ProjectInvoiceLine.objects.bulk_create(rows)
    release(dropped)
    record(by, "project_invoice.lines", locked, before=before, after={"total": str(locked.total), "lines": len(rows)})
    return refresh(invoice, locked)


def line_rows(invoice: ProjectInvoice, items: Sequence[Item]) -> list[ProjectInvoiceLine]:
    """The lines with their amounts, not yet written; sets the totals of the invoice. Raises DomainError."""
    chargeable = BillingType.CHARGEABLE
    billed = [replace(each, is_free=each.own.get("billing_type", chargeable) != chargeable) for each in items]
    rows = rows_of(ProjectInvoiceLine, invoice, billed, parent="invoice")
    if any(row.task is not None and row.task.project_id != invoice.project_id for row in rows):
        raise DomainError(_("This task belongs to another project."), field="task")
    sum_up(invoice, rows)
    return rows


def check_milestones(rows: Sequence[ProjectInvoiceLine]) -> None:
    """Raise DomainError where a milestone is billed twice, or at another amount than was agreed."""
    billed = [(row.milestone_id, row.net) for row in rows if row.milestone_id is not None]
    agreed = dict(
        ContractMilestone.objects.filter(pk__in=[pk for pk, _net in billed]).values_list("pk", "amount").order_by("pk")
    )
    if any(agreed[pk] != net for pk, net in billed) or len(agreed) != len(billed):
        raise DomainError(_("A milestone is billed once, at the amount that was agreed. Remove its line instead."))


def release(milestone_ids) -> None:
    """Milestones that an unconfirmed invoice no longer bills are ready again."""
    found = ContractMilestone.objects.filter(pk__in=milestone_ids, status=MilestoneStatus.INVOICED)
    move(lock_milestones(found), MilestoneStatus.READY)


@transaction.atomic
def submit(invoice: ProjectInvoice, *, by=None) -> ProjectInvoice:
    """Give a draft to a colleague to look at; audited. Submitting again changes nothing. Raises DomainError without lines."""
    return step(invoice, InvoiceStatus.IN_REVIEW, "project_invoice.submit", by=by)


@transaction.atomic
def send_back(invoice: ProjectInvoice, *, by=None) -> ProjectInvoice:
    """Take an invoice out of the review to write it again; audited. Sending back again changes nothing."""
    return step(invoice, InvoiceStatus.DRAFT, "project_invoice.send_back", by=by)


def step(invoice: ProjectInvoice, to: InvoiceStatus, action: str, *, by) -> ProjectInvoice:
    """Move an invoice that nobody but staff knows of."""
    locked = lock(invoice)
    if locked.status != to:
        before = locked.status
        check_step(InvoiceStatus(before), to, INVOICE_TRANSITIONS)
        if to == InvoiceStatus.IN_REVIEW:
            check_lines(locked)
        locked.status = to
        locked.save(update_fields=["status"])
        record(by, action, locked, before={"status": before}, after={"status": to})
    return refresh(invoice, locked)


def check_lines(invoice: ProjectInvoice) -> None:
    """The same for an invoice that is there."""
    check_shown(invoice.lines.order_by("position", "pk"))


def check_shown(lines: Iterable[ProjectInvoiceLine]) -> None:
    """Raise DomainError unless there is a line for the customer to read."""
    if all(each.billing_type == BillingType.NON_CHARGEABLE for each in lines):
        raise DomainError(_("An invoice needs a line that the customer sees."))


@transaction.atomic
def confirm(invoice: ProjectInvoice, *, by=None) -> ProjectInvoice:
    """Make an invoice final: customers see it where it is exposed, and it stays as it is; audited.

    What costs nothing is paid at once. A correction takes the place of the invoice that it corrects. Confirming again changes
    nothing. Raises DomainError without lines.
    """
    locked = lock(invoice)
    if locked.confirmed_at is None:
        finish_confirm(locked, by=by)
        tell_of_invoices([locked])
    return refresh(invoice, locked)


def finish_confirm(locked: ProjectInvoice, *, by) -> None:
    """Confirm a locked invoice; the caller tells those who see it. Raises DomainError."""
    before, now = locked.status, clock.now()
    check_step(InvoiceStatus(before), InvoiceStatus.CONFIRMED, INVOICE_TRANSITIONS)
    check_lines(locked)
    locked.status, locked.confirmed_at = InvoiceStatus.CONFIRMED, now
    if locked.total == ZERO:
        locked.status, locked.paid_at = InvoiceStatus.PAID, now
    locked.save(update_fields=["status", "confirmed_at", "paid_at"])
    billed = locked.lines.filter(milestone__isnull=False).values("milestone")
    move(lock_milestones(ContractMilestone.objects.filter(pk__in=billed)), MilestoneStatus.POSTED)
    record(by, "project_invoice.confirm", locked, before={"status": before}, after={"status": locked.status})
    note_event(locked, "project_invoice.confirmed", by=by)
    if locked.corrects is not None:
        stand_in(locked, by=by)


def stand_in(correction: ProjectInvoice, *, by) -> None:
    """Mark the invoice that was corrected."""
    original = lock(correction.corrects)
    original.corrected_at = clock.now()
    original.save(update_fields=["corrected_at"])
    record(by, "project_invoice.corrected", original, after={"correction": correction.number})
    note_event(original, "project_invoice.corrected", by=by)


@transaction.atomic
def record_paid(invoice: ProjectInvoice, *, paid_date: dt.date | None = None, by=None) -> ProjectInvoice:
    """Record that a confirmed invoice was paid, today unless told otherwise; audited. Recording it again changes nothing.

    Raises DomainError for a day to come, and where a correction was written: that one is to be paid.
    """
    locked = lock(invoice)
    if locked.status == InvoiceStatus.PAID:
        return refresh(invoice, locked)
    day = paid_date or today()
    check_step(InvoiceStatus(locked.status), InvoiceStatus.PAID, INVOICE_TRANSITIONS)
    if day > today():
        raise DomainError(_("This day has not come yet."), field="paid_date")
    if locked.corrections.exists():
        raise DomainError(_("This invoice has a correction. Record the payment there, or throw the correction away."))
    locked.status = InvoiceStatus.PAID
    locked.paid_at = clock.now() if day == today() else dt.datetime.combine(day, dt.time(), current_tenant().zone)
    locked.save(update_fields=["status", "paid_at"])
    record(by, "project_invoice.paid", locked, before={"status": InvoiceStatus.CONFIRMED}, after={"paid": str(day)})
    note_event(locked, "project_invoice.paid", by=by)
    return refresh(invoice, locked)
