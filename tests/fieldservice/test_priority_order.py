"""The order of urgency is PostgreSQL's own column, so that a list in that order is read from an index (FS-7)."""

import pytest
from django.db import connection

from fieldservice.enums import Priority
from fieldservice.models import WorkOrder
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_work_order

pytestmark = pytest.mark.django_db


def test_every_priority_has_its_rank_and_keeps_it_right(in_tenant):
    orders = [make_work_order(priority=each) for each in reversed(Priority.values)]
    by_rank = WorkOrder.objects.order_by("priority_rank").values_list("priority", flat=True)
    assert list(by_rank) == ["low", "normal", "high", "emergency"]
    orders[0].priority = Priority.LOW
    orders[0].save()
    assert WorkOrder.objects.get(pk=orders[0].pk).priority_rank == 0


def test_the_list_by_priority_is_read_in_the_order_of_an_index(client_for, tenant):
    with tenant_scope(tenant):
        approver = make_approver()
        for each in Priority.values:
            make_work_order(account=approver.account, priority=each, summary=f"As {each}")
    client = client_for(approver.user, tenant)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    with tenant_scope(tenant), connection.execute_wrapper(explained := Explained()):
        page = client.get("/field-service/work-orders/?sort=-priority").text
    found = [page.index(f"As {each}") for each in ("emergency", "high", "normal", "low")]
    assert found == sorted(found)
    assert "work_order_exposed_by_priority" in explained.plan


class Explained:
    """Asks PostgreSQL how it reads the page of the list."""

    plan = ""

    def __call__(self, execute, sql, params, many, context):
        if "LIMIT 26" in sql and 'FROM "fieldservice_workorder"' in sql:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                self.plan = "\n".join(row[0] for row in cursor.fetchall())
        return execute(sql, params, many, context)
