"""Whose request it is: read past as many proxies as are ours, and from nothing else (SECURITY 24)."""

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory

from portal.web.client_address import ClientAddressMiddleware

PEER = "10.0.0.1"


def address_of(settings, proxies, forwarded):
    settings.TRUSTED_PROXIES = proxies
    seen = []

    def page(request):
        assert "HTTP_X_FORWARDED_FOR" not in request.META
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    ClientAddressMiddleware(page)(RequestFactory().get("/", REMOTE_ADDR=PEER, headers=headers))
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "192.0.2.1", PEER),
        (1, None, PEER),
        (1, "", PEER),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "6.6.6.6, 192.0.2.1", "192.0.2.1"),
        (2, "6.6.6.6,192.0.2.1 , 10.0.0.2", "192.0.2.1"),
        (2, "6.6.6.6", PEER),
        (1, "192.0.2.1:4711", "192.0.2.1"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "unknown", PEER),
        (1, "192.0.2.1\n", "192.0.2.1"),
        (1, "1" * 5000, PEER),
    ],
)
def test_the_client_is_whom_our_outermost_proxy_saw(settings, proxies, forwarded, address):
    assert address_of(settings, proxies, forwarded) == address


def test_the_log_names_the_same_address(tenant, client_for, monkeypatch):
    lines = []
    monkeypatch.setattr(structlog.contextvars, "bind_contextvars", lambda **values: lines.append(values))

    forged = {"x-forwarded-for": "6.6.6.6", "x-real-ip": "6.6.6.6", "forwarded": "for=6.6.6.6"}
    client_for(None, tenant, REMOTE_ADDR=PEER).get("/accounts/login/", headers=forged)

    assert [line["ip"] for line in lines if "ip" in line] == [PEER]
