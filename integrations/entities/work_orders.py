"""Work orders as sales orders of the other system (DYNAMICS 7.2, 7.3, 7.4)."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from fieldservice.enums import Priority, WorkOrderStatus
from fieldservice.models import WorkOrder, WorkOrderProduct, WorkOrderService
from integrations.engine.sales_lines import is_sent
from integrations.entities.base import Entity, Field, Kind, Source, register
from integrations.entities.places import address_fields
from portal.tenancy.scope import current_tenant


def with_own_products(work_orders, path: str = "pk"):
    """The work orders, or what hangs on them by `path`, with `has_own_products`: whether a line holds a product that only we know."""
    own = (Q(product__is_externally_maintained=False) | Q(product__is_externally_maintained=None)) & Q(
        work_order=OuterRef(path)
    )
    products, services = WorkOrderProduct.objects.filter(own), WorkOrderService.objects.filter(own)
    return work_orders.annotate(has_own_products=Exists(products) | Exists(services))


def query():
    """Work orders with their accounts, people, site and agreement; one query."""
    found = WorkOrder.objects.select_related(
        "account", "billing_account", "reported_by", "place", "agreement", "incident_type", "sub_status"
    )
    return with_own_products(found)


def payer(work_order):
    """Whoever pays."""
    return work_order.billing_account or work_order.account


FIELDS = (
    Field("number", _("Number"), Kind.TEXT, "number"),
    Field("status", _("System status"), Kind.TEXT, "system_status", choices=tuple(WorkOrderStatus.values)),
    Field("sub_status", _("Sub-status"), Kind.TEXT, "sub_status.name"),
    Field(
        "is_sent",
        _("Scheduled and not canceled"),
        Kind.BOOLEAN,
        lambda each: is_sent(each.system_status),
    ),
    Field(
        "external_products_only",
        _("Only products of the other system"),
        Kind.BOOLEAN,
        lambda each: not each.has_own_products,
    ),
    Field("summary", _("Summary"), Kind.TEXT, "summary"),
    Field("account_number", _("Number of the service account"), Kind.TEXT, "account.number"),
    Field("billing_number", _("Number of whoever pays"), Kind.TEXT, lambda each: payer(each).number),
    Field("contact_name", _("Reported by"), Kind.TEXT, "reported_by.full_name"),
    Field("contact_number", _("Number of the contact"), Kind.TEXT, "reported_by.number"),
    Field("email", _("E-mail of the contact"), Kind.TEXT, "reported_by.email"),
    Field("currency", _("Currency"), Kind.TEXT, lambda each: current_tenant().currency),
    Field("site_name", _("Name of the site"), Kind.TEXT, lambda each: each.place.name or each.account.name),
    *address_fields(lambda each: each.place),
    Field("priority", _("Priority"), Kind.TEXT, "priority", choices=tuple(Priority.values)),
    Field("incident_type", _("Incident type"), Kind.TEXT, "incident_type.name"),
    Field("agreement", _("Agreement"), Kind.TEXT, "agreement.number"),
    Field("external_number", _("Number in another system"), Kind.TEXT, "external_number"),
    Field(
        "wanted_at",
        _("Visit from, else when it was created"),
        Kind.INSTANT,
        lambda each: each.window_starts_at or each.created_at,
    ),
    Field("created_at", _("Created"), Kind.INSTANT, "created_at"),
    Field("completed_at", _("Completed"), Kind.INSTANT, "completed_at"),
    Field("posted_at", _("Posted"), Kind.INSTANT, "posted_at"),
)
WORK_ORDERS = register(
    Entity(
        name="work_orders",
        label=_("Work orders"),
        model=WorkOrder,
        key="number",
        fields=FIELDS,
        query=query,
        sources=(
            Source("fieldservice_workorder"),
            # A line with a product of our own keeps the whole order back.
            Source("fieldservice_workorderproduct", "work_order_id"),
            Source("fieldservice_workorderservice", "work_order_id"),
            Source("geo_place", "place_id", "fieldservice_workorder"),
        ),
    )
)
