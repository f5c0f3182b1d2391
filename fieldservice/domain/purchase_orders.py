"""Verbs over purchase orders: written, submitted, decided, canceled (DYNAMICS 7.6). What comes in is in `receipts.py`.

What is on order in the warehouses rises with the approval and falls with receipts and cancellations.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.stock import Cause, Movement, book, check_open
from fieldservice.enums import (
    PURCHASE_TRANSITIONS,
    JournalKind,
    JournalReason,
    NumberKind,
    PurchaseLineStatus,
    PurchaseStatus,
)
from fieldservice.models import PurchaseOrder, PurchaseOrderLine, Vendor, Warehouse, WorkOrder
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.days import today

MOST_LINES = 200
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseItem:
    """So much of a product, for the order's warehouse, for another one, or straight for a work order.

    Without a cost it is what the product costs.
    """

    product: Product
    quantity: Decimal
    unit_cost: Decimal | None = None
    description: str = ""
    warehouse: Warehouse | None = None
    work_order: WorkOrder | None = None


@transaction.atomic
def draft_order(
    vendor: Vendor,
    items: Sequence[PurchaseItem] = (),
    *,
    warehouse: Warehouse | None = None,
    order_date: dt.date | None = None,
    expected_date: dt.date | None = None,
    vendor_reference: str = "",
    note: str = "",
    by=None,
) -> PurchaseOrder:
    """Draft an order. Audited. Raises DomainError for a vendor that is no longer used and more lines than an order holds."""
    check_vendor(vendor)
    check_items(items)
    order = PurchaseOrder.objects.create(
        number=take_number(NumberKind.PURCHASE_ORDER),
        vendor=vendor,
        warehouse=warehouse,
        order_date=order_date or today(),
        expected_date=expected_date,
        vendor_reference=vendor_reference,
        note=note,
        created_at=clock.now(),
    )
    _insert_lines(order, items)
    record(by, "purchase_order.create", order, after={"number": order.number, "vendor": str(vendor)})
    return order


@transaction.atomic
def write_order_lines(order: PurchaseOrder, items: Sequence[PurchaseItem], *, by=None) -> None:
    """Write the products of a draft anew, in this order; audited.

    Raises DomainError once it is submitted, and for quantities and costs that cannot be.
    """
    locked = lock_order(order)
    if locked.status != PurchaseStatus.DRAFT:
        raise DomainError(_("%(number)s is submitted: its products stay as they are.") % {"number": locked})
    check_items(items)
    locked.lines.all().delete()
    _insert_lines(locked, items)
    told = [f"{item.product}: {item.quantity.normalize():f}" for item in items]
    record(by, "purchase_order.lines", locked, after={"lines": told})


@transaction.atomic
def submit(order: PurchaseOrder, *, by=None) -> PurchaseOrder:
    """Hand a draft in for approval: from now on its lines stay. Audited. Repeating changes nothing.

    Raises DomainError without products, and where nobody says what goes where.
    """
    locked = lock_order(order)
    if locked.status == PurchaseStatus.SUBMITTED:
        return refresh(order, locked)
    check_step(locked, PurchaseStatus.SUBMITTED)
    check_vendor(locked.vendor)
    lines = list(locked.lines.select_related("warehouse").order_by("position", "pk"))
    if not lines:
        raise DomainError(_("Add the products first."))
    aimless = [line for line in lines if line.warehouse_id is None and line.work_order_id is None]
    if aimless and locked.warehouse is None:
        raise DomainError(_("Say where the products go: the order's warehouse, or one or a work order for each line."))
    for line in aimless:
        line.warehouse = locked.warehouse
    for warehouse in {line.warehouse_id: line.warehouse for line in lines if line.warehouse is not None}.values():
        check_open(warehouse)
    PurchaseOrderLine.objects.bulk_update(aimless, ["warehouse"])
    return _move(order, locked, PurchaseStatus.SUBMITTED, by, submitted_at=clock.now(), decision_reason="")


@transaction.atomic
def approve(order: PurchaseOrder, *, by=None) -> PurchaseOrder:
    """Approve what was submitted: it is on order in its warehouses. Audited. Repeating changes nothing."""
    locked = lock_order(order)
    if locked.status != PurchaseStatus.APPROVED:
        check_step(locked, PurchaseStatus.APPROVED)
        book(on_order(stocked_lines(locked), 1), cause_of(locked))
        _move(order, locked, PurchaseStatus.APPROVED, by, decided_at=clock.now())
    return refresh(order, locked)


@transaction.atomic
def reject(order: PurchaseOrder, *, reason: str, by=None) -> PurchaseOrder:
    """Turn down what was submitted, and say why. Audited. Raises DomainError without a reason."""
    locked = lock_order(order)
    check_step(locked, PurchaseStatus.REJECTED)
    said = said_reason(reason)
    return _move(order, locked, PurchaseStatus.REJECTED, by, decided_at=clock.now(), decision_reason=said)


@transaction.atomic
def revise(order: PurchaseOrder, *, by=None) -> PurchaseOrder:
    """Take a rejected order up again as a draft. Audited."""
    locked = lock_order(order)
    check_step(locked, PurchaseStatus.DRAFT)
    return _move(order, locked, PurchaseStatus.DRAFT, by, submitted_at=None, decided_at=None)


@transaction.atomic
def cancel(order: PurchaseOrder, *, reason: str, by=None) -> PurchaseOrder:
    """Call an order off of which nothing has come in. Audited with the reason.

    Raises DomainError without a reason, and once something has come in: then what is open is canceled.
    """
    locked = lock_order(order)
    check_step(locked, PurchaseStatus.CANCELED)
    if locked.receipts.exists():
        raise DomainError(_("Something has come in already. Cancel the lines that are open instead."))
    said = said_reason(reason)
    _close_lines(locked, locked.lines.filter(status=PurchaseLineStatus.PENDING))
    return _move(order, locked, PurchaseStatus.CANCELED, by, closed_at=clock.now(), decision_reason=said)


@transaction.atomic
def cancel_lines(order: PurchaseOrder, lines: Collection[UUID], *, reason: str, by=None) -> PurchaseOrder:
    """Wait no longer for these lines of an approved order. Audited with the reason. What came in of them stays.

    With the last one the order is received, or canceled where nothing came in at all.
    """
    locked = lock_order(order)
    if locked.status != PurchaseStatus.APPROVED:
        raise DomainError(_("Only lines of an approved order are canceled."))
    said = said_reason(reason)
    chosen = list(locked.lines.filter(pk__in=lines, status=PurchaseLineStatus.PENDING).order_by("pk"))
    if not chosen:
        raise DomainError(_("Choose lines that are open."), field="lines")
    _close_lines(locked, locked.lines.filter(pk__in=[line.pk for line in chosen]))
    record(by, "purchase_order.cancel_lines", locked, after={"lines": [str(each) for each in chosen], "reason": said})
    settle(locked, by=by)
    return refresh(order, locked)


def settle(locked: PurchaseOrder, *, by=None) -> None:
    """Move an approved order on once no line of it is open, and to billed once all that came in is."""
    if locked.status == PurchaseStatus.APPROVED and not locked.lines.filter(status=PurchaseLineStatus.PENDING).exists():
        if locked.receipts.exists():
            _move(locked, locked, PurchaseStatus.RECEIVED, by)
        else:
            _move(locked, locked, PurchaseStatus.CANCELED, by, closed_at=clock.now())
    if locked.status == PurchaseStatus.RECEIVED and not locked.receipts.filter(bill__isnull=True).exists():
        _move(locked, locked, PurchaseStatus.BILLED, by, closed_at=clock.now())


def lock_order(order: PurchaseOrder) -> PurchaseOrder:
    """The row as it is now, locked until the transaction ends."""
    orders = PurchaseOrder.objects.select_for_update(of=("self",), no_key=True)
    return orders.select_related("vendor", "warehouse").get(pk=order.pk)


def refresh(order: PurchaseOrder, locked: PurchaseOrder) -> PurchaseOrder:
    """Give the caller's object what was written."""
    for field in PurchaseOrder._meta.concrete_fields:
        setattr(order, field.attname, getattr(locked, field.attname))
    return order


