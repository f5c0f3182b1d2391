"""Quotes in the admin: drafted, sent, revised, compared, answered, closed (PSA-2)."""

import pytest
from django.urls import reverse

from portal.tenancy.scope import tenant_scope
from projects.domain.questions import ask
from projects.domain.quotes import lines_in_order, revise, send, write_quote_lines
from projects.models import Quote, QuoteQuestion
from tests.factories.accounts import make_account
from tests.factories.quotes import make_decider, make_decision, make_quote, make_quote_draft, make_quote_item

LINES = "lines"


def management(**fields):
    names = (LINES, "decisions", "questions")
    return {f"{name}-{key}": "0" for name in names for key in ("TOTAL_FORMS", "INITIAL_FORMS")} | fields


def page(quote, verb="change"):
    return reverse(f"admin:projects_quote_{verb}", args=[quote.pk])


@pytest.fixture
def in_company(tenant):
    with tenant_scope(tenant):
        yield tenant


def test_a_draft_is_written_with_its_lines_and_sent(browser, in_company):
    account = make_account()
    line = {"description": "New drive", "quantity": "2", "unit_price": "100", "taxed": "none", "unit_cost": "60"}
    fields = {
        "account": account.pk,
        "name": "Lift 2",
        "introduction": "",
        **management(**{f"{LINES}-TOTAL_FORMS": "1"}),
        **{f"{LINES}-0-{name}": value for name, value in line.items()},
    }
    answer = browser.post(reverse("admin:projects_quote_add"), fields)
    assert answer.status_code == 302, answer.context["errors"]
    quote = Quote.objects.get()
    assert (quote.total, quote.status) == (200, "draft")
    assert browser.get(page(quote, "send")).status_code == 200
    assert browser.post(page(quote, "send")).status_code == 302
    assert Quote.objects.get().status == "sent"
    assert browser.get(page(quote)).status_code == 200
    assert browser.get(page(quote, "pdf")).content.startswith(b"%PDF")


def test_the_next_revision_is_compared_with_the_one_before(browser, in_company):
    quote = make_quote()
    assert browser.get(page(quote, "compare")).status_code == 404
    assert browser.post(page(quote, "revise")).status_code == 302
    draft = Quote.objects.get(revision=2)
    write_quote_lines(draft, [make_quote_item(description="Another drive"), make_quote_item(description="Cabling")])
    text = browser.get(page(draft, "compare")).text
    for shown in (
        "1 × $100.00 = $100.00",
        "$240.00",
        "Another drive",
        "Cabling",
        "Changed",
        "Added",
        lines_in_order(quote)[0].description,
    ):
        assert shown in text


def test_questions_are_answered_and_decisions_are_read(browser, in_company):
    contact = make_decider()
    quote = make_quote(account=contact.account)
    question = ask(quote, "How long?", contact=contact, user=contact.user)
    make_decision(quote, contact)
    assert browser.post(page(quote, "answer"), {"question": question.pk, "answer": ""}).status_code == 422
    assert browser.post(page(quote, "answer"), {"question": question.pk, "answer": "Two days."}).status_code == 302
    assert QuoteQuestion.objects.get().answer == "Two days."
    text = browser.get(page(quote)).text
    for shown in (quote.digest, contact.full_name, "Two days."):
        assert shown in text
    refused = browser.post(page(quote, "revise"))
    assert refused.status_code == 422
    assert "has approved this quote" in refused.text


@pytest.mark.parametrize(("verb", "status"), [("won", "won"), ("lost", "lost"), ("withdraw", "canceled")])
def test_a_quote_is_closed(browser, in_company, verb, status):
    quote = make_quote()
    assert browser.post(page(quote, verb)).status_code == 302
    assert Quote.objects.get().status == status
    assert browser.get(page(quote, verb)).status_code == 200


def test_a_form_that_was_opened_before_it_was_sent_is_refused(browser, in_company):
    quote = make_quote_draft(name="Before")
    fields = {"account": quote.account_id, "name": "After", "valid_until": quote.valid_until, "seen_status": "draft"}
    send(quote)
    answer = browser.post(page(quote), fields | management())
    assert answer.status_code == 200
    assert "Somebody has changed the state of this record meanwhile" in answer.text
    assert Quote.objects.get().name == "Before"


def test_another_company_is_not_reached(browser, other_tenant):
    with tenant_scope(other_tenant):
        quote = make_quote()
        revise(quote)
    for verb in ("change", "send", "revise", "pdf", "compare"):
        assert browser.get(page(quote, verb)).status_code in {302, 404}
