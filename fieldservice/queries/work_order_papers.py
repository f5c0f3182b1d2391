"""A work order as staff put it on paper: nothing that it names is hidden from them, internal texts and costs stay out (FS-4)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from fieldservice.models import (
    Invoice,
    WorkOrder,
    WorkOrderIncident,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderSignature,
    WorkOrderTask,
)
from fieldservice.queries.work_order_lines import Line
from fieldservice.queries.work_orders import NEVER_READ, ROWS_SHOWN, with_taxed
from portal.kit.money import ZERO

ASSET = Coalesce(F("asset__name"), Value(""))


def work_order_for_staff() -> QuerySet[WorkOrder]:
    """Work orders with what `papers.work_orders.paper_of` reads."""
    tasks = WorkOrderTask.objects.filter(work_order=OuterRef("pk")).order_by("position", "pk")
    further = WorkOrderIncident.objects.filter(work_order=OuterRef("pk")).order_by("pk")
    bills = Invoice.objects.filter(work_order=OuterRef("pk")).order_by("invoice_date", "pk")
    signed = WorkOrderSignature.objects.filter(work_order=OuterRef("pk"))
    task = JSONObject(name="name", minutes="estimated_minutes", percent="percent_done", result="result", asset=ASSET)
    name = Coalesce(NullIf("incident_type__display_name", Value("")), "incident_type__name")
    found = with_taxed(WorkOrder.objects.all()).annotate(
        seen_asset=ASSET,
        seen_agreement=Coalesce(F("agreement__number"), Value("")),
        task_rows=ArraySubquery(tasks.values(row=task)[:ROWS_SHOWN]),
        further_rows=ArraySubquery(further.values(row=JSONObject(name=name, asset=ASSET))[:ROWS_SHOWN]),
        bill_rows=ArraySubquery(bills.values(row=JSONObject(pk="pk", number="number"))[:ROWS_SHOWN]),
        signed_name=Subquery(signed.values("name")[:1]),
        signed_at=Subquery(signed.values("signed_at")[:1]),
    )
    return found.select_related("incident_type", "sub_status", "place", "account").defer(*NEVER_READ)


def lines_for_staff(work_order: WorkOrder) -> list[Line]:
    """Services first, each kind in its order, every asset by its name; two queries."""
    rows: list[Line] = []
    for model in (WorkOrderService, WorkOrderProduct):
        lines = model.objects.filter(work_order=work_order).select_related("product", "asset")
        rows += [line_of(each) for each in lines.order_by("position", "pk")]
    return rows


def line_of(line: WorkOrderService | WorkOrderProduct) -> Line:
    """A line as the paper reads it."""
    is_service = isinstance(line, WorkOrderService)
    return Line(
        pk=line.pk,
        position=line.position,
        is_service=is_service,
        status=line.status,
        description=line.description,
        product_name=line.product.name,
        unit=line.product.unit,
        asset_id=line.asset_id,
        seen_asset=line.asset.name if line.asset else "",
        planned=line.estimate_minutes if is_service else line.estimate_quantity,
        to_bill=line.minutes_to_bill if is_service else line.quantity_to_bill,
        unit_price=line.unit_price,
        discount_percent=line.discount_percent,
        tax_name=line.tax_name,
        tax_rate=line.tax_rate,
        is_covered=line.is_covered,
        is_flat_fee=is_service and line.is_flat_fee,
        minimum_amount=line.minimum_amount if is_service else ZERO,
    )
