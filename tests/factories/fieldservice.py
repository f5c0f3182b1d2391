"""Functional locations, assets, incident types, work orders."""

from fieldservice.enums import LineStatus, WorkOrderStatus
from fieldservice.models import (
    Asset,
    FunctionalLocation,
    IncidentProduct,
    IncidentTask,
    IncidentType,
    SubStatus,
    WorkOrder,
    WorkOrderProduct,
    WorkOrderService,
    WorkOrderTask,
    WorkOrderType,
)
from portal.catalog.enums import ProductKind
from portal.kit import clock
from tests.factories import unique
from tests.factories.accounts import make_account
from tests.factories.catalog import make_product
from tests.factories.geo import make_place


def make_location(**fields) -> FunctionalLocation:
    if "account" not in fields:
        fields["account"] = make_account()
    if "place" not in fields:
        fields["place"] = make_place()
    return FunctionalLocation.objects.create(**{"name": unique("Site "), **fields})


def make_asset(**fields) -> Asset:
    """An exposed asset at a location of its account; `is_exposed=False` hides it."""
    if "account" not in fields:
        fields["account"] = make_account()
    if "location" not in fields:
        fields["location"] = make_location(account=fields["account"])
    values = {"name": unique("Boiler "), "serial_number": unique("SN-"), "is_exposed": True}
    return Asset.objects.create(**{**values, **fields})


def make_incident_type(**fields) -> IncidentType:
    """A service of an hour that customers may book themselves."""
    if "work_order_type" not in fields:
        fields["work_order_type"] = WorkOrderType.objects.create(name=unique("Type "))
    name = unique("Boiler service ")
    values = {"name": name, "display_name": name, "duration_minutes": 60, "is_self_schedulable": True}
    return IncidentType.objects.create(**{**values, **fields})


def make_sub_status(**fields) -> SubStatus:
    values = {"system_status": WorkOrderStatus.UNSCHEDULED, "name": unique("Sub-status ")}
    return SubStatus.objects.create(**{**values, **fields})


def make_work_order(**fields) -> WorkOrder:
    """An exposed, unscheduled work order; `is_exposed=False` hides it."""
    if "account" not in fields:
        fields["account"] = make_account()
    if "incident_type" not in fields:
        fields["incident_type"] = make_incident_type()
    if "place" not in fields:
        fields["place"] = fields["account"].place or make_place()
    values = {
        "number": unique("WO-"),
        "summary": unique("No heating "),
        "created_at": clock.now(),
        "is_exposed": True,
    }
    return WorkOrder.objects.create(**{**values, **fields})


def make_incident_product(incident_type, product, **fields) -> IncidentProduct:
    """What the incident type brings; `minutes` for a service."""
    return IncidentProduct.objects.create(incident_type=incident_type, product=product, **fields)


def make_incident_task(incident_type, **fields) -> IncidentTask:
    """A task of half an hour that the incident type brings."""
    values = {"name": unique("Task "), "estimated_minutes": 30}
    return IncidentTask.objects.create(incident_type=incident_type, **{**values, **fields})


def make_product_line(work_order, **fields) -> WorkOrderProduct:
    """A part at 20.00, used once; `status="estimated"` plans it only."""
    product = fields.pop("product", None) or make_product()
    values = {"status": LineStatus.USED, "description": product.name, "unit_price": product.list_price}
    values |= {"quantity": 1, "quantity_to_bill": 1}
    return WorkOrderProduct.objects.create(work_order=work_order, product=product, **{**values, **fields})


def make_service_line(work_order, **fields) -> WorkOrderService:
    """An hour of a service at 20.00, used."""
    product = fields.pop("product", None) or make_product(kind=ProductKind.SERVICE)
    values = {"status": LineStatus.USED, "description": product.name, "unit_price": product.list_price}
    values |= {"minutes": 60, "minutes_to_bill": 60}
    return WorkOrderService.objects.create(work_order=work_order, product=product, **{**values, **fields})


def make_task(work_order, **fields) -> WorkOrderTask:
    """A task of half an hour that nobody began."""
    values = {"name": unique("Task "), "estimated_minutes": 30}
    return WorkOrderTask.objects.create(work_order=work_order, **{**values, **fields})
