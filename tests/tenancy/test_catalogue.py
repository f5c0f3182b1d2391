"""What PostgreSQL's own catalogue says of the second wall: every tenant table, every key, every role (SECURITY 5 to 9)."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from portal.audit.domain import record
from portal.tenancy.checks import GLOBAL_MODELS
from portal.tenancy.models import TenantModel
from portal.tenancy.rls import composite_name, key_name, leads_to_tenant_table
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
OWNER = "callout_owner"


def rows(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def table_facts(table):
    """(enabled, forced, owner) of a table."""
    return rows(
        "SELECT relrowsecurity, relforcerowsecurity, relowner::regrole::text FROM pg_class WHERE oid = %s::regclass",
        table,
    )[0]


@pytest.fixture(params=TENANT_MODELS, ids=lambda model: model._meta.label)
def model(request, db):
    return request.param


def test_there_are_tenant_tables():
    assert len(TENANT_MODELS) > 25


def test_row_level_security_is_on_and_forced(model):
    assert table_facts(model._meta.db_table) == (True, True, OWNER)


def test_policy_guards_reading_and_writing_once_a_query(model):
    policies = rows(
        "SELECT cmd, permissive, roles::text, qual, with_check FROM pg_policies WHERE tablename = %s",
        model._meta.db_table,
    )

    assert policies, "no policy"
    assert all(permissive == "PERMISSIVE" for _cmd, permissive, *_rest in policies)
    commands = {cmd for cmd, *_rest in policies}
    assert "ALL" in commands or {"SELECT", "INSERT"} <= commands
    for cmd, _permissive, _roles, qual, with_check in policies:
        wall = "(tenant_id = ( SELECT current_tenant() AS current_tenant))"
        if cmd in {"ALL", "SELECT", "UPDATE", "DELETE"}:
            assert qual == wall
        if cmd in {"ALL", "INSERT", "UPDATE"}:
            assert with_check == wall


def test_tenant_and_id_are_a_key(model):
    keys = rows(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        model._meta.db_table,
    )

    assert (key_name(model), "UNIQUE (tenant_id, id)") in keys


def test_foreign_keys_carry_the_tenant(model):
    found = dict(
        rows(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
            model._meta.db_table,
        )
    )

    for field in model._meta.local_fields:
        if leads_to_tenant_table(field):
            definition = found[composite_name(model, field)]
            target = field.remote_field.model._meta.db_table
            assert definition.startswith(f"FOREIGN KEY (tenant_id, {field.column}) REFERENCES {target}(tenant_id, id)")


def test_unique_keys_carry_the_tenant_or_a_key_that_does(model):
    """No unique key reaches across tenants: it would tell that a value exists elsewhere."""
    own_keys = {field.name for field in model._meta.local_fields if leads_to_tenant_table(field)}

    for constraint in model._meta.total_unique_constraints:
        assert set(constraint.fields) & ({"tenant", "id"} | own_keys), constraint.name


def test_every_table_is_a_tenants_or_listed(db):
    listed = {apps.get_model(label)._meta.db_table for label in GLOBAL_MODELS} | {"django_migrations"}
    ours = {model._meta.db_table for model in TENANT_MODELS}
    links = {each._meta.db_table for each in apps.get_models(include_auto_created=True) if each._meta.auto_created}
    tables = {name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}

    assert tables - ours - listed - links == set()


def test_web_role_owns_and_bypasses_nothing(db):
    ((role,),) = rows("SELECT current_user::text")
    facts = rows(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s",
        role,
    )

    assert role == "callout_app"
    assert facts == [(False, False, False, False, False)]
    assert rows("SELECT relname FROM pg_class WHERE relowner = %s::regrole", role) == []
    assert rows("SELECT proname FROM pg_proc WHERE proowner = %s::regrole", role) == []
    assert rows("SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole", role) == []


def test_web_role_may_not_truncate_refer_or_create(db):
    tables = [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    for table in tables:
        for right in ("TRUNCATE", "REFERENCES", "TRIGGER"):
            assert rows("SELECT has_table_privilege(%s, %s)", f'"{table}"', right) == [(False,)], (table, right)
    assert rows("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]


def test_there_are_no_views_that_would_bypass_policies(db):
    found = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace "
        "AND NOT coalesce(reloptions::text LIKE '%%security_invoker=true%%', false)"
    )

    assert found == []


def test_definer_functions_are_few_and_pinned(db):
    """A function with its owner's rights is a door: each is known, and says where it looks for names."""
    found = rows(
        "SELECT proname, coalesce(proconfig::text, '') FROM pg_proc "
        "WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY proname"
    )

    assert len(found) <= 12
    assert all("search_path" in config for _name, config in found), found


def test_audit_is_append_only(tenant):
    with tenant_scope(tenant):
        entry = record(None, "test", make_account())
        for sql in ("UPDATE audit_auditentry SET action = 'x'", "DELETE FROM audit_auditentry"):
            with pytest.raises(ProgrammingError, match=r"permission denied|only grows"), transaction.atomic():
                rows(sql)
        entry.refresh_from_db()
        assert entry.action == "test"
