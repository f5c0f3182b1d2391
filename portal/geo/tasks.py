"""Positions from a geocoding service, after the commit and outside any transaction."""

from celery import shared_task

from portal.geo.domain.places import ask_for_waiting, locate
from portal.tenancy.tasks import TenantTask
from portal.tenancy.unscoped import each_tenant

PLACES_PER_SWEEP = 200


# Public services ask for no more than one question a second.
@shared_task(base=TenantTask, name="geo.locate_place", rate_limit="1/s")
def locate_place(tenant, place_id):
    """Find the position of one place that waits for it (SCH-10)."""
    locate(place_id)


@shared_task(name="geo.locate_due")
def locate_due():
    """Send again what a lost broker or a silent service left waiting."""
    for _tenant in each_tenant():
        ask_for_waiting(limit=PLACES_PER_SWEEP)
