"""The harness: real PostgreSQL as the web role, whose tables a different role owns and migrates."""

import gc
import os
from itertools import chain, groupby

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, TransactionTestCase
from hypothesis import settings as hypothesis_settings

from portal.accounts.domain.web_roles import ship_web_roles
from portal.tenancy.models import Tenant, TenantHost
from portal.tenancy.scope import tenant_scope
from tests import databases

# How long an example takes is the machine's business.
hypothesis_settings.register_profile("callout", deadline=None)
hypothesis_settings.load_profile("callout")
# Objects that are new before the collector of garbage looks at them, and how often it looks at older ones.
COLLECT_AFTER = (20_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Each process begins with a share of the slow tests, module by module: the short ones fill up the end.

    xdist's worksteal gives each process as many tests, in this order, before they take from each other.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [each for each in items if each.get_closest_marker("slow")]
    quick = [each for each in items if not each.get_closest_marker("slow")]
    modules = [list(group) for _module, group in groupby(slow, lambda each: each.module)]
    ordered = []
    for number in range(processes):
        first = list(chain.from_iterable(modules[number::processes]))
        size = (len(items) - len(ordered)) // (processes - number)
        ordered += first + [quick.pop(0) for _ in range(min(len(quick), max(0, size - len(first))))]
    items[:] = ordered + quick


def pytest_collection_finish(session):
    """What is loaded by now stays until the end: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """A database of this process, made and migrated by the owner; the tests are the web role."""
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    name = connection.creation._get_test_db_name()
    with django_db_blocker.unblock():
        connection.close()
        databases.make(name)
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = before
        with databases.owner_of("postgres") as owner:
            databases.drop(owner, name, patience=5)


@pytest.fixture(scope="session", autouse=True)
def owner_empties():
    """Transactional tests leave committed rows; the owner clears them, and leaves what the migration wrote."""

    def clear(_test):
        databases.empty(connections["default"].settings_dict["NAME"])

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", clear)
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
