"""Verbs over invoices: draft, write lines, issue, cancel (FS-5, DYNAMICS 3.3). Payments and credits stand in files of their own."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from fieldservice.domain.invoice_notices import tell_of
from fieldservice.engine.totals import HUNDRED, Amounts, amounts, tax_on, totals
from fieldservice.enums import INVOICE_TRANSITIONS, InvoiceStatus, NumberKind
from fieldservice.models import Agreement, FieldServiceSettings, Invoice, InvoiceLine, WorkOrder
from portal.accounts.models import Account
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.catalog.domain.prices import terms_of
from portal.catalog.models import Product
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant
from portal.timeline.domain.comments import note_event

MOST_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceItem:
    """A line as it is to be charged, in the tenant's currency.

    Its net is quantity × price less the discount, and its tax the rate of that, each rounded; `net` (rounded) says otherwise
    where the price follows another rule (services by time, flat fees), `tax` where another document fixed it.
    """

    description: str
    quantity: Decimal = Decimal(1)
    unit: str = ""
    unit_price: Decimal = ZERO
    discount_percent: Decimal = ZERO
    tax_name: str = ""
    tax_rate: Decimal = ZERO
    product: Product | None = None
    net: Decimal | None = None
    tax: Decimal | None = None


@transaction.atomic
def draft_invoice(
    account: Account,
    *,
    lines: Sequence[InvoiceItem],
    service_account: Account | None = None,
    agreement: Agreement | None = None,
    work_order: WorkOrder | None = None,
    invoice_date: dt.date | None = None,
    due_date: dt.date | None = None,
    note: str = "",
    is_exposed: bool = False,
    by=None,
) -> Invoice:
    """Draft an invoice that `account` pays; audited. `service_account` is whose sites were served, where another one pays.

    Without dates it is of today, by the tenant's calendar, and due after the account's days to pay. The tenant's counter
    is locked from here to the caller's commit: call this late in a transaction. Raises DomainError for lines that cannot be
    charged or a due date before the invoice's.
    """
    day = invoice_date or today()
    invoice = Invoice(
        account=account,
        service_account=service_account,
        agreement=agreement,
        work_order=work_order,
        invoice_date=day,
        due_date=due_date or day + dt.timedelta(days=days_to_pay(account)),
        currency=current_tenant().currency,
        note=note,
        is_exposed=is_exposed,
        created_at=clock.now(),
    )
    if invoice.due_date < invoice.invoice_date:
        raise DomainError(_("An invoice is due on its date or later."), field="due_date")
    rows = line_rows(invoice, lines)
    invoice.number = take_number(NumberKind.INVOICE)
    invoice.save(force_insert=True)
    InvoiceLine.objects.bulk_create(rows)
    figures = {"number": invoice.number, "total": str(invoice.total), "is_exposed": is_exposed}
    record(by, "invoice.create", invoice, after=figures)
    return invoice


@transaction.atomic
def write_lines(invoice: Invoice, lines: Sequence[InvoiceItem], *, by=None) -> Invoice:
    """Replace the lines of a draft; audited. Raises DomainError once it was issued."""
    locked = lock_invoice(invoice)
    if locked.status != InvoiceStatus.DRAFT:
        raise DomainError(_("The lines of an issued invoice stay as they are. Credit it instead."))
    before = {"total": str(locked.total)}
    rows = line_rows(locked, lines)
    locked.lines.all().delete()
    locked.save(update_fields=["net", "tax", "total"])
    InvoiceLine.objects.bulk_create(rows)
    record(by, "invoice.lines", locked, before=before, after={"total": str(locked.total), "lines": len(rows)})
    return refresh(invoice, locked)


@transaction.atomic
def issue(invoice: Invoice, *, by=None) -> Invoice:
    """Make a draft final: from now on customers see it where it is exposed, and its lines stay; audited.

    What costs nothing is paid at once. Issuing again changes nothing. Raises DomainError without lines or once canceled.
    """
    locked = lock_invoice(invoice)
    if locked.is_final:
        return refresh(invoice, locked)
    check_step(locked, InvoiceStatus.ISSUED)
    if not locked.lines.exists():
        raise DomainError(_("An invoice without lines cannot be issued."))
    finish_issue(locked, by=by)
    tell_of([locked])
    return refresh(invoice, locked)


@transaction.atomic
def issue_drafts(invoices, *, by=None) -> list[Invoice]:
    """Issue those of a queryset that are drafts with lines, together: each customer gets one message. Returns them."""
    has_lines = Exists(InvoiceLine.objects.filter(invoice=OuterRef("pk")))
    drafts = invoices.filter(has_lines, status=InvoiceStatus.DRAFT)
    issued = list(drafts.order_by("pk").select_for_update(of=("self",), no_key=True))
    for each in issued:
        finish_issue(each, by=by)
    tell_of(issued)
    return issued


@transaction.atomic
def cancel(invoice: Invoice, *, reason: str, by=None) -> Invoice:
    """Take a draft or an unpaid invoice back; audited with its reason. Canceling again changes nothing.

    Its work order may be invoiced anew. Raises DomainError without a reason, or once something was paid or credited.
    """
    reason = reason.strip()
    locked = lock_invoice(invoice)
    if locked.status == InvoiceStatus.CANCELED:
        return refresh(invoice, locked)
    if not reason:
        raise DomainError(_("Say why the invoice is canceled."), field="reason")
    check_step(locked, InvoiceStatus.CANCELED)
    if locked.paid or locked.credited:
        raise DomainError(_("Something was paid or credited already. Credit the rest instead."))
    before = locked.status
    locked.cancel_reason = reason[: Invoice._meta.get_field("cancel_reason").max_length]
    move(locked, InvoiceStatus.CANCELED)
    locked.save(update_fields=["status", "closed_at", "cancel_reason"])
    after = {"status": InvoiceStatus.CANCELED, "reason": locked.cancel_reason}
    record(by, "invoice.cancel", locked, before={"status": before}, after=after)
    note_event(locked, "invoice.canceled", by=by)
    return refresh(invoice, locked)


def finish_issue(invoice: Invoice, *, by) -> None:
    """Issue a locked draft that has its lines; the caller tells those who see it."""
    move(invoice, InvoiceStatus.ISSUED)
    invoice.issued_at = clock.now()
    settle(invoice)
    invoice.save(update_fields=["status", "issued_at", "closed_at"])
    record(by, "invoice.issue", invoice, before={"status": InvoiceStatus.DRAFT}, after={"status": invoice.status})
    note_event(invoice, "invoice.issued", by=by)


def settle(invoice: Invoice) -> None:
    """Close a locked invoice of which nothing is left to pay, open it again where something is; the caller saves it."""
    if not invoice.is_final:
        return
    is_settled = invoice.balance == ZERO
    if is_settled != (invoice.status == InvoiceStatus.PAID):
        move(invoice, InvoiceStatus.PAID if is_settled else InvoiceStatus.ISSUED)


def move(invoice: Invoice, to: InvoiceStatus) -> None:
    """Set the status of a locked invoice, by `enums.INVOICE_TRANSITIONS`; the caller saves it."""
    check_step(invoice, to)
    invoice.status = to
    invoice.closed_at = clock.now() if to in {InvoiceStatus.PAID, InvoiceStatus.CANCELED} else None


def check_step(invoice: Invoice, to: InvoiceStatus) -> None:
    """Raise DomainError unless the invoice may take this step."""
    before = InvoiceStatus(invoice.status)
    if to not in INVOICE_TRANSITIONS[before]:
        names = {"before": before.label, "after": to.label}
        raise DomainError(_("An invoice that is “%(before)s” cannot become “%(after)s”.") % names)


def lock_invoice(invoice: Invoice) -> Invoice:
    """The row as it is now, locked until the transaction ends."""
    return Invoice.objects.select_for_update(of=("self",), no_key=True).get(pk=invoice.pk)


def refresh(invoice: Invoice, locked: Invoice) -> Invoice:
    """Give the caller's object what was written."""
    for field in Invoice._meta.concrete_fields:
        setattr(invoice, field.attname, getattr(locked, field.attname))
    return invoice


