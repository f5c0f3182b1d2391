"""Time the work order list with 100,000 rows: `python -m portal.embedded exec -- python benchmarks/work_orders.py` prints JSON.

Server time of one page in process (milliseconds, p50 and p95; on a busy machine read the processor's time of the Python
part) with its queries, then requests per second of `uvicorn --workers 2` with a signed-in customer.
"""

import asyncio
import json
import os
import re
import statistics
import time

from _database import analyze, benchmark_database
from _server import WORKERS, Server, request_text, serving

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "200"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "8"))
CLIENTS = 16
PATH = "/field-service/work-orders/"
HOST = "bench.localhost"
# Each row is the pattern with other values, so that a new column needs no word here.
FILL = """
INSERT INTO fieldservice_workorder ({columns})
SELECT {values} FROM fieldservice_workorder pattern, generate_series(1, %(count)s) AS n, LATERAL jsonb_populate_record(
  pattern, jsonb_build_object(
    'id', gen_random_uuid(), 'number', %(prefix)s || n, 'summary', 'No heating in flat ' || n,
    'priority', (ARRAY['low', 'normal', 'normal', 'high', 'emergency'])[1 + n %% 5],
    'system_status',
    (ARRAY['unscheduled', 'scheduled', 'in_progress', 'completed', 'posted', 'canceled'])[1 + n %% 6],
    'is_exposed', n %% 50 <> 0, 'created_at', now() - n * interval '7 minutes')) AS filled
WHERE pattern.id = %(pattern)s
"""


def fill():
    """One customer with ROWS work orders, twenty others with a hundredth each; the customer's approver."""
    from django.db import connection

    from fieldservice.models import WorkOrder
    from portal.accounts.domain.web_roles import ship_web_roles
    from portal.tenancy.models import Tenant, TenantHost
    from portal.tenancy.scope import tenant_scope
    from tests.factories.accounts import make_account, make_approver
    from tests.factories.fieldservice import make_asset, make_incident_type, make_work_order

    columns = [each.column for each in WorkOrder._meta.local_concrete_fields if not each.generated]
    statement = FILL.format(columns=", ".join(columns), values=", ".join(f"filled.{each}" for each in columns))
    tenant = Tenant.objects.create(slug="bench", name="Bench Heating", time_zone="America/New_York")
    TenantHost.objects.create(host=HOST, tenant=tenant, is_primary=True)
    with tenant_scope(tenant):
        ship_web_roles()
        service = make_incident_type()
        accounts = [make_account() for _ in range(21)]
        for number, account in enumerate(accounts):
            pattern = make_work_order(
                account=account, incident_type=service, asset=make_asset(account=account), is_exposed=False
            )
            count = ROWS if number == 0 else ROWS // 100
            with connection.cursor() as cursor:
                cursor.execute(statement, {"pattern": pattern.pk, "prefix": f"WO-{number}-", "count": count})
        approver = make_approver(account=accounts[0])
    return approver.user


def pages(client) -> dict[str, str]:
    """The pages that are timed."""
    later = PATH
    for _ in range(20):
        later = PATH + re.search(r'rel="next" href="([^"]+)"', client.get(later).text).group(1).replace("&amp;", "&")
    return {
        "first page": PATH,
        "page 21": later,
        "inactive": f"{PATH}?tab=inactive",
        "filtered": f"{PATH}?priority=high&status=scheduled",
        "by number": f"{PATH}?sort=number",
        "by priority": f"{PATH}?sort=-priority",
        "searched, one hit": f"{PATH}?tab=all&q=WO-0-{ROWS - 7}",
        "searched, many hits": f"{PATH}?q=heating",
        "detail": re.search(rf'href="({PATH}[0-9a-f-]+/)"', client.get(PATH).text).group(1),
    }


def timed(client, path: str) -> dict:
    """p50, p95 and queries of one page."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        status = client.get(path).status_code
    kinds = [each["sql"].split(None, 1)[0] for each in queries]
    spans, processor = [], []
    for _ in range(ROUNDS):
        begin, begin_processor = time.perf_counter(), time.process_time()
        client.get(path)
        processor.append((time.process_time() - begin_processor) * 1000)
        spans.append((time.perf_counter() - begin) * 1000)
    return {
        "status": status,
        "p50_ms": round(statistics.median(spans), 2),
        "p95_ms": round(percentile_95(spans), 2),
        "python_p50_ms": round(statistics.median(processor), 2),
        "queries": sum(kind in {"SELECT", "INSERT", "UPDATE"} for kind in kinds),
    }


def percentile_95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def export(client) -> dict:
    """The whole list as CSV."""
    begin = time.perf_counter()
    body = client.get(f"{PATH}?tab=all&export=csv").getvalue()
    seconds = time.perf_counter() - begin
    return {"rows": body.count(b"\r\n") - 1, "seconds": round(seconds, 2), "megabytes": round(len(body) / 1e6, 2)}


async def load(server: Server, cookie: str) -> dict:
    """Requests per second of CLIENTS clients that ask for the first page again and again."""
    request = request_text("GET", PATH, {"Host": HOST, "Cookie": f"sessionid={cookie}"})
    spans, statuses = [], set()
    for _ in range(2 * CLIENTS):
        await (await server.connect()).ask(request)
    connections = await server.visitors([request] * CLIENTS)
    used, end = server.processor_seconds(), time.perf_counter() + SECONDS

    async def customer(connection):
        while time.perf_counter() < end:
            status, span = await connection.ask(request)
            statuses.add(status)
            spans.append(span)

    await asyncio.gather(*map(customer, connections))
    used = server.processor_seconds() - used
    return {
        "statuses": sorted(statuses),
        "requests_per_second": round(len(spans) / SECONDS, 1),
        "processor_ms_per_request": round(used / len(spans) * 1000, 2),
        "p50_ms": round(statistics.median(spans), 1),
        "p95_ms": round(percentile_95(spans), 1),
        "clients": CLIENTS,
    }


def main():
    with benchmark_database("callout_bench_work_orders") as environment:
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connection
        from django.test import Client

        from portal.kit.memory import settle

        settle()
        user = fill()
        analyze()
        client = Client(headers={"host": HOST})
        client.force_login(user)
        result = {"rows": ROWS, "pages": {name: timed(client, path) for name, path in pages(client).items()}}
        result["export"] = export(client)
        with serving(environment) as server:
            result[f"uvicorn, {WORKERS} workers"] = asyncio.run(load(server, client.cookies["sessionid"].value))
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
