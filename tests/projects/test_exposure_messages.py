"""“Contract opened” and “project invoice exposed”: to whom, when, once, and what they tell (NOT-1, TEN-5)."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from notifications.domain.delivery import deliver
from notifications.enums import AttemptOutcome
from notifications.links import site_url
from notifications.models import OutboxMessage
from portal.access.domain.exposure import expose, hide
from portal.accounts.enums import AccountKind, Level, Section
from portal.accounts.models import ContactRole
from projects.domain.contracts import open_contract
from projects.domain.invoice_corrections import correct
from projects.domain.invoices import confirm
from projects.models import Contract, ProjectInvoice
from tests.factories.accounts import make_account, make_contact, make_web_role
from tests.factories.contracts import (
    make_contract,
    make_contract_draft,
    make_customer,
    make_project_draft,
    make_project_invoice,
)
from tests.notifications.channels import FakeChannel

pytestmark = pytest.mark.usefixtures("in_tenant")
DUE = {"invoice_date": dt.date(2026, 3, 1), "due_date": dt.date(2026, 3, 31)}
CONTRACT, INVOICE = "contract_opened", "project_invoice_exposed"
# How one is made of an account and brought in force, for each kind.
KINDS = [
    pytest.param(CONTRACT, Contract, make_contract_draft, open_contract, id="contract"),
    pytest.param(INVOICE, ProjectInvoice, make_project_draft, confirm, id="invoice"),
]


@pytest.fixture
def reader():
    return make_customer(full_name="Ada Byron")


def told(name):
    """Who is told of how many."""
    rows = OutboxMessage.objects.filter(name=name).order_by("pk")
    return [(each.contact, sum(len(ids.split()) for ids in each.payload.values())) for each in rows]


def sent(name):
    """Deliver the one message: its outcome and the mail."""
    channel = FakeChannel()
    outcome = deliver(OutboxMessage.objects.get(name=name).pk, channel=channel)
    return outcome, channel.sent[0] if channel.sent else None


@pytest.mark.parametrize(("name", "model", "make", "bring"), KINDS)
def test_bringing_an_exposed_one_into_force_tells_its_readers_once(reader, name, model, make, bring):
    draft = make(account=reader.account, is_exposed=True)
    assert told(name) == []

    for _time in range(2):
        bring(draft)

    assert told(name) == [(reader, 1)]


@pytest.mark.parametrize(("name", "model", "make", "bring"), KINDS)
def test_exposing_those_in_force_tells_them_once(reader, name, model, make, bring):
    for _time in range(2):
        bring(make(account=reader.account))
    make(account=reader.account)
    assert told(name) == []

    for verb in (expose, hide, expose):
        verb(model.objects.all(), by=AnonymousUser())

    assert told(name) == [(reader, 2)]


@pytest.mark.parametrize(("name", "model", "make", "bring"), KINDS)
def test_those_without_a_way_to_it_are_not_told(name, model, make, bring):
    account = make_account()
    make_contact("fs-customer-approver", account=account)
    make_customer(account=account, is_active=False)
    make_customer(account=account, user=None)
    make_customer()
    make_contact("psa-partner-approver", account=make_account(kind=AccountKind.PARTNER))

    bring(make(account=account, is_exposed=True))

    assert told(name) == []


def test_a_contract_is_told_of_by_name_amount_and_place(in_tenant, reader):
    contract = make_contract(account=reader.account, name="Two lifts", internal_notes="zz-notes")

    outcome, mail = sent(CONTRACT)

    assert outcome == AttemptOutcome.SENT
    assert mail.subject == f"Contract {contract.number}"
    for body in (mail.text, mail.html):
        for words in (contract.number, "Two lifts", "Ada Byron", "$108.88"):
            assert words in body
        assert f"{site_url(in_tenant)}/projects/contracts/{contract.pk}/" in body
        assert "zz-" not in body


def test_an_invoice_is_told_of_by_number_day_and_place(in_tenant, reader):
    invoice = make_project_invoice(account=reader.account, **DUE)

    outcome, mail = sent(INVOICE)

    assert outcome == AttemptOutcome.SENT
    assert mail.subject == f"Invoice {invoice.number}"
    for body in (mail.text, mail.html):
        for words in (invoice.number, "Ada Byron", "$108.88", "March 31, 2026"):
            assert words in body
        assert f"{site_url(in_tenant)}/projects/invoices/{invoice.pk}/" in body


@pytest.mark.parametrize(("name", "model", "make", "bring"), KINDS)
def test_without_the_right_to_money_there_is_no_amount(name, model, make, bring):
    contact = make_contact()
    ContactRole.objects.create(contact=contact, role=make_web_role((Section.PROJECTS, Level.DECIDE)))
    bring(make(account=contact.account, is_exposed=True))

    _, mail = sent(name)

    for body in (mail.subject, mail.text, mail.html):
        assert "108.88" not in body


@pytest.mark.parametrize(("name", "model", "make", "bring"), KINDS)
def test_many_lead_to_the_list(reader, name, model, make, bring):
    for _time in range(12):
        bring(make(account=reader.account))
    expose(model.objects.all(), by=AnonymousUser())

    _, mail = sent(name)

    assert "12 new" in mail.subject
    assert "and 2 more" in mail.text
    assert "/?tab=all" in mail.text


@pytest.mark.parametrize(("name", "model", "make", "bring"), KINDS)
def test_what_is_true_no_more_is_not_told(reader, name, model, make, bring):
    bring(make(account=reader.account, is_exposed=True))
    model.objects.update(is_exposed=False)

    assert sent(name) == (AttemptOutcome.VOID, None)


def test_of_a_corrected_invoice_nobody_is_told_any_more(reader):
    original = make_project_invoice(account=reader.account)
    first = OutboxMessage.objects.get(name=INVOICE)

    confirm(correct(original))

    channel = FakeChannel()
    assert deliver(first.pk, channel=channel) == AttemptOutcome.VOID
    assert [contact for contact, _count in told(INVOICE)] == [reader, reader]
