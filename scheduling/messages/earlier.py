"""The mail about an earlier time that is kept for a customer (SCH-14)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from notifications.links import absolute
from notifications.models import OutboxMessage
from notifications.registry import Attachment, read_once, register
from portal.kit import clock
from portal.tenancy.scope import current_tenant
from portal.web import times
from scheduling.messages.base import VisitMessage, booking_of
from scheduling.models import EarlierOffer
from scheduling.queries.earlier import open_offer


@register
class EarlierTimeOffered(VisitMessage):
    """A time became free that is earlier than the customer's; it is kept until it expires (NOT-1, SCH-14)."""

    name = "earlier_time_offered"
    title = gettext_lazy("Earlier time offered")

    def still_true(self, row: OutboxMessage) -> bool:
        """Only while the time is kept."""
        return super().still_true(row) and offer_of(row) is not None

    def context(self, row: OutboxMessage) -> dict:
        booking, offer = booking_of(row), offer_of(row)
        zone, own = booking.time_zone, row.contact.time_zone
        return {
            **super().context(row),
            "offered": times.describe(offer.starts_at, zone, viewer_zone=own, ends=offer.window_ends_at),
            "until": times.describe(offer.expires_at, zone, viewer_zone=own),
            "offer_url": absolute(reverse("scheduling:earlier", args=[booking.pk]), current_tenant()),
        }

    def sample(self) -> dict:
        sample = super().sample()
        return {**sample, "offered": sample["when"], "until": sample["when"], "offer_url": sample["appointment_url"]}

    def attachments(self, row: OutboxMessage) -> list[Attachment]:
        return []


@read_once
def offer_of(row: OutboxMessage) -> EarlierOffer | None:
    """The offer that the row is about, while it stands."""
    booking = booking_of(row)
    offer = open_offer(booking) if booking else None
    if offer is None or str(offer.pk) != row.payload.get("offer") or offer.expires_at <= clock.now():
        return None
    return offer
