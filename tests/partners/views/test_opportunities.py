"""What a partner works on: the list, the page, and everything that is done on it (PRT-4, PRT-6, PRT-7)."""

import csv
import datetime as dt
import io
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from partners.domain.progress import win
from partners.domain.registration import decide_registration
from partners.enums import EventKind, OpportunityStatus, Outcome, Phase, Registration, ReturnReason
from partners.models import (
    Collaborator,
    DealRegistration,
    Delivery,
    Opportunity,
    OpportunityContact,
    OpportunityEvent,
    OpportunitySeller,
)
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from portal.kit import clock
from portal.tenancy.days import today
from tests.factories.accounts import make_account, make_contact, make_web_role
from tests.factories.partners import acting, make_accepted, make_own, make_partner_settings, staff

HOME, LIST, NEW = "/partners/opportunities/", "/partners/opportunities/accepted/", "/partners/opportunities/new/"


def page_of(opportunity, verb=""):
    return f"{HOME}{opportunity.pk}/{verb}"


@pytest.fixture
def opportunity(programme, manager):
    """Accepted by the manager."""
    customer = make_account(name="Harbor House")
    return make_accepted(
        programme,
        by=manager,
        customer=customer,
        topic="Modernise lift 2",
        estimated_revenue=Decimal(9000),
        need="Quiet lift",
    )


@pytest.fixture
def own(manager):
    """Of the partner's own."""
    return make_own(manager, prospect_name="Corner Shop", topic="Goods lift")


def rows_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))[1:]


def test_the_list_by_view_word_filter_and_order(browser, opportunity, own, programme, manager):
    other = make_accepted(programme, customer=make_account(name="Old Mill"), estimated_revenue=Decimal(100))
    won = make_accepted(programme, customer=make_account(name="Done Deal"))
    win(won, by=acting(manager))

    def seen(query: str) -> list[str]:
        return [each.name for each in browser.get(f"{LIST}{query}").context["rows"]]

    assert set(seen("")) == {"Harbor House", "Corner Shop", "Old Mill"}
    assert seen("?tab=won") == ["Done Deal"]
    assert seen("?tab=lost") == []
    assert len(seen("?tab=all")) == 4
    assert seen("?q=harbor") == seen(f"?q={opportunity.number}") == ["Harbor House"]
    assert set(seen("?whose=mine")) == {"Harbor House", "Corner Shop"}
    assert seen("?source=partner") == ["Corner Shop"]
    assert seen("?sort=customer")[0] == "Corner Shop"
    assert seen("?sort=-revenue")[0] == "Harbor House"
    page = browser.get(LIST).text
    assert "$9,000.00" in page
    assert ">Own<" in page
    export = rows_of(browser.get(f"{LIST}?tab=all&export=csv"))
    assert {row[0] for row in export} == {each.number for each in (opportunity, own, other, won)}
    assert {row[0]: row[-1] for row in export}[opportunity.number] == "9000.00"


def test_who_sees_no_money_reads_no_revenue(programme, opportunity, tenant, client_for):
    contact = make_contact(account=programme.account, language="en")
    role = make_web_role((Section.OPPORTUNITIES, Level.READ))
    ContactRole.objects.create(contact=contact, role=role)
    browser = client_for(contact.user, tenant)
    for path in (LIST, HOME, page_of(opportunity), f"{LIST}?sort=-revenue"):
        page = browser.get(path).text
        assert "9,000" not in page
        assert "Estimated revenue" not in page
    assert "9000" not in browser.get(f"{LIST}?export=csv").getvalue().decode()


