"""The mail by which a customer is asked how the partner does (PRT-4)."""

from typing import Any

from django.utils.translation import gettext_lazy

from notifications.models import OutboxMessage
from notifications.registry import Message, read_once, register
from partners.enums import Outcome
from partners.models import Delivery
from partners.queries.links import feedback_url


@read_once
def rated_delivery(row: OutboxMessage) -> Delivery | None:
    """The delivery while the partner has it and nobody rated it."""
    rows = Delivery.objects.filter(
        pk=row.payload.get("delivery"),
        feedback_at__isnull=True,
        outcome__in=[Outcome.ACCEPTED, Outcome.WON, Outcome.LOST],
    )
    return rows.select_related("opportunity", "partner").order_by("pk").first()


@register
class PartnerFeedback(Message):
    """The customer is asked how the partner does."""

    name = "partner_feedback"
    title = gettext_lazy("Feedback on a partner")
    app = "partners"

    def still_true(self, row: OutboxMessage) -> bool:
        return rated_delivery(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        delivery: Any = rated_delivery(row)
        return {
            "partner": delivery.partner.name,
            "topic": delivery.opportunity.topic,
            "feedback_url": feedback_url(delivery),
        }
