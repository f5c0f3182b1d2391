"""Find and deliver whatever is due in the tenant in scope; safe when several run (D5, SECURITY 19)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notifications.domain.delivery import deliver
from notifications.enums import AttemptOutcome
from notifications.queries import SWEPT, due_rows, oldest_due_at
from portal.kit import clock
from portal.tenancy.models import Heartbeat
from portal.tenancy.scope import current_tenant, tenant_scope

BATCH = 50


@dataclass(frozen=True, slots=True)
class Swept:
    """What one batch did: attempts made, whether more may be due, and since when something had been due before it."""

    attempts: int
    is_more: bool
    due_since: datetime | None


def sweep_tenant(*, go_on: Callable[[], bool]) -> Swept:
    """Deliver one batch.

    Stops early when `go_on()` says so. When a transport is away, the rest of its messages waits: they would fare the same.
    """
    with tenant_scope(current_tenant()):
        due_since = oldest_due_at()
        rows = due_rows(BATCH) if due_since else []
    attempts, away = 0, set()
    for row_id, channel in rows:
        if not go_on():
            return Swept(attempts, is_more=True, due_since=due_since)
        if channel in away:
            continue
        outcome = deliver(row_id)
        attempts += outcome is not None
        if outcome == AttemptOutcome.AWAY:
            away.add(channel)
    is_more = bool(attempts) and len(rows) == BATCH and not away
    return Swept(attempts, is_more=is_more, due_since=due_since)


def note_swept(due_since: datetime | None) -> None:
    """Write down, for readiness, up to when everything that was due has been sent."""
    Heartbeat.objects.update_or_create(name=SWEPT, defaults={"beat_at": due_since or clock.now()})
