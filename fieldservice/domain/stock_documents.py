"""Verbs over adjustments and transfers: written, then posted once and locked (DYNAMICS 7.5)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.stock import Cause, Movement, check_open, check_stocked, take
from fieldservice.enums import JournalKind, JournalReason, NumberKind, PostStatus
from fieldservice.models import (
    InventoryAdjustment,
    InventoryAdjustmentLine,
    InventoryTransfer,
    InventoryTransferLine,
    Warehouse,
)
from portal.audit.domain import record
from portal.catalog.domain.numbers import take_number
from portal.catalog.models import Product
from portal.kit import clock
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.days import today

Document = InventoryAdjustment | InventoryTransfer
MOST_LINES = 200
SomeDocument = TypeVar("SomeDocument", InventoryAdjustment, InventoryTransfer)


class StockItem(NamedTuple):
    """So much of a product; for an adjustment less than 0 takes away."""

    product: Product
    quantity: Decimal


@transaction.atomic
def create_adjustment(
    warehouse: Warehouse, items: Sequence[StockItem] = (), *, date: dt.date | None = None, note: str = "", by=None
) -> InventoryAdjustment:
    """Write down what was found more or less in a warehouse; nothing moves before it is posted. Audited.

    Raises DomainError for a warehouse that is no longer used, what is no inventory product, and a quantity of 0.
    """
    check_open(warehouse)
    adjustment = InventoryAdjustment(warehouse=warehouse, date=date or today(), note=note)
    return _create(adjustment, NumberKind.ADJUSTMENT, items, by)


@transaction.atomic
def create_transfer(
    source: Warehouse,
    destination: Warehouse,
    items: Sequence[StockItem] = (),
    *,
    date: dt.date | None = None,
    note: str = "",
    by=None,
) -> InventoryTransfer:
    """Write down what goes to another warehouse; nothing moves before it is posted. Audited.

    Raises DomainError for one and the same warehouse, one that is no longer used, what is no inventory product, and a
    quantity that is not above 0.
    """
    if source.pk == destination.pk:
        raise DomainError(_("A transfer goes to another warehouse."), field="destination")
    check_open(source, field="source")
    check_open(destination, field="destination")
    transfer = InventoryTransfer(source=source, destination=destination, date=date or today(), note=note)
    return _create(transfer, NumberKind.TRANSFER, items, by)


@transaction.atomic
def write_lines(document: Document, items: Sequence[StockItem], *, by=None) -> None:
    """Write the products anew, in this order; audited. Raises DomainError once it is posted, and for what moves nothing."""
    locked = lock_document(document)
    if locked.status != PostStatus.CREATED:
        raise DomainError(_("%(number)s is posted: it stays as it is.") % {"number": locked})
    check_items(locked, items)
    locked.lines.all().delete()
    _insert_lines(locked, items)
    told = [f"{item.product}: {item.quantity.normalize():f}" for item in items]
    record(by, f"{locked._meta.model_name}.lines", locked, after={"lines": told})


@transaction.atomic
def post_document(document: SomeDocument, *, is_confirmed: bool = False, by=None) -> SomeDocument:
    """Move what the adjustment or transfer says, once; from then on it is locked. Audited. Repeating changes nothing.

    Raises DomainError without products, and BeyondStock for more than the warehouse has.
    """
    locked = lock_document(document)
    if locked.status == PostStatus.CREATED:
        lines = list(locked.lines.select_related("product").order_by("position", "pk"))
        if not lines:
            raise DomainError(_("Add the products first."))
        for warehouse in warehouses_of(locked):
            check_open(warehouse)
        for line in lines:
            check_stocked(line.product)
        locked.status, locked.posted_at = PostStatus.POSTED, clock.now()
        locked.save(update_fields=["status", "posted_at"])
        movements = [each for line in lines for each in movements_of(locked, line)]
        take(movements, cause_of(locked), is_confirmed=is_confirmed)
        record(by, f"{locked._meta.model_name}.post", locked, after={"lines": len(lines)})
    document.status, document.posted_at = locked.status, locked.posted_at
    return document


def lock_document(document: SomeDocument) -> SomeDocument:
    """The row as it is now, locked until the transaction ends."""
    return type(document).objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)


def warehouses_of(document: Document) -> list[Warehouse]:
    if isinstance(document, InventoryAdjustment):
        return [document.warehouse]
    return [document.source, document.destination]


def movements_of(document: Document, line: InventoryAdjustmentLine | InventoryTransferLine) -> list[Movement]:
    """What the line moves; the database checks the same when the posting is committed."""
    if isinstance(document, InventoryAdjustment):
        parts = [(document.warehouse_id, line.quantity)]
    else:
        parts = [(document.source_id, -line.quantity), (document.destination_id, line.quantity)]
    return [Movement(place, line.product_id, JournalKind.ON_HAND, quantity, line.pk) for place, quantity in parts]


def cause_of(document: Document) -> Cause:
    is_adjustment = isinstance(document, InventoryAdjustment)
    return Cause(JournalReason.ADJUSTMENT if is_adjustment else JournalReason.TRANSFER, document.number)


def check_items(document: Document, items: Sequence[StockItem]) -> None:
    """Raise DomainError for what no warehouse counts, a quantity that moves nothing or goes the wrong way, and too many."""
    if len(items) > MOST_LINES:
        raise DomainError(_("At most %(count)d products.") % {"count": MOST_LINES})
    for item in items:
        check_stocked(item.product)
        if isinstance(document, InventoryTransfer) and item.quantity <= ZERO:
            raise DomainError(_("The quantity is above 0."), field="quantity")
        if not item.quantity:
            raise DomainError(_("The quantity is not 0."), field="quantity")


def _create(document: SomeDocument, kind: NumberKind, items: Sequence[StockItem], by) -> SomeDocument:
    check_items(document, items)
    document.number = take_number(kind)
    document.created_at = clock.now()
    document.save(force_insert=True)
    _insert_lines(document, items)
    record(by, f"{document._meta.model_name}.create", document, after={"number": document.number, "lines": len(items)})
    return document


def _insert_lines(document: Document, items: Sequence[StockItem]) -> None:
    model, name = LINES[type(document)]
    model.objects.bulk_create(
        model(**{name: document}, product=item.product, quantity=item.quantity, position=position)
        for position, item in enumerate(items, start=1)
    )


LINES = {
    InventoryAdjustment: (InventoryAdjustmentLine, "adjustment"),
    InventoryTransfer: (InventoryTransferLine, "transfer"),
}
