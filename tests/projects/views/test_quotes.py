"""The quote pages as a customer meets them (PSA-2)."""

import csv
import datetime as dt
import io
import threading
from collections import Counter
from decimal import Decimal

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.db import connections

from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from portal.audit.models import AuditEntry
from portal.kit import clock
from portal.tenancy.scope import tenant_scope
from projects.domain.quotes import lines_in_order, revise, send
from projects.enums import Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteQuestion
from tests.factories.accounts import PASSWORD, make_contact, make_web_role
from tests.factories.fieldservice import make_incident_type
from tests.factories.quotes import make_decider, make_decision, make_quote, make_quote_draft, make_quote_item

LIST = "/projects/quotes/"
NOON = "2026-03-20T16:00:00Z"
# Where allauth keeps whose proofs a session holds.
OF_USER = "account_authentication_methods_user"


@pytest.fixture(autouse=True)
def now(request):
    if request.node.get_closest_marker("slow"):
        yield
        return
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def decider(in_tenant):
    return make_decider()


@pytest.fixture
def browser(decider, tenant, client_for):
    return signed_in(client_for(decider.user, tenant))


@pytest.fixture
def quote(decider):
    items = (make_quote_item(unit_cost=Decimal("77.77")), make_quote_item(is_optional=True))
    beside = {"internal_notes": "secret-note", "introduction": "Dear customer", "terms": "30 days net"}
    return make_quote(*items, account=decider.account, name="Lift 2", **beside)


def signed_in(browser):
    """With a sign-in of this moment."""
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": clock.now().timestamp()}]
    session[OF_USER] = session[SESSION_KEY]
    session.save()
    return browser


def path(quote, verb=""):
    return f"{LIST}{quote.pk}/{verb}"


