"""Mails of the programme: what they tell, to whom, and when they no longer go out (NOT-1, PRT-4)."""

import datetime as dt

import pytest
import time_machine

from notifications.domain.delivery import deliver
from notifications.enums import AttemptOutcome
from notifications.models import OutboxMessage
from partners.domain.deliveries import accept, standing_delivery
from partners.domain.distribution import decline, distribute
from partners.domain.feedback import give_feedback
from partners.domain.history import SYSTEM, Actor
from partners.domain.progress import note
from partners.domain.registration import decide_registration, register_deal
from partners.domain.sharing import assign, collaborate
from partners.domain.sweeping import sweep
from partners.enums import DeclineReason, Registration
from partners.queries.links import delivery_of_link
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_contact
from tests.factories.partners import (
    acting,
    make_accepted,
    make_lead_type,
    make_member,
    make_opportunity,
    make_own,
    make_partner,
    staff,
)
from tests.notifications.channels import FakeChannel

LINK = "https://acme.example/link"


@pytest.fixture(autouse=True)
def company(in_tenant, monkeypatch):
    """A company with an address for what its partners do; where links lead is tested with the pages."""
    in_tenant.support_email = "desk@acme.example"
    in_tenant.save()
    for name in ("partners.page_of", "staff.admin_url", "customers.feedback_url"):
        monkeypatch.setattr(f"partners.messages.{name}", lambda obj: LINK)


@pytest.fixture
def manager():
    return make_member(make_partner(name="Brightside Lifts"))


def sent(name, **about):
    """Deliver the one message: its outcome and the mail."""
    channel = FakeChannel()
    outcome = deliver(OutboxMessage.objects.get(name=name, **about).pk, channel=channel)
    return outcome, channel.sent[0] if channel.sent else None


def words(mail) -> str:
    return f"{mail.subject} {mail.text} {mail.html}"


def test_a_delivered_opportunity_is_told_as_a_teaser():
    customer, kind = make_account(name="Secret Towers"), make_lead_type(name="New lift")
    manager = make_member(make_partner(lead_types=[kind]))
    opportunity = make_opportunity(topic="Secret modernisation", customer=customer, lead_type=kind)
    distribute(opportunity)
    outcome, mail = sent("opportunity_delivered", contact=manager)
    assert outcome == AttemptOutcome.SENT
    assert opportunity.number in mail.subject
    assert "New lift" in mail.text
    assert "New York" in mail.text
    assert LINK in mail.html
    assert "Secret" not in words(mail)


def test_sellers_are_not_told_of_what_they_do_not_see(manager):
    make_member(make_partner(at=(41, -74)))
    make_contact("partner-seller", account=manager.account)
    distribute(make_opportunity())
    assert [each.contact for each in OutboxMessage.objects.filter(name="opportunity_delivered")] == [manager]


def test_what_was_answered_is_not_told_any_more(manager):
    opportunity = make_opportunity()
    distribute(opportunity)
    decline(opportunity, reason=DeclineReason.NO_TIME, by=acting(manager))
    assert sent("opportunity_delivered")[0] == AttemptOutcome.VOID


def test_the_reminder_says_until_when(manager):
    with time_machine.travel("2026-11-23T14:00Z", tick=False) as clock:
        distribute(make_opportunity())
        clock.shift(dt.timedelta(hours=50))
        sweep()
        outcome, mail = sent("opportunity_reminder")
    assert outcome == AttemptOutcome.SENT
    assert "November 26" in mail.text


def test_staff_read_who_accepted_and_what_nobody_has(manager):
    accepted, other = make_opportunity(), make_opportunity()
    distribute(accepted)
    accept(accepted, by=acting(manager))
    _outcome, mail = sent("opportunity_accepted", address="desk@acme.example")
    assert "Brightside Lifts" in mail.subject
    distribute(other)
    decline(other, reason=DeclineReason.NO_TIME, by=acting(manager))
    outcome, mail = sent("opportunity_for_staff")
    assert (outcome, other.number in mail.subject) == (AttemptOutcome.SENT, True)
    assert "1" in mail.text


def test_staff_are_not_told_of_what_found_a_partner_after_all(manager):
    opportunity = make_opportunity(prospect_name="Nowhere Ltd")
    distribute(opportunity)
    opportunity.place = make_account().place
    opportunity.save()
    distribute(opportunity)
    assert sent("opportunity_for_staff")[0] == AttemptOutcome.VOID


def test_a_colleague_and_a_collaborator_read_what_is_theirs(manager):
    colleague, helper = make_contact("partner-seller", account=manager.account), make_member(make_partner(at=(41, -74)))
    opportunity = make_opportunity(topic="Tower lift")
    distribute(opportunity)
    accept(opportunity, by=acting(manager))
    assign(opportunity, colleague, by=acting(manager))
    collaborate(opportunity, helper.account, by=acting(manager))
    for contact in (colleague, helper):
        outcome, mail = sent("opportunity_assigned", contact=contact)
        assert (outcome, "Tower lift" in mail.text) == (AttemptOutcome.SENT, True)


def test_a_registration_is_asked_for_and_answered(manager):
    registration = register_deal(make_own(manager), text="Our lead", by=acting(manager))
    _outcome, mail = sent("deal_registration")
    assert "Our lead" in mail.text
    decide_registration(registration, Registration.REJECTED, reason="Known before", by=staff())
    outcome, mail = sent("deal_decided", contact=manager)
    assert (outcome, "Known before" in mail.text) == (AttemptOutcome.SENT, True)


def test_the_customer_is_asked_once_and_not_after_the_answer(manager):
    with time_machine.travel("2026-11-23T14:00Z", tick=False) as clock:
        opportunity = make_opportunity(
            prospect_name="Ann", prospect_email="ann@example.com", place=make_account().place
        )
        distribute(opportunity)
        accept(opportunity, by=acting(manager))
        clock.shift(dt.timedelta(days=15))
        outcome, mail = sent("partner_feedback", address="ann@example.com")
    assert (outcome, "Brightside Lifts" in mail.subject) == (AttemptOutcome.SENT, True)
    assert LINK in mail.text


def test_no_feedback_is_asked_for_when_it_was_given(manager):
    with time_machine.travel("2026-11-23T14:00Z", tick=False) as clock:
        opportunity = make_accepted(prospect_name="Ann", prospect_email="ann@example.com")
        give_feedback(standing_delivery(opportunity), rating=4, by=Actor())
        clock.shift(dt.timedelta(days=15))
        assert sent("partner_feedback")[0] == AttemptOutcome.VOID


def test_a_link_opens_its_delivery_in_its_company_only(other_tenant, in_tenant):
    from django.core import signing

    delivery = standing_delivery(make_accepted())
    token = signing.dumps([str(in_tenant.pk), str(delivery.pk)], salt="partners.feedback")
    assert delivery_of_link(token) == delivery
    assert delivery_of_link(token[:-1]) is None
    with tenant_scope(other_tenant):
        assert delivery_of_link(token) is None


def test_a_note_tells_nobody(manager):
    opportunity = make_accepted()
    before = OutboxMessage.objects.count()
    note(opportunity, "Called", by=SYSTEM)
    assert OutboxMessage.objects.count() == before
