"""Time distributions with everything they write: `python -m portal.embedded exec -- python benchmarks/distributions.py`.

BENCH_PARTNERS partners (10,000) in one programme with BENCH_ROWS opportunities (100,000) behind them. Prints JSON: milliseconds (p50,
p95) and queries of a distribution that is written and committed, of the whole table and of a page of it read again, of a trial of
weights, and of the pages of the partner with the most opportunities; the bytes that the table of one distribution takes. Exits with 1
when a distribution took longer than P50_LIMIT or made another number of queries than one in a programme of few partners.
"""

import json
import os
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path

from _database import analyze, benchmark_database
from _distributions import HOST, fill
from work_orders import percentile_95

PARTNERS = int(os.environ.get("BENCH_PARTNERS", "10000"))
ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
FEW = 20
# Milliseconds.
P50_LIMIT = 50
PAGES = ("", "accepted/", "accepted/?tab=all", "delivered/")


def spent(process: int) -> float:
    """Milliseconds that a process of this machine has had of a processor; 0 where the system does not tell."""
    told = Path(f"/proc/{process}/schedstat")
    return int(told.read_text().split()[0]) / 1e6 if told.exists() else 0.0


def server() -> int:
    """The server's process behind this connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def spans(run, rounds: int) -> dict:
    """Milliseconds of so many runs, the first one, which warms, left out; `best` and `cpu` are the ones to read on a busy machine."""
    found, work, process, served = [], [], server(), []
    for number in range(rounds + 1):
        begin, begin_work, begin_serving = time.perf_counter(), time.process_time(), spent(process)
        run(number)
        found.append((time.perf_counter() - begin) * 1000)
        work.append((time.process_time() - begin_work) * 1000)
        served.append(spent(process) - begin_serving)
    return {
        "cpu_of_database_ms": round(statistics.median(served[1:]), 1),
        "p50_ms": round(statistics.median(found[1:]), 1),
        "p95_ms": round(percentile_95(found[1:]), 1),
        "best_ms": round(min(found[1:]), 1),
        "cpu_of_python_ms": round(statistics.median(work[1:]), 1),
    }


def counted(run) -> int:
    """The queries of a run."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        run()
    return len(queries)


def distributions(tenant, territories: list) -> dict:
    """One distribution after the other, each in a transaction of its own."""
    from django.db import connection

    from partners.domain.distribution import distribute
    from partners.models import DistributionRun, DistributionTable
    from portal.tenancy.scope import tenant_scope
    from tests.factories.geo import make_place
    from tests.factories.partners import make_opportunity

    with tenant_scope(tenant):
        waiting = [
            make_opportunity(
                place=make_place(territory=territories[n % len(territories)]), estimated_revenue=Decimal(20_000)
            )
            for n in range(ROUNDS + 2)
        ]

    def run(number: int) -> None:
        with tenant_scope(tenant):
            distribute(waiting[number])

    found = spans(run, ROUNDS) | {"queries": counted(lambda: run(ROUNDS + 1))}
    with tenant_scope(tenant), connection.cursor() as cursor:
        last = DistributionRun.objects.order_by("-at", "-pk")[0]
        table = DistributionTable._meta.db_table
        cursor.execute(f"SELECT pg_column_size(t.*) FROM {table} t WHERE id = %s", [last.table_id])
        size = cursor.fetchone()[0]
    return found | {
        "partners": last.partner_count,
        "available": last.available_count,
        "table_kilobytes": round(size / 1000, 1),
    }


def readings(tenant) -> dict:
    """The whole table of a distribution, and a trial of other weights over all of them."""
    from partners.domain.simulation import simulate
    from partners.domain.tables import kept_by, table_of
    from partners.engine.weights import Weights
    from partners.models import DistributionRun
    from portal.tenancy.scope import tenant_scope

    def table(_number: int) -> None:
        with tenant_scope(tenant):
            table_of(DistributionRun.objects.order_by("-at", "-pk")[0])

    def page(_number: int) -> None:
        with tenant_scope(tenant):
            kept = kept_by(DistributionRun.objects.order_by("-at", "-pk")[0])
            list(map(kept.row, kept.ranking()[:50]))

    def trial(_number: int) -> None:
        with tenant_scope(tenant):
            simulate(Weights(win_rate=5.0, distance=0.0))

    return {"whole table": spans(table, 5), "page of the table": spans(page, 5), "trial of weights": spans(trial, 2)}


def pages(contact) -> dict:
    """What the partner with the most opportunities opens."""
    from django.test import Client

    client = Client(headers={"host": HOST})
    client.force_login(contact.user)
    found = {}
    for page in PAGES:
        path = f"/partners/opportunities/{page}"
        found[page or "dashboard"] = spans(lambda _number, path=path: client.get(path).content, 10) | {
            "queries": counted(lambda path=path: client.get(path)),
            "status": client.get(path).status_code,
        }
    return found


def main():
    with benchmark_database("callout_bench_distributions"):
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connection

        from portal.kit.memory import settle

        settle()
        small, *_rest = fill("bench-few", FEW, 0)
        large, territories, contact = fill(HOST.split(".", maxsplit=1)[0], PARTNERS, ROWS)
        analyze()
        few = distributions(small, _rest[0])
        result = {
            "opportunities": ROWS,
            "distribution": distributions(large, territories),
            "distribution among few": few,
            **readings(large),
            "pages": pages(contact),
        }
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    print(json.dumps(result, indent=2))
    one = result["distribution"]
    bad = one["p50_ms"] > P50_LIMIT or one["queries"] != few["queries"]
    sys.exit("A distribution is over the limits" if bad else 0)


if __name__ == "__main__":
    main()
