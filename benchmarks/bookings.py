"""Bookings per second and the outcome of a race: `python -m portal.embedded exec -- python benchmarks/bookings.py` prints JSON.

CLIENTS signed-in customers post the booking form to the portal as it is served: first each a time of its own, again and again,
then all the same last free time of one technician.
"""

import asyncio
import datetime as dt
import json
import os
import statistics
import time
from collections import Counter
from urllib.parse import urlencode
from uuid import uuid4

from _company import HOST, company
from _database import analyze, benchmark_database
from _server import Connection, Server, request_text, serving

RESOURCES = int(os.environ.get("BENCH_RESOURCES", "50"))
CLIENTS = int(os.environ.get("BENCH_CLIENTS", "50"))
BOOKINGS = int(os.environ.get("BENCH_BOOKINGS", "1500"))
RACES = int(os.environ.get("BENCH_RACES", "10"))


def cookies(people, host: str) -> list[dict[str, str]]:
    """A session and a CSRF token for each customer."""
    from django.test import Client

    found = []
    for contact in people:
        client = Client(headers={"host": host}, enforce_csrf_checks=True)
        client.force_login(contact.user)
        client.get(f"/appointments/book/?site={contact.account_id}")
        found.append({name: morsel.value for name, morsel in client.cookies.items()})
    return found


def slots(zone, days) -> list[str]:
    """Times on the grid of these days, as form values; not the earliest, which the way from home makes impossible."""
    return [
        f"{dt.datetime.combine(day, dt.time(hour, minute), zone).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
        for day in days
        for hour in range(9, 17)
        for minute in (0, 30)
    ]


class Customers:
    """Signed-in customers at one server, each with a connection of its own."""

    def __init__(self, server: Server, host: str, people, jars, service):
        self.server, self.host, self.people, self.jars, self.service = server, host, people, jars, service
        self.connections: list[Connection] = []

    async def arrive(self):
        """Connect, and look at the form once: the server's first requests are slower."""
        looks = [request_text("GET", "/appointments/book/", self.headers(number)) for number in range(len(self.people))]
        self.connections = await self.server.visitors(looks)

    def headers(self, number: int) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.jars[number].items())
        return {"Host": self.host, "Cookie": cookie, "Origin": f"http://{self.host}"}

    async def book(self, number: int, slot: str) -> tuple[int, float]:
        """Post the form as customer `number`; status and milliseconds."""
        form = {
            "site": self.people[number].account_id,
            "service": self.service.pk,
            "slot": slot,
            "request_key": uuid4(),
            "csrfmiddlewaretoken": self.jars[number]["csrftoken"],
        }
        body = urlencode(form).encode()
        return await self.connections[number].ask(
            request_text("POST", "/appointments/book/", self.headers(number), body)
        )


async def throughput(customers: Customers, offered: list[str]) -> dict:
    """All customers book one after another from a common list of times."""
    waiting, outcomes = iter(offered), []

    async def work(number: int):
        outcomes.extend([await customers.book(number, slot) for slot in waiting])

    used, begin = customers.server.processor_seconds(), time.perf_counter()
    await asyncio.gather(*(work(number) for number in range(CLIENTS)))
    seconds, used = time.perf_counter() - begin, customers.server.processor_seconds() - used
    statuses = Counter(status for status, _ in outcomes)
    spans = sorted(span for _, span in outcomes)
    return {
        "clients": CLIENTS,
        "statuses": dict(statuses),
        "bookings_per_second": round(statuses[302] / seconds, 1),
        "processor_ms_per_booking": round(used / len(outcomes) * 1000, 2),
        "p50_ms": round(statistics.median(spans), 1),
        "p95_ms": round(spans[int(len(spans) * 0.95)], 1),
    }


async def race(customers: Customers, slot: str) -> dict:
    """All customers want the same time at once."""
    outcomes = await asyncio.gather(*(customers.book(number, slot) for number in range(CLIENTS)))
    return {"statuses": Counter(status for status, _ in outcomes), "slowest": max(span for _, span in outcomes)}


async def run(server: Server, many, one) -> dict:
    """The measurements against a server that is up."""
    crowd = Customers(server, *many[:4])
    await crowd.arrive()
    result = {"throughput": await throughput(crowd, many[4])}
    rivals = Customers(server, *one[:4])
    await rivals.arrive()
    begin = time.perf_counter()
    races = [await race(rivals, slot) for slot in one[4][: RACES * 4 : 4]]
    seconds = time.perf_counter() - begin
    total = sum((each["statuses"] for each in races), Counter())
    result["races"] = {
        "slots": len(races),
        "clients": CLIENTS,
        "winners_per_slot": [each["statuses"][302] for each in races],
        "statuses": dict(total),
        "answers_per_second": round(total.total() / seconds, 1),
        "slowest_ms": round(max(each["slowest"] for each in races)),
    }
    return result


def overlaps() -> int:
    """Pairs of live bookings of one resource that overlap, counted past row-level security by the owner's superior."""
    from django.db import connection

    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_scope

    count = 0
    for tenant in Tenant.objects.order_by("slug"):
        with tenant_scope(tenant), connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM scheduling_booking a JOIN scheduling_booking b ON a.id < b.id"
                " AND a.resource_id = b.resource_id AND a.status <> 'canceled' AND b.status <> 'canceled'"
                " AND tstzrange(a.leaves_at, a.ends_at) && tstzrange(b.leaves_at, b.ends_at)"
            )
            count += cursor.fetchone()[0]
    return count


def setting(resources: int, days: range, count: int):
    """Host, customers, cookies, service and times of a fresh company."""
    from portal.kit import clock

    tenant, people, service = company(resources, 0, contacts=CLIENTS)
    host = f"{resources}.{HOST}"
    today = clock.now().astimezone(tenant.zone).date()
    offered = slots(tenant.zone, [today + dt.timedelta(days=each) for each in days])
    repeated = offered * (resources // 3 or 1)
    return host, people, cookies(people, host), service, repeated[:count]


def main():
    with benchmark_database("callout_bench_bookings") as environment:
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connection
        from django.test import override_settings

        # Nobody signs in with a password here: a quick hash keeps the preparation short.
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            many = setting(RESOURCES, range(2, 28), BOOKINGS)
            one = setting(1, range(2, 28), RACES * 4)
        analyze()
        with serving(environment) as server:
            result = asyncio.run(run(server, many, one))
        result["overlaps"] = overlaps()
        connection.close()
        connection.close_pool()
    print(json.dumps({"resources": RESOURCES, **result}, indent=2))


if __name__ == "__main__":
    main()
