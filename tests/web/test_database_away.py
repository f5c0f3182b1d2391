"""A database that is away is 503 with Retry-After, never 500 (SECURITY 4, R-2)."""

import pytest
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisAway

from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver, make_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/appointments/book/", "/field-service/work-orders/"])
def test_pages_say_come_back_soon(client_for, tenant, monkeypatch, path):
    with tenant_scope(tenant):
        client = client_for(make_approver().user, tenant)
    client.raise_request_exception = False

    def away(*_args):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr("portal.access.middleware.viewer_of_login", away)
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_what_cannot_be_counted_says_come_back_soon(client_for, tenant, monkeypatch):
    def away(*_args, **_kwargs):
        raise RedisAway("refused")

    monkeypatch.setattr("portal.tenancy.cache.TenantRedisCache.is_up", away)
    client = client_for(None, tenant)
    client.raise_request_exception = False
    response = client.post("/accounts/login/", {"login": "ada@acme.example", "password": "a-long-passphrase"})
    assert response.status_code == 503


@pytest.mark.parametrize("value", ["\0", "-1", "9" * 300, "<script>", "9999-12-31"])
def test_values_that_are_no_ids_are_bad_requests_in_the_admin(client_for, tenant, value):
    with tenant_scope(tenant):
        client = client_for(make_staff(), tenant)
    path = "/admin/fieldservice/workorder/add/"
    assert client.get(path, {"account": value}).status_code == 400
    assert client.post(path, {"account": value, "place": value}).status_code in {200, 400}


@pytest.mark.parametrize(
    "path",
    [
        "/admin/scheduling/booking/?status__exact=%00",
        "/admin/autocomplete/?app_label=fieldservice&model_name=workorder&field_name=account&term=%00",
        "/field-service/work-orders/?q=%00",
    ],
)
def test_a_nul_in_the_address_is_a_bad_request(client_for, tenant, path):
    with tenant_scope(tenant):
        client = client_for(make_staff(), tenant)
    assert client.get(path).status_code == 400