def test_the_list_begins_with_what_awaits_a_decision(browser, quote, decider, tenant, client_for):
    late = make_quote(account=decider.account, valid_until=dt.date(2026, 3, 20))
    decided = make_quote(account=decider.account)
    make_decision(decided, decider)
    make_quote_draft(account=decider.account, is_exposed=True)
    make_quote(account=decider.account, is_exposed=False)
    page = browser.get(LIST).text
    assert quote.number in page
    assert late.number in page
    assert decided.number not in page
    with time_machine.travel("2026-03-28T16:00:00Z"):
        browser = client_for(decider.user, tenant)
        assert late.number not in browser.get(LIST).text
        assert "nothing at the moment" in browser.get(LIST + "?tab=recent").text
        rows = list(csv.reader(io.StringIO(browser.get(LIST + "?tab=all&export=csv").getvalue().decode("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:]) == sorted(each.number for each in (quote, late, decided))
    assert {row[0]: row[5] for row in rows[1:]}[late.number] == "Expired"


def test_the_page_shows_what_is_offered_and_nothing_inner(browser, quote):
    page = browser.get(path(quote)).text
    for shown in ("Dear customer", "30 days net", "$120.00", "Options", "Awaits your decision", "Approve quote"):
        assert shown in page
    for inner in ("secret-note", "77.77"):
        assert inner not in page
    assert browser.get(path(quote, "pdf/")).content.startswith(b"%PDF")
    assert "Lift 2" in browser.get(path(quote, "print/")).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow(browser, decider, django_assert_max_num_queries, count):
    quotes = [make_quote(*[make_quote_item()] * count, account=decider.account) for _each in range(count)]
    browser.get(LIST)
    with django_assert_max_num_queries(14):
        browser.get(LIST)
    with django_assert_max_num_queries(14):
        browser.get(path(quotes[0]))


def test_approving_with_an_option(browser, quote, decider):
    form = browser.get(path(quote, "approve/"))
    assert quote.digest in form.text
    assert "Your password" not in form.text
    option = lines_in_order(quote)[1]
    answer = browser.post(path(quote, "approve/"), {"digest": quote.digest, "options": [option.pk]}, follow=True)
    assert "Thank you. The quote is approved." in answer.text
    assert "$240.00" in answer.text
    decision = QuoteDecision.objects.get()
    assert (decision.contact, decision.total, decision.address) == (decider, Decimal(240), "127.0.0.1")
    evidence = browser.get(path(quote, "evidence/")).text
    assert f"<code>{quote.digest}</code>" in evidence
    assert decider.full_name in evidence
    assert (
        "approved this quote already"
        not in browser.post(path(quote, "approve/"), {"digest": quote.digest, "options": [option.pk]}).text
    )
    assert QuoteDecision.objects.count() == 1


def test_rejecting_asks_why_and_keeps_what_was_typed(browser, quote):
    answer = browser.post(path(quote, "reject/"), {"digest": quote.digest, "reason": "  "})
    assert answer.status_code == 422
    answer = browser.post(path(quote, "reject/"), {"digest": quote.digest, "reason": "Too expensive"}, follow=True)
    assert "Rejected" in answer.text
    assert QuoteDecision.objects.get().reason == "Too expensive"
    assert browser.post(path(quote, "approve/"), {"digest": quote.digest}).status_code == 409


def test_an_old_sign_in_is_proved_again(browser, quote):
    with time_machine.travel("2026-03-20T16:16:00Z"):
        assert "Your password" in browser.get(path(quote, "approve/")).text
        wrong = browser.post(path(quote, "reject/"), {"digest": quote.digest, "reason": "Hm", "password": "wrong"})
        assert wrong.status_code == 422
        assert "This is not your password." in wrong.text
        assert "Hm</textarea>" in wrong.text
        assert browser.post(path(quote, "approve/"), {"digest": quote.digest}).status_code == 422
        right = browser.post(path(quote, "approve/"), {"digest": quote.digest, "password": PASSWORD})
        assert right.status_code == 302
        assert QuoteDecision.objects.get().decision == Decision.APPROVED


def test_a_stale_page_decides_nothing(browser, quote):
    draft = revise(quote)
    answer = browser.post(path(quote, "approve/"), {"digest": quote.digest})
    assert answer.status_code == 409
    assert "This quote was revised." in answer.text
    send(draft)
    assert browser.post(path(draft, "approve/"), {"digest": quote.digest}).status_code == 409
    assert str(draft.pk) in browser.get(path(quote)).text
    assert browser.get(path(quote, "approve/")).status_code == 409
    assert not QuoteDecision.objects.exists()


def test_an_expired_one_is_refused_in_words(quote, decider, tenant, client_for):
    with time_machine.travel("2026-05-20T16:00:00Z"):
        browser = signed_in(client_for(decider.user, tenant))
        answer = browser.post(path(quote, "approve/"), {"digest": quote.digest})
        assert answer.status_code == 409
        assert "This quote has expired." in answer.text
        assert "Approve quote" not in browser.get(path(quote)).text


def test_who_may_read_only_is_told_so(quote, decider, tenant, client_for):
    reviewer = make_contact("psa-customer-reviewer", account=decider.account)
    browser = signed_in(client_for(reviewer.user, tenant))
    page = browser.get(path(quote)).text
    assert "not decide them" in page
    for verb in ("approve/", "reject/"):
        assert browser.get(path(quote, verb)).status_code == 403
        assert browser.post(path(quote, verb), {"digest": quote.digest, "reason": "No"}).status_code == 403
    assert not QuoteDecision.objects.exists()


def test_without_the_right_to_money_no_amount(quote, decider, tenant, client_for):
    contact = make_contact(account=decider.account)
    ContactRole.objects.create(contact=contact, role=make_web_role((Section.PROJECTS, Level.DECIDE)))
    browser = signed_in(client_for(contact.user, tenant))
    for url in (LIST, path(quote), LIST + "?tab=all&export=csv"):
        answer = browser.get(url)
        text = answer.getvalue().decode() if answer.streaming else answer.text
        assert quote.number in text
        assert "120" not in text
    for verb in ("pdf/", "print/", "evidence/", "approve/"):
        assert browser.get(path(quote, verb)).status_code == 403


@pytest.mark.parametrize("stranger", ["other account", "partner", "field service", "nobody", "other company"])
def test_to_strangers_it_does_not_exist(request, quote, decider, client_for, stranger):
    tenant, other_tenant = (request.getfixturevalue(each) for each in ("tenant", "other_tenant"))
    people = {
        "other account": make_decider,
        "partner": lambda: make_contact("psa-partner-approver"),
        "field service": lambda: make_contact("fs-customer-approver", account=decider.account),
        "nobody": lambda: make_contact(account=decider.account),
    }
    if stranger == "other company":
        with tenant_scope(other_tenant):
            browser = signed_in(client_for(make_decider().user, other_tenant))
    else:
        browser = signed_in(client_for(people[stranger]().user, tenant))
    for verb in ("", "pdf/", "print/", "approve/", "reject/", "ask/", "evidence/"):
        assert browser.get(path(quote, verb)).status_code == 404
    assert browser.post(path(quote, "approve/"), {"digest": quote.digest}).status_code == 404
    listed = browser.get(LIST + "?tab=all")
    assert quote.number not in listed.text


def test_a_question_is_asked_once(browser, quote):
    line = lines_in_order(quote)[0]
    form = browser.get(path(quote, f"ask/?line={line.pk}"))
    assert f'value="{line.pk}" selected' in form.text
    key = form.context["form"].initial["request_key"]
    fields = {"line": line.pk, "question": "How long\r\ndoes it take?", "request_key": key}
    assert browser.post(path(quote, "ask/"), fields).status_code == 302
    assert browser.post(path(quote, "ask/"), fields).status_code == 302
    question = QuoteQuestion.objects.get()
    assert (question.question, question.line) == ("How long\ndoes it take?", line)
    assert "Not answered yet" in browser.get(path(quote)).text
    assert browser.post(path(quote, "ask/"), fields | {"question": ""}).status_code == 422


def test_another_question_on_a_form_that_was_sent_is_not_lost(browser, quote):
    """The way back and another text: said so, and sent with the next press."""
    key = browser.get(path(quote, "ask/")).context["form"].initial["request_key"]
    browser.post(path(quote, "ask/"), {"line": "", "question": "How long?", "request_key": key})
    refused = browser.post(path(quote, "ask/"), {"line": "", "question": "How loud?", "request_key": key})
    assert refused.status_code == 409
    assert "How loud?" in refused.text
    fields = {"line": "", "question": "How loud?", "request_key": refused.context["form"]["request_key"].value()}
    assert browser.post(path(quote, "ask/"), fields).status_code == 302
    assert QuoteQuestion.objects.count() == 2


def test_other_options_in_another_tab_are_refused(browser, decider):
    quote = make_quote(make_quote_item(), make_quote_item(is_optional=True), account=decider.account)
    option = lines_in_order(quote)[1].pk
    assert browser.post(path(quote, "approve/"), {"digest": quote.digest}).status_code == 302
    assert browser.post(path(quote, "approve/"), {"digest": quote.digest}).status_code == 302
    assert browser.post(path(quote, "approve/"), {"digest": quote.digest, "options": [option]}).status_code == 409


def test_an_approval_leads_to_the_first_visit(decider, tenant, client_for):
    ContactRole.objects.create(contact=decider, role=make_web_role((Section.SCHEDULING, Level.DECIDE)))
    service = make_incident_type(display_name="First survey")
    quote = make_quote(account=decider.account, service=service)
    browser = signed_in(client_for(decider.user, tenant))
    assert "Book the first visit" not in browser.get(path(quote)).text
    browser.post(path(quote, "approve/"), {"digest": quote.digest})
    assert f"/appointments/book/?service={service.pk}" in browser.get(path(quote)).text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_thousand_decisions_at_once_leave_one(committed, client_for):
    """SECURITY B-8: one outcome, one audit entry, one message to staff; everybody gets an answer."""
    with tenant_scope(committed):
        decider = make_decider()
        quote = make_quote(account=decider.account)
        people = [make_decider(account=decider.account) for _each in range(10)]
    browsers = [signed_in(client_for(each.user, committed)) for each in people]
    cookies = [each.cookies for each in browsers]
    answers: Counter = Counter()
    lock = threading.Lock()

    def decide_often(number):
        browser = client_for(None, committed)
        browser.cookies = cookies[number % len(cookies)]
        try:
            for turn in range(50):
                verb = "approve/" if (number + turn) % 2 else "reject/"
                answer = browser.post(path(quote, verb), {"digest": quote.digest, "reason": "No"})
                with lock:
                    answers[answer.status_code] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide_often, args=(number,)) for number in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sum(answers.values()) == 1000
    assert set(answers) <= {302, 409}
    with tenant_scope(committed):
        [decision] = QuoteDecision.objects.all()
        assert AuditEntry.objects.filter(action__in=["quote.approved", "quote.rejected"]).count() == 1
        assert Quote.objects.get(pk=quote.pk).status == QuoteStatus.SENT
        assert decision.digest == quote.digest
