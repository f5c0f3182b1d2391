"""The portal's search: what a viewer may see, and nothing else (TEN-5)."""

import pytest

from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver, make_contact, make_reviewer
from tests.factories.fieldservice import make_asset, make_work_order
from tests.factories.quotes import make_quote

PATH = "/search/"


@pytest.fixture
def reviewer(in_tenant):
    return make_reviewer()


@pytest.fixture
def browser(reviewer, tenant, client_for):
    return client_for(reviewer.user, tenant)


def test_it_finds_records_of_each_kind_with_the_way_there(browser, reviewer):
    work_order = make_work_order(account=reviewer.account, summary="Boiler leaks")
    asset = make_asset(account=reviewer.account, name="Boiler in the cellar", serial_number="XQ-77")
    page = browser.get(PATH, {"q": "boiler"}).text
    assert "Boiler in the cellar" in page
    assert f"/field-service/assets/{asset.pk}/" in page
    numbered = browser.get(PATH, {"q": work_order.number}).text
    assert "Boiler leaks" in numbered
    assert f"/field-service/work-orders/{work_order.pk}/" in numbered


def test_it_finds_nothing_that_the_viewer_may_not_see(browser, reviewer, other_tenant):
    make_asset(account=reviewer.account, name="Secret boiler", is_exposed=False)
    make_asset(name="Secret boiler of others")
    make_quote(account=reviewer.account, name="Secret quote")
    with tenant_scope(other_tenant):
        make_asset(name="Secret boiler elsewhere")
    page = browser.get(PATH, {"q": "secret"}).text
    assert "Nothing was found for “secret”" in page
    assert "Secret boiler" not in page
    assert "Secret quote" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_once_a_kind(browser, reviewer, django_assert_num_queries, count):
    for _each in range(count):
        make_asset(account=reviewer.account, name="Pump")
    browser.get(PATH, {"q": "pump"})
    with django_assert_num_queries(11):
        browser.get(PATH, {"q": "pump"})


@pytest.mark.parametrize("text", ["", "x", "x" * 500, "%_'\"<b>", "  ", "🦄 \u202e abc"])
def test_odd_texts_are_answered(browser, text):
    answer = browser.get(PATH, {"q": text})
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_the_way_there_is_in_the_bar(browser):
    assert f'href="{PATH}"' in browser.get("/").text


def test_without_a_web_role_there_is_nothing_to_search(tenant, client_for, in_tenant):
    contact = make_contact()
    make_asset(account=contact.account, name="Pump")
    assert "Pump</span>" not in client_for(contact.user, tenant).get(PATH, {"q": "pump"}).text


def test_strangers_sign_in_first(tenant, client_for):
    assert client_for(None, tenant).get(PATH, {"q": "pump"}).status_code == 302


def test_an_approver_finds_the_same(tenant, client_for, in_tenant):
    approver = make_approver()
    make_asset(account=approver.account, name="Pump 7")
    assert "Pump 7" in client_for(approver.user, tenant).get(PATH, {"q": "pump"}).text
