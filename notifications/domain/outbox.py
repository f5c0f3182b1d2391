"""Write what must be sent into the caller's transaction (D5)."""

from datetime import datetime

from django.db import transaction

from notifications import faults
from notifications.enums import OutboxState
from notifications.errors import NotDead
from notifications.links import primary_host
from notifications.models import OutboxMessage
from notifications.models.messages import TRIES
from notifications.registry import message_named
from portal.accounts.models import Contact
from portal.audit.domain import record
from portal.kit import clock
from portal.kit.ids import uuid7
from portal.kit.jobs import after_commit
from portal.tenancy.compiled import Compiled
from portal.tenancy.scope import current_tenant

DELIVER = "notifications.deliver"
written = Compiled(lambda pk: OutboxMessage.objects.filter(pk=pk).order_by("pk").values_list("pk")[:1])


def publish(
    message_name: str,
    *,
    key: str,
    contact: Contact | None = None,
    address: str = "",
    objects: dict | None = None,
    due_at: datetime | None = None,
    language: str = "",
) -> OutboxMessage:
    """Have a message sent once the caller's transaction has committed; the same `key` again changes nothing.

    To a `contact` it goes at the address, in the language and zone that the contact has when it is sent; otherwise to
    `address` in `language`. `objects` names by id what it is about. `due_at` (UTC) keeps it back until then.
    """
    message_named(message_name)
    tenant = current_tenant()
    now = clock.now()
    row_id = uuid7()
    row = OutboxMessage(
        id=row_id,
        key=key,
        name=message_name,
        payload={name: as_json(value) for name, value in (objects or {}).items()},
        contact=contact,
        address="" if contact else address,
        language=(contact.language if contact else language) or tenant.default_language,
        time_zone=(contact.time_zone if contact else "") or tenant.time_zone,
        due_at=due_at or now,
        next_attempt_at=due_at or now,
        message_id=f"<{row_id}@{primary_host(tenant)}>",
        created_at=now,
    )
    OutboxMessage.objects.bulk_create([row], ignore_conflicts=True)
    is_new = written.first(row_id) is not None
    if not is_new:
        row = OutboxMessage.objects.get(key=key)
    faults.reach("after_insert")
    if is_new and row.next_attempt_at <= now:
        transaction.on_commit(lambda: faults.reach("after_commit"))
        after_commit(DELIVER, tenant.pk, row.pk)
    return row


def as_json(value):
    """Ids as text, numbers as they are."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


@transaction.atomic
def retry(message: OutboxMessage, *, by) -> OutboxMessage:
    """Give a message that was given up another round of attempts; audited."""
    row = OutboxMessage.objects.select_for_update(of=("self",), no_key=True).get(pk=message.pk)
    if row.state != OutboxState.DEAD:
        raise NotDead
    row.state = OutboxState.WAITING
    row.settled_at = None
    row.due_at = row.next_attempt_at = clock.now()
    row.tries_left = TRIES
    row.save(update_fields=["state", "settled_at", "due_at", "next_attempt_at", "tries_left"])
    record(by, "message.retry", row)
    after_commit(DELIVER, current_tenant().pk, row.pk)
    return row
