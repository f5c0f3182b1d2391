"""Work of scheduling: ids in, one domain call."""

from datetime import date
from uuid import UUID

from celery import shared_task

from portal.tenancy.scope import tenant_scope
from portal.tenancy.tasks import TenantTask
from scheduling.domain import earlier, freed, lateness, replan, roads
from scheduling.domain.booking import release_expired_holds
from scheduling.domain.reminders import align_reminders
from scheduling.domain.tracking import forget_positions as forget


@shared_task(base=TenantTask, name="scheduling.release_holds")
def release_holds(tenant):
    """Delete the holds that ran out. Sent for each tenant by `portal.each_tenant`."""
    with tenant_scope(tenant):
        release_expired_holds()


@shared_task(base=TenantTask, name="scheduling.align_reminders")
def align_reminders_of(tenant):
    """Bring reminders in line after staff changed when they go out; each night once more, in case that task was lost."""
    align_reminders()


@shared_task(base=TenantTask, name="scheduling.forget_positions")
def forget_positions(tenant):
    """Delete the technicians' positions whose time is over (SECURITY 38). Sent for each tenant by `portal.each_tenant`."""
    forget()


@shared_task(base=TenantTask, name=roads.TASK)
def measure_way(tenant, booking_id):
    """Ask the routing server how far a technician who is on the way has still to drive (SCH-7)."""
    roads.measure_way(UUID(booking_id))


@shared_task(base=TenantTask, name=replan.TASK)
def replan_resource(tenant, resource_id):
    """Give the coming visits of a resource that dropped out to others (SCH-12)."""
    replan.replan_resource(UUID(resource_id))


@shared_task(base=TenantTask, name="scheduling.replan_sweep")
def replan_sweep(tenant):
    """The same for what was missed. Sent for each tenant by `portal.each_tenant`."""
    replan.sweep()


@shared_task(base=TenantTask, name="scheduling.follow_lateness")
def follow_lateness(tenant):
    """Tell customers whose technician is behind the plan (SCH-15). Sent for each tenant by `portal.each_tenant`."""
    lateness.follow_all()


@shared_task(base=TenantTask, name=freed.TASK)
def offer_earlier(tenant, day, resource_id):
    """Offer a time that became free to those who asked for an earlier one (SCH-14)."""
    earlier.offer_day(date.fromisoformat(day), UUID(resource_id))


@shared_task(base=TenantTask, name="scheduling.earlier_sweep")
def earlier_sweep(tenant):
    """Expire offers and find what was missed. Sent for each tenant by `portal.each_tenant`."""
    earlier.sweep()
