"""Endpoints of the tenant: their secrets, a test event, the end of one that wants nothing any more (NOT-4)."""

import base64
import secrets
from uuid import UUID

from django.db import transaction

from notifications.domain.outbox import Draft, row_of
from notifications.enums import ChannelName
from notifications.links import primary_host
from notifications.models import OutboxMessage, WebhookEndpoint
from portal.audit.domain import record
from portal.kit.ids import uuid7
from portal.kit.jobs import after_commit
from portal.tenancy.scope import current_tenant

SECRET_BYTES = 32
DELIVER = "notifications.deliver"


def new_secret() -> str:
    """A secret as the Standard Webhooks scheme writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint, *, by) -> str:
    """Sign with a new secret; the one before signs beside it until the next change. Returned for showing it once; audited."""
    row = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True).get(pk=endpoint.pk)
    row.former_secret, row.secret = row.secret, new_secret()
    row.save(update_fields=["secret", "former_secret"])
    record(by, "webhook.rotate", row)
    return row.secret


@transaction.atomic
def send_test(endpoint: WebhookEndpoint, *, by) -> OutboxMessage:
    """Send an event that tells of nothing, to try the way; audited."""
    key = f"webhook-test:{uuid7()}"
    row = row_of(Draft("webhook_test", key), primary_host(current_tenant()))
    row.channel, row.endpoint = ChannelName.WEBHOOK, endpoint
    row.save(force_insert=True)
    record(by, "webhook.test", endpoint)
    after_commit(DELIVER, current_tenant().pk, row.pk)
    return row


def give_up(endpoint_id: UUID) -> None:
    """Switch off an endpoint whose server says that it is gone for good; audited."""
    row = WebhookEndpoint.objects.filter(pk=endpoint_id, is_active=True).order_by("pk").first()
    if row is not None:
        row.is_active = False
        row.save(update_fields=["is_active"])
        record(None, "webhook.gone", row)