def test_alerts_each_once_and_the_worst(browser, programme, manager):
    make_partner_settings(stalled_days=10, overdue_days=20)
    start = clock.now()
    with time_machine.travel(start - dt.timedelta(days=21)):
        make_accepted(programme, by=manager, customer=make_account(name="Overdue Ltd"))
    with time_machine.travel(start - dt.timedelta(days=11)):
        make_accepted(programme, by=manager, customer=make_account(name="Stalled Ltd"))
    make_accepted(programme, by=manager, customer=make_account(name="Fresh Ltd"))
    page = browser.get(HOME)
    stuck = [(each["name"], str(each["label"])) for each in page.context["stuck"]]
    assert stuck == [("Overdue Ltd", "Overdue"), ("Stalled Ltd", "Potentially stalled")]
    assert page.text.count("Overdue Ltd") == 1
    assert "Fresh Ltd" not in page.text
    assert [each.name for each in browser.get(f"{LIST}?alert=stalled").context["rows"]] == ["Stalled Ltd"]


def test_the_dashboard_adds_up(browser, opportunity, own, programme):
    tiles = {str(each["label"]): each for each in browser.get(HOME).context["tiles"]}
    assert tiles["Accepted opportunities"]["value"] == 2
    assert tiles["Accepted opportunities"]["note"] == "$9,000.00"
    assert tiles["New opportunities"]["value"] == 0


def test_an_empty_dashboard_says_what_will_come(tenant, client_for, rival):
    page = client_for(rival.user, tenant).get(HOME).text
    assert "No opportunities at the moment" in page


def test_forward_only_with_a_comment(browser, opportunity):
    path = page_of(opportunity, "advance/")
    assert "Prospect" in browser.get(path).text
    words = {"phase": Phase.QUOTING, "text": "Sent an offer", "request_key": uuid4()}
    page = browser.post(path, words, follow=True).text
    assert "Phase: Prospect to Quoting" in page
    assert "Sent an offer" in page
    browser.post(path, words)
    assert OpportunityEvent.objects.filter(kind=EventKind.PHASE).count() == 1
    assert "Prospect" not in browser.get(path).text
    back = browser.post(path, words | {"phase": Phase.CONTACTING, "request_key": uuid4()})
    assert back.status_code == 422
    opportunity.refresh_from_db()
    assert (opportunity.phase, opportunity.status) == (Phase.QUOTING, OpportunityStatus.IN_PROGRESS)


def test_hold_win_and_reopen(browser, opportunity):
    browser.post(page_of(opportunity, "hold/"), {"text": "Waits for money"})
    assert "On hold" in browser.get(page_of(opportunity)).text
    assert "Congratulations" in browser.post(page_of(opportunity, "win/"), {"text": ""}, follow=True).text
    refused = browser.post(page_of(opportunity, "win/"), {"text": ""})
    assert refused.status_code == 403
    assert "Nobody works on this opportunity" in refused.text
    page = browser.get(page_of(opportunity)).text
    assert "Reopen" in page
    assert "What you can do" not in page
    assert "open again" in browser.post(page_of(opportunity, "reopen/"), {"text": ""}, follow=True).text
    assert Delivery.objects.get().outcome == Outcome.ACCEPTED


def test_returning_asks_why_and_can_be_sent_twice(browser, opportunity):
    path = page_of(opportunity, "return/")
    assert browser.post(path, {}).status_code == 422
    words = {"reason": ReturnReason.NO_FUNDING, "comment": ""}
    assert "went back to the network" in browser.post(path, words, follow=True).text
    assert "You returned opportunity" in browser.post(path, words, follow=True).text
    assert "Harbor House" not in browser.get(f"{LIST}?tab=all").text
    assert Delivery.objects.get().return_reason == ReturnReason.NO_FUNDING


def test_own_ones_are_canceled_and_distributed_ones_returned(browser, opportunity, own):
    assert browser.post(page_of(own, "return/"), {"reason": ReturnReason.NO_FUNDING}).status_code == 403
    assert browser.post(page_of(opportunity, "cancel/"), {"text": ""}).status_code == 403
    assert "is canceled" in browser.post(page_of(own, "cancel/"), {"text": "Gone"}, follow=True).text
    own.refresh_from_db()
    assert own.status == OpportunityStatus.CANCELED


