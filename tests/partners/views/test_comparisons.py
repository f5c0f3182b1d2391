"""Why another partner got an opportunity: the own line and the winner's sum, nothing else of anybody (PRT-5)."""

import pytest

from partners.domain.asking import asked_in
from partners.domain.distribution import decline, distribute
from partners.domain.history import SYSTEM
from partners.engine.eligibility import is_available
from partners.enums import DeclineReason
from partners.models import DistributionRun, Opportunity, PartnerProgramme
from partners.queries.candidates import columns_of, partner_of
from partners.queries.comparisons import lost_runs, was_available
from partners.words import points_text
from portal.access.viewer import viewer_for
from tests.factories.partners import make_member, make_opportunity, make_partner, make_partner_settings

PAGE = "/partners/opportunities/comparisons/"
GOOD = {"delivered": 20, "accepted": 20, "won": 18, "closed": 18, "days": 18.0}
POOR = {"delivered": 20, "accepted": 20, "returned": 15, "won": 1, "closed": 2, "days": 40.0}


@pytest.fixture
def second(in_tenant):
    """Somebody at the partner that ranks second."""
    return make_member(make_partner(capacity=5, name="Second Lifts", record=POOR), language="en")


@pytest.fixture
def run(second):
    """Won by the better one; a third has no room."""
    make_partner(capacity=5, name="Winning Lifts", record=GOOD)
    make_partner(capacity=0, name="Full Lifts")
    distribute(make_opportunity(topic="Zinc topic"))
    return DistributionRun.objects.get()


def test_the_second_reads_its_own_line_and_the_winners_sum(run, second, tenant, client_for):
    browser = client_for(second.user, tenant)
    assert run.opportunity.number in browser.get(PAGE).text
    answer = browser.get(f"{PAGE}{run.pk}/")
    assert answer.status_code == 200
    figures = {str(each["label"]): each["value"] for each in answer.context["figures"]}
    assert figures["Sum of the partner that got it"] == points_text(run.score)
    assert figures["Your place"] == 2
    assert "75%" in answer.text
    for other in ("Winning Lifts", "Full Lifts", "Zinc", "90%"):
        assert other not in answer.text
        assert other not in browser.get(PAGE).text


def test_what_came_to_the_second_after_all_is_not_listed(run, second, tenant, client_for):
    make_partner_settings()
    opportunity = Opportunity.objects.get()
    decline(opportunity, reason=DeclineReason.NO_TIME, by=SYSTEM)
    assert opportunity.partner_id == second.account_id
    browser = client_for(second.user, tenant)
    assert "Nothing to compare" in browser.get(PAGE).text
    assert browser.get(f"{PAGE}{run.pk}/").status_code == 404


def test_equal_sums_are_explained(in_tenant, tenant, client_for):
    programmes = [make_partner(capacity=5) for _each in range(2)]
    distribute(make_opportunity())
    run = DistributionRun.objects.get()
    loser = next(each for each in programmes if each.account_id != run.winner_id)
    browser = client_for(make_member(loser, language="en").user, tenant)
    assert "Of equal sums" in browser.get(f"{PAGE}{run.pk}/").text


def test_who_won_or_was_not_available_compares_nothing(run, tenant, client_for):
    for name in ("Winning Lifts", "Full Lifts"):
        programme = next(each for each in programmes() if each.account.name == name)
        browser = client_for(make_member(programme, language="en").user, tenant)
        assert "Nothing to compare" in browser.get(PAGE).text
        assert browser.get(f"{PAGE}{run.pk}/").status_code == 404


def programmes():
    return list(PartnerProgramme.objects.select_related("account").order_by("pk"))


def test_sellers_who_see_own_ones_only_compare_nothing(run, second, tenant, client_for):
    programme = next(each for each in programmes() if each.account_id == second.account_id)
    seller = make_member(programme, "partner-seller", language="en")
    browser = client_for(seller.user, tenant)
    assert browser.get(f"{PAGE}{run.pk}/").status_code == 404
    assert "No opportunity that fitted your company" not in browser.get(PAGE).text


def test_available_here_is_available_in_the_engine(run):
    for programme in programmes():
        viewer = viewer_for(make_member(programme))
        for each in lost_runs(viewer).select_related("table"):
            asked = asked_in(each)
            line = next(facts for facts in columns_of(each.table) if facts[0] == viewer.account_id)
            assert was_available(each) == is_available(partner_of(asked, *line), asked)
