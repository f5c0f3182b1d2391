"""Events to programs of the tenant's: signed, repeated until taken, ended when the receiver is gone (NOT-4, SECURITY 32)."""

import pytest
import time_machine
from django.urls import reverse

from notifications.domain.delivery import deliver
from notifications.domain.endpoints import new_secret, rotate_secret, send_test
from notifications.domain.outbox import publish_all
from notifications.domain.sweep import sweep_tenant
from notifications.enums import AttemptOutcome, ChannelName, OutboxState
from notifications.models import OutboxMessage, WebhookEndpoint
from notifications.queries import oldest_due_at
from portal.audit.models import AuditEntry
from portal.kit import outgoing
from portal.tenancy.scope import tenant_scope
from scheduling.domain.booking import confirmation_of
from tests.factories.accounts import make_contact, make_staff
from tests.factories.scheduling import make_booking
from tests.kit.hooked import Hooked, is_signed
from tests.notifications.channels import FakeChannel

LIST = reverse("admin:notifications_webhookendpoint_changelist")
ADD = reverse("admin:notifications_webhookendpoint_add")


@pytest.fixture
def hooked(settings):
    settings.OUTGOING_TO_PRIVATE = True
    server = Hooked()
    yield server
    server.close()


@pytest.fixture
def endpoint(in_tenant, hooked):
    return WebhookEndpoint.objects.create(name="ERP", url=hooked.url, secret=new_secret())


def book():
    contact = make_contact("self-service-scheduler", full_name="Ada Byron", email="ada@example.com")
    booking = make_booking(account=contact.account, contact=contact, comments="Beware of the dog")
    publish_all([confirmation_of(booking)])
    deliver(OutboxMessage.objects.get(channel=ChannelName.EMAIL).pk, channel=FakeChannel())
    return booking


def event() -> OutboxMessage | None:
    return OutboxMessage.objects.filter(channel=ChannelName.WEBHOOK).order_by("pk").first()


def test_an_event_is_signed_and_holds_ids_only(endpoint, hooked):
    booking = book()

    assert deliver(event().pk) == AttemptOutcome.SENT

    [(headers, body)] = hooked.taken
    assert is_signed(endpoint.secret, headers, body)
    assert not is_signed(endpoint.secret, headers, body + b" ")
    assert not is_signed(new_secret(), headers, body)
    [told] = hooked.events
    assert told["type"] == "booking_confirmed"
    assert told["data"]["booking"] == str(booking.pk)
    for words in (b"Ada", b"ada@example.com", b"dog"):
        assert words not in body


def test_only_what_was_chosen_is_told(endpoint):
    WebhookEndpoint.objects.update(events=["booking_canceled"])
    book()
    assert event() is None


def test_what_is_not_true_any_more_is_not_told(endpoint, hooked):
    booking = book()
    type(booking).objects.update(status="canceled")
    assert deliver(event().pk) == AttemptOutcome.VOID
    assert hooked.taken == []


def test_a_repeat_has_the_same_id(endpoint, hooked):
    hooked.answers = [500]
    book()
    row = event()
    assert deliver(row.pk) == AttemptOutcome.TEMPORARY
    row.refresh_from_db()
    with time_machine.travel(row.next_attempt_at):
        assert deliver(row.pk) == AttemptOutcome.SENT

    first, second = (headers["webhook-id"] for headers, _body in hooked.taken)
    assert first == second == str(row.pk)


@pytest.mark.parametrize("answer", [302, 400, 429, 500, "hang", "drip"])
def test_whoever_does_not_take_it_is_asked_again(endpoint, hooked, monkeypatch, answer):
    monkeypatch.setattr(outgoing.post, "__kwdefaults__", {"seconds": 1.0})
    hooked.answers = [answer]
    book()
    assert deliver(event().pk) == AttemptOutcome.TEMPORARY
    assert len(hooked.taken) == 1


def test_whoever_is_gone_is_told_nothing_any_more(endpoint, hooked):
    hooked.answers = [410]
    book()

    assert deliver(event().pk) == AttemptOutcome.PERMANENT

    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert AuditEntry.objects.filter(action="webhook.gone", object_id=endpoint.pk).exists()


def test_an_endpoint_that_is_away_holds_up_nobody_else(endpoint, hooked, monkeypatch):
    hooked.close()
    book()
    row = event()
    outcomes = []
    monkeypatch.setattr("notifications.channels.email.EmailChannel.send", lambda self, mail: outcomes.append(mail))
    publish_all([confirmation_of(make_booking(contact=make_contact("self-service-scheduler")))])

    sweep_tenant(go_on=lambda: True)

    row.refresh_from_db()
    assert row.state == OutboxState.WAITING
    assert row.attempts == 1


def test_a_program_that_is_away_does_not_make_the_portal_look_ill(endpoint, hooked):
    """Readiness takes a portal out of service; one company's program must not do that to all."""
    hooked.answers = [500]
    book()
    row = event()
    assert oldest_due_at() == row.due_at
    assert deliver(row.pk) == AttemptOutcome.TEMPORARY
    assert oldest_due_at() is None