def test_people_at_the_customer(browser, opportunity, own):
    path = page_of(own, "contact/")
    assert browser.post(path, {"full_name": " "}).status_code == 422
    browser.post(path, {"full_name": "Pia Prince", "email": "pia@prince.example", "position": "Owner"})
    offered = browser.get(page_of(opportunity, "contact/")).text
    assert "Pia Prince" in offered
    assert OpportunityContact.objects.count() == 1
    browser.post(path, {"full_name": "Paul Plain"})
    browser.post(path, {"full_name": "Paul Plain"})
    assert OpportunityContact.objects.filter(full_name="Paul Plain").count() == 1
    known = OpportunityContact.objects.get(full_name="Pia Prince")
    page = browser.post(page_of(opportunity, "contact/"), {"known": known.pk}, follow=True).text
    assert "pia@prince.example" in page
    assert OpportunityContact.objects.filter(opportunity=opportunity).get().position == "Owner"


def test_a_seller_sees_what_is_shared_and_no_more(browser, opportunity, own, seller, *, tenant, client_for):
    sellers = client_for(seller.user, tenant)
    assert sellers.get(page_of(opportunity)).status_code == 404
    browser.post(page_of(opportunity, "share/"), {"contact": seller.pk})
    page = sellers.get(page_of(opportunity)).text
    assert "Harbor House" in page
    assert sellers.get(page_of(own)).status_code == 404
    words = {"phase": Phase.CONTACTING, "text": "", "request_key": uuid4()}
    assert sellers.post(page_of(opportunity, "advance/"), words).status_code == 302
    for verb in ("return/", "assign/", "share/", "collaborate/"):
        assert sellers.get(page_of(opportunity, verb)).status_code == 403
    browser.post(page_of(opportunity, "unshare/"), {"who": f"contact-{seller.pk}"})
    assert sellers.get(page_of(opportunity)).status_code == 404
    assert not OpportunitySeller.objects.exists()
    browser.post(page_of(opportunity, "assign/"), {"contact": seller.pk})
    assert sellers.get(page_of(opportunity)).status_code == 200


def test_another_partner_reads_and_notes_and_ends_nothing(browser, opportunity, rival, tenant, client_for):
    others = client_for(rival.user, tenant)
    path = page_of(opportunity, "collaborate/")
    assert "No partner of the programme" in browser.post(path, {"partner": "Nobody"}).text
    browser.post(path, {"partner": "rival lifts"})
    assert Collaborator.objects.get().account == rival.account
    page = others.get(page_of(opportunity)).text
    assert "Harbor House" in page
    assert "9,000" not in page
    assert "You read and write notes along" in page
    assert (
        others.post(page_of(opportunity, "note/"), {"text": "We know them", "request_key": uuid4()}).status_code == 302
    )
    assert "We know them" in browser.get(page_of(opportunity)).text
    for verb in ("advance/", "win/", "lose/", "return/", "assign/", "share/", "contact/"):
        assert others.post(page_of(opportunity, verb), {}).status_code == 403, verb
    browser.post(page_of(opportunity, "unshare/"), {"who": f"account-{rival.account_id}"})
    assert others.get(page_of(opportunity)).status_code == 404


def test_a_deal_is_registered_and_decided(browser, own, opportunity):
    assert browser.get(page_of(opportunity, "register/")).status_code == 403
    page = browser.post(page_of(own, "register/"), {"text": "Ours since May"}, follow=True).text
    assert "Requested" in page
    browser.post(page_of(own, "register/"), {"text": "Again"})
    registration = DealRegistration.objects.get()
    decide_registration(registration, Registration.REJECTED, reason="Known before", by=staff())
    page = browser.get(page_of(own)).text
    assert "Known before" in page
    assert "Register the deal" in page


def test_readers_read_and_are_told_why(reader, opportunity, own, tenant, client_for):
    browser = client_for(reader.user, tenant)
    page = browser.get(page_of(opportunity)).text
    assert "Harbor House" in page
    assert "Report progress" in page
    assert page.count('aria-disabled="true"') >= 3
    verbs = ("advance", "hold", "win", "lose", "return", "note", "contact", "assign", "share", "collaborate", "unshare")
    for verb in verbs:
        assert browser.post(page_of(opportunity, f"{verb}/"), {}).status_code == 403, verb
    for verb in ("cancel", "register"):
        assert browser.post(page_of(own, f"{verb}/"), {}).status_code == 403
    assert browser.get(NEW).status_code == 403
    assert not OpportunityEvent.objects.filter(contact=reader).exists()


