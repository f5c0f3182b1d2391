"""The harness: real PostgreSQL as the web role, whose tables a different role owns and migrates."""

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings

from portal.accounts.domain.web_roles import ship_web_roles
from portal.tenancy.models import Tenant, TenantHost
from portal.tenancy.scope import tenant_scope

# How long an example takes is the machine's business.
hypothesis_settings.register_profile("callout", deadline=None)
hypothesis_settings.load_profile("callout")


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """Create and migrate the test database as the owner, then be the web role."""
    connection = connections["default"]
    web_role = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    owner = {key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD")}
    connection.settings_dict.update(owner)
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases=["default"], serialized_aliases=[])
        connection.close()
        connection.settings_dict.update(web_role)
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict.update(owner)
        teardown_databases(made, verbosity=0)


def flush_as_owner(operations, statements):
    """TRUNCATE belongs to the owner: the web role may not."""
    details = operations.connection.settings_dict
    with psycopg.connect(
        dbname=details["NAME"],
        host=details["HOST"],
        port=details["PORT"] or None,
        user=settings.DATABASE_OWNER["USER"],
        password=settings.DATABASE_OWNER["PASSWORD"],
        autocommit=True,
    ) as owner:
        for statement in statements:
            owner.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def owner_flushes():
    """Transactional tests leave committed rows; the owner clears them."""
    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", flush_as_owner)
    yield
    patch.undo()


def make_tenant(slug: str, **fields) -> Tenant:
    """A tenant with its host, and the shipped web roles."""
    tenant = Tenant.objects.create(
        slug=slug, name=fields.pop("name", f"{slug.title()} Service"), **{"time_zone": "America/New_York", **fields}
    )
    TenantHost.objects.create(host=f"{slug}.localhost", tenant=tenant, is_primary=True)
    with tenant_scope(tenant):
        ship_web_roles()
    return tenant


@pytest.fixture
def tenant(db) -> Tenant:
    return make_tenant("acme")


@pytest.fixture
def other_tenant(db) -> Tenant:
    return make_tenant("globex")


@pytest.fixture
def in_tenant(tenant):
    """The tenant with its scope open, for factories and domain calls; URLs open their own."""
    with tenant_scope(tenant):
        yield tenant


@pytest.fixture
def committed(transactional_db) -> Tenant:
    """A tenant whose rows are really committed, for races and other processes."""
    return make_tenant("acme")


@pytest.fixture
def client_for():
    """`client_for(user, tenant)`: a browser on the tenant's host, signed in when a user is given."""

    def make(user, tenant, **kwargs) -> Client:
        client = Client(headers={"host": f"{tenant.slug}.localhost"}, **kwargs)
        if user is not None:
            client.force_login(user)
        return client

    return make
