"""SendGrid's reports: many at once, by name and password, bounces of two kinds (SECURITY 22)."""

import base64
import json

import pytest

from notifications.domain.delivery import deliver
from notifications.domain.outbox import publish
from notifications.models import ProviderEvent, Suppression
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact
from tests.notifications.channels import FakeChannel

HOOK = "/hooks/mail/"
SECRET = "sendgrid:a-long-secret-of-the-address"

# The library's makers say that they have no account there any more to try it with; this is our trial.
pytestmark = pytest.mark.filterwarnings("ignore:django-anymail has dropped official support for SendGrid")


@pytest.fixture(autouse=True)
def sendgrid(settings):
    settings.MAIL_PROVIDER = "sendgrid"
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "", "WEBHOOK_SECRET": SECRET}


@pytest.fixture
def row(tenant):
    """A mail that was sent."""
    with tenant_scope(tenant):
        row = publish("knock", key="knock:1", contact=make_contact(email="Ada@example.com"))
        deliver(row.pk, channel=FakeChannel())
        return row


def report(row, event, *, number="1", **data):
    """One entry of the list as SendGrid's reference of the Event Webhook shows it, about this mail."""
    about = {
        "email": "ada@example.com",
        "timestamp": 1513299569,
        "smtp-id": row.message_id,
        "event": event,
        "category": ["cat facts"],
        "sg_event_id": f"{event}-{number}",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
    }
    if event == "bounce":
        reason = "550 5.1.1 The email account that you tried to reach does not exist."
        about |= {"ip": "168.1.1.1", "status": "5.0.0", "reason": reason, "tls": 1, "type": "bounce"}
    return about | data


def post(client, body, secret=SECRET):
    key = base64.b64encode(secret.encode()).decode()
    headers = {"host": "localhost"} | ({"authorization": f"Basic {key}"} if secret else {})
    return client.post(HOOK, json.dumps(body), content_type="application/json", headers=headers)


def blocked(tenant) -> list[tuple[str, str]]:
    with tenant_scope(tenant):
        return list(Suppression.objects.filter(lifted_at=None).order_by("pk").values_list("address", "reason"))


def kinds(tenant) -> list[str]:
    with tenant_scope(tenant):
        return list(ProviderEvent.objects.order_by("event_key").values_list("kind", flat=True))


def test_a_list_of_reports_is_taken_at_once_and_once(tenant, row, client):
    events = [report(row, each) for each in ("processed", "delivered", "open", "bounce")]
    assert post(client, events).status_code == 200
    assert post(client, events[::-1]).status_code == 200

    assert sorted(kinds(tenant)) == ["bounced", "delivered", "other", "other"]
    assert blocked(tenant) == [("ada@example.com", "bounced")]
    with tenant_scope(tenant):
        event = ProviderEvent.objects.get(kind="bounced")
        assert (event.provider, event.message_id, event.at.isoformat()) == (
            "sendgrid",
            row.pk,
            "2017-12-15T00:59:29+00:00",
        )
        assert "does not exist" in event.detail


@pytest.mark.parametrize(
    ("event", "data", "kind", "reason"),
    [
        ("spamreport", {}, "complained", "complained"),
        ("bounce", {"type": "blocked", "reason": "421 Try again later"}, "deferred", None),
        ("deferred", {"response": "400 try again later", "attempt": "5"}, "deferred", None),
        ("dropped", {"reason": "Bounced Address", "status": "5.0.0"}, "other", None),
        ("click", {"url": "https://example.com", "useragent": "Mozilla/4.0"}, "other", None),
    ],
)
def test_only_what_is_for_good_blocks_the_address(tenant, row, client, *, event, data, kind, reason):
    post(client, [report(row, event, **data)])
    assert kinds(tenant) == [kind]
    assert blocked(tenant) == ([("ada@example.com", reason)] if reason else [])


@pytest.mark.parametrize("secret", ["", "sendgrid:wrong", "other:a-long-secret-of-the-address"])
def test_without_the_password_nothing_changes(tenant, row, client, secret):
    assert post(client, [report(row, "bounce")], secret).status_code in {400, 403}
    assert kinds(tenant) == []
    assert blocked(tenant) == []


@pytest.mark.parametrize("body", [None, {}, [None], [{}], [{"event": "bounce"}], [{"event": 1, "timestamp": "x"}]])
def test_a_report_without_sense_harms_nobody(tenant, row, client, body):
    assert post(client, body).status_code in {200, 400}
    assert kinds(tenant) == []


def test_a_mail_of_somebody_else_is_none_of_ours(tenant, row, client):
    events = [report(row, "bounce", number=str(n), **{"smtp-id": each}) for n, each in enumerate(("", "<x@a.example>"))]
    assert post(client, events).status_code == 200
    assert kinds(tenant) == []
