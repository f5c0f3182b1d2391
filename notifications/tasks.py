"""Ids in, one domain call. Losing every one of these tasks loses nothing: the sweep finds the rows."""

import time

from celery import shared_task

from notifications.domain.delivery import deliver as deliver_message
from notifications.domain.sweep import note_swept, sweep_tenant
from portal.tenancy.scope import named_scope
from portal.tenancy.tasks import TenantTask
from portal.tenancy.unscoped import all_tenants

# Below the tasks' soft limit of 100 seconds by more than one sending can take.
SWEEP_SECONDS = 40.0


@shared_task(base=TenantTask, name="notifications.deliver")
def deliver(tenant, message_id):
    """Send one message right after its transaction."""
    deliver_message(message_id)


@shared_task(name="notifications.sweep")
def sweep():
    """Send everything that is due; beat asks every 15 seconds, `manage.py sweep_outbox` when Redis is away."""
    return sweep_all(seconds=SWEEP_SECONDS)


def sweep_all(*, seconds: float) -> int:
    """Batches of all tenants in turn, so that a tenant with much to send does not hold up the others; how many attempts."""
    deadline = time.monotonic() + seconds

    def go_on() -> bool:
        return time.monotonic() < deadline

    attempts = 0
    due_since = []
    tenants = all_tenants()
    while tenants:
        unfinished = []
        for tenant in tenants:
            with named_scope(tenant):
                swept = sweep_tenant(go_on=go_on)
            attempts += swept.attempts
            due_since.append(swept.due_since)
            if swept.is_more:
                unfinished.append(tenant)
        tenants = unfinished if go_on() else []
    note_swept(min(filter(None, due_since), default=None))
    return attempts
