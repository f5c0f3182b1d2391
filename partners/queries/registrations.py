"""Registrations of deals (PRT-6)."""

from partners.models import DealRegistration, Opportunity


def latest_registration(opportunity: Opportunity) -> DealRegistration | None:
    """The last one that was asked for; None where nobody did."""
    rows = DealRegistration.objects.filter(opportunity=opportunity)
    return rows.order_by("-requested_at", "-pk").first()
