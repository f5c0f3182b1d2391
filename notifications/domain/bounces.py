"""What providers tell of our mails, and the addresses that get nothing any more (SECURITY 22)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from notifications.enums import ChannelName, ProviderEventKind, SuppressionReason
from notifications.models import OutboxMessage, ProviderEvent, Suppression
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.tenancy.middleware import tenant_of
from portal.tenancy.scope import tenant_scope

REASONS = {
    ProviderEventKind.BOUNCED: SuppressionReason.BOUNCED,
    ProviderEventKind.COMPLAINED: SuppressionReason.COMPLAINED,
}
LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Report:
    """A provider's word on one of our mails; `key` tells it from all others of the provider."""

    provider: str
    key: str
    kind: ProviderEventKind
    message_id: str
    address: str
    at: datetime | None = None
    detail: str = ""


def note_report(report: Report) -> ProviderEvent | None:
    """Keep the report once, and block the address after a hard bounce or a complaint.

    None when we sent no such mail or have the report already. Our Message-ID ends with the host of the tenant.
    """
    tenant = tenant_of(report.message_id.rstrip(">").rpartition("@")[2].lower())
    if tenant is None:
        return None
    with tenant_scope(tenant):
        message = OutboxMessage.objects.filter(message_id=report.message_id).order_by("pk").first()
        if message is None:
            return None
        address = (message.address or report.address).strip().lower()
        event, is_new = ProviderEvent.objects.get_or_create(
            provider=report.provider,
            event_key=report.key,
            defaults={
                "kind": report.kind,
                "address": address,
                "message": message,
                "detail": report.detail[:LONGEST_DETAIL],
                "at": report.at or clock.now(),
                "received_at": clock.now(),
            },
        )
        if not is_new:
            return None
        if report.kind in REASONS:
            suppress(address, REASONS[report.kind], detail=event.detail)
        return event


@transaction.atomic
def suppress(address: str, reason: SuppressionReason, *, detail: str = "", by=None) -> Suppression:
    """Send nothing to this address until staff lift it; audited. Blocking it again changes nothing."""
    row, is_new = Suppression.objects.get_or_create(
        channel=ChannelName.EMAIL,
        address=address.strip().lower(),
        lifted_at=None,
        defaults={"reason": reason, "detail": detail, "created_at": clock.now()},
    )
    if is_new:
        record(by, "address.block", row, after={"reason": reason})
    return row


@transaction.atomic
def lift(suppression: Suppression, *, by) -> Suppression:
    """Send to the address again; audited. Raises Conflict when it is not blocked any more."""
    row = Suppression.objects.select_for_update(of=("self",), no_key=True).get(pk=suppression.pk)
    if row.lifted_at is not None:
        raise Conflict(_("This address is not blocked any more."))
    row.lifted_at = clock.now()
    row.save(update_fields=["lifted_at"])
    record(by, "address.lift", row)
    return row