def check_step(order: PurchaseOrder, to: PurchaseStatus) -> None:
    """Raise DomainError unless the order may become this."""
    now = PurchaseStatus(order.status)
    if to not in PURCHASE_TRANSITIONS[now]:
        raise DomainError(
            _("A purchase order that is “%(before)s” cannot become “%(after)s”.")
            % {"before": now.label, "after": to.label}
        )


def check_vendor(vendor: Vendor) -> None:
    """Raise DomainError for a vendor that nothing is bought from any more."""
    if not vendor.is_active:
        raise DomainError(_("Nothing is bought from “%(name)s” any more.") % {"name": vendor}, field="vendor")


def check_items(items: Sequence[PurchaseItem]) -> None:
    """Raise DomainError for more products than an order holds, quantities and costs that cannot be, and two destinations."""
    if len(items) > MOST_LINES:
        raise DomainError(_("A purchase order holds at most %(count)d products.") % {"count": MOST_LINES})
    for item in items:
        if item.quantity <= ZERO or (item.unit_cost or ZERO) < ZERO:
            raise DomainError(_("The quantity is above 0 and the cost not negative."))
        if item.warehouse is not None and item.work_order is not None:
            raise DomainError(_("A line goes to a warehouse or to a work order."))


def item_of(line: PurchaseOrderLine) -> PurchaseItem:
    """The item that a line was typed as."""
    names = ("product", "quantity", "unit_cost", "description", "warehouse", "work_order")
    return PurchaseItem(**{name: getattr(line, name) for name in names})


