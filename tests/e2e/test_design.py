"""axe finds nothing: the gallery, the pages before and after sign-in, the admin; light and dark, desk and phone (UX-2)."""

import pytest

from tests.e2e.axe import findings, look
from tests.e2e.conftest import sign_in

pytestmark = [pytest.mark.slow, pytest.mark.browser]

OPEN_PATHS = (
    "/design/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/nowhere/",
)
PORTAL_PATHS = ("/", "/appointments/book/", "/field-service/work-orders/", "/accounts/password/change/")


@pytest.fixture
def page(lenient_page):
    """One that lets axe look."""
    return lenient_page


def test_axe_finds_what_is_broken(page):
    page.set_content("<html><body><img src='x'><button></button></body></html>")
    assert len(findings(page)) >= 3


@pytest.mark.parametrize("path", OPEN_PATHS)
def test_pages_for_everybody(stack, committed, page, path):
    assert look(page, stack.address(committed, path), f"open{path.replace('/', '-')}") == []


def test_the_portal(stack, committed, customer, page):
    sign_in(page, stack, committed, customer.email)
    found = []
    for path in PORTAL_PATHS:
        found += look(page, stack.address(committed, path), f"portal{path.replace('/', '-')}")
    assert found == []


def test_the_account_menu_works_by_keyboard_and_keeps_the_theme(stack, committed, page):
    page.goto(stack.address(committed, "/accounts/login/"))
    summary = page.locator("header summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.keyboard.press("Escape")
    assert page.locator("header details").get_attribute("open") is None
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_the_theme_is_switched_without_javascript(stack, committed, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stack.address(committed, "/accounts/login/"))
    page.locator("header summary").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert "/accounts/login/" in page.url
    context.close()
