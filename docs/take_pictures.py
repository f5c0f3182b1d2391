"""Take the pictures of docs/pictures from a running demo: `make run`, then `.venv/bin/python docs/take_pictures.py`.

PORT names another port than 8000. One visit is booked on the way, as a customer would.
"""

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PORT = os.environ.get("PORT", "8000")
PASSWORD = "callout-demo-2026"  # noqa: S105  the demo's, printed by `make run`
FOLDER = Path(__file__).resolve().parent / "pictures"
WIDE, NARROW = (1440, 900), (390, 844)
MINIMUM, TALLEST = 700, 1400
COLOURS = 160
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
ZONES = {"harbor": "America/New_York", "meridian": "Europe/London", "waha": "Asia/Dubai"}


@dataclass(frozen=True)
class Visitor:
    """A signed-in page on a tenant's portal that keeps what it sees under names ending in `suffix`."""

    page: Page
    slug: str
    suffix: str

    def go(self, path: str) -> None:
        self.page.goto(f"http://{self.slug}.localhost:{PORT}{path}")

    def keep(self, name: str, *, at: str = "") -> None:
        """Save what a window as tall as the page shows, with few colours so that it stays small.

        A phone's window stays as it is, moved to the element `at`.
        """
        page = self.page
        page.mouse.move(0, 0)
        page.wait_for_load_state("networkidle")
        before = page.viewport_size
        if before["width"] == NARROW[0]:
            page.evaluate("at => at ? document.querySelector(at).scrollIntoView() : scrollTo(0, 0)", at)
            page.evaluate("at => at && scrollBy(0, -130)", at)
        else:
            height = page.evaluate(
                "document.querySelector('main, #content, body').getBoundingClientRect().bottom + scrollY"
            )
            page.set_viewport_size({**before, "height": max(MINIMUM, min(int(height), TALLEST))})
            page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(200)
        taken = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        page.set_viewport_size(before)
        path = FOLDER / f"{name}{self.suffix}.png"
        taken.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size // 1024} KB")

    def sign_in(self, email: str) -> None:
        self.go("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("form.form button[type=submit]").click()
        self.page.wait_for_url(lambda url: "/accounts/login/" not in url)
        self.page.reload()


def chromium() -> str:
    """The system's browser."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or sys.exit("No Chromium found. On Debian: apt-get install chromium")


@contextmanager
def visitor(
    browser: Browser, slug: str, *, size=WIDE, scheme: str = "light", language: str = "en-US", suffix: str = ""
) -> Iterator[Visitor]:
    """A browser of its own on the tenant's portal."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        locale=language,
        timezone_id=ZONES[slug],
        reduced_motion="reduce",
    )
    yield Visitor(context.new_page(), slug, suffix)
    context.close()


def plan_visit(seen: Visitor) -> None:
    """Choose equipment (a boiler where there is one), which brings its site, and the first service; see the month."""
    page = seen.page
    seen.go("/appointments/book/")
    choices = page.locator("select[name=asset] option")
    boilers = choices.filter(has_text="boiler")
    equipment = (boilers.first if boilers.count() else choices.nth(1)).get_attribute("value")
    seen.go(f"/appointments/book/?asset={equipment}")
    page.locator("input[name=service]").first.check(force=True)
    page.locator(".booking-grid").wait_for()
    page.wait_for_load_state("networkidle")


def choose_time(seen: Visitor) -> None:
    """A day with room, a time of it, and on to the last step."""
    page = seen.page
    days = page.locator("a.day")
    days.nth(min(3, days.count() - 1)).click()
    page.wait_for_url("**day=**")
    page.wait_for_load_state("networkidle")
    times = page.locator(".slots label.slot")
    times.nth(min(2, times.count() - 1)).click()


def customer(browser: Browser) -> None:
    """The desk of a customer, light, with the visit that is booked on the way."""
    with visitor(browser, "harbor") as seen:
        seen.go("/accounts/login/")
        seen.keep("sign-in")
        seen.sign_in("approver@harbor.example")
        seen.keep("home")
        plan_visit(seen)
        choose_time(seen)
        seen.keep("booking")
        seen.page.get_by_role("button", name="Continue").click()
        seen.page.get_by_role("button", name="Book", exact=True).wait_for()
        seen.page.locator("textarea[name=comments]").fill("Please ring at the side door.")
        seen.keep("confirm")
        seen.page.get_by_role("button", name="Book", exact=True).click()
        seen.page.get_by_text("Your visit is booked.").wait_for()
        seen.keep("appointment")
        seen.go("/field-service/work-orders/?tab=all")
        seen.keep("work-orders")
        records(seen)