def said_reason(reason: str) -> str:
    """The reason in one line; raises DomainError where there is none."""
    said = " ".join(reason.split())[:REASON_LENGTH]
    if not said:
        raise DomainError(_("Say why."), field="reason")
    return said


def stocked_lines(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """The lines that raise a warehouse's level."""
    lines = order.lines.filter(warehouse__isnull=False, product__kind=ProductKind.INVENTORY)
    return list(lines.order_by("position", "pk"))


def open_quantity(line: PurchaseOrderLine) -> Decimal:
    """What has not come in yet."""
    return max(line.quantity - line.received, ZERO)


def on_order(lines: Iterable[PurchaseOrderLine], sign: int) -> list[Movement]:
    """What is open of the lines, more or less on order."""
    return [
        Movement(line.warehouse_id, line.product_id, JournalKind.ON_ORDER, sign * open_quantity(line), line.pk)
        for line in lines
        if line.warehouse_id is not None
    ]


def cause_of(order: PurchaseOrder) -> Cause:
    return Cause(JournalReason.PURCHASE, order.number)


def _insert_lines(order: PurchaseOrder, items: Sequence[PurchaseItem]) -> None:
    PurchaseOrderLine.objects.bulk_create(
        PurchaseOrderLine(
            order=order,
            product=item.product,
            description=item.description or item.product.name,
            warehouse=item.warehouse,
            work_order=item.work_order,
            quantity=item.quantity,
            unit_cost=item.product.cost if item.unit_cost is None else item.unit_cost,
            position=position,
        )
        for position, item in enumerate(items, start=1)
    )


def _close_lines(order: PurchaseOrder, lines) -> None:
    """End lines that are open: what came in of one is received, of the others nothing is awaited."""
    if order.status == PurchaseStatus.APPROVED:
        stocked = lines.filter(warehouse__isnull=False, product__kind=ProductKind.INVENTORY)
        book(on_order(stocked.order_by("pk"), -1), cause_of(order))
    partly = [line.pk for line in lines if line.received]
    lines.exclude(pk__in=partly).update(status=PurchaseLineStatus.CANCELED)
    order.lines.filter(pk__in=partly).update(status=PurchaseLineStatus.RECEIVED)


def _move(order: PurchaseOrder, locked: PurchaseOrder, to: PurchaseStatus, by, **values) -> PurchaseOrder:
    before = locked.status
    for name, value in {"status": to, **values}.items():
        setattr(locked, name, value)
    locked.save(update_fields=["status", *values])
    told = {"reason": values["decision_reason"]} if values.get("decision_reason") else {}
    record(by, "purchase_order.status", locked, before={"status": before}, after={"status": to, **told})
    return refresh(order, locked)
