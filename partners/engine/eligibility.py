"""Whether a partner is available for an opportunity, or every reason why it is not (PRT-2)."""

from collections.abc import Iterator
from enum import StrEnum

from partners.engine.programme import Opportunity, Partner


class Reason(StrEnum):
    """Why a partner cannot get an opportunity, as codes: the pages have the words."""

    INACTIVE = "inactive"
    SKIPPED = "skipped"
    CAPACITY = "capacity"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    NO_TERRITORY = "no_territory"
    TERRITORY = "territory"
    LEAD_TYPE = "lead_type"
    PRODUCTS = "products"


def why_not(partner: Partner, opportunity: Opportunity) -> tuple[Reason, ...]:
    """Every reason, in the order of `Reason`; none for a partner that is available."""
    return tuple(_reasons(partner, opportunity))


def is_available(partner: Partner, opportunity: Opportunity) -> bool:
    """Whether nothing speaks against it; stops at the first reason that does."""
    return next(_reasons(partner, opportunity), None) is None


def _reasons(partner: Partner, opportunity: Opportunity) -> Iterator[Reason]:
    value = opportunity.value
    if not partner.is_active:
        yield Reason.INACTIVE
    if partner.key in opportunity.skipped:
        yield Reason.SKIPPED
    if partner.open_count >= partner.capacity:
        yield Reason.CAPACITY
    if value is not None and partner.minimum is not None and value < partner.minimum:
        yield Reason.BELOW_MINIMUM
    if value is not None and partner.maximum is not None and value > partner.maximum:
        yield Reason.ABOVE_MAXIMUM
    if not opportunity.territories:
        yield Reason.NO_TERRITORY
    elif opportunity.territories.isdisjoint(partner.territories):
        yield Reason.TERRITORY
    if opportunity.lead_type is not None and opportunity.lead_type not in partner.lead_types:
        yield Reason.LEAD_TYPE
    if not opportunity.products <= partner.products:
        yield Reason.PRODUCTS
