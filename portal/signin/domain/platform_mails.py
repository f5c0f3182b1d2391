"""Mails to the platform's staff, who belong to no tenant and so to no outbox."""

from django.conf import settings

from notifications.domain.unstored import send_unstored
from portal.accounts.models import User


def send_platform_mail(message_name: str, user_id, kind: str) -> None:
    """Send a mail of a login to its own address, if it is platform staff. When it is lost, the person asks again."""
    user = User.objects.filter(pk=user_id, is_platform_staff=True, is_active=True).order_by("pk").first()
    if user is not None:
        payload = {"user": str(user.pk), "kind": kind}
        send_unstored(message_name, address=user.email, payload=payload, language=settings.LANGUAGE_CODE)
