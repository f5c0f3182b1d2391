"""“Invoice exposed”: to whom, when, once, and what it tells (NOT-1, TEN-5)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoices import cancel, issue, issue_drafts
from fieldservice.models import Invoice
from notifications.domain.delivery import deliver
from notifications.domain.preferences import switch_off
from notifications.enums import AttemptOutcome
from notifications.links import site_url
from notifications.models import OutboxMessage
from portal.access.domain.exposure import expose, hide
from portal.access.domain.sharing import share
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from tests.factories.accounts import make_account, make_approver, make_contact, make_reviewer, make_web_role
from tests.factories.invoices import make_draft, make_invoice, make_item
from tests.notifications.channels import FakeChannel

pytestmark = pytest.mark.usefixtures("in_tenant")
DUE = {"invoice_date": dt.date(2026, 3, 1), "due_date": dt.date(2026, 3, 31)}


@pytest.fixture
def reader():
    return make_reviewer(full_name="Ada Byron")


def told():
    """Who is told of how many."""
    rows = OutboxMessage.objects.filter(name="invoice_exposed").order_by("pk")
    return [(each.contact, len(each.payload["invoices"].split())) for each in rows]


def sent():
    """Deliver the one message: its outcome and the mail."""
    channel = FakeChannel()
    outcome = deliver(OutboxMessage.objects.get(name="invoice_exposed").pk, channel=channel)
    return outcome, channel.sent[0] if channel.sent else None


def all_invoices():
    return Invoice.objects.all()


# When, and to whom.


def test_issuing_an_exposed_invoice_tells_its_readers(reader):
    colleague = make_approver(account=reader.account)
    draft = make_draft(account=reader.account, is_exposed=True)
    assert told() == []

    for _time in range(2):
        issue(draft)

    assert told() == [(reader, 1), (colleague, 1)]


def test_exposing_an_issued_invoice_tells_them_once(reader):
    make_invoice(account=reader.account, is_exposed=False)
    assert told() == []

    for verb in (expose, hide, expose):
        verb(all_invoices(), by=AnonymousUser())

    assert told() == [(reader, 1)]


def test_a_draft_that_is_exposed_tells_nobody_yet(reader):
    make_draft(account=reader.account)

    expose(all_invoices(), by=AnonymousUser())

    assert told() == []


def test_many_at_once_are_one_message_a_contact(reader):
    other = make_reviewer()
    for account in (reader.account, reader.account, other.account):
        make_invoice(account=account, is_exposed=False)

    expose(all_invoices(), by=AnonymousUser())

    assert told() == [(reader, 2), (other, 1)]


def test_many_issued_at_once_are_one_message_a_contact(reader):
    for _time in range(3):
        make_draft(account=reader.account, is_exposed=True)

    assert len(issue_drafts(all_invoices())) == 3

    assert told() == [(reader, 3)]


def test_a_credit_note_is_told_of_where_its_invoice_is_exposed(reader):
    hidden, shown = (make_invoice(account=reader.account, is_exposed=each) for each in (False, True))
    OutboxMessage.objects.all().delete()

    credit(hidden, reason="Late")
    assert told() == []
    credit(shown, reason="Late")

    assert told() == [(reader, 1)]
    mail = sent()[1]
    assert "Credit note" in mail.subject
    for body in (mail.text, mail.html):
        assert "A credit note is in your portal." in body
        assert "-$108.88" in body
        assert "new invoice" not in body
        assert "due on" not in body


def test_invoices_and_credit_notes_are_told_of_as_what_they_are(reader):
    shown = make_invoice(account=reader.account, is_exposed=False)
    credit(shown, amount=Decimal(5), reason="Late")

    expose(all_invoices(), by=AnonymousUser())

    assert "2 new invoices and credit notes are in your portal." in sent()[1].text


def test_those_without_a_way_to_it_are_not_told():
    account = make_account()
    make_contact(account=account)
    make_contact("self-service-scheduler", account=account)
    make_reviewer(account=account, is_active=False)
    make_reviewer(account=account, user=None)
    make_reviewer()

    make_invoice(account=account)

    assert told() == []


def test_whose_role_reaches_down_is_told():
    head = make_account()
    contacts = []
    for reaches in (True, False):
        contact = make_contact(account=head)
        role = make_web_role((Section.FIELD_SERVICE, Level.READ), includes_child_accounts=reaches)
        ContactRole.objects.create(contact=contact, role=role)
        contacts.append(contact)

    make_invoice(account=make_account(parent=head))

    assert told() == [(contacts[0], 1)]


def test_what_is_shared_with_one_contact_is_not_told_to_another():
    """Two contacts with the same reach; one of them has been given a hidden invoice of the same batch."""
    account = make_account()
    first, second = make_reviewer(account=account), make_reviewer(account=account)
    foreign = make_invoice(is_exposed=False)
    share(foreign, first, by=None)
    make_invoice(account=account, is_exposed=False)

    expose(all_invoices(), by=AnonymousUser())

    assert dict(told()) == {first: 2, second: 1}


# What it tells.


def test_it_says_which_until_when_and_where(in_tenant, reader):
    invoice = make_invoice(account=reader.account, **DUE)

    outcome, mail = sent()

    assert outcome == AttemptOutcome.SENT
    assert invoice.number in mail.subject
    for body in (mail.text, mail.html):
        for words in (invoice.number, "Ada Byron", "$108.88", "March 31, 2026"):
            assert words in body
        assert f"{site_url(in_tenant)}/field-service/invoices/{invoice.pk}/" in body


def test_without_the_right_to_money_there_is_no_amount():
    contact = make_contact()
    role = make_web_role((Section.FIELD_SERVICE, Level.DECIDE))
    ContactRole.objects.create(contact=contact, role=role)
    make_invoice(account=contact.account, note="zz-note", internal_notes="zz-internal", **DUE)

    _, mail = sent()

    for body in (mail.subject, mail.text, mail.html):
        assert "108.88" not in body
        assert "zz-" not in body
    assert "March 31, 2026" in mail.text


def test_many_are_named_as_far_as_one_reads(reader):
    made = [make_draft(account=reader.account, is_exposed=True) for _time in range(12)]
    issue_drafts(all_invoices())

    _, mail = sent()

    assert "12 new invoices" in mail.subject
    assert "and 2 more" in mail.text
    assert sum(each.number in mail.text for each in made) == 10
    assert "/field-service/invoices/?tab=all" in mail.text


def test_the_language_is_the_contact_s(in_tenant, reader):
    in_tenant.languages = ["en", "de"]
    in_tenant.save()
    reader.language = "de"
    reader.save()
    make_invoice(account=reader.account, **DUE)

    _, mail = sent()

    assert "31. März 2026" in mail.text
    assert "108,88\xa0$" in mail.text


def test_hostile_names_stay_text(reader):
    reader.full_name = "<b>Ada</b>"
    reader.save()
    make_invoice(account=reader.account)

    assert "<b>Ada" not in sent()[1].html


CHANGES = [
    lambda invoice, reader: Invoice.objects.filter(pk=invoice.pk).update(is_exposed=False),
    lambda invoice, reader: cancel(invoice, reason="Wrong"),
    lambda invoice, reader: ContactRole.objects.filter(contact=reader).delete(),
    lambda invoice, reader: type(reader).objects.filter(pk=reader.pk).update(account=make_account()),
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_true_no_more_is_not_told(reader, change):
    change(make_invoice(make_item(unit_price=Decimal(5)), account=reader.account), reader)

    assert sent() == (AttemptOutcome.VOID, None)


def test_who_does_not_want_it_does_not_get_it(reader):
    switch_off(reader, "invoice_exposed")
    make_invoice(account=reader.account)

    assert sent()[1] is None
