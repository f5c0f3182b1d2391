"""What incident types bring to a work order: products, services, tasks with today's prices (DYNAMICS 3.4)."""

from collections.abc import Sequence
from typing import NamedTuple

from fieldservice.domain.pricing import pricing_of, set_price, set_tax
from fieldservice.models import (
    Asset,
    IncidentProduct,
    IncidentTask,
    IncidentType,
    WorkOrder,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderTask,
)
from portal.catalog.enums import ProductKind


class Incident(NamedTuple):
    """One of the things to do on a visit, for an asset of its own or none."""

    incident_type: IncidentType
    asset: Asset | None = None


def copy_contents(work_order: WorkOrder, incidents: Sequence[Incident], *, is_covered: bool = False) -> None:
    """Write the items and tasks of these incidents below what the work order has; items may come twice.

    The same number of queries however many there are. `is_covered` marks the lines as paid by the agreement.
    """
    copy_items(work_order, incidents, is_covered=is_covered)
    copy_tasks(work_order, incidents)


def copy_items(work_order: WorkOrder, incidents: Sequence[Incident], *, is_covered: bool) -> None:
    found = IncidentProduct.objects.filter(incident_type__in=types_of(incidents)).select_related("product")
    items = list(found.order_by("position", "pk"))
    if not items:
        return
    pricing = pricing_of(work_order)
    products = list({each.product_id: each.product for each in items}.values())
    prices, taxes = pricing.prices(products), pricing.taxes(products)
    lines = [
        line_of(work_order, item, incident.asset)
        for incident in incidents
        for item in items
        if item.incident_type_id == incident.incident_type.pk
    ]
    for line in lines:
        line.is_covered = is_covered
        set_price(line, prices[line.product_id])
        set_tax(line, taxes[line.product_id])
    for model in (WorkOrderProduct, WorkOrderService):
        write(work_order, model, [each for each in lines if isinstance(each, model)])


def line_of(work_order: WorkOrder, item: IncidentProduct, asset: Asset | None) -> WorkOrderProduct | WorkOrderService:
    """The line of an item, not yet written and without a price."""
    product = item.product
    common = {
        "work_order": work_order,
        "product": product,
        "asset": asset,
        "description": product.name,
        "unit_cost": product.cost,
    }
    if product.kind == ProductKind.SERVICE:
        return WorkOrderService(**common, estimate_minutes=item.minutes)
    return WorkOrderProduct(**common, estimate_quantity=item.quantity, becomes_asset=product.becomes_asset)


def copy_tasks(work_order: WorkOrder, incidents: Sequence[Incident]) -> None:
    tasks = list(IncidentTask.objects.filter(incident_type__in=types_of(incidents)).order_by("position", "pk"))
    copies = [
        WorkOrderTask(
            work_order=work_order, asset=incident.asset, name=task.name, estimated_minutes=task.estimated_minutes
        )
        for incident in incidents
        for task in tasks
        if task.incident_type_id == incident.incident_type.pk
    ]
    write(work_order, WorkOrderTask, copies)


def types_of(incidents: Sequence[Incident]) -> list[IncidentType]:
    return [each.incident_type for each in incidents]


def write(work_order: WorkOrder, model, rows: list) -> None:
    """Write the rows in their order below those that are there."""
    if rows:
        first = next_position(work_order, model)
        for position, row in enumerate(rows, start=first):
            row.position = position
        model.objects.bulk_create(rows)


def next_position(work_order: WorkOrder, model) -> int:
    """The place of the next row of this kind."""
    last = model.objects.filter(work_order=work_order).order_by("-position", "-pk").values_list("position", flat=True)
    return (last.first() or 0) + 1
