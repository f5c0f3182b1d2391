"""Write what must be sent into the caller's transaction (D5), and take back what became wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Draft:
    """A message before it is written; the fields are those of `publish`."""

    message_name: str
    key: str
    contact: Contact | None = None
    address: str = ""
    objects: dict = field(default_factory=dict)
    due_at: datetime | None = None
    language: str = ""


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
    [row] = rows_of([Draft(message_name, key, contact, address, objects or {}, due_at, language)])
    OutboxMessage.objects.bulk_create([row], ignore_conflicts=True)
    if written.first(row.pk) is None:
        return OutboxMessage.objects.get(key=key)
    announce([row])
    return row


def rows_of(drafts: Sequence[Draft]) -> list[OutboxMessage]:
    """Messages about a record that is only being written, so that nobody else has their keys.

    The caller writes them together with the record, and calls `announce`.
    """
    host = primary_host(current_tenant()) if drafts else ""
    return [row_of(each, host) for each in drafts]


def announce(rows: Iterable[OutboxMessage]) -> None:
    """Have new messages that are due sent once the caller's transaction has committed."""
    faults.reach("after_insert")
    tenant, now = current_tenant(), clock.now()
    for row in rows:
        if row.next_attempt_at <= now:
            transaction.on_commit(lambda: faults.reach("after_commit"))
            after_commit(DELIVER, tenant.pk, row.pk)


def publish_all(drafts: Sequence[Draft]) -> None:
    """Write messages for later by one insert into the caller's transaction; keys that are there already change nothing."""
    if drafts:
        OutboxMessage.objects.bulk_create(rows_of(drafts), ignore_conflicts=True)


def row_of(draft: Draft, host: str) -> OutboxMessage:
    """The row of a message, not written yet; `host` ends its Message-ID. Raises UnknownMessageError."""
    message_named(draft.message_name)
    tenant, contact = current_tenant(), draft.contact
    now = clock.now()
    row_id = uuid7()
    return OutboxMessage(
        id=row_id,
        key=draft.key,
        name=draft.message_name,
        payload=about(draft.objects),
        contact=contact,
        address="" if contact else draft.address,
        language=(contact.language if contact else draft.language) or tenant.default_language,
        time_zone=(contact.time_zone if contact else "") or tenant.time_zone,
        due_at=draft.due_at or now,
        next_attempt_at=draft.due_at or now,
        message_id=f"<{row_id}@{host}>",
        created_at=now,
    )


def withdraw(message_name: str, *, contact: Contact, objects: dict) -> int:
    """Settle at once what waits to tell the contact about these objects; how many. It became wrong.

    What a worker has in hand at this moment is stopped by the message's `still_true`.
    """
    waiting = OutboxMessage.objects.filter(name=message_name, contact=contact, state=OutboxState.WAITING)
    return waiting.filter(payload__contains=about(objects)).update(
        state=OutboxState.VOID, settled_at=clock.now(), last_error=""
    )


def reschedule(message_name: str, drafts: Sequence[Draft], *, kind: str, ids: Iterable) -> None:
    """Make what is still to come about these objects just these drafts, in the caller's transaction.

    `kind` is the objects' name in the rows, as "booking". A row that nobody wants any more goes without a trace, so that its
    key is free when it is wanted again. What is due already stays as it is.
    """
    wanted = {each.key: each for each in drafts}
    waiting = OutboxMessage.objects.filter(name=message_name, state=OutboxState.WAITING, due_at__gt=clock.now())
    coming = waiting.filter(**{f"payload__{kind}__in": [as_json(each) for each in ids]})
    moved, unwanted = [], []
    for row in coming.select_for_update(of=("self",)).order_by("pk"):
        draft = wanted.get(row.key)
        if draft is None:
            unwanted.append(row.pk)
        elif row.due_at != draft.due_at:
            row.due_at = row.next_attempt_at = draft.due_at
            moved.append(row)
    OutboxMessage.objects.filter(pk__in=unwanted).delete()
    OutboxMessage.objects.bulk_update(moved, ["due_at", "next_attempt_at"])
    publish_all(drafts)


def about(objects: dict) -> dict:
    """What a message is about, as its row keeps it."""
    return {name: as_json(value) for name, value in objects.items()}


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
