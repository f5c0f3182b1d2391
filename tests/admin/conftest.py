import pytest
from django.test import Client

from portal.tenancy.admin import portal_admin
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_staff, make_user


@pytest.fixture
def staff(tenant):
    with tenant_scope(tenant):
        return make_staff()


@pytest.fixture
def browser(client_for, staff, tenant):
    """A member of staff on the tenant's host."""
    return client_for(staff, tenant)


@pytest.fixture
def bare_pages(monkeypatch):
    """Pages without the list of all sections, which takes most of the time of a page and is the same on each."""
    monkeypatch.setattr(portal_admin, "get_app_list", lambda request, app_label=None: [])


@pytest.fixture
def platform_staff(db):
    return make_user(is_platform_staff=True)


@pytest.fixture
def platform_browser(platform_staff):
    client = Client(headers={"host": "localhost"})
    client.force_login(platform_staff)
    return client