def test_after_a_rotation_both_secrets_sign(endpoint, hooked):
    former = endpoint.secret
    staff = make_staff()
    present = rotate_secret(endpoint, by=staff)
    send_test(endpoint, by=staff)

    deliver(event().pk)

    [(headers, body)] = hooked.taken
    assert is_signed(former, headers, body)
    assert is_signed(present, headers, body)
    assert hooked.events[0]["type"] == "webhook_test"


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://localhost/", "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://0.0.0.0/", "https://224.0.0.1/",
        "https://255.255.255.255/", "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fc00::1]/",
        "https://[fd00:ec2::254]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:a9fe:a9fe]/", "https://[2002:7f00:1::]/",
        "https://[64:ff9b::7f00:1]/", "https://[2001:0:7f00:1::]/", "https://[ff02::1]/", "https://2130706433/",
        "https://0x7f.1/", "https://127.1/", "http://93.184.216.34/", "https://93.184.216.34:22/", "ftp://93.184.216.34/",
        "file:///etc/passwd", "https://user:password@93.184.216.34/", "https:///nowhere", "https://93.184.216.34:99999/",
    ],
)  # fmt: skip
def test_addresses_that_are_none_of_the_public_network_are_never_connected_to(url, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *_rest: pytest.fail("connected"))
    with pytest.raises((outgoing.AddressRefused, outgoing.NotReached)):
        outgoing.post(url, b"{}", {})


def test_a_name_with_one_private_address_is_refused(monkeypatch):
    answer = [(2, 1, 6, "", (each, 443)) for each in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_rest, **_more: answer)
    with pytest.raises(outgoing.AddressRefused):
        outgoing.checked_address("rebinding.example", 443)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch, hooked):
    """A name that stands for another address at the second asking is not asked twice."""
    answers = [[(2, 1, 6, "", ("127.0.0.1", 0))]]
    monkeypatch.setattr("socket.getaddrinfo", lambda host, *_rest, **_more: answers.pop(0))
    port = hooked.server.server_address[1]
    connected = []
    inner = outgoing.httpcore.SyncBackend

    class Watched(inner):
        def connect_tcp(self, host, port, **more):
            connected.append(host)
            raise OSError

    monkeypatch.setattr(outgoing.httpcore, "SyncBackend", Watched)
    with pytest.raises(outgoing.NotReached):
        outgoing.post(f"http://rebinding.example:{port}/", b"{}", {})
    assert connected == ["127.0.0.1"]
    assert answers == []


@pytest.fixture
def staff(tenant, client_for):
    with tenant_scope(tenant):
        return client_for(make_staff(), tenant)


def test_staff_read_the_secret_once(tenant, staff):
    page = staff.post(ADD, {"name": "ERP", "url": "https://erp.example/hook", "is_active": "on"})
    with tenant_scope(tenant):
        endpoint = WebhookEndpoint.objects.get()
    assert endpoint.secret in page.text.replace("&#x2B;", "+")
    assert "no-store" in page.headers["Cache-Control"]

    change = reverse("admin:notifications_webhookendpoint_change", args=[endpoint.pk])
    assert endpoint.secret[8:30] not in staff.get(change).text
    rotate = reverse("admin:notifications_webhookendpoint_rotate", args=[endpoint.pk])
    assert staff.get(rotate).status_code == 200
    with tenant_scope(tenant):
        assert WebhookEndpoint.objects.get().secret == endpoint.secret
    assert "whsec_" in staff.post(rotate).text
    with tenant_scope(tenant):
        row = WebhookEndpoint.objects.get()
        assert row.former_secret == endpoint.secret
        entries = AuditEntry.objects.filter(object_id=endpoint.pk)
        assert "whsec_" not in str(list(entries.values()))


def test_staff_send_a_test_event(tenant, staff):
    with tenant_scope(tenant):
        endpoint = WebhookEndpoint.objects.create(name="ERP", url="https://erp.example/", secret=new_secret())
    test = reverse("admin:notifications_webhookendpoint_test", args=[endpoint.pk])
    assert staff.get(test).status_code == 405
    assert staff.post(test).status_code == 302
    with tenant_scope(tenant):
        assert OutboxMessage.objects.get().endpoint == endpoint


@pytest.mark.parametrize("url", ["http://erp.example/", "https://user:pw@erp.example/", "https://erp.example:22/"])
def test_an_address_that_we_do_not_send_to_is_refused_next_to_its_field(tenant, staff, url):
    page = staff.post(ADD, {"name": "ERP", "url": url, "is_active": "on"})
    assert list(page.context["adminform"].form.errors) == ["url"]


def test_another_company_s_endpoint_is_not_there(other_tenant, staff):
    with tenant_scope(other_tenant):
        endpoint = WebhookEndpoint.objects.create(name="Theirs", url="https://erp.example/", secret=new_secret())
    assert "Theirs" not in staff.get(LIST).text
    for page in ("rotate", "test"):
        url = reverse(f"admin:notifications_webhookendpoint_{page}", args=[endpoint.pk])
        assert staff.post(url).status_code == 404
