"""What partners see of opportunities: a teaser until they accept, the whole after (PRT-4, DYNAMICS 5.8)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from partners.enums import (
    CLOSED_STATUSES,
    HOLDING_OUTCOMES,
    OF_STATE,
    WORKED_STATUSES,
    Alert,
    OpportunityStatus,
    State,
)
from partners.models import Delivery, Opportunity, OpportunityEvent, OpportunityProduct, PartnerSettings
from portal.access.clauses import seen_whole
from portal.access.viewer import Viewer
from portal.kit import clock

WHOLE = ~Q(status=OpportunityStatus.DELIVERED)


@dataclass(frozen=True, slots=True)
class Teaser:
    """What a partner may know before it accepts: neither the customer nor the address, nor the words that staff wrote about them."""

    id: UUID
    number: str
    lead_type: str
    products: tuple[str, ...]
    city: str
    region: str
    country: str
    estimated_revenue: Decimal | None
    currency: str
    estimated_close_date: dt.date | None
    delivered_at: dt.datetime
    expires_at: dt.datetime


def delivered(viewer: Viewer) -> QuerySet:
    """The opportunities that wait for an answer of the viewer's accounts. For lists and counts; its rows are shown as teasers."""
    return Opportunity.objects.filter(status=OpportunityStatus.DELIVERED).visible_to(viewer)


def managed(viewer: Viewer) -> QuerySet:
    """The opportunities that the viewer sees whole: accepted, worked on, closed, created by the partner, or collaborated on."""
    return (
        Opportunity.objects.filter(WHOLE)
        .visible_to(viewer)
        .select_related("customer__place", "contact", "place", "lead_type", "owner", "partner")
        .annotate(accepted_at=standing("accepted_at"), delivered_at=standing("delivered_at"))
    )


def in_state(opportunities: QuerySet, state: State) -> QuerySet:
    """Those that are open, won or lost."""
    return opportunities.filter(status__in=OF_STATE[state])


def standing(field: str) -> Subquery:
    """A field of the delivery by which the partner has it."""
    rows = Delivery.objects.filter(opportunity=OuterRef("pk"), outcome__in=HOLDING_OUTCOMES)
    return Subquery(rows.order_by("pk").values(field)[:1])


def teasers(opportunities: QuerySet) -> list[Teaser]:
    """These delivered opportunities as teasers, in their order, by two queries: what a teaser hides is not even read."""
    rows = opportunities.annotate(
        at_city=Coalesce("place__city", "customer__place__city", Value("")),
        at_region=Coalesce("place__region", "customer__place__region", Value("")),
        at_country=Coalesce("place__country", "customer__place__country", Value("")),
        delivered_on=standing("delivered_at"),
        expires_on=standing("expires_at"),
    ).values_list(
        "pk",
        "number",
        "lead_type__name",
        "at_city",
        "at_region",
        "at_country",
        "estimated_revenue",
        "currency",
        "estimated_close_date",
        "delivered_on",
        "expires_on",
    )
    found = list(rows)
    products = products_of([row[0] for row in found])
    return [Teaser(pk, number, kind or "", products.get(pk, ()), *rest) for pk, number, kind, *rest in found]


def teaser_of(viewer: Viewer, pk: UUID) -> Teaser | None:
    """The teaser of one; None for what the viewer does not see or sees whole."""
    return next(iter(teasers(delivered(viewer).filter(pk=pk).order_by("pk"))), None)


def products_of(ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The names of the products of interest, by opportunity."""
    found: dict[UUID, tuple[str, ...]] = {}
    rows = OpportunityProduct.objects.filter(opportunity__in=ids).order_by("product__name", "pk")
    for pk, name in rows.values_list("opportunity_id", "product__name"):
        found[pk] = (*found.get(pk, ()), name)
    return found


def whole_detail(viewer: Viewer) -> QuerySet:
    """The same as `managed` with everything that a detail shows."""
    products = OpportunityProduct.objects.select_related("product").order_by("product__name", "pk")
    return managed(viewer).prefetch_related(Prefetch("products", queryset=products))


def is_its_partner(viewer: Viewer, opportunity: Opportunity) -> bool:
    """Whether the viewer belongs to the partner that has it; others who see it were invited or had it shared by staff."""
    rows = Opportunity.objects.filter(pk=opportunity.pk)
    return rows.filter(seen_whole(viewer, Opportunity)).exists()


def history_of(opportunity: Opportunity) -> QuerySet:
    """What the present partner reads of the history, the newest first: not what happened at partners before, nor what is staff's."""
    return (
        OpportunityEvent.objects.filter(opportunity=opportunity, partner_id=opportunity.partner_id, is_internal=False)
        .select_related("contact")
        .order_by("-at", "-pk")
    )


def with_alerts(opportunities: QuerySet, settings: PartnerSettings) -> QuerySet:
    """Each with its `alert`, the worst one only: new, overdue, potentially stalled, or empty (DYNAMICS 5.9)."""
    now = clock.now()
    overdue = now - dt.timedelta(days=settings.overdue_days)
    stalled = now - dt.timedelta(days=settings.stalled_days)
    return opportunities.annotate(
        alert=Case(
            When(status=OpportunityStatus.DELIVERED, then=Value(Alert.NEW.value)),
            When(status__in=WORKED_STATUSES, active_at__lte=overdue, then=Value(Alert.OVERDUE.value)),
            When(status__in=WORKED_STATUSES, active_at__lte=stalled, then=Value(Alert.STALLED.value)),
            default=Value(""),
        )
    )


def waiting_for_staff() -> QuerySet:
    """What nobody has and staff must give on, the longest first."""
    needing = (
        OpportunityStatus.BIDDING,
        OpportunityStatus.DECLINED,
        OpportunityStatus.EXPIRED,
        OpportunityStatus.RETURNED,
    )
    return Opportunity.objects.filter(status__in=needing).order_by(F("active_at").asc(), "pk")


def still_open() -> Q:
    """The condition of what is not closed."""
    return ~Q(status__in=CLOSED_STATUSES)
