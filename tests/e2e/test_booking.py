"""A customer signs in, books the nearest technician, and finds the confirmation in the mailbox."""

import email
import re
from email import policy

import pytest
from allauth.account.models import EmailAddress

from fieldservice.models import IncidentType
from portal.tenancy.scope import tenant_scope
from scheduling.models import Booking
from tests.e2e.conftest import NARROW, PASSWORD, expect_words, picture, sign_in
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_incident_type

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_from_sign_in_to_the_confirmation_in_the_mailbox(stack, committed, customer, page):
    sign_in(page, stack, committed, customer.email)
    picture(page, "home-empty")
    page.get_by_role("link", name="Book a new appointment").first.click()
    picture(page, "book-start")
    page.get_by_label("Where").select_option(label="Water Street House, 12 Water Street")
    page.locator("label.slot", has_text="Boiler service").click()
    page.get_by_role("heading", name="When shall we come?").wait_for()
    picture(page, "book-times")
    days = page.locator("a.day")
    days.nth(2).click()
    page.wait_for_url(re.compile("day="))
    page.locator(".slots label.slot").nth(3).click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("We keep this time for you until").wait_for()
    picture(page, "book-confirm")
    page.get_by_label("Anything we should know?").fill("Ring at the side door.")
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("Your visit is booked.").wait_for()
    picture(page, "booked")
    assert page.get_by_text("Maria Lopez").first.is_visible()

    [text] = stack.mails(customer.email)
    mail = email.message_from_string(text, policy=policy.default)
    assert mail["To"] == customer.email or customer.email in mail["To"]
    kinds = {part.get_content_type() for part in mail.walk()}
    assert {"text/plain", "text/html", "text/calendar"} <= kinds
    page.goto(stack.address(committed, "/"))
    picture(page, "home")
    page.set_viewport_size(NARROW)
    picture(page, "home-narrow")
    with tenant_scope(committed):
        booking = Booking.objects.get()
        assert booking.resource.name == "Maria Lopez"
        assert booking.comments == "Ring at the side door."
    page.goto(f"http://localhost:{stack.port}/mailbox/")
    assert page.get_by_text(customer.email).first.is_visible()


def test_booking_works_without_javascript(stack, committed, customer, browser):
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    page = context.new_page()
    sign_in(page, stack, committed, customer.email)
    page.goto(stack.address(committed, "/appointments/book/"))
    page.get_by_label("Where").select_option(label="Water Street House, 12 Water Street")
    page.locator("label.slot", has_text="Boiler service").click()
    page.get_by_role("button", name="Show times").click()
    page.locator("a.day").nth(1).click()
    page.locator(".slots label.slot").first.click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Book", exact=True).click()
    assert page.get_by_text("Your visit is booked.").is_visible()
    context.close()


def test_the_keyboard_alone_books_and_never_loses_its_place(stack, committed, customer, page):
    with tenant_scope(committed):
        second = make_incident_type(display_name="Chimney check", is_self_schedulable=True)
        first = IncidentType.objects.get(display_name="Boiler service")
    sign_in(page, stack, committed, customer.email)
    page.goto(stack.address(committed, "/appointments/book/"))
    page.get_by_label("Where").select_option(label="Water Street House, 12 Water Street")
    page.wait_for_url(re.compile("site="))
    page.locator(f"[data-focus-key=service-{first.pk}]").focus()
    page.keyboard.press("Space")
    page.get_by_role("heading", name="When shall we come?").wait_for()
    page.wait_for_function("key => document.activeElement.dataset.focusKey === key", arg=f"service-{first.pk}")

    page.keyboard.press("ArrowDown")
    page.wait_for_url(re.compile(str(second.pk)))
    page.wait_for_function("key => document.activeElement.dataset.focusKey === key", arg=f"service-{second.pk}")

    day = page.locator("a.day").nth(1)
    key = day.get_attribute("data-focus-key")
    day.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("day="))
    page.wait_for_function("key => document.activeElement.dataset.focusKey === key", arg=key)
    assert page.locator("[id=booking]").count() == 1

    page.locator("[data-focus-key=next-month]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("month="))
    page.wait_for_function("() => document.activeElement.closest('#booking') !== null")


def test_what_was_typed_outlives_a_lost_session_for_the_same_person_only(stack, committed, customer, page):
    with tenant_scope(committed):
        other = make_approver(account=customer.account)
        other.user.password = customer.user.password
        other.user.save()
        EmailAddress.objects.create(user=other.user, email=other.user.email, verified=True, primary=True)

    comments = page.get_by_label("Anything we should know?")

    def choose_a_time():
        page.goto(stack.address(committed, "/appointments/book/"))
        page.get_by_label("Where").select_option(label="Water Street House, 12 Water Street")
        page.wait_for_url(re.compile(r"[?&]site="))
        page.locator("label.slot", has_text="Boiler service").click()
        page.locator(".slots label.slot").first.click()
        page.get_by_role("button", name="Continue").click()

    def lose_the_session_and_sign_in_as(user):
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("button", name="Book", exact=True).click()
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        with expect_words(page):
            page.wait_for_url(re.compile(r"^[^?]*/appointments/book/"))

    sign_in(page, stack, committed, customer.email)
    choose_a_time()
    comments.fill("Ring at the side door.")
    lose_the_session_and_sign_in_as(customer)
    assert comments.input_value() == "Ring at the side door."

    lose_the_session_and_sign_in_as(other.user)
    choose_a_time()
    assert comments.input_value() == ""

    comments.fill("The key is with the neighbour.")
    page.get_by_role("button", name="Book", exact=True).click()
    page.get_by_text("Your visit is booked.").wait_for()
    assert page.evaluate("sessionStorage.getItem('kept')") is None
