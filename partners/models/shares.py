"""Single opportunities shared by staff with single contacts (TEN-5)."""

from partners.models.opportunities import Opportunity
from portal.access.models import RecordShare, shares_of


class OpportunityShare(RecordShare):
    content_object = shares_of(Opportunity)
