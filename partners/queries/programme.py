"""What a partner takes on in the programme, for its own choices (PRT-1, PRT-6)."""

from partners.models import LeadType, PartnerLeadType, PartnerProduct
from portal.access.viewer import Viewer
from portal.catalog.models import Product

# Nobody chooses from a longer list.
OFFERED = 200


def own_products(viewer: Viewer) -> list[Product]:
    """The products that the viewer's company can deliver, by name."""
    rows = PartnerProduct.objects.filter(programme__account=viewer.account_id, product__is_active=True)
    return [each.product for each in rows.select_related("product").order_by("product__name", "pk")[:OFFERED]]


def own_lead_types(viewer: Viewer) -> list[LeadType]:
    """The lead types that it takes, by name."""
    rows = PartnerLeadType.objects.filter(programme__account=viewer.account_id, lead_type__is_active=True)
    return [each.lead_type for each in rows.select_related("lead_type").order_by("lead_type__name", "pk")[:OFFERED]]
