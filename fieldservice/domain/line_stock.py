"""What lines of work orders take from the warehouses: an allocated estimate is reserved, what was used is gone (FS-4, DYNAMICS 3.4, 7.5)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from fieldservice.domain.stock import Cause, Movement, between, book, check_open, check_stocked, settings_now, take
from fieldservice.enums import JournalKind, JournalReason, LineStatus
from fieldservice.models import WorkOrder, WorkOrderProduct
from portal.catalog.enums import ProductKind
from portal.kit.errors import DomainError


def taken_by(line: WorkOrderProduct) -> list[Movement]:
    """What the journal holds for the line as it is; the database checks the same at each commit."""
    if line.warehouse_id is None:
        return []
    if line.status == LineStatus.USED:
        kind, quantity = JournalKind.ON_HAND, -line.quantity
    elif line.is_allocated:
        kind, quantity = JournalKind.ALLOCATED, line.estimate_quantity
    else:
        return []
    return [Movement(line.warehouse_id, line.product_id, kind, quantity, line.pk)]


def follow_line(
    before: Iterable[Movement], after: Iterable[Movement], work_order: WorkOrder, *, is_confirmed: bool
) -> None:
    """Book what a line takes more or less than before; raises BeyondStock where it is not there."""
    movements = between(before, after)
    if movements:
        take(movements, cause_of(work_order), is_confirmed=is_confirmed)


def cause_of(work_order: WorkOrder) -> Cause:
    return Cause(JournalReason.WORK_ORDER, work_order.number, work_order)


def choose_warehouse(line: WorkOrderProduct, changes: dict) -> None:
    """Take the company's standard warehouse where a stocked product is used or allocated and nobody said from where.

    Raises DomainError for a warehouse that does not go with the line.
    """
    begins = changes.get("status") == LineStatus.USED or changes.get("is_allocated")
    is_open = line.warehouse_id is None and "warehouse" not in changes
    if begins and is_open and line.product.kind == ProductKind.INVENTORY:
        line.warehouse = settings_now().warehouse
    if line.is_allocated and line.warehouse_id is None:
        raise DomainError(_("Say in which warehouse it is allocated."), field="warehouse")
    if changes.get("warehouse") is not None:
        check_stocked(line.product)
        check_open(line.warehouse)


def release_allocations(work_orders: Iterable[WorkOrder]) -> None:
    """Give free what closed work orders had reserved and did not use. One query where nothing was."""
    reserved = WorkOrderProduct.objects.filter(
        work_order__in=list(work_orders), is_allocated=True, status=LineStatus.ESTIMATED
    )
    lines = list(reserved.select_for_update(of=("self",), no_key=True).select_related("work_order").order_by("pk"))
    if not lines:
        return
    for work_order in {line.work_order_id: line.work_order for line in lines}.values():
        held = [move for line in lines if line.work_order_id == work_order.pk for move in taken_by(line)]
        book(between(held, ()), cause_of(work_order))
    WorkOrderProduct.objects.filter(pk__in=[line.pk for line in lines]).update(is_allocated=False)
