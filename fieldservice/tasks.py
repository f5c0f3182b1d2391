"""Work of the section: ids in, one domain call."""

import time

from celery import shared_task

from fieldservice.domain.generation import sweep
from portal.kit import jobs
from portal.tenancy.tasks import TenantTask

# Below the tasks' soft limit of 100 seconds by more than one date can take.
SWEEP_SECONDS = 40.0


@shared_task(base=TenantTask, name="fieldservice.generate")
def generate(tenant):
    """Plan, generate and expire what is due. Sent for each tenant by `portal.each_tenant`; goes on in a task of its own when there is much."""
    deadline = time.monotonic() + SWEEP_SECONDS
    swept = sweep(go_on=lambda: time.monotonic() < deadline)
    if swept.is_more:
        jobs.send("fieldservice.generate", str(tenant.pk))
