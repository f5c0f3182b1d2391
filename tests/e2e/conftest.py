"""A real browser on the whole portal."""

import contextlib
import os
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver
from tests.factories.fieldservice import make_asset, make_incident_type, make_location
from tests.factories.geo import make_place
from tests.factories.scheduling import make_resource, make_settings
from tests.kit.browsers import PATIENCE, running_browser
from tests.kit.stack import Stack

PASSWORD = "a-long-enough-passphrase"
# Answers that the page shows (409, 422), and requests of htmx that a newer choice replaced.
HARMLESS = ("status of 4", "htmx:sendAbort", "htmx:afterRequest")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def processes(django_db_setup, tmp_path_factory):
    """The portal's processes on this process's database: started for the first test that asks, kept for the others."""
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def stack(processes, transactional_db):
    processes.begin()
    return processes


def with_password(user):
    """The user, who can now sign in through the page; in the tenant in scope."""
    user.password = make_password(PASSWORD, hasher="argon2")
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def customer(committed):
    """An approver with a password, a site with an asset, a service and a technician near by."""
    with tenant_scope(committed):
        make_settings(notice_minutes=0)
        contact = make_approver(full_name="Ada Lane", language="en", time_zone="")
        with_password(contact.user)
        place = make_place(line1="12 Water Street", city="New York", latitude=40.70, longitude=-74.01)
        location = make_location(account=contact.account, name="Water Street House", place=place)
        make_asset(account=contact.account, name="Boiler in the cellar", location=location, is_exposed=True)
        make_incident_type(
            name="Boiler",
            display_name="Boiler service",
            description="A check and a cleaning.",
            is_self_schedulable=True,
        )
        make_resource(name="Maria Lopez", start_place=make_place(latitude=40.71, longitude=-74.0))
        make_resource(name="Far Away", start_place=make_place(latitude=40.9, longitude=-73.8))
    return contact


@pytest.fixture
def page(browser: Browser):
    """A page that fails the test on errors of its own: script errors, refused content."""
    context = browser.new_context(viewport=WIDE, locale="en-US", timezone_id="America/New_York")
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.problems = problems
    yield opened
    context.close()
    assert not [each for each in problems if not any(harmless in each for harmless in HARMLESS)]


@pytest.fixture
def lenient_page(browser: Browser):
    """Without the policy, which refuses axe's own script as any other."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", bypass_csp=True)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@contextlib.contextmanager
def phone_of(browser: Browser, **options):
    """The phone of a technician: a browser of its own, as patient as the customer's."""
    context = browser.new_context(viewport=NARROW, **options)
    context.set_default_timeout(PATIENCE)
    try:
        yield context
    finally:
        context.close()


def geo(place: tuple[float, float]) -> dict:
    """A fix of a phone's satellite receiver at a latitude and longitude."""
    latitude, longitude = place
    return {"latitude": latitude, "longitude": longitude, "accuracy": 8}


def sign_in(page: Page, stack: Stack, tenant, email: str, password: str = PASSWORD, *, lands: str = "/"):
    """Sign in through the page; `lands` is the path that follows."""
    page.goto(stack.address(tenant, "/accounts/login/"))
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    with expect_words(page):
        page.wait_for_url(stack.address(tenant, lands))


@contextlib.contextmanager
def expect_words(page: Page):
    """A wait that fails says what the page says."""
    try:
        yield
    except PlaywrightTimeout as error:
        raise AssertionError(page.inner_text("main")) from error


def picture(page: Page, name: str):
    """Keep a picture where PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
