"""Signed links by which a customer says how a partner does, without sign-in (PRT-4, SECURITY 26)."""

from uuid import UUID

from django.core import signing
from django.urls import reverse

from notifications.links import absolute
from partners.models import Delivery
from portal.tenancy.scope import current_tenant

SALT = "partners.feedback"
# A link opens the form for so long.
SECONDS = 90 * 86_400


def feedback_url(delivery: Delivery) -> str:
    """The address of the form for this delivery."""
    token = signing.dumps([str(current_tenant().pk), str(delivery.pk)], salt=SALT)
    return absolute(reverse("partners:feedback", args=[token]), current_tenant())


def delivery_of_link(token: str) -> Delivery | None:
    """The delivery that a link of the tenant in scope is about; None alike for any other text and for one that is too old."""
    try:
        tenant_id, delivery_id = signing.loads(token, salt=SALT, max_age=SECONDS)
        if UUID(tenant_id) != current_tenant().pk:
            return None
        found = Delivery.objects.filter(pk=UUID(delivery_id), accepted_at__isnull=False)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return found.select_related("opportunity", "partner").order_by("pk").first()
