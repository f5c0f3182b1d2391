"""What comes in of purchase orders, and what vendors charge for it (DYNAMICS 7.6). Neither is changed afterwards."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import DecimalField, F, Sum
from django.utils.translation import gettext as _

from fieldservice.domain.lines import add_product
from fieldservice.domain.purchase_orders import lock_order, open_quantity, refresh, settle
from fieldservice.domain.stock import Cause, Movement, book, check_open
from fieldservice.enums import JournalKind, JournalReason, NumberKind, PurchaseLineStatus, PurchaseStatus
from fieldservice.models import (
    PurchaseBill,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReceipt,
    PurchaseReceiptLine,
    Vendor,
    Warehouse,
)
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.catalog.enums import ProductKind
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.money import ZERO, round_money
from portal.tenancy.days import today
from portal.tenancy.scope import current_tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """So much came in of an ordered line; more than is open needs `over_reason`."""

    line: UUID
    quantity: Decimal
    over_reason: str = ""


@transaction.atomic
def receive(
    order: PurchaseOrder,
    arrivals: Sequence[Arrival],
    *,
    warehouse: Warehouse | None = None,
    received_date: dt.date | None = None,
    note: str = "",
    request_key: UUID | None = None,
    by=None,
) -> PurchaseReceipt:
    """Record a delivery, all or a part: it lies in the lines' warehouses, or in `warehouse` instead, or goes to their work orders.

    Audited. The same request key again returns the first receipt. Raises DomainError for what was not ordered or is
    canceled, more than is open without a reason, and a work order that is closed.
    """
    locked = lock_order(order)
    known = locked.receipts.filter(request_key=request_key).order_by("pk").first() if request_key else None
    if known is not None:
        refresh(order, locked)
        return known
    lines = check_arrivals(locked, arrivals)
    day = received_date or today()
    if day > today():
        raise DomainError(_("This day has not come yet."), field="received_date")
    if warehouse is not None:
        check_open(warehouse)
    else:
        hand_over(locked, arrivals, lines, by)
    receipt = PurchaseReceipt(order=locked, received_date=day, note=note, request_key=request_key)
    _write(receipt, arrivals, lines, warehouse)
    told = {"receipt": receipt.number, "lines": {str(lines[each.line]): str(each.quantity) for each in arrivals}}
    record(by, "purchase_order.receive", locked, after=told)
    settle(locked, by=by)
    refresh(order, locked)
    return receipt


def _write(
    receipt: PurchaseReceipt,
    arrivals: Sequence[Arrival],
    lines: dict[UUID, PurchaseOrderLine],
    elsewhere: Warehouse | None,
) -> None:
    """Number and write a receipt, book what it moves, and end the lines of which nothing is open any more."""
    receipt.number = take_number(NumberKind.RECEIPT)
    receipt.created_at = clock.now()
    receipt.save(force_insert=True)
    PurchaseReceiptLine.objects.bulk_create(
        PurchaseReceiptLine(
            receipt=receipt,
            order_line=lines[each.line],
            warehouse_id=elsewhere.pk if elsewhere else lines[each.line].warehouse_id,
            quantity=each.quantity,
            over_reason=each.over_reason,
        )
        for each in arrivals
    )
    book(movements_of(arrivals, lines, elsewhere), Cause(JournalReason.RECEIPT, receipt.number))
    done = [each.line for each in arrivals if each.quantity >= open_quantity(lines[each.line])]
    PurchaseOrderLine.objects.filter(pk__in=done).update(status=PurchaseLineStatus.RECEIVED)


def check_arrivals(order: PurchaseOrder, arrivals: Sequence[Arrival]) -> dict[UUID, PurchaseOrderLine]:
    """The lines that the arrivals name; raises DomainError for what may not come in like this."""
    if order.status != PurchaseStatus.APPROVED:
        raise DomainError(_("Only products of an approved order are received."))
    if not arrivals:
        raise DomainError(_("Say what has come in."))
    rows = order.lines.select_related("product", "work_order", "warehouse").exclude(status=PurchaseLineStatus.CANCELED)
    lines = {line.pk: line for line in rows.filter(pk__in=[each.line for each in arrivals])}
    if len({each.line for each in arrivals}) < len(arrivals) or len(lines) < len(arrivals):
        raise DomainError(_("Only lines of this order that are not canceled are received, each once."))
    for each in arrivals:
        line, field = lines[each.line], f"quantity_{each.line}"
        if each.quantity <= ZERO:
            raise DomainError(_("The quantity is above 0."), field=field)
        if each.quantity > open_quantity(line) and not each.over_reason.strip():
            sentence = _("More of “%(line)s” than is open. Say why.") % {"line": line}
            raise DomainError(sentence, field="over_reason")
    return lines


def hand_over(order: PurchaseOrder, arrivals: Sequence[Arrival], lines: dict[UUID, PurchaseOrderLine], by) -> None:
    """Put what was ordered for work orders straight on them, at what it cost. Work orders are locked in one order."""
    for each in sorted(arrivals, key=lambda each: (str(lines[each.line].work_order_id), lines[each.line].position)):
        line = lines[each.line]
        if line.work_order is not None:
            add_product(
                line.work_order,
                line.product,
                description=line.description or line.product.name,
                estimate_quantity=each.quantity,
                unit_cost=line.unit_cost,
                internal_description=_("Purchased with %(number)s") % {"number": order.number},
                by=by,
            )


def movements_of(
    arrivals: Sequence[Arrival], lines: dict[UUID, PurchaseOrderLine], elsewhere: Warehouse | None
) -> list[Movement]:
    """Less on order where it was ordered for, more on hand where it lies."""
    movements = []
    for each in arrivals:
        line = lines[each.line]
        if line.product.kind != ProductKind.INVENTORY:
            continue
        place = elsewhere.pk if elsewhere else line.warehouse_id
        awaited = min(each.quantity, open_quantity(line))
        if line.warehouse_id is not None and awaited:
            movements.append(Movement(line.warehouse_id, line.product_id, JournalKind.ON_ORDER, -awaited, line.pk))
        if place is not None:
            movements.append(Movement(place, line.product_id, JournalKind.ON_HAND, each.quantity, line.pk))
    return movements


@transaction.atomic
def bill(
    order: PurchaseOrder,
    receipts: Collection[UUID],
    *,
    number: str,
    bill_date: dt.date | None = None,
    total: Decimal | None = None,
    by=None,
) -> PurchaseBill:
    """Record the vendor's bill for receipts of the order, net; without a total what the receipts cost. Audited.

    With the last receipt of an order that is complete the order is billed. Raises DomainError for receipts that are billed
    already and a bill that is recorded already.
    """
    locked = lock_order(order)
    billed = list(locked.receipts.filter(pk__in=receipts, bill__isnull=True).order_by("pk"))
    if not billed or len(billed) < len(set(receipts)):
        raise DomainError(_("Choose receipts of this order that are not billed yet."), field="receipts")
    Vendor.objects.select_for_update(of=("self",), no_key=True).get(pk=locked.vendor_id)
    if PurchaseBill.objects.filter(vendor=locked.vendor, number=number).exists():
        raise DomainError(_("This bill of the vendor is recorded already."), field="number")
    if total is not None and total < ZERO:
        raise DomainError(_("The amount is not negative."), field="total")
    made = PurchaseBill.objects.create(
        order=locked,
        vendor=locked.vendor,
        number=number,
        bill_date=bill_date or today(),
        total=cost_of([each.pk for each in billed]) if total is None else total,
        created_at=clock.now(),
    )
    PurchaseReceipt.objects.filter(pk__in=[each.pk for each in billed]).update(bill=made)
    told = {"bill": number, "total": str(made.total), "receipts": [each.number for each in billed]}
    record(by, "purchase_order.bill", locked, after=told)
    settle(locked, by=by)
    refresh(order, locked)
    return made


def cost_of(receipts: Collection[UUID]) -> Decimal:
    """What the receipts cost by the order, net, in the tenant's currency."""
    each = F("quantity") * F("order_line__unit_cost")
    lines = PurchaseReceiptLine.objects.filter(receipt__in=receipts)
    total = lines.aggregate(total=Sum(each, output_field=DecimalField(max_digits=24, decimal_places=7)))["total"]
    return round_money(total or ZERO, current_tenant().currency)
