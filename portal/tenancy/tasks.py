"""Base of Celery tasks that work on one tenant's data: the first argument opens the scope."""

from celery import Task, shared_task

from portal.kit import clock, jobs
from portal.tenancy.models import Heartbeat, Tenant
from portal.tenancy.scope import named_scope
from portal.tenancy.unscoped import all_tenants


class TenantTask(Task):
    """`task(tenant_id, …ids)`. The tenant is named before the task runs; the task's domain call opens its transactions.

    A tenant that is gone or inactive ends the task quietly: its work is void.
    """

    acks_late = True
    reject_on_worker_lost = True

    def __call__(self, tenant_id, *ids):
        tenant = Tenant.objects.filter(pk=tenant_id, is_active=True).order_by("pk").first()
        if tenant is None:
            return None
        with named_scope(tenant):
            return super().__call__(tenant, *ids)


@shared_task(name="portal.heartbeat")
def heartbeat():
    """Prove that beat sends and a worker works; `/readyz` reads it (OPS-3)."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"beat_at": clock.now()})


@shared_task(name="portal.each_tenant")
def each_tenant(task_name):
    """Send the task of this name once for each tenant; beat's way to tenant work."""
    for tenant in all_tenants():
        jobs.send(task_name, str(tenant.pk))
