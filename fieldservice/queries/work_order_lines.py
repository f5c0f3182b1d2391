"""What a work order takes and what of it is charged, as customers may read it: no internal text, no cost (FS-4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import BooleanField, CharField, DecimalField, F, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from fieldservice.engine.charges import product_charge, service_charge
from fieldservice.engine.totals import Amounts
from fieldservice.enums import LineStatus
from fieldservice.models import Asset, WorkOrder, WorkOrderProduct, WorkOrderService
from portal.access.kept import KeptQuery
from portal.kit.money import ZERO

QUANTITY = DecimalField(max_digits=12, decimal_places=3)
MONEY = DecimalField(max_digits=12, decimal_places=2)
CHARGED_BY = ("work_order", "unit_price", "discount_percent", "tax_name", "tax_rate", "is_covered")


@dataclass(frozen=True, slots=True)
class Line:
    """A product by its quantity or a service by its minutes. `seen_asset` is "" unless the viewer may see the asset."""

    pk: UUID
    position: int
    is_service: bool
    status: str
    description: str
    product_name: str
    unit: str
    asset_id: UUID | None
    seen_asset: str
    planned: Decimal
    to_bill: Decimal
    unit_price: Decimal
    discount_percent: Decimal
    tax_name: str
    tax_rate: Decimal
    is_covered: bool
    is_flat_fee: bool
    minimum_amount: Decimal

    @property
    def is_used(self) -> bool:
        return self.status == LineStatus.USED

    @property
    def amount(self) -> Decimal:
        """The quantity or minutes that are charged, before it is used those that are planned."""
        return self.to_bill if self.is_used else self.planned

    def charge(self, currency: str, *, is_taxed: bool) -> "Charge":
        """What it costs, or is planned to cost."""
        if self.is_service:
            cost = service_charge(self, int(self.amount), currency=currency, is_taxed=is_taxed)
        else:
            cost = product_charge(self, self.amount, currency=currency, is_taxed=is_taxed)
        return charge_of(self, cost, is_taxed=is_taxed)


@dataclass(frozen=True, slots=True)
class Charge:
    """The amounts of a line with its tax, as `engine.totals` adds them up."""

    net: Decimal
    tax: Decimal
    tax_name: str = ""
    tax_rate: Decimal = ZERO


def charge_of(line, cost: Amounts, *, is_taxed: bool) -> Charge:
    """A charge under the tax of its line, if it is taxed at all."""
    return Charge(cost.net, cost.tax, line.tax_name, line.tax_rate) if is_taxed else Charge(cost.net, cost.tax)


def lines_of(work_order: WorkOrder, viewer) -> list[Line]:
    """Services first, each kind in its order; one query."""
    rows = [Line(*row) for row in kept_lines(viewer, work_order.pk)]
    return sorted(rows, key=lambda each: (not each.is_service, each.position, each.pk))


def every_line(viewer, work_order) -> QuerySet:
    """The columns of services and products together."""
    services = columns_of(
        WorkOrderService.objects.filter(work_order=work_order),
        viewer,
        is_service=True,
        amounts=("estimate_minutes", "minutes_to_bill"),
        is_flat_fee=F("is_flat_fee"),
        minimum_amount=F("minimum_amount"),
    )
    products = columns_of(
        WorkOrderProduct.objects.filter(work_order=work_order),
        viewer,
        is_service=False,
        amounts=("estimate_quantity", "quantity_to_bill"),
        is_flat_fee=Value(value=False),
        minimum_amount=Value(ZERO),
    )
    return services.union(products, all=True)


kept_lines = KeptQuery(every_line)


def columns_of(lines: QuerySet, viewer, *, is_service: bool, amounts: tuple[str, str], is_flat_fee, minimum_amount):
    """The columns of `Line`, the same for both kinds."""
    seen = Asset.objects.visible_to(viewer).filter(pk=OuterRef("asset"))
    planned, to_bill = amounts
    return lines.values_list(
        "pk",
        "position",
        Value(is_service, output_field=BooleanField()),
        "status",
        "description",
        "product__name",
        "product__unit",
        "asset",
        Coalesce(Subquery(seen.values("name")[:1]), Value(""), output_field=CharField()),
        Cast(planned, QUANTITY),
        Cast(to_bill, QUANTITY),
        "unit_price",
        "discount_percent",
        "tax_name",
        "tax_rate",
        "is_covered",
        Cast(is_flat_fee, BooleanField()),
        Cast(minimum_amount, MONEY),
    )


def with_used_lines(work_orders: QuerySet) -> QuerySet:
    """For many work orders: `used_products` and `used_services` with what `charges_of` needs; two queries a batch."""
    used = {"status": LineStatus.USED}
    products = WorkOrderProduct.objects.filter(**used).only(*CHARGED_BY, "quantity_to_bill")
    services = WorkOrderService.objects.filter(**used).only(
        *CHARGED_BY, "minutes_to_bill", "is_flat_fee", "minimum_amount"
    )
    return work_orders.prefetch_related(
        Prefetch("products", queryset=products, to_attr="used_products"),
        Prefetch("services", queryset=services, to_attr="used_services"),
    )


def charges_of(work_order: WorkOrder, currency: str) -> Iterable[Charge]:
    """What a work order of `with_used_lines` and `queries.work_orders.with_money` charges."""
    is_taxed = work_order.is_taxed  # type: ignore[attr-defined]
    for line in work_order.used_services:  # type: ignore[attr-defined]
        cost = service_charge(line, line.minutes_to_bill, currency=currency, is_taxed=is_taxed)
        yield charge_of(line, cost, is_taxed=is_taxed)
    for line in work_order.used_products:  # type: ignore[attr-defined]
        cost = product_charge(line, line.quantity_to_bill, currency=currency, is_taxed=is_taxed)
        yield charge_of(line, cost, is_taxed=is_taxed)
