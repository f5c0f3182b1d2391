"""Work on files that nobody waits for."""

from celery import shared_task

from portal.tenancy.tasks import TenantTask
from portal.timeline.domain.files import sweep_orphans


@shared_task(base=TenantTask, name="timeline.sweep_orphans")
def sweep_orphan_files(tenant):
    """Remove the tenant's files that no row names."""
    sweep_orphans()
