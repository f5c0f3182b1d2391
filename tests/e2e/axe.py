"""What axe says of pages, and whether they fit the screen (UX-2)."""

from urllib.parse import urljoin

from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import NARROW, WIDE, picture


def findings(page) -> list[str]:
    """What axe says of the page, one line a rule."""
    broken = Axe().run(page).response["violations"]
    return [f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}" for each in broken]


def look(page, address: str, name: str) -> list[str]:
    """The page in each scheme and width; nothing may reach beyond the side of the screen."""
    found = []
    for theme in ("light", "dark"):
        # For the whole site: one for a path only would outlive its pages' turn and rule the paths below it.
        page.context.add_cookies([{"name": "theme", "value": theme, "url": urljoin(address, "/")}])
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            page.goto(address)
            assert page.locator("html").get_attribute("data-theme") == theme
            picture(page, f"{name}-{theme}-{size['width']}")
            found += [f"{address} {theme} {size['width']}: {each}" for each in findings(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(f"{address} {size['width']}: wider than the screen")
    return found
