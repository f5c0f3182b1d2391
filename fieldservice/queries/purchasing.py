"""Purchase orders with what they cost."""

from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from fieldservice.enums import PurchaseStatus
from fieldservice.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, PurchaseReceiptLine

MOST_RECEIPTS = 200
AMOUNT = DecimalField(max_digits=24, decimal_places=7)
NOTHING = Value(Decimal(0), output_field=AMOUNT)


def with_totals(orders: QuerySet[PurchaseOrder]) -> QuerySet[PurchaseOrder]:
    """Each order with `total`, net."""
    lines = PurchaseOrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    total = lines.annotate(total=Sum(F("quantity") * F("unit_cost"), output_field=AMOUNT)).values("total")
    return orders.annotate(total=Coalesce(Subquery(total, output_field=AMOUNT), NOTHING))


def total_of(order: PurchaseOrder) -> Decimal:
    """What the order costs, net."""
    cost = Sum(F("quantity") * F("unit_cost"), output_field=AMOUNT)
    return order.lines.aggregate(total=Coalesce(cost, NOTHING))["total"]


def unbilled_receipts(order: PurchaseOrder) -> QuerySet[PurchaseReceipt]:
    """Its receipts that no bill names yet, each with `cost`, net."""
    lines = PurchaseReceiptLine.objects.filter(receipt=OuterRef("pk")).order_by().values("receipt")
    cost = lines.annotate(cost=Sum(F("quantity") * F("order_line__unit_cost"), output_field=AMOUNT)).values("cost")
    waiting = order.receipts.filter(bill__isnull=True).annotate(cost=Subquery(cost, output_field=AMOUNT))
    return waiting.order_by("received_date", "pk")[:MOST_RECEIPTS]


def to_approve() -> QuerySet[PurchaseOrder]:
    """What somebody has to decide."""
    return PurchaseOrder.objects.filter(status=PurchaseStatus.SUBMITTED)
