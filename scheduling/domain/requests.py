"""A request that staff schedule, where customers do not book by themselves (SCH-1)."""

from django.db import transaction

from fieldservice.domain.work_orders import create_work_order
from fieldservice.models import WorkOrder
from scheduling.domain.booking import Claim
from scheduling.domain.rules import VisitRequest


@transaction.atomic
def request_visit(visit: VisitRequest, claim: Claim) -> WorkOrder:
    """Create an unscheduled work order from the customer's words; a repeat with the same key returns the first."""
    earlier = (
        WorkOrder.objects.filter(reported_by=claim.contact, request_key=claim.request_key).order_by("pk").first()
        if claim.request_key and claim.contact
        else None
    )
    return earlier or create_work_order(
        visit.account,
        incident_type=visit.incident_type,
        place=visit.place,
        asset=visit.asset,
        reported_by=claim.contact,
        comments=claim.comments,
        is_exposed=True,
        request_key=claim.request_key,
        by=claim.by,
    )
