"""Verbs over what a job takes: products and services, planned and used (FS-4, DYNAMICS 3.4).

Lines change until the work order is posted or canceled. The quantity or time to bill follows what was used until somebody says otherwise.
What a line with a warehouse takes is booked with it. `is_confirmed`: whoever changes it knows that the warehouse has too little.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from fieldservice.domain.contents import next_position
from fieldservice.domain.line_stock import choose_warehouse, follow_line, taken_by
from fieldservice.domain.pricing import PRICED_BY, price_in, pricing_of, set_price, set_tax
from fieldservice.domain.stock import Movement
from fieldservice.engine.totals import HUNDRED
from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import Asset, WorkOrder, WorkOrderProduct, WorkOrderService
from portal.audit.domain import record
from portal.catalog.domain.prices import billed_minutes
from portal.catalog.enums import ProductKind
from portal.catalog.models import Product
from portal.kit.errors import DomainError
from portal.kit.money import ZERO
from portal.tenancy.models import TenantModel

Line = WorkOrderProduct | WorkOrderService
SomeLine = TypeVar("SomeLine", WorkOrderProduct, WorkOrderService)

MOST_LINES = 200
PERCENTAGES = ("discount_percent", "tax_rate")
CLOSED = (WorkOrderStatus.POSTED, WorkOrderStatus.CANCELED)
COMMON = (
    "asset",
    "status",
    "description",
    "internal_description",
    "unit_price",
    "unit_cost",
    "discount_percent",
    "tax_name",
    "tax_rate",
    "is_covered",
    "position",
)
PRODUCT_FIELDS = (
    *(*COMMON, "estimate_quantity", "quantity", "quantity_to_bill", "warehouse", "is_allocated", "becomes_asset"),
)
CHARGING = ("is_flat_fee", "minimum_minutes", "minimum_amount", "rounding", "rounding_minutes")
SERVICE_FIELDS = (*COMMON, "estimate_minutes", "minutes", "minutes_to_bill", *CHARGING)
# What was used, and what of it is billed.
AMOUNTS: dict[type[TenantModel], tuple[str, str, str]] = {
    WorkOrderProduct: ("estimate_quantity", "quantity", "quantity_to_bill"),
    WorkOrderService: ("estimate_minutes", "minutes", "minutes_to_bill"),
}


@transaction.atomic
def add_product(
    work_order: WorkOrder, product: Product, *, by=None, is_confirmed: bool = False, **given: Any
) -> WorkOrderProduct:
    """Add a part or consumable with today's price and tax; `given` are fields of `PRODUCT_FIELDS` that say otherwise.

    Raises DomainError for a service, another account's asset, and where the work order is closed or full; BeyondStock
    for more than its warehouse has.
    """
    if product.kind == ProductKind.SERVICE:
        raise DomainError(_("This is a service: add it to the services."), field="product")
    line = WorkOrderProduct(product=product, becomes_asset=product.becomes_asset)
    added = _add(line, work_order, _fields(given, PRODUCT_FIELDS), by)
    follow_line((), taken_by(added), added.work_order, is_confirmed=is_confirmed)
    return added


@transaction.atomic
def add_service(work_order: WorkOrder, product: Product, *, by=None, **given: Any) -> WorkOrderService:
    """Add a service by time with today's price and tax; `given` are fields of `SERVICE_FIELDS` that say otherwise.

    Raises DomainError for what is no service, another account's asset, and where the work order is closed or full.
    """
    if product.kind != ProductKind.SERVICE:
        raise DomainError(_("This is no service: add it to the products."), field="product")
    return _add(WorkOrderService(product=product), work_order, _fields(given, SERVICE_FIELDS), by)


@transaction.atomic
def change_line(line: SomeLine, *, by=None, is_confirmed: bool = False, **changes: Any) -> SomeLine:
    """Change a line; audited with what changed. A price of None is taken from the price list anew.

    Raises DomainError for another account's asset, and once the work order is closed; BeyondStock for more than its
    warehouse has.
    """
    work_order = open_work_order(line.work_order)
    locked = type(line).objects.select_for_update(of=("self",), no_key=True).select_related("product").get(pk=line.pk)
    allowed = PRODUCT_FIELDS if isinstance(line, WorkOrderProduct) else SERVICE_FIELDS
    changes = _fields(changes, allowed)
    before = _values(locked, allowed)
    taken = _taken(locked)
    check_asset(work_order, changes.get("asset"))
    _apply(locked, work_order, changes)
    changed = [name for name, value in before.items() if value != _value(locked, name)]
    if changed:
        locked.save(update_fields=changed)
        after = {name: _text(_value(locked, name)) for name in changed}
        record(by, "work_order.change_line", work_order, before=_told(locked, before, changed), after=after)
        follow_line(taken, _taken(locked), work_order, is_confirmed=is_confirmed)
    for field in type(line)._meta.concrete_fields:
        setattr(line, field.attname, getattr(locked, field.attname))
    return line


@transaction.atomic
def use_line(
    line: SomeLine,
    used: Decimal | int | None = None,
    *,
    to_bill: Decimal | int | None = None,
    by=None,
    is_confirmed: bool = False,
) -> SomeLine:
    """Mark a line as used: so much (minutes for services), without a word the estimate; `to_bill` where it differs."""
    planned, used_name, bill_name = AMOUNTS[type(line)]
    changes = {"status": LineStatus.USED, used_name: getattr(line, planned) if used is None else used}
    said = {} if to_bill is None else {bill_name: to_bill}
    return change_line(line, by=by, is_confirmed=is_confirmed, **changes, **said)


@transaction.atomic
def remove_line(line: Line, *, by=None) -> None:
    """Take a line away; audited. Raises DomainError once the work order is closed."""
    work_order = open_work_order(line.work_order)
    removed = type(line).objects.select_for_update(of=("self",), no_key=True).select_related("product").get(pk=line.pk)
    record(by, "work_order.remove_line", work_order, before={"line": str(removed)})
    follow_line(_taken(removed), (), work_order, is_confirmed=True)
    removed.delete()


def open_work_order(work_order: WorkOrder) -> WorkOrder:
    """The work order as it is now, locked; raises DomainError where its contents stay as they are."""
    locked = (
        WorkOrder.objects.select_for_update(of=("self",), no_key=True).select_related(*PRICED_BY).get(pk=work_order.pk)
    )
    if locked.system_status in CLOSED:
        status = WorkOrderStatus(locked.system_status).label
        raise DomainError(_("The work order is “%(status)s”: what it holds stays as it is.") % {"status": status})
    return locked


def check_asset(work_order: WorkOrder, asset: Asset | None) -> None:
    """Raise DomainError unless the asset belongs to whose sites are served."""
    if asset is not None and asset.account_id != work_order.account_id:
        raise DomainError(_("This asset belongs to another account."), field="asset")


def check_room(work_order: WorkOrder, model: type[TenantModel], *, more: int = 1) -> None:
    """Raise DomainError where the work order has no room for so many more of it."""
    if model.objects.filter(work_order=work_order).count() + more > MOST_LINES:
        raise DomainError(_("A work order holds at most %(count)d lines of a kind.") % {"count": MOST_LINES})


def _add(line: SomeLine, work_order: WorkOrder, given: dict, by) -> SomeLine:
    locked = open_work_order(work_order)
    check_asset(locked, given.get("asset"))
    check_room(locked, type(line))
    line.work_order = locked
    line.description = line.product.name
    line.unit_cost = line.product.cost
    line.position = next_position(locked, type(line))
    price_anew(line, locked)
    _apply(line, locked, given)
    line.save(force_insert=True)
    record(by, "work_order.add_line", locked, after=_told(line, given, given))
    return line


def price_anew(line: Line, work_order: WorkOrder) -> None:
    """Give the line today's price and tax."""
    pricing = pricing_of(work_order)
    set_price(line, pricing.prices([line.product])[line.product_id])
    set_tax(line, pricing.taxes([line.product])[line.product_id])