def line_rows(invoice: Invoice, items: Sequence[InvoiceItem]) -> list[InvoiceLine]:
    """The lines with their amounts, not yet written; sets the totals of the invoice. Raises DomainError."""
    if len(items) > MOST_LINES:
        raise DomainError(_("An invoice has at most %(count)d lines.") % {"count": MOST_LINES})
    rows = [line_row(invoice, item, position) for position, item in enumerate(items, start=1)]
    sums = totals(rows)
    invoice.net, invoice.tax, invoice.total = sums.net, sums.tax, sums.total
    return rows


def cost_of(item: InvoiceItem, currency: str) -> Amounts:
    """What the line comes to; raises DomainError for what cannot be charged."""
    if item.quantity < 0 or item.unit_price < 0:
        raise DomainError(_("Quantities and prices are not negative. Credit an invoice instead."), field="lines")
    if not 0 <= item.discount_percent <= HUNDRED or not 0 <= item.tax_rate <= HUNDRED:
        raise DomainError(_("A discount or tax is between 0 and 100 percent."), field="lines")
    net = item.net
    if net is None:
        cost = amounts(item.quantity, item.unit_price, currency=currency, discount_percent=item.discount_percent)
        net = cost.net
    return Amounts(net, tax_on(net, item.tax_rate, currency) if item.tax is None else item.tax)


def line_row(invoice: Invoice, item: InvoiceItem, position: int) -> InvoiceLine:
    """One line with its amounts; raises DomainError for what cannot be charged."""
    cost = cost_of(item, invoice.currency)
    return InvoiceLine(
        invoice=invoice,
        position=position,
        product=item.product,
        description=item.description[: InvoiceLine._meta.get_field("description").max_length],
        quantity=item.quantity,
        unit=item.unit,
        unit_price=item.unit_price,
        discount_percent=item.discount_percent,
        tax_name=item.tax_name,
        tax_rate=item.tax_rate,
        net=cost.net,
        tax=cost.tax,
    )


def days_to_pay(account: Account) -> int:
    """How long the account has: by its billing terms, else the tenant's setting."""
    terms = terms_of(account)
    if terms is not None and terms.payment_days is not None:
        return terms.payment_days
    return (FieldServiceSettings.objects.order_by("pk").first() or FieldServiceSettings()).payment_days
