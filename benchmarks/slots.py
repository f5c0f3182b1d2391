"""Time the slot search from request to response: `python -m portal.embedded exec -- python benchmarks/slots.py` prints JSON.

`search` is the day's or month's search with its queries (as the page does it), `page` the whole booking page, both as
server time in process in milliseconds.
"""

import datetime as dt
import json
import os
import statistics
import time

from _company import HOST, company
from _database import analyze, benchmark_database

BOOKINGS = int(os.environ.get("BENCH_BOOKINGS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))


def spread(call) -> dict:
    """p50 and p95 of a call, with its queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call()
    with CaptureQueriesContext(connection) as queries:
        call()
    kinds = [each["sql"].split(None, 1)[0] for each in queries]
    spans = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        call()
        spans.append((time.perf_counter() - begin) * 1000)
    spans.sort()
    return {
        "p50_ms": round(statistics.median(spans), 1),
        "p95_ms": round(spans[int(len(spans) * 0.95)], 1),
        "queries": sum(kind in {"SELECT", "INSERT", "UPDATE", "WITH"} for kind in kinds),
    }


def measure(resources: int) -> dict:
    """A company of so many resources."""
    from django.test import Client

    from portal.geo.models import Place
    from portal.kit import clock
    from portal.tenancy.scope import named_scope, tenant_scope
    from scheduling.domain.offers import Seeker, free_days, search_day, times_of
    from scheduling.domain.rules import VisitRequest

    tenant, [contact], service = company(resources, min(BOOKINGS, resources * 270))
    analyze()
    with tenant_scope(tenant):
        place = Place.objects.get(pk=contact.account.place_id)
        visit = VisitRequest(contact.account, service, place)
    today = clock.now().astimezone(tenant.zone).date()
    day, last = today + dt.timedelta(days=7), today + dt.timedelta(days=30)
    client = Client(headers={"host": f"{resources}.{HOST}"})
    client.force_login(contact.user)
    url = f"/appointments/book/?site={contact.account_id}&service={service.pk}&day={day}"
    with named_scope(tenant):
        found = len(times_of(search_day(visit, day, contact=contact)))
        result = {
            "times_of_the_day": found,
            "free_days": len(free_days(visit, first=today, last=last, seeker=Seeker(contact)).free),
            "day": spread(lambda: times_of(search_day(visit, day, contact=contact))),
            "month": spread(lambda: free_days(visit, first=today, last=last, seeker=Seeker(contact))),
        }
    assert client.get(url).status_code == 200
    result["page"] = spread(lambda: client.get(url))
    return result


def main():
    with benchmark_database("callout_bench_slots"):
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connection

        from portal.kit.memory import settle

        settle()
        result = {f"{resources} resources": measure(resources) for resources in (50, 1000)}
        connection.close()
        connection.close_pool()
    print(json.dumps({"bookings": BOOKINGS, **result}, indent=2))


if __name__ == "__main__":
    main()
