"""What belongs to a company as a whole: services, products, technicians, skills."""

import datetime as dt

from fieldservice.models import (
    FieldServiceSettings,
    IncidentProduct,
    IncidentTask,
    IncidentType,
    SubStatus,
    WorkOrderType,
)
from portal.accounts.models import WebRole
from portal.catalog.models import NumberSeries, PriceList, PriceListItem, Product, TaxCode
from portal.demo.matrix.canaries import For, Pen
from portal.geo.models import Place, Territory
from scheduling.models import BookableResource, Characteristic, SchedulingSettings, WorkingHours

NEW_YORK = {"latitude": 40.7128, "longitude": -74.0060, "geocoded_by": "manual"}
ADDRESS = {"country": "US", "time_zone": "America/New_York", "postal_code": "10001", **NEW_YORK}
EIGHT, SIX = dt.time(8), dt.time(18)


def write_place(pen: Pen, **values) -> Place:
    """An address in New York."""
    return pen.row(Place, **ADDRESS, **values)


def write_technician(pen: Pen, *, audience: For | None = None, **values) -> BookableResource:
    """A technician who works every day, named to the pen's readers; the home and the phone are the company's own."""
    private = Pen(pen.ledger, pen.tenant, "", For.STAFF, pen.suffix)
    resource = private.row(
        BookableResource,
        name=pen.word("technician", audience),
        start_place=write_place(private),
        time_zone="America/New_York",
        **values,
    )
    for weekday in range(7):
        WorkingHours.objects.create(resource=resource, weekday=weekday, starts=EIGHT, ends=SIX)
    return resource


def write_company(pen: Pen) -> dict:
    """Rows by model label. What the company tells its customers is for all of them that have a web role."""
    private = Pen(pen.ledger, pen.tenant, "", For.STAFF)
    tax = pen.row(TaxCode, rate="8.875")
    product = pen.row(Product, list_price="20", cost="7", tax_code=tax)
    service = pen.row(Product, kind="service", list_price="90", cost="40", tax_code=tax)
    prices = private.row(PriceList)
    PriceListItem.objects.create(price_list=prices, product=product, price="18")
    incident_type = pen.row(
        IncidentType, name=For.STAFF, work_order_type=pen.row(WorkOrderType), is_self_schedulable=True
    )
    IncidentProduct.objects.create(incident_type=incident_type, product=product)
    pen.row(IncidentTask, incident_type=incident_type)
    SchedulingSettings.objects.update_or_create()
    rows = (
        tax,
        product,
        prices,
        incident_type,
        incident_type.work_order_type,
        pen.row(SubStatus, system_status="unscheduled"),
        FieldServiceSettings.objects.create(),
        NumberSeries.objects.create(kind="work_order", prefix="WO-"),
        write_technician(pen),
        private.row(Characteristic),
        private.row(Territory),
        WebRole.objects.get(key="fs-customer-reviewer"),
    )
    return {row._meta.label_lower: row for row in rows} | {"service": service}
