"""A partner's way in real browsers: accepted, moved on, won; on a phone, on a desktop and without scripts (PRT-4)."""

import re
from decimal import Decimal

import pytest

from partners.enums import OpportunityStatus, Phase
from partners.models import Opportunity
from portal.accounts.enums import Section
from portal.tenancy.scope import tenant_scope
from tests.e2e.axe import look
from tests.e2e.conftest import NARROW, PATIENCE, WIDE, picture, sign_in, with_password
from tests.factories.accounts import make_account
from tests.factories.geo import make_place
from tests.factories.partners import make_accepted, make_delivery, make_lead_type, make_member, make_own, make_partner

pytestmark = [pytest.mark.slow, pytest.mark.browser]
SIZES = {"phone": NARROW, "desktop": WIDE}
HOME = "/partners/opportunities/"


@pytest.fixture
def programme(committed):
    committed.sections = list(Section.values)
    committed.save()
    with tenant_scope(committed):
        return make_partner(capacity=20, name="Lift Partners")


@pytest.fixture
def manager(committed, programme):
    """Who decides for the partner, and manages its team."""
    with tenant_scope(committed):
        contact = make_member(programme, "partner-administrator", full_name="Mona Manager", language="en", time_zone="")
        with_password(contact.user)
    return contact


@pytest.fixture
def opportunity(committed, programme):
    """Waits for the partner's answer."""
    with tenant_scope(committed):
        place = make_place(line1="9 Zenith Lane", city="Brooklyn")
        return make_delivery(
            programme,
            customer=make_account(name="Zebra Tower", place=place),
            topic="Modernise two lifts",
            need="Quiet lifts that open by themselves.",
            lead_type=make_lead_type(name="Modernisation"),
            estimated_revenue=Decimal(12500),
        ).opportunity


@pytest.mark.parametrize("size", list(SIZES))
def test_an_opportunity_is_accepted_and_won(stack, committed, manager, opportunity, *, page, size):
    page.set_viewport_size(SIZES[size])
    accept_and_win(page, stack, committed, manager=manager, opportunity=opportunity)
    picture(page, f"opportunity-won-{size}")
    check_won(committed, opportunity)


def test_an_opportunity_is_accepted_and_won_without_scripts(stack, committed, manager, opportunity, *, browser):
    context = browser.new_context(viewport=NARROW, java_script_enabled=False, locale="en-US")
    context.set_default_timeout(PATIENCE)
    accept_and_win(context.new_page(), stack, committed, manager=manager, opportunity=opportunity)
    context.close()
    check_won(committed, opportunity)


def test_axe_finds_nothing_on_the_pages_of_partners(stack, committed, manager, opportunity, *, programme, lenient_page):
    with tenant_scope(committed):
        accepted = make_accepted(programme, by=manager, customer=make_account(name="Harbor House"), need="A quiet lift")
        own = make_own(manager, prospect_name="Corner Shop", topic="Goods lift")
    sign_in(lenient_page, stack, committed, manager.email, lands=HOME)
    paths = {
        "dashboard": "",
        "delivered": "delivered/",
        "accepted": "accepted/",
        "new": "new/",
        "team": "team/",
        "team-roles": f"team/{manager.pk}/roles/",
        "comparisons": "comparisons/",
        "teaser": f"{opportunity.pk}/",
        "decline": f"{opportunity.pk}/decline/",
        "whole": f"{accepted.pk}/",
        "advance": f"{accepted.pk}/advance/",
        "own": f"{own.pk}/",
    }
    found = []
    for name, path in paths.items():
        found += look(lenient_page, stack.address(committed, HOME + path), f"opportunities-{name}")
    assert found == []


def accept_and_win(page, stack, committed, *, manager, opportunity):
    """From the list of teasers to a won opportunity; nobody reads the customer's name before it is accepted."""
    sign_in(page, stack, committed, manager.email, lands=HOME)
    page.get_by_role("link", name="Delivered", exact=True).click()
    page.get_by_role("heading", name="Delivered opportunities").wait_for()
    assert page.get_by_text("Brooklyn").first.is_visible()
    assert "Zebra" not in page.content()
    page.get_by_role("button", name=re.compile(f"Accept.*{opportunity.number}")).click()
    page.get_by_text("1 opportunity is yours.").wait_for()
    page.get_by_role("link", name="Accepted", exact=True).click()
    page.get_by_role("link", name="Zebra Tower").first.click()
    page.get_by_text("9 Zenith Lane").first.wait_for()
    page.get_by_role("link", name="Report progress").first.click()
    page.get_by_label("Quoting").check()
    page.get_by_label("What happened").fill("Offer sent")
    page.get_by_role("button", name="Report progress").click()
    page.get_by_text("Phase: Prospect to Quoting").wait_for()
    page.get_by_role("link", name="Declare as won").first.click()
    page.get_by_role("button", name="Declare as won").click()
    page.get_by_text("Congratulations, the opportunity is won.").wait_for()


def check_won(committed, opportunity):
    with tenant_scope(committed):
        row = Opportunity.objects.get(pk=opportunity.pk)
    assert (row.status, row.phase) == (OpportunityStatus.PURCHASED, Phase.QUOTING)
