"""Time the exchange: `python -m portal.embedded exec -- python benchmarks/integrations.py`.

BENCH_ROWS products (100,000) and BENCH_ORDERS work orders (2,000) with two lines each go out through the templates that are shipped, first
to a stand-in that answers at once, so that what is measured is ours; then BENCH_ERP_ROWS products (1,000) to the OData server
of the tests. Prints JSON: rows a second, and what the process holds in memory after a tenth of the rows and at their
end. Exits with 1 when a row was not exchanged or the memory grew by more than GROWTH_LIMIT in between.
"""

import json
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from _database import analyze, benchmark_database

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
ORDERS = int(os.environ.get("BENCH_ORDERS", "2000"))
ERP_ROWS = int(os.environ.get("BENCH_ERP_ROWS", "1000"))
# Bytes.
GROWTH_LIMIT = 24 * 2**20
PAGE = os.sysconf("SC_PAGE_SIZE")


def memory() -> int:
    """What this process holds, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


class StandIn:
    """Takes everything, answers at once, keeps nothing."""

    known = None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def metadata(self):
        pass

    def batch(self, changes):
        from integrations.odata.batch import Outcome
        from integrations.odata.wire import Row

        return [Outcome(each, Row({}, 'W/"1"')) for each in changes]


def make_task(project, entity: str, direction: str = "out"):
    """The task of the shipped templates for this entity, in a project of ours."""
    from integrations.domain.journal import watch
    from integrations.engine.values import pack_one
    from integrations.models import IntegrationTask, MappedField
    from integrations.templates.known import TEMPLATES

    tasks = (task for template in TEMPLATES for task in template.tasks)
    found = next(each for each in tasks if (each.entity, each.direction) == (entity, direction))
    task = IntegrationTask.objects.create(
        project=project,
        position=project.tasks.count() + 1,
        name=entity,
        entity=entity,
        entity_set=found.entity_set,
        direction=direction,
        company_field=found.company_field,
        conditions=[
            {"field": each.field, "values": [pack_one(value) for value in each.values], "is_not": each.is_not}
            for each in found.conditions
        ],
    )
    for position, each in enumerate(found.fields):
        MappedField.objects.create(
            task=task,
            position=position,
            source=each.source or "",
            target=each.target,
            transforms=[{"kind": step.kind, "options": dict(step.options)} for step in each.transforms],
            is_key=each.is_key,
            is_required=each.is_required,
        )
    watch(task)
    return task


def make_project(url: str):
    from integrations.models import Connection, IntegrationProject

    connection = Connection.objects.create(name=url, base_url=url, company="usmf")
    return IntegrationProject.objects.create(name=url, connection=connection, is_active=True)


def make_products(tenant, count: int, start: int = 0) -> None:
    """Products by the thousand."""
    from portal.catalog.models import Product
    from portal.tenancy.scope import tenant_scope

    for first in range(start, start + count, 1000):
        with tenant_scope(tenant):
            Product.objects.bulk_create(
                Product(
                    code=f"P-{number:06}", name=f"Part {number}", unit="ea", list_price=number % 500, cost=number % 100
                )
                for number in range(first, min(first + 1000, start + count))
            )


def make_orders(tenant, count: int) -> None:
    """Scheduled work orders with two lines of products that the other side knows."""
    from fieldservice.enums import WorkOrderStatus
    from fieldservice.models import WorkOrder, WorkOrderProduct
    from portal.catalog.models import Product
    from portal.kit import clock
    from portal.tenancy.scope import tenant_scope
    from tests.factories.accounts import make_account
    from tests.factories.fieldservice import make_incident_type
    from tests.factories.geo import make_place

    with tenant_scope(tenant):
        Product.objects.filter(code__lt="P-000100").update(is_externally_maintained=True)
        products = list(Product.objects.order_by("code")[:100])
        place, incident_type = make_place(), make_incident_type()
        account = make_account(place=place, number="ACC-1")
        orders = WorkOrder.objects.bulk_create(
            WorkOrder(
                number=f"WO-{number:06}",
                account=account,
                place=place,
                incident_type=incident_type,
                summary="No heating",
                system_status=WorkOrderStatus.SCHEDULED,
                created_at=clock.now(),
            )
            for number in range(count)
        )
        WorkOrderProduct.objects.bulk_create(
            WorkOrderProduct(
                work_order=order, product=products[(n + 7 * position) % 100], position=position, quantity=1
            )
            for n, order in enumerate(orders)
            for position in (1, 2)
        )


def measured(tenant, project, count: int) -> dict:
    """Run the project to its end."""
    from integrations.domain.runs import start, work
    from integrations.enums import Occasion
    from portal.tenancy.scope import named_scope, tenant_scope

    samples = []

    def go_on() -> bool:
        samples.append(memory())
        return True

    with tenant_scope(tenant):
        begun = start(project, occasion=Occasion.HAND)
    begin = time.perf_counter()
    with named_scope(tenant):
        work(begun.pk, go_on=go_on)
    seconds = time.perf_counter() - begin
    with tenant_scope(tenant):
        begun.refresh_from_db()
        tasks = begun.tasks.order_by("pk")
        done = sum(each.inserted + each.updated + each.unchanged for each in tasks)
    return {
        "rows": done,
        "rows_per_second": round(done / seconds),
        "state": begun.state,
        "mb_after_a_tenth": round(samples[len(samples) // 10] / 2**20, 1),
        "mb_at_the_end": round(samples[-1] / 2**20, 1),
        "grew_bytes": samples[-1] - samples[len(samples) // 10],
        "is_whole": done == count,
    }


@contextmanager
def stand_in():
    """No other side at all."""
    from unittest.mock import patch

    with patch("integrations.domain.runs.connect", lambda connection: StandIn()):
        yield


def ours(tenant) -> dict:
    """Products, then orders with their lines, to the stand-in."""
    from portal.tenancy.scope import tenant_scope

    make_products(tenant, ROWS)
    with tenant_scope(tenant):
        products = make_project("https://one.example/data/")
        make_task(products, "products")
    analyze()
    with stand_in():
        found = {"products": measured(tenant, products, ROWS)}
    make_orders(tenant, ORDERS)
    with tenant_scope(tenant):
        orders = make_project("https://two.example/data/")
        for entity in ("accounts", "work_orders", "work_order_products"):
            make_task(orders, entity)
    analyze()
    with stand_in():
        return found | {"orders_and_lines": measured(tenant, orders, ORDERS * 3 + 1)}


def with_server(tenant) -> dict:
    """Products to a real server."""
    from django.test import override_settings

    from portal.tenancy.scope import tenant_scope
    from tests.erp.finance import Finance

    with override_settings(OUTGOING_TO_PRIVATE=True):
        finance = Finance()
        try:
            make_products(tenant, ERP_ROWS)
            with tenant_scope(tenant):
                out = make_project(finance.url)
                make_task(out, "products")
            return {"products_to_a_server": measured(tenant, out, ERP_ROWS)}
        finally:
            finance.close()


def make_tenant(slug: str):
    from portal.accounts.domain.web_roles import ship_web_roles
    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_scope

    tenant = Tenant.objects.create(slug=slug, name=slug, time_zone="America/New_York")
    with tenant_scope(tenant):
        ship_web_roles()
    return tenant


def main() -> int:
    with benchmark_database("bench_integrations"):
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connections

        try:
            found = ours(make_tenant("ours")) | with_server(make_tenant("server"))
        finally:
            connections.close_all()
    print(json.dumps(found, indent=2))
    grew = max(each["grew_bytes"] for each in found.values())
    return int(not all(each["is_whole"] for each in found.values()) or grew > GROWTH_LIMIT)


if __name__ == "__main__":
    sys.exit(main())
