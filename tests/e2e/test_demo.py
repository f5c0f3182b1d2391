"""The demo's customer books a visit, in our own small set of buildings."""

import pytest
from django.core.management import call_command
from django.test import override_settings

from portal.tenancy.models import Tenant
from tests.e2e.conftest import picture, sign_in

DEMO_PASSWORD = "callout-demo-2026"  # the demo's, printed by make run

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_a_customer_of_the_demo_books_and_gets_the_mail(stack, page, monkeypatch, tmp_path):
    monkeypatch.setenv("CALLOUT_DATA", str(tmp_path))
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        call_command("seed_demo", verbosity=0)
    harbor = Tenant.objects.get(slug="harbor")
    sign_in(page, stack, harbor, "approver@harbor.example", DEMO_PASSWORD)
    picture(page, "demo-home")
    page.get_by_role("link", name="Book a new appointment").first.click()
    site = page.get_by_label("Where")
    site.select_option(index=2)
    page.locator(".service-grid label").first.click()
    page.get_by_role("heading", name="When shall we come?").wait_for()
    if not page.locator(".slots label.slot").count():
        page.locator("a.day").first.click()
    page.locator(".slots label.slot").last.click()
    picture(page, "demo-times")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("We keep this time for you until").wait_for()
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("Your visit is booked.").wait_for()
    picture(page, "demo-booked")
    assert stack.mails("approver@harbor.example")
    page.goto(stack.address(harbor, "/mailbox/"))
    assert "approver@harbor.example" in page.content()
