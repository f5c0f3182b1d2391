"""Plans that PostgreSQL keeps belong to a connection, not to a company (D2, SECURITY 10)."""

import pytest
from django.db import connection

from portal.accounts.models import Account
from portal.settings.env import PREPARE_AFTER, database
from portal.tenancy.scope import announce, tenant_scope
from tests.factories.accounts import make_account

# PostgreSQL makes a plan for all values after five for particular ones.
ROUNDS = 8


@pytest.fixture
def preparing(db):
    """The connection prepares what it meets, as the web's pool does."""
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0
    yield
    connection.connection.prepare_threshold = None


def test_a_kept_plan_shows_each_company_its_own_rows_only(preparing, tenant, other_tenant):
    for each in (tenant, other_tenant):
        with tenant_scope(each):
            make_account(name=f"Account of {each.slug}")
    for _ in range(ROUNDS):
        for each in (tenant, other_tenant):
            with tenant_scope(each), connection.cursor() as cursor:
                cursor.execute("SELECT name FROM accounts_account")
                assert cursor.fetchall() == [(f"Account of {each.slug}",)]
                assert list(Account.objects.values_list("name", flat=True)) == [f"Account of {each.slug}"]
    announce(None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_account")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT max(generic_plans) FROM pg_prepared_statements WHERE statement LIKE '%accounts_account%'"
        )
        assert cursor.fetchone()[0] > 0


@pytest.mark.parametrize(("pool_size", "expected"), [(0, None), (20, PREPARE_AFTER)])
def test_only_a_pool_of_our_own_prepares(monkeypatch, pool_size, expected):
    monkeypatch.setenv("SOME_DATABASE", "postgresql://app@db/callout")
    options = database("SOME_DATABASE", pool_size=pool_size)["OPTIONS"]
    assert options["prepare_threshold"] == expected
    assert options["server_side_binding"]