def records(seen: Visitor) -> None:
    """A finished work order, an agreement that runs, an invoice, an asset."""
    for name, path in (
        ("work-order", "work-orders/?tab=inactive&q=Thermostat"),
        ("agreement", "agreements/"),
        ("invoice", "invoices/?tab=all"),
        ("asset", "assets/?q=boiler"),
    ):
        seen.go(f"/field-service/{path}")
        if name == "invoice":
            seen.keep("invoices")
        seen.page.locator("#list tbody th a").first.click()
        seen.page.wait_for_load_state("networkidle")
        seen.keep(name)


def project_customer(browser: Browser) -> None:
    """A project, the quote that awaits a decision, and who is booked."""
    with visitor(browser, "meridian", language="en-GB") as seen:
        seen.sign_in("psa-approver@meridian.example")
        for name, path in (("project", "projects/"), ("quote", "quotes/?q=goods")):
            seen.go(f"/projects/{path}")
            seen.page.locator("#list tbody th a").first.click()
            seen.page.wait_for_load_state("networkidle")
            seen.keep(name)
        seen.go("/projects/resources/")
        seen.keep("resources")


def partner(browser: Browser) -> None:
    """A partner's overview of its opportunities, and one that it works on."""
    with visitor(browser, "meridian", language="en-GB") as seen:
        seen.sign_in("partner-admin@meridian.example")
        seen.go("/partners/opportunities/")
        seen.keep("opportunities")
        seen.go("/partners/opportunities/accepted/")
        seen.page.locator("#list tbody th a").first.click()
        seen.page.wait_for_load_state("networkidle")
        seen.keep("opportunity")


def distribution(browser: Browser) -> None:
    """Why an opportunity went to a partner: every partner with its metrics."""
    with visitor(browser, "meridian", language="en-GB") as seen:
        seen.sign_in("admin@meridian.example")
        seen.go("/admin/partners/distributionrun/")
        seen.page.locator("#result_list a[href*='/change/']").first.click()
        seen.page.wait_for_load_state("networkidle")
        seen.keep("distribution")


def technician(browser: Browser) -> None:
    """A technician's day on the phone."""
    with visitor(browser, "harbor", size=NARROW, suffix="-phone") as seen:
        seen.sign_in("tech@harbor.example")
        seen.keep("technician")


def staff(browser: Browser) -> None:
    """The desk of the company's staff: bookings, and why a technician was sent."""
    with visitor(browser, "harbor") as seen:
        seen.sign_in("admin@harbor.example")
        seen.go("/admin/")
        seen.keep("admin")
        seen.go("/admin/scheduling/booking/")
        seen.page.locator("#result_list tbody th a").first.click()
        seen.page.wait_for_load_state("networkidle")
        seen.page.locator("a[href$='/why/']").first.click()
        seen.page.wait_for_load_state("networkidle")
        seen.keep("why")


def short_look(browser: Browser, slug: str, email: str, names: tuple[str, ...], **look) -> None:
    """Some pages in another size, light or language."""
    with visitor(browser, slug, **look) as seen:
        if "sign-in" in names:
            seen.go("/accounts/login/")
            seen.keep("sign-in")
        seen.sign_in(email)
        if "home" in names:
            seen.keep("home")
        if "appointment" in names:
            seen.page.locator("a[href*='/appointments/0']").first.click()
            seen.page.wait_for_load_state("networkidle")
            seen.keep("appointment")
        if "booking" in names:
            plan_visit(seen)
            choose_time(seen)
            seen.keep("booking", at=".booking-grid")
        if "work-orders" in names:
            seen.go("/field-service/work-orders/?tab=all")
            seen.keep("work-orders")
        if "work-order" in names:
            seen.go("/field-service/work-orders/?tab=inactive&q=Thermostat")
            seen.page.locator("#list tbody th a").first.click()
            seen.page.wait_for_load_state("networkidle")
            seen.keep("work-order")


def main() -> None:
    """All pictures."""
    FOLDER.mkdir(exist_ok=True)
    phone = ("sign-in", "home", "appointment", "booking", "work-orders", "work-order")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        customer(browser)
        staff(browser)
        technician(browser)
        project_customer(browser)
        partner(browser)
        distribution(browser)
        short_look(browser, "harbor", "approver@harbor.example", phone, size=NARROW, suffix="-phone")
        short_look(
            browser,
            "harbor",
            "approver@harbor.example",
            ("home", "booking", "work-order"),
            scheme="dark",
            suffix="-dark",
        )
        short_look(browser, "waha", "approver@waha.example", ("home", "booking"), language="ar-AE", suffix="-arabic")
        short_look(
            browser,
            "waha",
            "approver@waha.example",
            ("booking",),
            size=NARROW,
            scheme="dark",
            language="ar-AE",
            suffix="-arabic-phone-dark",
        )
        browser.close()


if __name__ == "__main__":
    main()
