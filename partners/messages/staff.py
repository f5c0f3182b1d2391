"""Mails to the company itself; their links lead to the admin."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Message, read_once, register
from partners.enums import Registration
from partners.models import DealRegistration, Delivery, Opportunity
from partners.queries.opportunities import waiting_for_staff
from portal.tenancy.scope import current_tenant


def admin_url(opportunity: Opportunity) -> str:
    """The page of an opportunity for staff."""
    return absolute(reverse("admin:partners_opportunity_change", args=[opportunity.pk]), current_tenant())


@read_once
def accepted_delivery(row: OutboxMessage) -> Delivery | None:
    """The delivery that a partner accepted."""
    rows = Delivery.objects.filter(pk=row.payload.get("delivery"), accepted_at__isnull=False)
    return rows.select_related("opportunity", "partner").order_by("pk").first()


@register
class OpportunityAccepted(Message):
    """A partner took an opportunity (PRT-4)."""

    name = "opportunity_accepted"
    title = gettext_lazy("Opportunity accepted")
    app = "partners"

    def still_true(self, row: OutboxMessage) -> bool:
        return accepted_delivery(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        delivery: Any = accepted_delivery(row)
        return {
            "number": delivery.opportunity.number,
            "topic": delivery.opportunity.topic,
            "partner": delivery.partner.name,
            "opportunity_url": admin_url(delivery.opportunity),
        }


@read_once
def needy_opportunity(row: OutboxMessage) -> Opportunity | None:
    """The opportunity while staff must give it on."""
    return waiting_for_staff().filter(pk=row.payload.get("opportunity")).first()


@register
class OpportunityForStaff(Message):
    """No partner has it, and none gets it by itself (PRT-4)."""

    name = "opportunity_for_staff"
    title = gettext_lazy("Opportunity without a partner")
    app = "partners"

    def still_true(self, row: OutboxMessage) -> bool:
        return needy_opportunity(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        opportunity: Any = needy_opportunity(row)
        return {
            "number": opportunity.number,
            "topic": opportunity.topic,
            "status": opportunity.get_status_display(),
            "asked": Delivery.objects.filter(opportunity=opportunity).count(),
            "opportunity_url": admin_url(opportunity),
        }


@read_once
def open_registration(row: OutboxMessage) -> DealRegistration | None:
    """The registration that staff have not decided yet."""
    rows = DealRegistration.objects.filter(pk=row.payload.get("registration"), status=Registration.REQUESTED)
    return rows.select_related("opportunity__partner").order_by("pk").first()


@register
class DealRegistrationRequested(Message):
    """A partner asks for the exclusive right to a deal (PRT-6)."""

    name = "deal_registration"
    title = gettext_lazy("Deal registration")
    app = "partners"

    def still_true(self, row: OutboxMessage) -> bool:
        return open_registration(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        registration: Any = open_registration(row)
        opportunity = registration.opportunity
        return {
            "number": opportunity.number,
            "topic": opportunity.topic,
            "partner": opportunity.partner.name,
            "text": registration.text,
            "opportunity_url": admin_url(opportunity),
        }
