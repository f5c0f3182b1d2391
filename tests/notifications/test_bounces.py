"""What the mail provider tells: signed, once each, in any order; blocked addresses get nothing (SECURITY 22)."""

import hashlib
import hmac
import itertools
import json
import time

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from notifications.apps import check_provider
from notifications.domain.delivery import deliver
from notifications.domain.outbox import publish
from notifications.enums import AttemptOutcome
from notifications.models import OutboxMessage, ProviderEvent, Suppression
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact, make_staff
from tests.notifications.channels import FakeChannel

HOOK = "/hooks/mail/"
KEY = "key-0123456789abcdef0123456789abcdef"
LIST = reverse("admin:notifications_suppression_changelist")
tokens = itertools.count()


@pytest.fixture(autouse=True)
def mailgun(settings):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "WEBHOOK_SECRET": ""}


@pytest.fixture
def row(tenant):
    """A mail that was sent."""
    with tenant_scope(tenant):
        row = publish("knock", key="knock:1", contact=make_contact(email="Ada@example.com"))
        deliver(row.pk, channel=FakeChannel())
        return row


def payload(row, event="failed", *, token="", key=KEY, **data):
    """A report as Mailgun writes it in its manual on webhooks, about this mail."""
    token = token or f"{next(tokens):050x}"
    moment = str(int(time.time()))
    signature = hmac.new(key.encode(), f"{moment}{token}".encode(), hashlib.sha256).hexdigest()
    about = {
        "event": event,
        "id": "G9Bn5sl1TC6nu79C8C0bwg",
        "timestamp": 1521233195.375624,
        "log-level": "error",
        "recipient": "ada@example.com",
        "recipient-domain": "example.com",
        "tags": [],
        "user-variables": {},
        "flags": {"is-routed": False, "is-authenticated": True, "is-system-test": False, "is-test-mode": False},
        "envelope": {"sender": "portal@callout.example", "transport": "smtp", "targets": "ada@example.com"},
        "message": {
            "headers": {
                "to": "Ada <ada@example.com>",
                "message-id": row.message_id.strip("<>"),
                "from": "Acme <portal@callout.example>",
                "subject": "Knock",
            },
            "attachments": [],
            "size": 111,
        },
        "storage": {"url": "https://storage.example/1", "key": "message_key"},
        "delivery-status": {
            "attempt-no": 1,
            "message": "",
            "code": 605,
            "description": "Not delivering to previously bounced address",
            "session-seconds": 0,
        },
    }
    if event == "failed":
        about |= {"severity": "permanent", "reason": "suppress-bounce"}
    return {"signature": {"timestamp": moment, "token": token, "signature": signature}, "event-data": about | data}


def post(client, body, host="localhost"):
    return client.post(HOOK, json.dumps(body), content_type="application/json", headers={"host": host})


def blocked(tenant) -> list[tuple[str, str]]:
    with tenant_scope(tenant):
        return list(Suppression.objects.filter(lifted_at=None).order_by("pk").values_list("address", "reason"))


def outcome_of_next(tenant, row, number=2):
    with tenant_scope(tenant):
        again = publish("knock", key=f"knock:{number}", contact=OutboxMessage.objects.get(pk=row.pk).contact)
        return deliver(again.pk, channel=FakeChannel())


def test_a_hard_bounce_ends_all_mail_to_the_address(tenant, row, client):
    assert post(client, payload(row)).status_code == 200

    assert blocked(tenant) == [("ada@example.com", "bounced")]
    assert outcome_of_next(tenant, row) == AttemptOutcome.VOID
    with tenant_scope(tenant):
        event = ProviderEvent.objects.get()
        assert (event.kind, event.message_id, event.provider) == ("bounced", row.pk, "mailgun")
        assert "previously bounced" in event.detail


def test_a_complaint_does_too(tenant, row, client):
    post(client, payload(row, "complained"))
    assert blocked(tenant) == [("ada@example.com", "complained")]


@pytest.mark.parametrize("report", [{"event": "delivered"}, {"event": "opened"}, {"severity": "temporary"}])
def test_other_reports_are_kept_and_block_nobody(tenant, row, client, report):
    post(client, payload(row, **report))
    assert blocked(tenant) == []
    assert outcome_of_next(tenant, row) == AttemptOutcome.SENT
    with tenant_scope(tenant):
        assert ProviderEvent.objects.count() == 1


