"""Time lists, details and the approval of quotes: `python -m portal.embedded exec -- python benchmarks/projects.py`.

BENCH_ROWS projects and as many quotes (200,000) in BENCH_TENANTS companies (100), with tasks, teams, contracts and invoices.
Prints JSON: server time of each page (milliseconds, p50 and p95) for a customer and for a partner, its queries, the indexes they
use and the large tables read whole; the same of approving, BENCH_APPROVALS quotes (100) one after the other. Exits with 1 when a
large table was read whole, a page made more than QUERY_LIMIT queries or took longer than P50_LIMIT or P95_LIMIT, or an approval was
refused.
"""

import json
import os
import re
import statistics
import sys
import time

from _database import analyze, benchmark_database
from _projects import HOST, ROWS, TENANTS, fill
from field_service import measured, pages
from query_plans import explained, large_tables, statements
from work_orders import percentile_95

QUERY_LIMIT = 12
# Milliseconds.
P50_LIMIT, P95_LIMIT = 12, 40
APPROVALS = int(os.environ.get("BENCH_APPROVALS", "100"))
SECTION = "/projects/"
QUOTES = f"{SECTION}quotes/"
NOUNS = ("projects", "resources", "quotes", "contracts", "invoices")
# What partners are shown; quotes and money are the customer's.
NOUNS_OF_PARTNERS = ("projects", "resources")
FILTERS = {
    "projects": "stage=deliver&health=red",
    "contracts": "kind=contract&starts_from=2026-01-01",
    "invoices": "state=overdue",
}


def signed_in(user):
    """A browser that proved just now who it is, as approving asks for."""
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from django.contrib.auth import SESSION_KEY
    from django.test import Client

    from portal.kit import clock

    client = Client(headers={"host": HOST})
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": clock.now().timestamp()}]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = session[SESSION_KEY]
    session.save()
    return client


def further(client, nouns: tuple[str, ...]) -> dict[str, str]:
    """Every view and every order that a list offers, a filter, and a search that finds many."""
    found = {}
    for noun in nouns:
        path = f"{SECTION}{noun}/"
        first = client.get(path).text
        for name in ("tab", "tab=all&sort"):
            offered = sorted(set(re.findall(rf"[?;&]{name.split('&')[-1]}=(-?[a-z]+)", first)))
            found |= {f"{noun}: {name} {each}": f"{path}?{name}={each}" for each in offered}
        role = re.search(r'<option value="([0-9a-f-]{36})"', first)
        chosen = FILTERS.get(noun) or (f"role={role.group(1)}" if role else "")
        if chosen:
            found[f"{noun}: filtered"] = f"{path}?tab=all&{chosen}"
        found[f"{noun}: searched, many hits"] = f"{path}?tab=all&q=lift"
    return found


def approvals(client, tenant, contact, large: dict) -> dict:
    """Approve pending quotes one by one; milliseconds of each, and what the first one reads and writes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from portal.kit import clock
    from portal.tenancy.scope import tenant_scope
    from projects.models import Quote, QuoteDecision
    from projects.queries.quotes import pending

    with tenant_scope(tenant):
        wanted = Quote.objects.filter(pending(clock.now().date()), account=contact.account, is_exposed=True)
        waiting = list(wanted.order_by("-sent_at", "-pk").values_list("pk", "digest")[: APPROVALS + 2])
    ask = [(f"{QUOTES}{pk}/approve/", {"digest": digest}) for pk, digest in waiting]
    plans = [explained(tenant, each, large) for each in statements(lambda: client.post(*ask[0]))]
    with CaptureQueriesContext(connection) as queries:
        client.post(*ask[1])
    # Now: the next request begins a new log.
    count = len(queries)
    spans = []
    for path, data in ask[2:]:
        begin = time.perf_counter()
        client.post(path, data)
        spans.append((time.perf_counter() - begin) * 1000)
    with tenant_scope(tenant):
        made = QuoteDecision.objects.filter(quote__in=[pk for pk, _digest in waiting]).count()
    return {
        "asked": len(ask),
        "approved": made,
        "p50_ms": round(statistics.median(spans), 2),
        "p95_ms": round(percentile_95(spans), 2),
        "queries": count,
        "read_whole": sorted({table for plan in plans for table in plan["read_whole"]}),
    }


def main():
    with benchmark_database("callout_bench_projects"):
        import django

        django.setup()
        import logging

        logging.disable(logging.WARNING)
        from django.db import connection

        from portal.kit.memory import settle
        from portal.tenancy.models import Tenant

        settle()
        contact, partner = fill()
        analyze()
        client, partners = signed_in(contact.user), signed_in(partner.user)
        with connection.cursor() as cursor:
            large = large_tables(cursor)
        tenant = Tenant.objects.get(slug="bench-projects-0")
        shown = pages(client, SECTION, NOUNS)
        shown |= further(client, NOUNS)
        shown["quotes: approve"] = f"{shown['quotes: detail']}approve/"
        found = {name: measured(client, tenant, path, large) for name, path in shown.items()}
        of_partners = pages(partners, SECTION, NOUNS_OF_PARTNERS) | further(partners, NOUNS_OF_PARTNERS)
        found |= {f"partner, {name}": measured(partners, tenant, path, large) for name, path in of_partners.items()}
        result = {
            "quotes and projects": ROWS,
            "companies": TENANTS,
            "pages": found,
            "approving": approvals(client, tenant, contact, large),
        }
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    print(json.dumps(result, indent=2))
    bad = [
        name
        for name, page in result["pages"].items()
        if page["read_whole"]
        or page["queries"] > QUERY_LIMIT
        or page["status"] != 200
        or page["p50_ms"] > P50_LIMIT
        or page["p95_ms"] > P95_LIMIT
    ]
    approving = result["approving"]
    bad += ["approving"] if approving["read_whole"] or approving["approved"] < approving["asked"] else []
    sys.exit(f"Over the limits: {', '.join(bad)}" if bad else 0)


if __name__ == "__main__":
    main()