def test_others_get_404_on_every_path(rival, opportunity, tenant, client_for):
    browser = client_for(rival.user, tenant)
    verbs = (
        "",
        "advance/",
        "win/",
        "return/",
        "note/",
        "contact/",
        "assign/",
        "share/",
        "unshare/",
        "register/",
        "reopen/",
    )
    for verb in verbs:
        assert browser.get(page_of(opportunity, verb)).status_code == 404, verb
    assert "Harbor House" not in browser.get(f"{LIST}?tab=all&q=Harbor").text.replace('value="Harbor"', "")


def test_history_tells_no_staff_by_name(browser, own):
    registration = DealRegistration.objects.create(opportunity=own, requested_at=clock.now())
    by = staff()
    decide_registration(registration, Registration.APPROVED, by=by)
    page = browser.get(page_of(own)).text
    assert "Deal registration: Approved" in page
    assert by.user.email not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_a_page_do_not_grow(browser, opportunity, programme, django_assert_max_num_queries, count):
    for each in range(count):
        OpportunityContact.objects.create(opportunity=opportunity, full_name=f"Person {each}", created_at=clock.now())
        browser.post(page_of(opportunity, "note/"), {"text": "Note", "request_key": uuid4()})
    browser.get(page_of(opportunity))
    with django_assert_max_num_queries(16):
        browser.get(page_of(opportunity))


def test_an_own_opportunity_is_entered_once(browser, manager):
    words = {
        "prospect_name": "Corner Shop",
        "topic": "Goods lift",
        "line1": "5 Corner Street",
        "city": "New York",
        "postal_code": "10001",
        "country": "US",
        "estimated_revenue": "1200.50",
        "request_key": uuid4(),
    }
    assert browser.post(NEW, words | {"country": ""}).status_code == 422
    page = browser.post(NEW, words, follow=True).text
    for shown in ("Corner Shop", "5 Corner Street", "$1,200.50", "Created by the partner"):
        assert shown in page
    browser.post(NEW, words)
    made = Opportunity.objects.get()
    assert (made.partner, made.owner, made.status) == (manager.account, manager, OpportunityStatus.IN_PROGRESS)


def test_an_own_one_needs_a_customer(browser):
    answer = browser.post(NEW, {"prospect_name": " ", "topic": "", "request_key": uuid4()})
    assert answer.status_code == 422
    assert not Opportunity.objects.exists()


@pytest.mark.parametrize("field", ["prospect_name", "topic"])
def test_words_that_nobody_sees_are_no_words(browser, field):
    words = {"prospect_name": "Corner Shop", "topic": "Goods lift", "request_key": uuid4()}
    answer = browser.post(NEW, words | {field: "\u200b"})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not Opportunity.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "yesterday"])
def test_a_sale_is_closed_within_ten_years(browser, day):
    day = (today() - dt.timedelta(days=1)).isoformat() if day == "yesterday" else day
    words = {"prospect_name": "Corner Shop", "topic": "Goods lift", "estimated_close_date": day, "request_key": uuid4()}
    assert "between today and ten years" in browser.post(NEW, words).text
    browser.post(NEW, words | {"estimated_close_date": today().isoformat()})
    assert Opportunity.objects.get().estimated_close_date == today()


def test_notes_and_people_have_words_to_see(browser, opportunity):
    assert browser.post(page_of(opportunity, "note/"), {"text": "\u200b", "request_key": uuid4()}).status_code == 422
    assert browser.post(page_of(opportunity, "contact/"), {"full_name": "\u200b"}).status_code == 422
    assert not OpportunityContact.objects.exists()
    assert not OpportunityEvent.objects.filter(kind=EventKind.NOTE).exists()
