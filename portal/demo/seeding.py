"""Fill or complete the demo. Each step may run again: what is there stays, what is missing comes."""

from collections.abc import Callable

from portal.demo.calendars import set_calendars
from portal.demo.catalogs import set_up
from portal.demo.feedback import collect_feedback
from portal.demo.history import live
from portal.demo.imports import import_tables, is_filled, note_filled
from portal.demo.opportunities import open_opportunities
from portal.demo.people import open_contacts, open_platform_login, open_staff
from portal.demo.products import set_terms, set_up_products
from portal.demo.projects import open_projects
from portal.demo.stock import open_stock
from portal.demo.tenants import TENANTS, DemoTenant, open_tenant
from portal.demo.today import fill_today
from portal.demo.visits import book_visits, complete_ended
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope

# Contacts stand between accounts and the work orders that they reported.
BEFORE_PEOPLE = ("resources", "accounts")
AFTER_PEOPLE = ("assets", "work_orders")


def seed(tell: Callable[[str], None], *, again: bool = False) -> None:
    """All companies and logins; `tell` gets a line for each step. `again` imports files that are in already."""
    open_platform_login()
    for demo in TENANTS:
        seed_tenant(demo, open_tenant(demo), tell, again=again)


def seed_tenant(demo: DemoTenant, tenant: Tenant, tell: Callable[[str], None], *, again: bool) -> None:
    """One company: set up, imported, with people, calendars and visits."""
    if again or not is_filled(tenant):
        with tenant_scope(tenant):
            set_up(demo)
            set_up_products(demo)
        reports = import_tables(tenant, BEFORE_PEOPLE)
        open_people(demo, tenant)
        reports += import_tables(tenant, AFTER_PEOPLE)
        with tenant_scope(tenant):
            set_calendars()
            set_terms(demo)
        note_filled(tenant)
        for report in reports:
            tell(f"{demo.slug}: {report}")
    else:
        open_people(demo, tenant)
    if invoices := live(demo, tenant):
        tell(f"{demo.slug}: {invoices} invoices of two years")
    if booked := book_visits(tenant):
        tell(f"{demo.slug}: {booked} visits booked")
    complete_ended(tenant)
    if rated := collect_feedback(tenant):
        tell(f"{demo.slug}: {rated} visits rated")
    if opened := open_projects(tenant):
        tell(f"{demo.slug}: {opened} projects with quotes, contract and invoices")
    if lived := open_opportunities(tenant):
        tell(f"{demo.slug}: {lived} opportunities of ninety days")
    if ordered := open_stock(tenant):
        tell(f"{demo.slug}: stock in four warehouses, {ordered} purchase orders")
    fill_today(tenant)


def open_people(demo: DemoTenant, tenant: Tenant) -> None:
    """The logins, also when only they are missing."""
    with tenant_scope(tenant):
        open_contacts(demo.slug)
        open_staff(demo.slug)
