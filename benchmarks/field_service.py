"""Time lists and details of the Field service section: `python -m portal.embedded exec -- python benchmarks/field_service.py`.

BENCH_ROWS work orders (1,000,000) in BENCH_TENANTS companies (100), with assets, agreements and invoices. Prints JSON:
server time of each page (milliseconds, p50 and p95), its queries, the indexes they use and the large tables read whole,
the time of a PDF of each kind, and the time and the peak memory (MiB) of a streamed CSV of EXPORT_ROWS rows. Exits with
1 when a large table was read whole or a page made more than QUERY_LIMIT queries.
"""

import json
import os
import re
import resource
import sys
import time

from _database import analyze, benchmark_database
from _million import HOST, ROWS, TENANTS, fill
from query_plans import explained, large_tables, statements
from work_orders import timed

EXPORT_ROWS = int(os.environ.get("BENCH_EXPORT_ROWS", "100000"))
EXPORT_HOST = "bench-export.localhost"
QUERY_LIMIT = 12
SECTION = "/field-service/"
NOUNS = ("work-orders", "assets", "agreements", "invoices")


def pages(client, section: str, nouns: tuple[str, ...]) -> dict[str, str]:
    """First page, a later page, another tab, a search and a detail of each kind."""
    found = {}
    for noun in nouns:
        path = f"{section}{noun}/"
        first = client.get(path).text
        found[f"{noun}: list"] = path
        found[f"{noun}: all"] = f"{path}?tab=all"
        found[f"{noun}: searched"] = f"{path}?tab=all&q=7777"
        later = re.search(r'rel="next" href="([^"]+)"', first)
        if later:
            found[f"{noun}: page 2"] = path + later.group(1).replace("&amp;", "&")
        found[f"{noun}: detail"] = re.search(rf'href="({path}[0-9a-f-]+/)"', first).group(1)
    return found


def papers(client) -> dict:
    """Milliseconds and kilobytes of a PDF of each kind that has one."""
    found = {}
    for noun in ("work-orders", "invoices"):
        path = re.search(rf'href="({SECTION}{noun}/[0-9a-f-]+/)"', client.get(f"{SECTION}{noun}/?tab=all").text).group(
            1
        )
        begin = time.perf_counter()
        body = client.get(f"{path}pdf/").getvalue()
        found[noun] = {"ms": round((time.perf_counter() - begin) * 1000, 1), "kilobytes": round(len(body) / 1000, 1)}
    return found


def export(client) -> dict:
    """A whole list as CSV, read piece by piece; what the process grew by."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    rows = size = 0
    for piece in client.get(f"{SECTION}work-orders/?tab=all&export=csv"):
        rows += piece.count(b"\r\n")
        size += len(piece)
    return {
        "rows": rows - 1,
        "seconds": round(time.perf_counter() - begin, 2),
        "megabytes": round(size / 1e6, 2),
        "grew_by_mib": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1),
    }


def measured(client, tenant, path: str, large: dict) -> dict:
    """A page's times, its indexes, and what it reads whole."""
    plans = [explained(tenant, each, large) for each in statements(lambda: client.get(path))]
    return timed(client, path) | {
        "indexes": sorted({index for plan in plans for index in plan["indexes"]}),
        "read_whole": sorted({table for plan in plans for table in plan["read_whole"]}),
    }


def main():
    with benchmark_database("callout_bench_field_service"):
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connection
        from django.test import Client

        from portal.kit.memory import settle
        from portal.tenancy.models import Tenant

        settle()
        user, heavy = fill(EXPORT_ROWS)
        analyze()
        client, exporting = Client(headers={"host": HOST}), Client(headers={"host": EXPORT_HOST})
        client.force_login(user)
        exporting.force_login(heavy)
        with connection.cursor() as cursor:
            large = large_tables(cursor)
        tenant = Tenant.objects.get(slug="bench-0")
        result = {
            "work_orders": ROWS,
            "companies": TENANTS,
            "pages": {
                name: measured(client, tenant, path, large) for name, path in pages(client, SECTION, NOUNS).items()
            },
            "pdf": papers(client),
            "csv": export(exporting),
        }
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    print(json.dumps(result, indent=2))
    bad = [
        name
        for name, page in result["pages"].items()
        if page["read_whole"] or page["queries"] > QUERY_LIMIT or page["status"] != 200
    ]
    sys.exit(f"Over the limits: {', '.join(bad)}" if bad else 0)


if __name__ == "__main__":
    main()
