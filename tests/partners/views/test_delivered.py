"""What waits for a partner's answer: teasers, and the answers to one or many (PRT-4)."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine

from partners.domain.sweeping import sweep
from partners.enums import DeclineReason, OpportunityStatus, Outcome
from partners.models import Delivery, Opportunity, OpportunityProduct
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact
from tests.factories.catalog import make_product
from tests.factories.geo import make_place
from tests.factories.partners import everywhere, make_accepted, make_delivery, make_lead_type, make_partner

LIST, ANSWER = "/partners/opportunities/delivered/", "/partners/opportunities/delivered/answer/"
HOME, ACCEPTED = "/partners/opportunities/", "/partners/opportunities/accepted/"
HIDDEN = ("Zebra Tower", "Zoe Zander", "zoe@zander.example", "9 Zenith Lane", "Zinc topic", "zigzag", "10009")


def page_of(opportunity, verb=""):
    return f"{HOME}{opportunity.pk}/{verb}"


@pytest.fixture
def delivery(programme):
    """Waits for an answer; everything that must not be told beforehand begins with a Z."""
    place = make_place(line1="9 Zenith Lane", city="Brooklyn", postal_code="10009", territory=everywhere())
    customer = make_account(name="Zebra Tower", place=place)
    contact = make_contact(account=customer, full_name="Zoe Zander", email="zoe@zander.example", user=None)
    found = make_delivery(
        programme,
        customer=customer,
        contact=contact,
        topic="Zinc topic",
        situation="zigzag one",
        need="zigzag two",
        solution="zigzag three",
        lead_type=make_lead_type(name="Modernisation"),
        estimated_revenue=Decimal(12500),
    )
    OpportunityProduct.objects.create(opportunity=found.opportunity, product=make_product(name="Goods lift"))
    return found


def test_a_teaser_tells_what_is_known_and_not_who(browser, delivery):
    page = browser.get(LIST).text
    for shown in (delivery.opportunity.number, "Brooklyn", "New York", "Goods lift", "Modernisation", "$12,500.00"):
        assert shown in page
    assert "2 days 23 hours left" in page or "3 days left" in page
    export = browser.get(f"{LIST}?export=csv").getvalue().decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(export)))[1]
    assert row[0] == delivery.opportunity.number
    assert row[-2:] == ["USD", "12500.00"]
    pages = [page, export, browser.get(HOME).text, browser.get(page_of(delivery.opportunity)).text]
    pages += [browser.get(page_of(delivery.opportunity, verb)).text for verb in ("accept/", "decline/")]
    pages += [browser.get(f"/search/?q={word}").text for word in ("Zebra", delivery.opportunity.number)]
    pages += [
        browser.get(f"{ACCEPTED}?tab=all&q=Zebra").text,
        browser.get(f"{ACCEPTED}?tab=all&export=csv").getvalue().decode(),
    ]
    for hidden in HIDDEN:
        assert not [each for each in pages if hidden in each.replace("q=Zebra", "").replace('value="Zebra"', "")]


@pytest.mark.parametrize("word", ["Zebra", "zigzag", "Zenith", "Zander"])
def test_no_search_of_teasers_finds_what_is_hidden(browser, delivery, word):
    assert delivery.opportunity.number not in browser.get(f"{LIST}?q={word}").text
    assert delivery.opportunity.number in browser.get(f"{LIST}?q=goods").text


def test_accepting_shows_the_customer(browser, delivery, manager):
    opportunity = delivery.opportunity
    assert browser.get(page_of(opportunity, "hold/")).status_code == 404
    answer = browser.post(page_of(opportunity, "accept/"), follow=True)
    for shown in ("Zebra Tower", "Zoe Zander", "9 Zenith Lane", "zigzag two", "Get in touch with the customer"):
        assert shown in answer.text
    opportunity.refresh_from_db()
    assert (opportunity.status, opportunity.owner) == (OpportunityStatus.ACCEPTED, manager)


def test_answering_twice_ends_well(browser, delivery):
    browser.post(page_of(delivery.opportunity, "accept/"))
    again = browser.post(page_of(delivery.opportunity, "accept/"), follow=True)
    assert "answered already" in again.text
    assert Delivery.objects.get().outcome == Outcome.ACCEPTED


def test_declining_asks_why_and_can_be_sent_twice(browser, delivery):
    path = page_of(delivery.opportunity, "decline/")
    assert browser.post(path, {}).status_code == 422
    words = {"reason": DeclineReason.TOO_FAR, "comment": "Two hours away"}
    assert "The opportunity is declined." in browser.post(path, words, follow=True).text
    assert "You declined opportunity" in browser.post(path, words, follow=True).text
    assert "You declined opportunity" in browser.get(page_of(delivery.opportunity), follow=True).text
    kept = Delivery.objects.get()
    assert (kept.outcome, kept.decline_reason, kept.comment) == (Outcome.DECLINED, "too_far", "Two hours away")


def test_what_expired_meanwhile_is_told(browser, delivery, tenant):
    later = clock.now() + dt.timedelta(hours=73)
    with time_machine.travel(later):
        for path in (LIST, page_of(delivery.opportunity)):
            shown = browser.get(path).text
            assert "The time to answer is over." in shown
            assert "decline/" not in shown
        late = browser.post(page_of(delivery.opportunity, "accept/"), follow=True)
        assert "time to answer is over" in late.text
        assert late.status_code == 409
        sweep()
        gone = browser.post(page_of(delivery.opportunity, "accept/"), follow=True)
    assert "it is no longer yours" in gone.text
    assert Opportunity.objects.get().partner is None


@pytest.mark.django_db(transaction=True)
def test_many_are_answered_at_once(committed, client_for):
    from tests.factories.partners import make_member

    with tenant_scope(committed):
        programme = make_partner(capacity=50)
        manager = make_member(programme, language="en")
        ids = [make_delivery(programme).opportunity_id for _each in range(4)]
    browser = client_for(manager.user, committed)
    answer = browser.post(ANSWER, {"answer": "accept", "pick": ids[:2]}, follow=True)
    assert "2 opportunities are yours." in answer.text
    asked = browser.post(ANSWER, {"answer": "decline", "pick": ids[1:]})
    assert "Decline opportunities" in asked.text
    assert browser.post(ANSWER, {"send": "1", "pick": ids[1:]}).status_code == 422
    words = {"send": "1", "reason": DeclineReason.NO_TIME, "comment": "", "pick": ids[1:]}
    answer = browser.post(ANSWER, words, follow=True)
    assert "2 opportunities are declined." in answer.text
    assert "answered already" in answer.text
    assert "Choose at least one" in browser.post(ANSWER, {"answer": "accept", "pick": "x"}, follow=True).text
    with tenant_scope(committed):
        outcomes = [Delivery.objects.get(opportunity=pk).outcome for pk in ids]
    assert outcomes == [Outcome.ACCEPTED] * 2 + [Outcome.DECLINED] * 2


def test_readers_are_told_who_answers(reader, tenant, client_for, delivery):
    browser = client_for(reader.user, tenant)
    for path in (LIST, page_of(delivery.opportunity)):
        page = browser.get(path).text
        assert 'aria-disabled="true"' in page
        assert "not accept or decline them" in page
    assert browser.post(page_of(delivery.opportunity, "accept/")).status_code == 403
    assert Delivery.objects.get().outcome == Outcome.DELIVERED


def test_nobody_else_sees_it(rival, seller, tenant, client_for, delivery):
    for contact in (rival, seller):
        browser = client_for(contact.user, tenant)
        assert delivery.opportunity.number not in browser.get(LIST).text
        for verb in ("", "accept/", "decline/"):
            assert browser.get(page_of(delivery.opportunity, verb)).status_code == 404
        assert browser.post(page_of(delivery.opportunity, "accept/")).status_code == 404
    assert Delivery.objects.get().outcome == Outcome.DELIVERED


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow(browser, programme, django_assert_max_num_queries, count):
    for _each in range(count):
        make_delivery(programme)
        make_accepted(programme)
    browser.get(LIST)
    for path in (LIST, HOME, ACCEPTED):
        with django_assert_max_num_queries(12):
            browser.get(path)


def test_pages_by_key_in_each_order(browser, programme):
    numbers = {make_delivery(programme, estimated_revenue=Decimal(each)).opportunity.number for each in range(30)}
    for sort in ("expires", "-delivered", "-revenue"):
        first = browser.get(f"{LIST}?sort={sort}")
        second = browser.get(f"{LIST}{first.context['list'].next_url}")
        seen = [each["number"] for each in first.context["rows"] + second.context["rows"]]
        assert len(seen) == len(set(seen)) == 30
        assert set(seen) == numbers


def test_an_empty_list_says_who_is_told(browser, seller, tenant, client_for):
    assert "You get a mail" in browser.get(LIST).text
    assert "Others of your company answer" in client_for(seller.user, tenant).get(LIST).text


def test_declining_what_no_longer_waits_leads_back(browser, delivery):
    browser.post(page_of(delivery.opportunity, "accept/"))
    answer = browser.post(f"{LIST}answer/", {"pick": delivery.opportunity_id, "answer": "decline"}, follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    assert "You no longer have one of these opportunities" in answer.text
    assert Delivery.objects.get().outcome == Outcome.ACCEPTED
