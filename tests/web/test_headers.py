"""Headers of pages and partials (SECURITY 4, 28)."""

import pytest
from django.test import Client

from tests.factories.accounts import make_reviewer

LIST = "/field-service/work-orders/"


@pytest.fixture
def browser(in_tenant, client_for):
    return client_for(make_reviewer().user, in_tenant)


def test_signed_in_page_is_never_kept(browser):
    response = browser.get(LIST)

    assert "no-store" in response["Cache-Control"]
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("path", [LIST, "/field-service/work-orders/nothing/", "/brand.css", "/accounts/login/"])
def test_every_answer_has_the_security_headers(browser, path):
    response = browser.get(path)

    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/static/css/tokens.css", "/static/js/app.js", "/static/img/callout-mark.svg"])
def test_static_files_are_for_our_own_pages_and_run_nothing(browser, path):
    response = browser.get(path)

    assert response.status_code == 200
    assert response["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response


def test_technicians_pages_may_ask_for_the_position(browser):
    assert "geolocation=(self)" in browser.get("/tech/")["Permissions-Policy"]


def test_stylesheet_is_not_marked_private(browser):
    assert "no-store" not in browser.get("/brand.css")["Cache-Control"]


def test_page_leads_a_stranger_to_the_sign_in_page(tenant, client_for):
    response = client_for(None, tenant).get(LIST, {"tab": "all"})

    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/field-service/work-orders/%3Ftab%3Dall"


@pytest.mark.parametrize(
    ("current", "target"),
    [
        ("http://acme.localhost/field-service/work-orders/?tab=all", "/field-service/work-orders/%3Ftab%3Dall"),
        ("http://evil.example/steal", "/field-service/work-orders/%3Fq%3Dx"),
        ("javascript:alert(1)", "/field-service/work-orders/%3Fq%3Dx"),
        ("//evil.example/", "/field-service/work-orders/%3Fq%3Dx"),
        ("", "/field-service/work-orders/%3Fq%3Dx"),
    ],
)
def test_partial_sends_a_stranger_to_the_sign_in_page(tenant, client_for, current, target):
    response = client_for(None, tenant).get(LIST, {"q": "x"}, headers={"HX-Request": "true", "HX-Current-URL": current})

    assert response.status_code == 401
    assert response["HX-Redirect"] == f"/accounts/login/?next={target}"
    assert response.content == b""


def test_unknown_host_is_404(db):
    response = Client(headers={"host": "nobody.example"}).get(LIST)

    assert response.status_code == 404
