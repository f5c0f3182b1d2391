"""Both walls between tenants, through every door (TEN-2, D2)."""

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Count, Prefetch

from fieldservice.models import WorkOrder
from portal.accounts.models import Account, Contact
from portal.kit.ids import uuid7
from portal.tenancy.errors import NoTenant, WrongTenant
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact
from tests.factories.fieldservice import make_asset, make_work_order

DOORS = {
    "all": lambda: list(Account.objects.all()),
    "get": lambda: Account.objects.get(pk=uuid7()),
    "first": lambda: Account.objects.order_by("pk").first(),
    "exists": Account.objects.exists,
    "count": Account.objects.count,
    "aggregate": lambda: Account.objects.aggregate(Count("pk")),
    "iterator": lambda: list(Account.objects.iterator()),
    "in_bulk": Account.objects.in_bulk,
    "values": lambda: list(Account.objects.values_list("name")),
    "union": lambda: list(Account.objects.all().union(Account.objects.all())),
    "explain": lambda: Account.objects.all().explain(),
    "update": lambda: Account.objects.update(name="x"),
    "delete": lambda: Account.objects.filter(name="x").delete(),
    "create": lambda: Account.objects.create(number="1", name="x"),
    "get_or_create": lambda: Account.objects.get_or_create(number="1", defaults={"name": "x"}),
    "update_or_create": lambda: Account.objects.update_or_create(number="1", defaults={"name": "x"}),
    "bulk_create": lambda: Account.objects.bulk_create([Account(number="1", name="x")]),
    "save": lambda: Account(number="1", name="x").save(),
    "full_clean": lambda: Account(number="1", name="x").full_clean(),
    "base manager": lambda: list(Account._base_manager.all()),
    "default manager": lambda: list(Account._default_manager.all()),
    "lock": lambda: list(Account.objects.select_for_update()),
    "exposed": lambda: list(WorkOrder.objects.all()),
    "subquery": lambda: list(Contact.objects.filter(account__in=Account.objects.all())),
}


@pytest.mark.parametrize("door", DOORS)
def test_unscoped_query_is_refused(db, door):
    with pytest.raises(NoTenant):
        DOORS[door]()


def test_related_managers_are_refused_outside_a_scope(tenant):
    with tenant_scope(tenant):
        contact = make_contact()
        account = Account.objects.get(pk=contact.account_id)
    fresh = Contact(pk=contact.pk, account_id=account.pk, tenant=tenant)

    with pytest.raises(NoTenant):
        list(account.contacts.all())
    with pytest.raises(NoTenant):
        _ = fresh.account
    with pytest.raises(NoTenant):
        account.refresh_from_db()


def test_scope_reaches_its_tenant_only(tenant, other_tenant):
    with tenant_scope(other_tenant):
        foreign = make_contact()
    with tenant_scope(tenant):
        own = make_contact()

        assert list(Contact.objects.all()) == [own]
        assert not Account.objects.filter(pk=foreign.account_id).exists()
        assert Account.objects.filter(pk=foreign.account_id).update(name="taken") == 0
        assert list(Account.objects.prefetch_related(Prefetch("contacts"))) == [own.account]


def test_rows_of_another_tenant_cannot_be_written(tenant, other_tenant):
    with tenant_scope(other_tenant):
        foreign = make_account()
    with tenant_scope(tenant):
        for write in (foreign.save, foreign.delete, foreign.full_clean):
            with pytest.raises(WrongTenant):
                write()
        with pytest.raises(WrongTenant):
            Account.objects.bulk_create([foreign])


def test_nested_scope_gives_the_former_one_back(tenant, other_tenant):
    with tenant_scope(tenant):
        own = make_account()
        with tenant_scope(other_tenant):
            make_account()
            assert Account.objects.count() == 1
        assert list(Account.objects.all()) == [own]
        assert raw("SELECT count(*) FROM accounts_account") == 1


# The second wall: SQL by hand as the web role, which no manager guards.


def raw(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0] if cursor.description else cursor.rowcount


@pytest.fixture
def two_accounts(tenant, other_tenant):
    with tenant_scope(other_tenant):
        foreign = make_account(place=None)
    with tenant_scope(tenant):
        own = make_account(place=None)
    return own, foreign


def test_raw_sql_sees_its_tenant_only(tenant, two_accounts):
    own, foreign = two_accounts
    with tenant_scope(tenant):
        assert raw("SELECT count(*) FROM accounts_account") == 1
        assert raw("SELECT id FROM accounts_account") == own.pk
        assert raw("UPDATE accounts_account SET name = 'taken' WHERE id = %s", foreign.pk) == 0
        assert raw("DELETE FROM accounts_account WHERE id = %s", foreign.pk) == 0
        assert raw("WITH gone AS (DELETE FROM accounts_account WHERE id = %s RETURNING 1) SELECT count(*) FROM gone", foreign.pk) == 0  # fmt: skip


@pytest.mark.parametrize("setting", ["", "01890000-0000-7000-8000-000000000000"])
def test_with_no_or_an_unknown_tenant_raw_sql_sees_nothing(two_accounts, setting):
    raw("SELECT set_config('app.tenant', %s, true)", setting)

    assert raw("SELECT count(*) FROM accounts_account") == 0


def test_nothing_is_left_behind_on_the_connection(committed):
    """The setting ends with its transaction, and then reads as empty text: no rows, and no error."""
    with tenant_scope(committed):
        make_account(place=None)

    assert raw("SELECT current_setting('app.tenant', true)") == ""
    assert raw("SELECT count(*) FROM accounts_account") == 0


def test_raw_sql_cannot_write_into_another_tenant(tenant, other_tenant, two_accounts):
    own, foreign = two_accounts
    insert = (
        "INSERT INTO accounts_account (id, tenant_id, number, name, kind, is_active, created_at) "
        "VALUES (%s, %s, 'X', 'X', 'customer', true, now())"
    )
    moves = [
        (insert, uuid7(), other_tenant.pk),
        ("UPDATE accounts_account SET tenant_id = %s WHERE id = %s", other_tenant.pk, own.pk),
        (f"{insert} ON CONFLICT (id) DO UPDATE SET name = 'taken'", foreign.pk, tenant.pk),
    ]
    for sql, *parameters in moves:
        with tenant_scope(tenant), pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic():
            raw(sql, *parameters)
    with tenant_scope(other_tenant):
        foreign.refresh_from_db()
        assert foreign.name != "taken"


def test_a_foreign_key_cannot_point_into_another_tenant(tenant, other_tenant):
    with tenant_scope(other_tenant):
        foreign = make_asset()
    with tenant_scope(tenant):
        work_order = make_work_order()

        def point_elsewhere(**columns):
            WorkOrder.objects.filter(pk=work_order.pk).update(**columns)
            raw("SET CONSTRAINTS ALL IMMEDIATE")

        for columns in ({"asset": foreign.pk}, {"account": foreign.account_id}):
            with pytest.raises(IntegrityError), transaction.atomic():
                point_elsewhere(**columns)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE accounts_account CASCADE",
        "ALTER TABLE accounts_account DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant_wall ON accounts_account",
        "CREATE TABLE mine (id int)",
        "SET ROLE callout_owner",
        "CREATE OR REPLACE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
        "COPY accounts_account TO '/tmp/leak'",
    ],
)
def test_web_role_cannot_take_the_wall_down(tenant, statement):
    with tenant_scope(tenant), pytest.raises((ProgrammingError, psycopg.Error)) as refused, transaction.atomic():
        raw(statement)

    assert "permission denied" in str(refused.value) or "must be owner" in str(refused.value)
