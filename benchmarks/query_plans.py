"""Show by which index each query of a request is reached: `python -m portal.embedded exec -- python benchmarks/query_plans.py`.

Prints JSON: for each page its statements with the indexes used and the large tables that were read whole. Exits with 1
when a table of more than LARGE rows was read whole.
"""

import datetime as dt
import json
import re
import sys
from uuid import uuid4

from _company import HOST, company
from _database import analyze, benchmark_database

TENANTS, RESOURCES, BOOKINGS = 12, 60, 6000
LARGE = 2000
READS = re.compile(r"^\s*(SELECT|WITH)", re.IGNORECASE)
LOCKS = re.compile(r"\bset_config\b|\bSAVEPOINT\b", re.IGNORECASE)


def nodes(plan: dict):
    """The plan and every part of it."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def large_tables(cursor) -> dict[str, int]:
    cursor.execute("SELECT relname, reltuples::bigint FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [LARGE])
    return dict(cursor.fetchall())


def explained(tenant, statement: str, large: dict[str, int]) -> dict:
    """The indexes that a statement uses, and what it reads whole."""
    from django.db import connection

    from portal.tenancy.scope import tenant_scope

    with tenant_scope(tenant), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + statement.replace("%", "%%"), [])
        plan = cursor.fetchone()[0][0]["Plan"]
    parts = list(nodes(plan))
    return {
        "statement": " ".join(statement.split())[:110],
        "indexes": sorted({part["Index Name"] for part in parts if "Index Name" in part}),
        "read_whole": sorted({part["Relation Name"] for part in parts if part["Node Type"] == "Seq Scan"} & set(large)),
    }


def statements(call) -> list[str]:
    """The reads of a request, each once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        call()
    found = [each["sql"] for each in queries if READS.match(each["sql"]) and not LOCKS.search(each["sql"])]
    return list(dict.fromkeys(found))


def requests(client, contact, service, tenant) -> dict:
    """The requests that are looked at."""
    from portal.kit import clock

    day = clock.now().astimezone(tenant.zone).date() + dt.timedelta(days=9)
    plan = {"site": str(contact.account_id), "service": str(service.pk)}
    slot = f"{dt.datetime.combine(day, dt.time(16, 30), tenant.zone).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    return {
        "home": lambda: client.get("/"),
        "booking page": lambda: client.get("/appointments/book/", {**plan, "day": day.isoformat()}),
        "booking": lambda: client.post("/appointments/book/", {**plan, "slot": slot, "request_key": str(uuid4())}),
        "work orders": lambda: client.get("/field-service/work-orders/"),
    }


def main():
    with benchmark_database("callout_bench_plans"):
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connection
        from django.test import Client

        made = [company(RESOURCES + number, BOOKINGS) for number in range(TENANTS)]
        analyze()
        tenant, [contact], service = made[0]
        client = Client(headers={"host": f"{RESOURCES}.{HOST}"})
        client.force_login(contact.user)
        with connection.cursor() as cursor:
            large = large_tables(cursor)
        result = {
            name: [explained(tenant, each, large) for each in statements(call)]
            for name, call in requests(client, contact, service, tenant).items()
        }
        connection.close()
        connection.close_pool()
    whole = sorted({table for rows in result.values() for row in rows for table in row["read_whole"]})
    print(json.dumps({"large_tables": large, "read_whole": whole, "requests": result}, indent=2))
    sys.exit(bool(whole))


if __name__ == "__main__":
    main()