def test_reports_count_once_in_whatever_order_they_come(tenant, row, client):
    reports = [payload(row, "delivered"), payload(row, severity="temporary"), payload(row), payload(row, "complained")]

    for order in itertools.permutations(reports):
        for each in order:
            assert post(client, each).status_code == 200

    assert len(blocked(tenant)) == 1
    with tenant_scope(tenant):
        assert ProviderEvent.objects.count() == len(reports)
        assert AuditEntry.objects.filter(action="address.block").count() == 1


def test_a_report_that_comes_again_does_not_undo_what_staff_lifted(tenant, row, client, client_for):
    report = payload(row)
    post(client, report)
    with tenant_scope(tenant):
        staff = client_for(make_staff(), tenant)
        pk = Suppression.objects.get().pk

    page = staff.post(LIST, {"action": "lift_blocks", "_selected_action": [str(pk)]}, follow=True).text
    assert "1 address gets mail again." in page
    post(client, report)

    assert blocked(tenant) == []
    assert outcome_of_next(tenant, row) == AttemptOutcome.SENT
    with tenant_scope(tenant):
        assert AuditEntry.objects.filter(action="address.lift").exists()


@pytest.mark.parametrize("forged", ["key", "signature", "none", "no json"])
def test_what_is_not_signed_changes_nothing(tenant, row, client, forged):
    body = payload(row, key="another key" if forged == "key" else KEY)
    if forged == "signature":
        body["signature"]["token"] = "0" * 50
    if forged == "none":
        del body["signature"]
    if forged == "no json":
        body = "nothing"

    assert post(client, body).status_code == 400
    assert blocked(tenant) == []


@pytest.mark.parametrize("data", [None, [], {"event": None}, {"event": "failed", "message": 1, "timestamp": "x"}])
def test_a_signed_report_without_sense_harms_nobody(tenant, row, client, data):
    body = payload(row)
    body["event-data"] = data
    assert post(client, body).status_code in {200, 400}
    assert blocked(tenant) == []


def test_a_report_on_a_mail_of_somebody_else_is_taken_and_forgotten(tenant, other_tenant, row, client):
    """Provider accounts are shared: the mail may be none of ours. The address of a report alone blocks nobody."""
    body = payload(row)
    for message_id in ("x@elsewhere.example", "x@globex.localhost", f"x@{tenant.slug}.localhost", ""):
        body = payload(row)
        body["event-data"]["message"]["headers"]["message-id"] = message_id
        assert post(client, body).status_code == 200
    assert blocked(tenant) == blocked(other_tenant) == []


def test_another_company_still_writes_to_the_address(tenant, other_tenant, row, client):
    post(client, payload(row))
    with tenant_scope(other_tenant):
        theirs = publish("knock", key="knock:1", contact=make_contact(email="ada@example.com"))
        assert deliver(theirs.pk, channel=FakeChannel()) == AttemptOutcome.SENT


def test_the_address_exists_on_the_platform_s_host_and_with_a_provider_only(tenant, row, client, settings):
    assert post(client, payload(row), host=f"{tenant.slug}.localhost").status_code == 404
    settings.MAIL_PROVIDER = ""
    assert post(client, payload(row)).status_code == 404
    assert client.get(HOOK, headers={"host": "localhost"}).status_code == 405


def test_staff_block_an_address_by_hand(tenant, row, client_for):
    with tenant_scope(tenant):
        staff = client_for(make_staff(), tenant)
    answer = staff.post(
        reverse("admin:notifications_suppression_add"), {"address": "Ada@Example.com", "detail": "asked"}
    )

    assert answer.status_code == 302
    assert blocked(tenant) == [("ada@example.com", "staff")]
    assert outcome_of_next(tenant, row) == AttemptOutcome.VOID


def test_a_provider_without_a_key_stops_the_start(settings):
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": "", "WEBHOOK_SECRET": ""}
    with pytest.raises(ImproperlyConfigured, match="MAIL_SIGNING_KEY"):
        check_provider()
    settings.MAIL_PROVIDER = "carrier pigeon"
    with pytest.raises(ImproperlyConfigured, match="MAIL_PROVIDER"):
        check_provider()
