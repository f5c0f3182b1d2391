"""Mails to partners. What they tell is read when they are sent, through the recipient's own eyes: a teaser stays one."""

from typing import Any

from django.urls import reverse
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext_lazy

from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Message, read_once, register
from partners.enums import OpportunityStatus, Outcome, Registration
from partners.models import DealRegistration, Delivery, Opportunity
from partners.queries.opportunities import Teaser, teaser_of
from portal.access.viewer import viewer_for
from portal.tenancy.scope import current_tenant
from portal.web import times


def page_of(pk) -> str:
    """The address of an opportunity's page."""
    return absolute(reverse("partners:opportunity_detail", args=[pk]), current_tenant())


@read_once
def waiting_delivery(row: OutboxMessage) -> Delivery | None:
    """The delivery while its answer is open."""
    rows = Delivery.objects.filter(pk=row.payload.get("delivery"), outcome=Outcome.DELIVERED)
    return rows.order_by("pk").first()


@read_once
def teaser_for(row: OutboxMessage) -> Teaser | None:
    """What the recipient may know of the delivered opportunity; None once it was answered or is no longer seen."""
    delivery = waiting_delivery(row)
    if delivery is None or row.contact is None:
        return None
    return teaser_of(viewer_for(row.contact), delivery.opportunity_id)


class AboutTeaser(Message):
    """A message about an opportunity that waits for an answer."""

    app = "partners"

    def still_true(self, row: OutboxMessage) -> bool:
        return teaser_for(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        teaser: Any = teaser_for(row)
        return {
            "teaser": teaser,
            "where": ", ".join(part for part in (teaser.city, teaser.region) if part),
            "due": times.format_instant(teaser.expires_at, get_current_timezone_name()),
            "opportunity_url": page_of(teaser.id),
        }


@register
class OpportunityDelivered(AboutTeaser):
    """An opportunity waits for the partner's answer (PRT-4)."""

    name = "opportunity_delivered"
    title = gettext_lazy("New opportunity")


@register
class OpportunityReminder(AboutTeaser):
    """The time to answer is nearly over."""

    name = "opportunity_reminder"
    title = gettext_lazy("Opportunity about to expire")


@read_once
def seen_opportunity(row: OutboxMessage) -> Opportunity | None:
    """The opportunity as far as the recipient sees it whole now."""
    if row.contact is None:
        return None
    rows = Opportunity.objects.filter(pk=row.payload.get("opportunity")).exclude(status=OpportunityStatus.DELIVERED)
    return rows.visible_to(viewer_for(row.contact)).order_by("pk").first()


@register
class OpportunityAssigned(Message):
    """An opportunity was assigned to, or shared with, the recipient (PRT-7)."""

    name = "opportunity_assigned"
    title = gettext_lazy("Opportunity assigned or shared")
    app = "partners"

    def still_true(self, row: OutboxMessage) -> bool:
        return seen_opportunity(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        opportunity: Any = seen_opportunity(row)
        return {
            "number": opportunity.number,
            "topic": opportunity.topic,
            "opportunity_url": page_of(opportunity.pk),
        }


@read_once
def decided_registration(row: OutboxMessage) -> DealRegistration | None:
    """The registration that staff decided."""
    rows = DealRegistration.objects.filter(pk=row.payload.get("registration")).exclude(status=Registration.REQUESTED)
    found = rows.select_related("opportunity").order_by("pk").first()
    if found is None or row.contact is None:
        return None
    seen = Opportunity.objects.filter(pk=found.opportunity_id).visible_to(viewer_for(row.contact))
    return found if seen.exists() else None


@register
class DealDecided(Message):
    """Staff granted or refused the registration of a deal (PRT-6)."""

    name = "deal_decided"
    title = gettext_lazy("Decision about a deal registration")
    app = "partners"

    def still_true(self, row: OutboxMessage) -> bool:
        return decided_registration(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        registration: Any = decided_registration(row)
        return {
            "is_approved": registration.status == Registration.APPROVED,
            "number": registration.opportunity.number,
            "topic": registration.opportunity.topic,
            "reason": registration.reason,
            "opportunity_url": page_of(registration.opportunity_id),
        }
