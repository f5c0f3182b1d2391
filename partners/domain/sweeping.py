"""What is due in the programme, found by its rows: a lost task loses nothing, and sweeps may run side by side (D5)."""

import datetime as dt

from django.db.models import F, QuerySet

from partners.domain.distribution import distribute, expire, remind
from partners.domain.rules import load_settings
from partners.enums import Occasion, OpportunityStatus, Outcome
from partners.models import Delivery, Opportunity
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.tenancy.scope import current_tenant, tenant_scope

# So many of each kind in one sweep; the next one finds the rest.
BATCH = 200


def sweep() -> None:
    """Expire what is overdue, remind of what is due soon, distribute what is ready: each in a transaction of its own."""
    tenant = current_tenant()
    with tenant_scope(tenant):
        overdue, ending, ready = overdue_deliveries(), ending_deliveries(), list(waiting()[:BATCH])
    for delivery in overdue:
        with tenant_scope(tenant):
            expire(delivery)
    for delivery in ending:
        with tenant_scope(tenant):
            remind(delivery)
    for opportunity in ready:
        distribute_waiting(opportunity)


def distribute_waiting(opportunity: Opportunity) -> None:
    """Distribute what is ready, unless somebody has it meanwhile."""
    try:
        with tenant_scope(current_tenant()):
            distribute(opportunity, occasion=Occasion.READY)
    except Conflict:
        return


def overdue_deliveries() -> list[Delivery]:
    """Those that nobody answered in time, the oldest first."""
    rows = Delivery.objects.filter(outcome=Outcome.DELIVERED, expires_at__lte=clock.now())
    return list(rows.select_related("opportunity").order_by("expires_at", "pk")[:BATCH])


def ending_deliveries() -> list[Delivery]:
    """Those whose answer is due soon and of which nobody was reminded."""
    hours = load_settings().reminder_hours
    if not hours:
        return []
    now = clock.now()
    rows = Delivery.objects.filter(
        outcome=Outcome.DELIVERED,
        reminded_at__isnull=True,
        expires_at__gt=now,
        expires_at__lte=now + dt.timedelta(hours=hours),
        # Who got it only just now was told only just now.
        delivered_at__lt=F("expires_at") - dt.timedelta(hours=hours),
    )
    return list(rows.select_related("opportunity").order_by("expires_at", "pk")[:BATCH])


def waiting() -> QuerySet:
    """The opportunities that are ready and that nobody has had yet, the oldest first; none where staff deliver by hand."""
    if not load_settings().is_automatic:
        return Opportunity.objects.none()
    rows = Opportunity.objects.filter(is_ready=True, partner__isnull=True, status=OpportunityStatus.IN_PROGRESS)
    return rows.order_by("created_at", "pk")


def distribute_one(opportunity_id: str) -> None:
    """Distribute one that was marked ready just now, if it still waits."""
    with tenant_scope(current_tenant()):
        opportunity = waiting().filter(pk=opportunity_id).first()
    if opportunity is not None:
        distribute_waiting(opportunity)
