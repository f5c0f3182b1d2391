"""Staff's pages of the partner programme in a real browser: an opportunity given to a partner, the whole table, weights tried and saved (PRT-5)."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from partners.domain.distribution import distribute
from partners.models import DistributionRun, PartnerSettings
from portal.accounts.enums import Section
from portal.tenancy.scope import tenant_scope
from tests.e2e.axe import look
from tests.e2e.conftest import picture, sign_in, with_password
from tests.factories.accounts import make_account, make_staff
from tests.factories.partners import make_lead_type, make_opportunity, make_partner, make_partner_settings

pytestmark = [pytest.mark.slow, pytest.mark.browser]
HOME = "/admin/"
GOOD = {"delivered": 20, "accepted": 20, "won": 18, "closed": 18, "feedback": 9, "days": 18.0}
# What lies beyond the side of the frame of a table.
HIDDEN = "frame => frame.scrollWidth - frame.clientWidth"


@pytest.fixture
def staff(committed):
    committed.sections = list(Section.values)
    committed.save()
    with tenant_scope(committed):
        user = make_staff()
        with_password(user)
    return user


@pytest.fixture
def opportunity(committed, staff):
    """Nobody has it; of three partners the one with a history is the best, and one does not take its kind."""
    with tenant_scope(committed):
        make_partner_settings()
        kind = make_lead_type(name="Modernisation")
        make_partner(name="Brightside Lifts", capacity=5, lead_types=[kind], record=GOOD)
        make_partner(name="Newcomer Elevators", capacity=5, lead_types=[kind])
        make_partner(name="Repairs Only", capacity=5)
        customer = make_account(name="Harbor House")
        return make_opportunity(
            customer=customer, topic="Modernise lift 2", lead_type=kind, estimated_revenue=Decimal(9000)
        )


def test_an_opportunity_is_distributed_and_its_table_is_read(stack, committed, staff, opportunity, *, page):
    sign_in(page, stack, committed, staff.email, lands=HOME)
    page.goto(stack.address(committed, reverse("admin:partners_opportunity_change", args=[opportunity.pk])))
    page.get_by_role("link", name="Distribute now").click()
    page.get_by_role("button", name="Distribute now").click()
    table = page.get_by_role("region", name="All partners")
    expect(table.get_by_role("row", name="Brightside Lifts")).to_contain_text("Got it")
    expect(table.get_by_role("row", name="Newcomer Elevators")).to_contain_text("New: no history yet")
    expect(table.get_by_role("row", name="Repairs Only")).to_contain_text("lead type")
    # All columns are on the screen at a desktop's width, and reachable on a narrower one.
    assert table.evaluate(HIDDEN) == 0
    picture(page, "distribution-1440")
    page.set_viewport_size({"width": 1100, "height": 900})
    assert table.evaluate("frame => getComputedStyle(frame).overflowX") == "auto"


def test_weights_are_tried_before_they_are_saved(stack, committed, staff, opportunity, *, page):
    with tenant_scope(committed):
        distribute(opportunity)
        settings = PartnerSettings.objects.get()
    sign_in(page, stack, committed, staff.email, lands=HOME)
    page.goto(stack.address(committed, reverse("admin:partners_partnersettings_change", args=[settings.pk])))
    page.get_by_label("Weight of the win rate").fill("0")
    page.get_by_role("button", name="Try with the last 90 days").click()
    expect(page.get_by_role("heading", name="With these weights the last 90 days would have gone so")).to_be_visible()
    expect(page.get_by_text("1 distribution would have gone to another partner.")).to_be_visible()
    with tenant_scope(committed):
        assert PartnerSettings.objects.get().weight_win_rate == settings.weight_win_rate
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("was saved")).to_be_visible()
    with tenant_scope(committed):
        assert PartnerSettings.objects.get().weight_win_rate == 0


def test_axe_finds_nothing_on_the_pages_of_staff(stack, committed, staff, opportunity, *, lenient_page):
    with tenant_scope(committed):
        distribute(opportunity)
        run, settings = DistributionRun.objects.get(), PartnerSettings.objects.get()
    sign_in(lenient_page, stack, committed, staff.email, lands=HOME)
    pages = {
        "opportunity": reverse("admin:partners_opportunity_change", args=[opportunity.pk]),
        "table": reverse("admin:partners_distributionrun_change", args=[run.pk]),
        "settings": reverse("admin:partners_partnersettings_change", args=[settings.pk]),
    }
    found = []
    for name, path in pages.items():
        found += look(lenient_page, stack.address(committed, path), f"programme-{name}")
    assert found == []
