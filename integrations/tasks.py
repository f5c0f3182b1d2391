"""Work of the exchange: ids in, one domain call. Losing one of these tasks loses nothing: the sweep finds the rows."""

import time

from celery import shared_task

from integrations.domain import runs, sweeping
from portal.kit.jobs import send
from portal.tenancy.scope import current_tenant
from portal.tenancy.tasks import TenantTask

# Below the tasks' soft limit of 100 seconds by more than a batch takes.
SLICE_SECONDS = 30.0


@shared_task(base=TenantTask, name=runs.WORK)
def work(tenant, run_id):
    """Work on a run for a while, and have somebody go on with it (INT-2)."""
    deadline = time.monotonic() + SLICE_SECONDS
    if runs.work(run_id, go_on=lambda: time.monotonic() < deadline):
        send(runs.WORK, str(current_tenant().pk), str(run_id))


@shared_task(base=TenantTask, name="integrations.sweep")
def sweep(tenant):
    """Begin and go on with what is due. Sent for each tenant by `portal.each_tenant`."""
    sweeping.sweep()
