"""Work orders: what lists and details show."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from fieldservice.models import (
    Agreement,
    Asset,
    IncidentType,
    Invoice,
    WorkOrder,
    WorkOrderIncident,
    WorkOrderSignature,
    WorkOrderTask,
)
from fieldservice.queries.work_order_lines import with_used_lines
from portal.accounts.enums import Section
from portal.catalog.models import BillingTerms
from portal.geo.models import Place

ROWS_SHOWN = 200
NEVER_READ = ("internal_notes", "cancel_reason")
# What a line of the list is made of, and one of its export; nothing else is read.
LIST_FIELDS = ("number", "summary", "priority", "system_status", "created_at")
EXPORT_FIELDS = (
    *LIST_FIELDS,
    "sub_status__name",
    "incident_type__name",
    "incident_type__display_name",
    "place__name",
    "place__line1",
    "place__city",
    "place__postal_code",
    "place__country",
    "place__time_zone",
)


def work_order_list(viewer):
    """Work orders as the list shows them, with the site's `zone` and the `sub_status_name`.

    `seen_asset` is the asset's name, "" unless the viewer may see the asset.
    """
    named = {"zone": F("place__time_zone"), "sub_status_name": Coalesce(F("sub_status__name"), Value(""))}
    return with_seen_asset(WorkOrder.objects.annotate(**named), viewer).only(*LIST_FIELDS)


def work_order_export(work_orders, viewer):
    """The rows of the list as the CSV shows them: with their agreement, and what their amounts are made of, if they are seen."""
    found = work_orders.select_related("incident_type", "sub_status", "place").only(*EXPORT_FIELDS)
    found = with_seen_agreement(found, viewer)
    if not viewer.may_see_money(Section.FIELD_SERVICE):
        return found
    return with_used_lines(with_taxed(with_money(found, viewer)))


def work_order_detail(viewer):
    """A work order as its page and its paper show it; the functions below say with what."""
    found = with_seen_agreement(with_seen_asset(WorkOrder.objects.all(), viewer), viewer)
    found = with_contents(with_taxed(found), viewer)
    return found.select_related("incident_type", "sub_status", "place", "account").defer(*NEVER_READ)


def with_contents(work_orders, viewer):
    """Tasks, further services, invoices and the signature in the row itself: a page takes one query for all of them."""
    tasks = WorkOrderTask.objects.filter(work_order=OuterRef("pk")).order_by("position", "pk")
    further = WorkOrderIncident.objects.filter(work_order=OuterRef("pk")).order_by("pk")
    bills = Invoice.objects.visible_to(viewer).filter(work_order=OuterRef("pk")).order_by("invoice_date", "pk")
    signed = WorkOrderSignature.objects.filter(work_order=OuterRef("pk"))
    task = JSONObject(
        name="name", minutes="estimated_minutes", percent="percent_done", result="result", asset=seen_asset_name(viewer)
    )
    service = JSONObject(
        name=Coalesce(NullIf("incident_type__display_name", Value("")), "incident_type__name"),
        asset=seen_asset_name(viewer),
    )
    return work_orders.annotate(
        task_rows=ArraySubquery(tasks.values(row=task)[:ROWS_SHOWN]),
        further_rows=ArraySubquery(further.values(row=service)[:ROWS_SHOWN]),
        bill_rows=ArraySubquery(bills.values(row=JSONObject(pk="pk", number="number"))[:ROWS_SHOWN]),
        signed_name=Subquery(signed.values("name")[:1]),
        signed_at=Subquery(signed.values("signed_at")[:1]),
    )


def seen_asset_name(viewer):
    """The name of the row's asset, "" unless the viewer may see it."""
    seen = Asset.objects.visible_to(viewer).filter(pk=OuterRef("asset"))
    return Coalesce(Subquery(seen.values("name")[:1]), Value(""))


def with_seen_agreement(work_orders, viewer):
    """`seen_agreement`: the agreement's number, "" unless the viewer may see the agreement."""
    seen = Agreement.objects.visible_to(viewer).filter(pk=OuterRef("agreement"))
    return work_orders.annotate(seen_agreement=Coalesce(Subquery(seen.values("number")[:1]), Value("")))


def with_taxed(work_orders):
    """`is_taxed`: whether the work is taxable and whoever pays for it not exempt."""
    exempt = BillingTerms.objects.filter(account=Coalesce(OuterRef("billing_account"), OuterRef("account")))
    is_taxed = Q(is_taxable=True) & ~Exists(exempt.filter(is_tax_exempt=True))
    return work_orders.annotate(is_taxed=ExpressionWrapper(is_taxed, output_field=BooleanField()))


def with_money(work_orders, viewer):
    """`sees_money` as `portal.access.money` has it, for many rows at once."""
    pays = viewer.paying(Section.FIELD_SERVICE, "billing_account")
    pays |= Q(billing_account=None) & viewer.paying(Section.FIELD_SERVICE, "account")
    return work_orders.annotate(sees_money=ExpressionWrapper(pays, output_field=BooleanField()))


def with_seen_asset(work_orders, viewer):
    """Name the asset only to those who may see it: an unseen relation leaves no trace (SECURITY 2)."""
    return work_orders.annotate(seen_asset=seen_asset_name(viewer))


def work_order_matches(viewer, word: str) -> Q:
    """What a search looks at. Related tables are asked once a query, assets as far as the viewer sees them."""
    assets = Asset.objects.visible_to(viewer).filter(Q(name__icontains=word) | Q(serial_number__icontains=word))
    places = Place.objects.filter(Q(name__icontains=word) | Q(line1__icontains=word) | Q(city__icontains=word))
    services = IncidentType.objects.filter(display_name__icontains=word)
    agreements = Agreement.objects.visible_to(viewer).filter(number__icontains=word)
    return (
        Q(number__icontains=word)
        | Q(summary__icontains=word)
        | Q(asset__in=assets.values("pk"))
        | Q(place__in=places.values("pk"))
        | Q(incident_type__in=services.values("pk"))
        | Q(agreement__in=agreements.values("pk"))
    )


def is_active(statuses) -> Q:
    """Work orders in one of these system statuses."""
    return Q(system_status__in=[str(each.value) for each in statuses])


def find_work_orders(viewer, text: str):
    """For the portal's search: visible work orders by number or summary, the newest first."""
    found = WorkOrder.objects.visible_to(viewer).filter(Q(number__icontains=text) | Q(summary__icontains=text))
    return found.order_by("-created_at", "-pk")[:10]