def _apply(line: Line, work_order: WorkOrder, changes: dict) -> None:
    """Set the fields; what is to be billed follows what was used unless it differs already, or is said."""
    _planned, used, bill = AMOUNTS[type(line)]
    follows = getattr(line, bill) == to_bill(line)
    if "unit_price" in changes and changes["unit_price"] is None:
        changes.pop("unit_price")
        price_anew(line, work_order)
    for name, value in changes.items():
        setattr(line, name, value)
    if isinstance(line, WorkOrderProduct):
        choose_warehouse(line, changes)
    if line.status != LineStatus.USED:
        setattr(line, used, 0)
        setattr(line, bill, 0)
    elif follows and bill not in changes:
        setattr(line, bill, to_bill(line))


def to_bill(line: Line) -> Decimal | int:
    """What is billed for what was used, unless somebody says otherwise: time rounded, and the minimum at least."""
    if line.status != LineStatus.USED:
        return 0
    return billed_minutes(line.minutes, price_in(line)) if isinstance(line, WorkOrderService) else line.quantity


def _fields(given: dict, allowed: tuple[str, ...]) -> dict:
    unknown = set(given) - set(allowed)
    if unknown:
        raise TypeError(f"A line has no {', '.join(sorted(unknown))}.")
    check_values(given)
    return dict(given)


def check_values(given: Mapping[str, Any]) -> None:
    """Raise DomainError for a quantity or price below 0 and a percentage above 100."""
    for name, value in given.items():
        if isinstance(value, Decimal | int) and value < ZERO:
            raise DomainError(_("Quantities and prices are not negative."), field=name)
        if name in PERCENTAGES and value is not None and value > HUNDRED:
            raise DomainError(_("At most 100 percent."), field=name)


def _taken(line: Line) -> list[Movement]:
    return taken_by(line) if isinstance(line, WorkOrderProduct) else []


def _value(line: Line, name: str):
    return getattr(line, line._meta.get_field(name).attname)


def _values(line: Line, names: tuple[str, ...]) -> dict:
    return {name: _value(line, name) for name in names}


def _told(line: Line, values: dict, names) -> dict:
    """What the trail says: which line, and its values."""
    return {"line": str(line), **{name: _text(values[name]) for name in names}}


def _text(value) -> str | bool | int | None:
    return value if isinstance(value, bool | int | None) else str(value)
