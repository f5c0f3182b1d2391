"""Mails of the platform's own logins."""

from celery import shared_task

from notifications.channels.base import TemporaryError
from portal.signin.domain.platform_mails import send_platform_mail


@shared_task(
    name="signin.platform_mail",
    autoretry_for=(TemporaryError,),
    retry_backoff=5,
    retry_backoff_max=60,
    max_retries=8,
    acks_late=True,
    reject_on_worker_lost=True,
)
def platform_mail(message_name, user_id, kind):
    """Send one mail to platform staff."""
    send_platform_mail(message_name, user_id, kind)
