"""The mails of a login: through the outbox, with links made at the last moment, the same answer to everybody (TEN-8)."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from notifications.domain.delivery import deliver
from notifications.domain.outbox import publish
from notifications.enums import AttemptOutcome, OutboxState
from notifications.links import site_url
from notifications.models import OutboxMessage
from portal.kit import jobs
from portal.signin.tasks import platform_mail
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import PASSWORD, make_contact, make_staff, make_user

NEW_PASSWORD = "an even longer password"


def ask(client, email):
    return client.post("/accounts/password/reset/", {"email": email})


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """Tasks are kept instead of sent; the tests are the worker."""
    sent = []
    monkeypatch.setattr(jobs, "send", lambda *arguments: sent.append(arguments))
    return sent


@pytest.fixture
def contact(tenant):
    with tenant_scope(tenant):
        contact = make_contact(language="de", email="office@example.com")
        EmailAddress.objects.create(user=contact.user, email=contact.user.email, verified=True, primary=True)
        return contact


def rows(tenant) -> list[OutboxMessage]:
    with tenant_scope(tenant):
        return list(OutboxMessage.objects.order_by("created_at", "pk"))


def send_all(tenant):
    """Deliver what waits; the mails by recipient."""
    mail.outbox.clear()
    with tenant_scope(tenant):
        for row in rows(tenant):
            deliver(row.pk)
    return {each.to[0]: each for each in mail.outbox}


def link_in(message, tenant) -> str:
    """The path of the only link to the accounts' pages."""
    [found] = set(re.findall(rf"{re.escape(site_url(tenant))}(/accounts/\S+/)", message.body))
    return found


def test_a_forgotten_password_is_set_anew(tenant, contact, client_for):
    client = client_for(None, tenant)
    assert ask(client, contact.user.email.upper()).headers["Location"] == "/accounts/password/reset/done/"

    message = send_all(tenant)[contact.user.email]
    page = client.get(link_in(message, tenant), follow=True)
    done = client.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert done.status_code == 302
    contact.user.refresh_from_db()
    assert contact.user.check_password(NEW_PASSWORD)
    entered = client_for(None, tenant).post("/accounts/login/", {"login": contact.user.email, "password": NEW_PASSWORD})
    assert entered.headers["Location"] == "/"


def test_the_link_works_once(tenant, contact, client_for):
    client = client_for(None, tenant)
    ask(client, contact.user.email)
    path = link_in(send_all(tenant)[contact.user.email], tenant)
    page = client.get(path, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    again = client_for(None, tenant).get(path, follow=True)

    assert again.context["token_fail"]


def test_opening_the_link_changes_nothing(tenant, contact, client_for):
    ask(client_for(None, tenant), contact.user.email)
    path = link_in(send_all(tenant)[contact.user.email], tenant)

    for _ in range(3):
        client_for(None, tenant).get(path, follow=True)
        client_for(None, tenant).head(path)

    contact.user.refresh_from_db()
    assert contact.user.check_password(PASSWORD)


def test_neither_key_nor_login_stays_in_the_row(tenant, contact, client_for):
    ask(client_for(None, tenant), contact.user.email)
    [before] = rows(tenant)
    assert before.payload == {"user": str(contact.user.pk)}

    send_all(tenant)

    [after] = rows(tenant)
    assert (after.state, after.payload) == (OutboxState.SENT, {})


def test_known_and_unknown_addresses_get_the_same_answer(tenant, other_tenant, contact, client_for):
    with tenant_scope(other_tenant):
        stranger = make_contact().user
    answers = []
    for email in (contact.user.email, "nobody@example.com", stranger.email):
        client = client_for(None, tenant)
        response = ask(client, email)
        page = client.get(response.headers["Location"])
        answers.append((response.status_code, response.headers["Location"], re.sub(r'nonce="[^"]*"', "", page.text)))

    assert len({each[:2] for each in answers}) == 1
    sent = send_all(tenant)
    assert set(sent) == {contact.user.email, "nobody@example.com", stranger.email}
    assert "/password/reset/key/" in sent[contact.user.email].body
    for email in ("nobody@example.com", stranger.email):
        assert "/password/reset/key/" not in sent[email].body
        assert sent[email].subject == "No login with this address at Acme Service"


def test_the_link_goes_to_the_login_s_address_not_to_the_contact_s(tenant, contact, client_for):
    ask(client_for(None, tenant), contact.user.email)

    assert "office@example.com" not in send_all(tenant)


def test_who_lost_the_contact_meanwhile_gets_no_link(tenant, contact, client_for):
    ask(client_for(None, tenant), contact.user.email)
    with tenant_scope(tenant):
        contact.is_active = False
        contact.save()

    assert send_all(tenant) == {}
    assert rows(tenant)[0].state == OutboxState.VOID


def test_a_new_login_without_password_can_set_one(tenant, client_for):
    with tenant_scope(tenant):
        user = make_staff(password=None)
    ask(client_for(None, tenant), user.email)

    assert "/password/reset/key/" in send_all(tenant)[user.email].body


def test_an_unproved_address_is_asked_to_confirm_at_sign_in(tenant, client_for):
    with tenant_scope(tenant):
        user = make_contact().user
    client = client_for(None, tenant)
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response.headers["Location"] == "/accounts/confirm-email/"

    path = link_in(send_all(tenant)[user.email], tenant)
    client.get(path)
    assert not EmailAddress.objects.get(user=user).verified
    client.post(path)
    assert EmailAddress.objects.get(user=user).verified


def test_an_address_that_is_proved_meanwhile_needs_no_mail(in_tenant):
    user = make_contact().user
    address = EmailAddress.objects.create(user=user, email=user.email, verified=True)
    row = publish("confirm_address", key="confirm:1", address=user.email, objects={"email_address": address.pk})

    assert deliver(row.pk) == AttemptOutcome.VOID


def test_a_changed_password_is_told_with_when_and_where_from(tenant, contact, client_for):
    client = client_for(contact.user, tenant, REMOTE_ADDR="192.0.2.7")
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
        headers={"user-agent": "Browser <b>1</b>"},
    )

    message = send_all(tenant)[contact.user.email]
    html = message.alternatives[0][0]
    assert "192.0.2.7" in message.body
    assert "Browser <b>1</b>" in message.body
    assert "Browser &lt;b&gt;1&lt;/b&gt;" in html
    assert rows(tenant)[0].payload == {}


def test_the_platform_s_staff_get_theirs_by_a_task(db, no_broker, django_capture_on_commit_callbacks):
    operator = make_user(is_platform_staff=True)
    client = Client(headers={"host": "localhost"})
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, operator.email)
        ask(client, "nobody@example.com")
    assert no_broker == [("signin.platform_mail", "password_reset", str(operator.pk), "")]

    mail.outbox.clear()
    platform_mail(*no_broker[0][1:])

    [message] = mail.outbox
    path = re.search(rf"{re.escape(site_url(None))}(/accounts/\S+/)", message.body)[1]
    assert client.get(path, follow=True).status_code == 200


def test_a_stranger_s_id_sends_nothing_from_the_platform(db, tenant, contact):
    platform_mail("password_reset", str(contact.user.pk), "")

    assert mail.outbox == []
