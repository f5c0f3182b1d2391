"""Agreements: what lists and details show (FS-1)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from fieldservice.enums import AgreementStatus, DateStatus
from fieldservice.models import (
    Agreement,
    AgreementAsset,
    Asset,
    BookingDate,
    BookingSetup,
    Invoice,
    InvoiceDate,
    InvoiceSetup,
    InvoiceSetupLine,
    SetupIncident,
    WorkOrder,
)
from fieldservice.queries.invoices import with_money
from portal.tenancy.days import today

ACTIVE = Q(status=AgreementStatus.ACTIVE)
EXPIRED = Q(status=AgreementStatus.EXPIRED)
EVERY = Q(status__in=[AgreementStatus.ACTIVE, AgreementStatus.EXPIRED, AgreementStatus.CANCELED])

# What a line of the list and of its export is made of; nothing else is read.
LIST_FIELDS = ("number", "name", "status", "start_date", "end_date", "ended_at", "account__name")
# A page shows so many of each and leads to the rest.
ASSETS_SHOWN = 50
SETUPS_SHOWN = 50
LINES_SHOWN = 200
DATES_SHOWN = 4
RECORDS_SHOWN = 5


def agreement_list(viewer):
    """Agreements as the list shows them. `next_date` is the day of the next visit, None where none is planned."""
    visits = still_to_come(BookingDate).filter(setup__agreement=OuterRef("pk"))
    return (
        Agreement.objects.annotate(next_date=Subquery(visits.order_by("date").values("date")[:1]))
        .select_related("account")
        .only(*LIST_FIELDS)
    )


def agreement_detail(viewer):
    """An agreement as its page shows it, with `assets`: the covered ones that the viewer sees, as dictionaries.

    `has_visits` and `has_charges` say whether there are setups to ask for.
    """
    found = Agreement.objects.annotate(
        assets=ArraySubquery(covered_assets(viewer)),
        has_visits=Exists(BookingSetup.objects.filter(agreement=OuterRef("pk"), is_active=True)),
        has_charges=Exists(InvoiceSetup.objects.filter(agreement=OuterRef("pk"), is_active=True)),
    )
    return found.select_related("account", "billing_account", "price_list").defer("internal_notes", "cancel_reason")


def agreement_matches(viewer, word: str) -> Q:
    """What a search looks at: number, name, account, and the covered assets that the viewer sees."""
    assets = Asset.objects.visible_to(viewer).filter(Q(name__icontains=word) | Q(serial_number__icontains=word))
    covering = AgreementAsset.objects.filter(asset__in=assets.values("pk"))
    return (
        Q(number__icontains=word)
        | Q(name__icontains=word)
        | Q(account__name__icontains=word)
        | Q(pk__in=covering.values("agreement"))
    )


def find_agreements(viewer, text: str):
    """For the portal's search: visible agreements by number or name, the newest first."""
    found = Agreement.objects.visible_to(viewer).filter(Q(number__icontains=text) | Q(name__icontains=text))
    return found.order_by("-start_date", "-pk")[:10]


# What a page shows beside the agreement.


def still_to_come(model):
    """Dates from today on that were not left out; those that were generated already are still to come."""
    return model.objects.filter(date__gte=today()).exclude(status=DateStatus.CANCELED)


def with_next_dates(rows, model, setup: OuterRef):
    """`next_dates`: the next few days of each row's setup."""
    coming = still_to_come(model).filter(setup=setup).order_by("date")
    return rows.annotate(next_dates=ArraySubquery(coming.values("date")[:DATES_SHOWN]))


def with_seen_asset(rows, viewer):
    """Name the asset only to those who may see it (SECURITY 2)."""
    seen = Asset.objects.visible_to(viewer).filter(pk=OuterRef("asset"))
    return rows.annotate(seen_asset=Coalesce(Subquery(seen.values("name")[:1]), Value("")))


def covered_assets(viewer):
    """The covered assets that the viewer sees, and one more than is shown where there are more."""
    seen = Asset.objects.visible_to(viewer).filter(coverage__agreement=OuterRef("pk")).order_by("name", "pk")
    fields = JSONObject(id="pk", name="name", serial_number="serial_number", location="location__name")
    return seen.values_list(fields)[: ASSETS_SHOWN + 1]


def booking_setups_of(agreement: Agreement, viewer) -> list[BookingSetup]:
    """The active booking setups with `next_dates`, `seen_asset`, and `further`: further services as dictionaries."""
    incidents = with_seen_asset(SetupIncident.objects.filter(setup=OuterRef("pk")), viewer).order_by("pk")
    fields = JSONObject(display_name="incident_type__display_name", name="incident_type__name", asset="seen_asset")
    setups = with_seen_asset(BookingSetup.objects.filter(agreement=agreement, is_active=True), viewer)
    setups = with_next_dates(setups, BookingDate, OuterRef("pk")).select_related("incident_type")
    found = setups.annotate(further=ArraySubquery(incidents.values_list(fields)))
    return list(found.order_by("name", "pk")[:SETUPS_SHOWN])


def invoice_lines_of(agreement: Agreement) -> list[InvoiceSetupLine]:
    """The lines of the active invoice setups, setup by setup, each with the setup's `next_dates`."""
    lines = InvoiceSetupLine.objects.filter(setup__agreement=agreement, setup__is_active=True)
    found = with_next_dates(lines, InvoiceDate, OuterRef("setup")).select_related("setup", "product")
    return list(found.order_by("setup__name", "setup", "position", "pk")[:LINES_SHOWN])


def work_orders_of(agreement: Agreement, viewer) -> list[WorkOrder]:
    """The latest work orders of the agreement that the viewer sees, with `seen_asset`."""
    made = with_seen_asset(WorkOrder.objects.visible_to(viewer).filter(agreement=agreement), viewer)
    return list(made.select_related("place").defer("internal_notes").order_by("-created_at", "-pk")[:RECORDS_SHOWN])


def invoices_of(agreement: Agreement, viewer) -> list[Invoice]:
    """The latest invoices of the agreement that the viewer sees, with what `with_money` says."""
    made = with_money(Invoice.objects.visible_to(viewer), viewer).filter(agreement=agreement)
    return list(made.defer("internal_notes").order_by("-invoice_date", "-pk")[:RECORDS_SHOWN])
