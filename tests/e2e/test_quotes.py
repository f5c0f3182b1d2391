"""A quote in real browsers: read, approved with an option, its evidence; on a phone, on a desktop and without scripts (PSA-2)."""

from decimal import Decimal

import pytest

from portal.tenancy.scope import tenant_scope
from projects.models import QuoteDecision
from tests.e2e.axe import look
from tests.e2e.conftest import NARROW, PATIENCE, WIDE, picture, sign_in, with_password
from tests.factories.accounts import make_contact
from tests.factories.quotes import make_decider, make_quote, make_quote_item

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SIZES = {"phone": NARROW, "desktop": WIDE}
# Where those land who book no visits.
LIST, HOME = "/projects/quotes/", "/projects/projects/"


@pytest.fixture
def decider(committed):
    with tenant_scope(committed):
        contact = make_decider(full_name="Ada Lane", language="en", time_zone="")
        with_password(contact.user)
    return contact


@pytest.fixture
def quote(committed, decider):
    """A lift's modernisation with an option, for 120.00 and, with the option, 480.00."""
    items = (
        make_quote_item(description="New control of the lift", unit_cost=Decimal("77.77")),
        make_quote_item(description="Cabin with a mirror", unit_price=Decimal("300.00"), is_optional=True),
    )
    texts = {"introduction": "As discussed on site.", "terms": "30 days net.", "internal_notes": "Margin is thin."}
    with tenant_scope(committed):
        return make_quote(*items, account=decider.account, name="Lift 2, modernisation", **texts)


@pytest.mark.parametrize("size", list(SIZES))
def test_a_quote_is_approved_with_an_option(stack, committed, decider, quote, *, page, size):
    page.set_viewport_size(SIZES[size])
    approve(page, stack, committed, decider=decider, quote=quote)
    picture(page, f"quote-evidence-{size}")
    check_kept(committed, quote, decider)


def test_a_quote_is_approved_without_scripts(stack, committed, decider, quote, *, browser):
    context = browser.new_context(viewport=NARROW, java_script_enabled=False, locale="en-US")
    context.set_default_timeout(PATIENCE)
    approve(context.new_page(), stack, committed, decider=decider, quote=quote)
    context.close()
    check_kept(committed, quote, decider)


def test_axe_finds_nothing_on_the_pages_of_quotes(stack, committed, decider, quote, *, lenient_page):
    sign_in(lenient_page, stack, committed, decider.email, lands=HOME)
    own = f"{LIST}{quote.pk}/"
    found = []
    for verb in ("", "approve/", "reject/", "ask/"):
        found += look(lenient_page, stack.address(committed, own + verb), f"quote-{verb.strip('/') or 'page'}")
    found += look(lenient_page, stack.address(committed, LIST), "quotes")
    lenient_page.goto(stack.address(committed, f"{own}approve/"))
    lenient_page.get_by_label("Cabin with a mirror").check()
    lenient_page.get_by_role("button", name="Approve quote").click()
    lenient_page.get_by_text("Thank you. The quote is approved.").wait_for()
    for verb in ("", "evidence/"):
        found += look(lenient_page, stack.address(committed, own + verb), f"quote-approved-{verb.strip('/')}")
    assert found == []


def test_a_reader_is_told_who_decides(stack, committed, decider, quote, *, page):
    with tenant_scope(committed):
        reader = make_contact("psa-customer-reviewer", account=decider.account, language="en")
        with_password(reader.user)
    sign_in(page, stack, committed, reader.email, lands=HOME)
    page.goto(stack.address(committed, f"{LIST}{quote.pk}/"))
    assert page.get_by_text("Cabin with a mirror").first.is_visible()
    assert page.get_by_role("link", name="Approve quote").count() == 0
    refused = page.get_by_role("button", name="Approve quote")
    assert refused.get_attribute("aria-disabled") == "true"
    assert "not decide them" in refused.inner_text()


def approve(page, stack, committed, *, decider, quote):
    """From the list to the evidence; the option is chosen on the way, and no page tells what is not for customers."""
    sign_in(page, stack, committed, decider.email, lands=HOME)
    page.goto(stack.address(committed, LIST))
    page.get_by_role("link", name=quote.full_number).first.click()
    page.get_by_role("heading", name="What is offered").wait_for()
    check_hidden(page)
    page.get_by_role("link", name="Approve quote").click()
    page.get_by_role("heading", name="What you decide about").wait_for()
    check_hidden(page)
    page.get_by_label("Cabin with a mirror").check()
    page.get_by_role("button", name="Approve quote").click()
    page.get_by_text("Thank you. The quote is approved.").wait_for()
    assert page.get_by_text("$480.00").first.is_visible()
    assert page.get_by_role("link", name="Approve quote").count() == 0
    check_hidden(page)
    page.get_by_role("link", name="See the evidence").click()
    page.get_by_role("heading", name="Evidence of the decision").wait_for()
    assert page.get_by_text(quote.digest).is_visible()
    assert page.get_by_text(f"Ada Lane ({decider.email})").is_visible()
    check_hidden(page)


def check_hidden(page):
    """No note of the staff and no cost; nothing beyond the side of the screen."""
    told = page.content()
    assert "Margin is thin." not in told
    assert "77.77" not in told
    assert fits(page)


def fits(page) -> bool:
    """Whether the page is no wider than the screen; asked for through the browser, so that it holds without scripts too."""
    session = page.context.new_cdp_session(page)
    layout = session.send("Page.getLayoutMetrics")
    session.detach()
    return layout["cssContentSize"]["width"] <= page.viewport_size["width"]


def check_kept(committed, quote, decider):
    """One decision, for the quote as it was sent with its option."""
    with tenant_scope(committed):
        kept = QuoteDecision.objects.get()
    assert (kept.quote_id, kept.contact_id, kept.total) == (quote.pk, decider.pk, Decimal("480.00"))
    assert (kept.decision, kept.digest) == ("approved", quote.digest)
