"""Products and services of work orders as lines of sales orders: quantities by DYNAMICS 7.2, prices by 7.3."""

from decimal import Decimal
from fractions import Fraction
from functools import partial

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from fieldservice.engine.charges import MINUTES_AN_HOUR
from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import WorkOrderProduct, WorkOrderService
from fieldservice.queries.work_order_costs import charge_for
from integrations.engine.sales_lines import hours, is_sent, line_number, sent_price, sent_quantity
from integrations.entities.base import Entity, Field, Kind, Source, register
from integrations.entities.work_orders import with_own_products
from portal.tenancy.scope import current_tenant

KEY = "key"
Line = WorkOrderProduct | WorkOrderService


def is_service(line: Line) -> bool:
    return isinstance(line, WorkOrderService)


def planned(line: Line) -> Decimal:
    """The estimate: pieces, or hours."""
    return hours(line.estimate_minutes) if isinstance(line, WorkOrderService) else line.estimate_quantity


def used(line: Line) -> Decimal:
    """What was used: pieces, or hours."""
    return hours(line.minutes) if isinstance(line, WorkOrderService) else line.quantity


def quantity(line: Line) -> Decimal:
    """What is sent as ordered, by the table."""
    return sent_quantity(
        line.work_order.system_status,
        line.status,
        is_service=is_service(line),
        estimate=planned(line),
        used=used(line),
        is_allocated=not is_service(line) and line.is_allocated,
    )


def gross(line: Line) -> Fraction:
    """What the line charges before its discount, not rounded."""
    is_used = line.status == LineStatus.USED
    price = Fraction(line.unit_price)
    if isinstance(line, WorkOrderProduct):
        return price * Fraction(line.quantity_to_bill if is_used else line.estimate_quantity)
    minutes = line.minutes_to_bill if is_used else line.estimate_minutes
    if not minutes:
        return Fraction(0)
    times = Fraction(1) if line.is_flat_fee else Fraction(minutes, MINUTES_AN_HOUR)
    return max(times * price, Fraction(0 if line.is_flat_fee else line.minimum_amount))


def price(line: Line):
    """Price for each and discount as sent; None where a charge has no quantity to stand at."""
    sent = quantity(line)
    is_planned = line.status != LineStatus.USED
    if not sent and (is_planned or not is_sent(line.work_order.system_status)):
        return sent_price(sent, unit_price=line.unit_price, gross=Decimal(0), net=Decimal(0))
    net = charge_for(line, current_tenant().currency, is_taxed=False).net
    return sent_price(sent, unit_price=line.unit_price, gross=gross(line), net=net)


def unit_amount(line: Line) -> Decimal | None:
    found = price(line)
    return None if found is None else found.unit_amount


def discount_amount(line: Line) -> Decimal | None:
    found = price(line)
    return None if found is None else found.discount_amount


def number(line: Line) -> int | None:
    """The number of the line over there; none where an earlier line of the order has the same position here."""
    return None if line.has_twin else line_number(line.position, is_service=is_service(line))


def key(line: Line) -> str:
    """Order and line, as people say it."""
    return f"{line.work_order.number}/{line_number(line.position, is_service=is_service(line))}"


def fields_of(*own: Field) -> tuple[Field, ...]:
    """What both kinds of lines say, and what only one does."""
    return (
        Field(KEY, _("Order and line"), Kind.TEXT, key),
        Field("work_order", _("Number of the work order"), Kind.TEXT, "work_order.number"),
        Field("line_number", _("Line number; services below zero"), Kind.INTEGER, number),
        Field("product_code", _("Product number"), Kind.TEXT, "product.code"),
        Field("description", _("Description"), Kind.TEXT, lambda each: each.description or each.product.name),
        Field("quantity", _("Quantity to send"), Kind.NUMBER, quantity),
        Field("unit_amount", _("Invoiced amount for each"), Kind.NUMBER, unit_amount),
        Field("discount_amount", _("Invoiced discount"), Kind.NUMBER, discount_amount),
        Field("unit_price", _("Price for each"), Kind.NUMBER, "unit_price"),
        Field("discount_percent", _("Discount in percent"), Kind.NUMBER, "discount_percent"),
        Field("status", _("Status of the line"), Kind.TEXT, "status", choices=tuple(LineStatus.values)),
        Field(
            "header_status",
            _("Status of the work order"),
            Kind.TEXT,
            "work_order.system_status",
            choices=tuple(WorkOrderStatus.values),
        ),
        Field(
            "is_sent",
            _("Scheduled and not canceled"),
            Kind.BOOLEAN,
            lambda each: is_sent(each.work_order.system_status),
        ),
        Field(
            "external_products_only",
            _("Only products of the other system"),
            Kind.BOOLEAN,
            lambda each: not each.has_own_products,
        ),
        Field("is_covered", _("Covered by the agreement"), Kind.BOOLEAN, "is_covered"),
        Field("tax_name", _("Tax"), Kind.TEXT, "tax_name"),
        Field("currency", _("Currency"), Kind.TEXT, lambda each: current_tenant().currency),
        *own,
    )


def query_of(model: type[Line], *related: str):
    """Lines of a kind with what their fields read; one query."""
    twins = model.objects.filter(
        work_order=OuterRef("work_order_id"), position=OuterRef("position"), pk__lt=OuterRef("pk")
    )
    found = model.objects.select_related("work_order", "product", *related).annotate(has_twin=Exists(twins))
    return with_own_products(found, "work_order_id")


def sources_of(table: str) -> tuple[Source, ...]:
    """Lines change with their work order, whose status says which quantity counts."""
    return (Source(table), Source("fieldservice_workorder", "work_order_id", table))


PRODUCT_LINES = register(
    Entity(
        name="work_order_products",
        label=_("Products of work orders"),
        model=WorkOrderProduct,
        key=KEY,
        fields=fields_of(
            Field("estimate_quantity", _("Estimated quantity"), Kind.NUMBER, planned),
            Field("used_quantity", _("Quantity used"), Kind.NUMBER, used),
            Field("unit", _("Unit"), Kind.TEXT, "product.unit"),
            Field("is_allocated", _("Allocated"), Kind.BOOLEAN, "is_allocated"),
            Field("warehouse", _("Warehouse"), Kind.TEXT, "warehouse.number"),
        ),
        query=partial(query_of, WorkOrderProduct, "warehouse"),
        sources=sources_of("fieldservice_workorderproduct"),
    )
)
SERVICE_LINES = register(
    Entity(
        name="work_order_services",
        label=_("Services of work orders"),
        model=WorkOrderService,
        key=KEY,
        fields=fields_of(
            Field("estimate_hours", _("Estimated hours"), Kind.NUMBER, planned),
            Field("used_hours", _("Hours used"), Kind.NUMBER, used),
            Field("unit", _("Unit"), Kind.TEXT, lambda each: "h"),
        ),
        query=partial(query_of, WorkOrderService),
        sources=sources_of("fieldservice_workorderservice"),
    )
)
