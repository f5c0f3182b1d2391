"""What finance decides about vendors and purchase orders, taken over by the verbs of ours (INT-1, DYNAMICS 7.6)."""

import datetime as dt
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.purchase_orders import (
    approve,
    cancel,
    cancel_lines,
    cause_of,
    lock_order,
    on_order,
    open_quantity,
    reject,
    submit,
)
from fieldservice.domain.receipts import Arrival, receive
from fieldservice.domain.stock import book
from fieldservice.enums import PurchaseLineStatus, PurchaseStatus
from fieldservice.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, Vendor
from portal.audit.domain import record
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError

OPEN, CANCELED = "open", "canceled"
APPROVED, REJECTED = "approved", "rejected"


@transaction.atomic
def take_in_vendor(
    number: str, *, name: str, email: str = "", phone: str = "", is_active: bool = True, by=None
) -> tuple[Vendor, bool, list[str]]:
    """Write a vendor as finance has it; audited. Returns it, whether it is new, and what changed."""
    known = Vendor.objects.select_for_update(of=("self",), no_key=True).filter(number=number).order_by("pk").first()
    vendor = known or Vendor(number=number)
    wanted = {"name": name, "email": email, "phone": phone, "is_active": is_active}
    before = {key: str(getattr(vendor, key)) for key, value in wanted.items() if getattr(vendor, key) != value}
    for key in before:
        setattr(vendor, key, wanted[key])
    if known is None:
        vendor.save(force_insert=True)
    elif before:
        vendor.save(update_fields=list(before))
    if known is None or before:
        after = {key: str(wanted[key]) for key in before}
        record(by, "vendor.take_in", vendor, before=before if known else {}, after=after)
    return vendor, known is None, list(before)


@transaction.atomic
def follow_order(
    number: str, *, status: str = "", approval: str = "", by=None
) -> tuple[PurchaseOrder, bool, list[str]]:
    """Bring a purchase order to where finance has it; what it says twice changes nothing. Returns what changed.

    Finance opens what is a draft here, approves or rejects what was submitted, and cancels that of which nothing came in. Raises DomainError for
    an unknown order and for a step that is not open any more.
    """
    order = found_order(number)
    before = order.status
    if status == OPEN and order.status == PurchaseStatus.DRAFT:
        submit(order, by=by)
    if order.status == PurchaseStatus.SUBMITTED and approval == APPROVED:
        approve(order, by=by)
    if order.status == PurchaseStatus.SUBMITTED and approval == REJECTED:
        reject(order, reason=_("Rejected in finance."), by=by)
    if status == CANCELED and order.status != PurchaseStatus.CANCELED and not order.receipts.exists():
        cancel(order, reason=_("Canceled in finance."), by=by)
    if status == OPEN and order.status == PurchaseStatus.CANCELED:
        raise DomainError(_("The purchase order is canceled here, and open in finance."), field="status")
    return order, False, ["status"] if order.status != before else []


@transaction.atomic
def follow_line(number: str, position: int, *, status: str, by=None) -> tuple[PurchaseOrderLine, bool, list[str]]:
    """Cancel a line that finance canceled, and wait for it again where finance took that back. Returns what changed."""
    order = lock_order(found_order(number))
    line = found_line(order, position)
    if status == CANCELED and line.status == PurchaseLineStatus.PENDING:
        cancel_lines(order, [line.pk], reason=_("Canceled in finance."), by=by)
    elif status == OPEN and line.status == PurchaseLineStatus.CANCELED:
        reopen(order, line, by=by)
    else:
        return line, False, []
    line.refresh_from_db()
    return line, False, ["status"]


def reopen(order: PurchaseOrder, line: PurchaseOrderLine, *, by=None) -> None:
    """Wait for a line of a locked, approved order again; raises DomainError once the order is closed."""
    if order.status != PurchaseStatus.APPROVED:
        status = PurchaseStatus(order.status).label
        raise DomainError(_("The purchase order is “%(status)s”.") % {"status": status}, field="status")
    line.status = PurchaseLineStatus.PENDING
    line.save(update_fields=["status"])
    if line.product.kind == ProductKind.INVENTORY and open_quantity(line):
        book(on_order([line], 1), cause_of(order))
    record(by, "purchase_order.reopen_line", order, after={"line": str(line)})


@transaction.atomic
def take_in_receipt(
    receipt_number: str,
    line_number: int,
    *,
    order_number: str,
    order_line: int,
    quantity: Decimal,
    received_date: dt.date | None = None,
    by=None,
) -> tuple[PurchaseReceipt, bool, list[str]]:
    """Record what finance received of a line; the same line of the same receipt again returns the first one.

    Raises DomainError for an unknown order or line, and where more or less is said of what was recorded already.
    """
    key = uuid5(NAMESPACE_URL, f"receipt:{receipt_number}/{line_number}")
    known = PurchaseReceipt.objects.filter(request_key=key).order_by("pk").first()
    if known is not None:
        if known.lines.filter(quantity=quantity).exists():
            return known, False, []
        raise DomainError(_("This receipt is recorded with another quantity."), field="quantity")
    order = found_order(order_number)
    line = found_line(order, order_line)
    reason = _("Received in finance.") if quantity > open_quantity(line) else ""
    arrivals = [Arrival(line=line.pk, quantity=quantity, over_reason=reason)]
    note = _("Receipt %(number)s of finance") % {"number": receipt_number}
    made = receive(order, arrivals, received_date=received_date, note=note, request_key=key, by=by)
    return made, True, ["quantity"]


def found_order(number: str) -> PurchaseOrder:
    """The order of this number; raises DomainError."""
    found = PurchaseOrder.objects.filter(number=number).order_by("pk").first()
    if found is None:
        raise DomainError(_("There is no purchase order “%(number)s” here.") % {"number": number}, field="number")
    return found


def found_line(order: PurchaseOrder, position: int) -> PurchaseOrderLine:
    """Its line of this position; raises DomainError."""
    found = order.lines.select_related("product").filter(position=position).order_by("pk").first()
    if found is None:
        sentence = _("The purchase order “%(number)s” has no line %(line)s.")
        raise DomainError(sentence % {"number": order, "line": position}, field="line_number")
    return found
