"""Quotes and the customer's decision through the domain (PSA-2, SECURITY 15)."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction

from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.kit.errors import Conflict, DomainError
from projects.domain.lines import copy_of
from projects.domain.questions import MOST_QUESTIONS, answer, ask
from projects.domain.quotes import close_quote, fingerprint, lines_in_order, revise, send, write_quote_lines
from projects.enums import QUOTE_TRANSITIONS, Decision, QuoteStatus
from projects.models import Quote, QuoteDecision, QuoteLine
from tests.factories.accounts import make_contact
from tests.factories.quotes import make_decider, make_decision, make_quote, make_quote_draft, make_quote_item

NOON = "2026-03-20T12:00:00Z"


@pytest.fixture(autouse=True)
def now(in_tenant):
    with time_machine.travel(NOON):
        yield


def test_a_draft_counts_all_lines_but_options():
    quote = make_quote_draft(make_quote_item(quantity=Decimal(3)), make_quote_item(is_optional=True))
    assert (quote.net, quote.tax, quote.total) == (Decimal(300), Decimal(60), Decimal(360))
    assert quote.number.startswith("Q-")
    assert quote.valid_until == dt.date(2026, 4, 19)


def test_what_was_sent_stays_as_it_is():
    quote = make_quote()
    with pytest.raises(DomainError):
        write_quote_lines(quote, [make_quote_item()])
    line = QuoteLine.objects.filter(quote=quote).order_by("pk").first()
    for change in (
        lambda: QuoteLine.objects.filter(pk=line.pk).update(unit_price=1),
        lambda: QuoteLine.objects.filter(pk=line.pk).delete(),
        lambda: Quote.objects.filter(pk=quote.pk).update(total=1, net=1, tax=0),
        lambda: Quote.objects.filter(pk=quote.pk).update(terms="Others"),
        lambda: Quote.objects.filter(pk=quote.pk).update(status="draft"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_fingerprint_is_of_what_was_sent():
    quote = make_quote(make_quote_item(), make_quote_item(is_optional=True))
    stored = Quote.objects.get(pk=quote.pk)
    assert fingerprint(stored, lines_in_order(stored)) == quote.digest
    assert len(quote.digest) == 64
    assert make_quote().digest != quote.digest


def test_a_quote_without_a_line_that_counts_is_not_sent():
    with pytest.raises(DomainError, match="at least one line"):
        send(make_quote_draft(make_quote_item(is_optional=True)))
    with pytest.raises(DomainError, match="valid no more"):
        send(make_quote_draft(valid_until=dt.date(2026, 3, 19)))


@pytest.mark.parametrize("before", list(QuoteStatus))
@pytest.mark.parametrize("after", [QuoteStatus.WON, QuoteStatus.LOST, QuoteStatus.CANCELED, QuoteStatus.SENT])
def test_every_step_of_the_table_and_no_other(before, after):
    quote = quote_in(before)
    is_allowed = after in QUOTE_TRANSITIONS[before] or after == before
    verb = send if after == QuoteStatus.SENT else lambda each: close_quote(each, after)
    if is_allowed:
        assert verb(quote).status == after
    else:
        with pytest.raises(DomainError):
            verb(quote)
        assert Quote.objects.get(pk=quote.pk).status == before


def quote_in(status: QuoteStatus) -> Quote:
    """A quote in this status, by the verbs."""
    if status == QuoteStatus.DRAFT:
        return make_quote_draft()
    quote = make_quote()
    if status == QuoteStatus.REVISED:
        revise(quote)
    elif status != QuoteStatus.SENT:
        close_quote(quote, status)
    return quote


def test_a_revision_takes_over_and_closes_the_one_before():
    quote = make_quote(make_quote_item(unit_cost=Decimal(70)), introduction="Hello", is_exposed=True)
    draft = revise(quote)
    assert (draft.number, draft.revision, draft.status) == (quote.number, 2, QuoteStatus.DRAFT)
    assert (draft.introduction, draft.total, draft.is_exposed) == ("Hello", quote.total, True)
    assert lines_in_order(draft)[0].unit_cost == Decimal(70)
    assert quote.status == QuoteStatus.REVISED
    assert revise(quote) == draft
    write_quote_lines(draft, [copy_of(each, is_optional=False) for each in lines_in_order(draft)] * 2)
    assert send(draft).total == Decimal(240)


def test_what_the_customer_approved_is_not_revised():
    quote = make_quote()
    make_decision(quote, make_decider(account=quote.account))
    with pytest.raises(DomainError, match="has approved"):
        revise(quote)


def test_a_decision_keeps_its_evidence():
    quote = make_quote(make_quote_item(), make_quote_item(is_optional=True))
    option = lines_in_order(quote)[1]
    contact = make_decider(account=quote.account)
    made = make_decision(quote, contact, options=[option.pk])
    assert (made.name, made.email, made.address) == (contact.full_name, contact.user.email, "203.0.113.7")
    assert (made.digest, made.total, made.options) == (quote.digest, Decimal(240), [str(option.pk)])
    assert Quote.objects.get(pk=quote.pk).status == QuoteStatus.SENT
    assert AuditEntry.objects.filter(action="quote.approved").count() == 1


def test_a_decision_stays():
    made = make_decision(quote := make_quote(), make_decider(account=quote.account))
    for change in (
        lambda: QuoteDecision.objects.filter(pk=made.pk).update(decision="rejected"),
        lambda: QuoteDecision.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_same_decision_again_is_the_first_one():
    quote = make_quote()
    contact, other = make_decider(account=quote.account), make_decider(account=quote.account)
    first = make_decision(quote, contact)
    assert make_decision(quote, contact) == first
    with pytest.raises(Conflict, match=f"{contact.full_name} has approved"):
        make_decision(quote, other)
    with pytest.raises(Conflict):
        make_decision(quote, contact, Decision.REJECTED)
    assert AuditEntry.objects.filter(action="quote.approved").count() == 1


def test_the_same_person_deciding_otherwise_is_told_what_is_recorded():
    quote = make_quote(make_quote_item(), make_quote_item(is_optional=True))
    contact, option = make_decider(account=quote.account), lines_in_order(quote)[1].pk
    first = make_decision(quote, contact, options=[option])
    assert make_decision(quote, contact, options=[option]) == first
    with pytest.raises(Conflict, match="approved this quote already"):
        make_decision(quote, contact)
    rejected = make_quote(account=quote.account)
    make_decision(rejected, contact, Decision.REJECTED)
    with pytest.raises(Conflict, match="rejected this quote already"):
        make_decision(rejected, contact, Decision.REJECTED, reason="Too late")


def test_a_rejection_has_its_reason_and_changes_nothing_else():
    quote = make_quote()
    contact = make_decider(account=quote.account)
    for nothing in ("  ", "\u200b\u2060"):
        with pytest.raises(DomainError, match="why"):
            make_decision(quote, contact, Decision.REJECTED, reason=nothing)
    assert make_decision(quote, contact, Decision.REJECTED).reason == "Too expensive"
    assert Quote.objects.get(pk=quote.pk).status == QuoteStatus.SENT


def test_what_is_closed_expired_or_changed_is_refused_in_words():
    contact = make_decider()
    revised = make_quote(account=contact.account)
    revise(revised)
    withdrawn = close_quote(make_quote(account=contact.account), QuoteStatus.CANCELED)
    won = close_quote(make_quote(account=contact.account), QuoteStatus.WON)
    for quote, sentence in ((revised, "revised"), (withdrawn, "withdrawn"), (won, "closed")):
        with pytest.raises(Conflict, match=sentence):
            make_decision(quote, contact)
    with pytest.raises(Conflict, match="changed since"):
        make_decision(make_quote(account=contact.account), contact, digest="0" * 64)
    late = make_quote(account=contact.account, valid_until=dt.date(2026, 3, 20))
    with time_machine.travel("2026-03-21T12:00:00Z"), pytest.raises(Conflict, match="expired"):
        make_decision(late, contact)


def test_the_last_day_ends_in_the_companys_zone(in_tenant):
    in_tenant.time_zone = "America/New_York"
    in_tenant.save()
    quote = make_quote(valid_until=dt.date(2026, 3, 20))
    with time_machine.travel("2026-03-21T03:59:00Z"):
        assert make_decision(quote, make_decider(account=quote.account))


def test_options_of_another_quote_are_refused():
    quote = make_quote()
    foreign = lines_in_order(make_quote(make_quote_item(), make_quote_item(is_optional=True)))[1]
    with pytest.raises(DomainError, match="options"):
        make_decision(quote, make_decider(account=quote.account), options=[foreign.pk])


def test_who_sees_a_quote_is_told_once_and_staff_of_the_decision(in_tenant):
    in_tenant.support_email = "office@acme.example"
    in_tenant.save()
    contact = make_decider()
    make_contact(account=contact.account)  # without a web role
    quote = make_quote(account=contact.account)
    told = OutboxMessage.objects.filter(name="quote_sent")
    assert [each.contact for each in told] == [contact]
    make_decision(quote, contact)
    assert [each.address for each in OutboxMessage.objects.filter(name="quote_decided")] == ["office@acme.example"]


def test_questions_and_answers(in_tenant):
    contact = make_decider()
    quote = make_quote(account=contact.account)
    line, key = lines_in_order(quote)[0], uuid4()
    question = ask(quote, " How long? ", contact=contact, user=contact.user, line=line.pk, request_key=key)
    again = {"contact": contact, "user": contact.user, "request_key": key}
    assert ask(quote, "How long?", line=line.pk, **again) == question
    for other, text, about in ((quote, "Why?", line.pk), (quote, "How long?", None), (make_quote(), "How long?", None)):
        with pytest.raises(Conflict, match="another question"):
            ask(other, text, line=about, **again)
    assert (question.question, question.line) == ("How long?", line)
    answer(question, "Two days.", by=contact.user)
    answer(question, "Three days.", by=contact.user)
    assert OutboxMessage.objects.filter(name="quote_answered").count() == 1
    foreign = lines_in_order(make_quote())[0]
    for text, field in (("", None), ("\u200b", None), ("x" * 2001, None), ("Why?", foreign.pk)):
        with pytest.raises(DomainError):
            ask(quote, text, contact=contact, user=contact.user, line=field)
    for _each in range(MOST_QUESTIONS - 1):
        ask(quote, "And?", contact=contact, user=contact.user)
    with pytest.raises(DomainError, match="call us"):
        ask(quote, "And?", contact=contact, user=contact.user)
