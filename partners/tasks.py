"""Work of the programme: ids in, one domain call. Losing one of these tasks loses nothing: the sweep finds the rows."""

from celery import shared_task

from partners.domain import distribution, sweeping
from portal.tenancy.tasks import TenantTask


@shared_task(base=TenantTask, name=distribution.TASK)
def distribute(tenant, opportunity_id):
    """Deliver an opportunity that became ready to the best partner (PRT-2)."""
    sweeping.distribute_one(opportunity_id)


@shared_task(base=TenantTask, name="partners.sweep")
def sweep(tenant):
    """Expire, remind, distribute what is due. Sent for each tenant by `portal.each_tenant`."""
    sweeping.sweep()
