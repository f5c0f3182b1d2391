"""What an opportunity asks of a partner, as the engine reads it (PRT-2)."""

from decimal import Decimal
from uuid import UUID

from partners.engine.programme import Opportunity as Asked
from partners.models import Delivery, DistributionRun, Opportunity, OpportunityProduct
from portal.geo.distance import Point
from portal.geo.models import Place
from portal.geo.queries import territories_around


def place_of(opportunity: Opportunity) -> Place | None:
    """Where the customer is: the opportunity's own address, or that of the customer's account."""
    if opportunity.place is not None or opportunity.customer is None:
        return opportunity.place
    return opportunity.customer.place


def territories_of(opportunity: Opportunity) -> frozenset[UUID]:
    """Every territory in which the customer lies. Staff may name one for the account; otherwise that of the place and
    whichever areas contain its position or cover its postal code.
    """
    if opportunity.place is None and opportunity.customer is not None and opportunity.customer.territory_id is not None:
        return frozenset({opportunity.customer.territory_id})
    place = place_of(opportunity)
    if place is None:
        return frozenset()
    return (territories_around(place) | {place.territory_id}) - {None}


def asked_by(opportunity: Opportunity) -> Asked:
    """What is to be distributed; who had it before is skipped."""
    place = place_of(opportunity)
    products = OpportunityProduct.objects.filter(opportunity=opportunity).order_by()
    former = Delivery.objects.filter(opportunity=opportunity).order_by()
    return Asked(
        key=opportunity.pk,
        value=opportunity.estimated_revenue,
        territories=territories_of(opportunity),
        lead_type=opportunity.lead_type_id,
        products=frozenset(products.values_list("product_id", flat=True)),
        position=place.point if place else None,
        skipped=frozenset(former.values_list("partner_id", flat=True)),
    )


def as_kept(asked: Asked) -> dict:
    """The same as a run keeps it."""
    return {
        "value": None if asked.value is None else str(asked.value),
        "territories": sorted(map(str, asked.territories)),
        "lead_type": None if asked.lead_type is None else str(asked.lead_type),
        "products": sorted(map(str, asked.products)),
        "position": None if asked.position is None else list(asked.position),
        "skipped": sorted(map(str, asked.skipped)),
    }


def asked_in(run: DistributionRun) -> Asked:
    """What was asked for then."""
    kept = run.asked

    def ids(name: str) -> frozenset[UUID]:
        return frozenset(map(UUID, kept[name]))

    return Asked(
        key=run.opportunity_id,
        value=None if kept["value"] is None else Decimal(kept["value"]),
        territories=ids("territories"),
        lead_type=None if kept["lead_type"] is None else UUID(kept["lead_type"]),
        products=ids("products"),
        position=None if kept["position"] is None else Point(*kept["position"]),
        skipped=ids("skipped"),
    )
