"""The way to stop an optional mail: signed, one click, nothing by GET."""

import pytest
from django.core import signing
from django.urls import reverse

from notifications.domain.delivery import deliver
from notifications.domain.outbox import publish
from notifications.enums import AttemptOutcome
from notifications.models import ContactPreference
from notifications.unsubscribing import SALT
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_contact


@pytest.fixture
def advert(tenant, channel):
    """The contact, and the path of the link in their mail."""
    with tenant_scope(tenant):
        contact = make_contact()
        deliver(publish("advert", key="advert:1", contact=contact).pk, channel=channel)
    return contact, channel.sent[0].unsubscribe_url.removeprefix("http://acme.localhost").lstrip(":0123456789")


def is_off(tenant, contact) -> bool:
    with tenant_scope(tenant):
        return ContactPreference.objects.filter(contact=contact, name="advert").exists()


def test_opening_the_link_asks_and_changes_nothing(tenant, advert, client_for):
    contact, path = advert

    for method in ("get", "head"):
        assert getattr(client_for(None, tenant), method)(path).status_code == 200
    assert not is_off(tenant, contact)


def test_one_click_of_a_mail_program_switches_it_off(tenant, advert, client_for, channel):
    contact, path = advert
    client = client_for(None, tenant, enforce_csrf_checks=True)

    for _ in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert is_off(tenant, contact)
    with tenant_scope(tenant):
        row = publish("advert", key="advert:2", contact=contact)
        assert deliver(row.pk, channel=channel) == AttemptOutcome.VOID


def test_the_link_of_one_company_is_nothing_at_another(tenant, other_tenant, advert, client_for):
    contact, path = advert

    assert client_for(None, other_tenant).post(path).status_code == 404
    assert not is_off(tenant, contact)


@pytest.mark.parametrize("value", ["x", ["a", "b", "c"], 7, None])
def test_any_other_text_is_not_found(tenant, client_for, value):
    for token in (signing.dumps(value, salt=SALT), signing.dumps(value, salt="other"), "nonsense"):
        assert client_for(None, tenant).get(reverse("notifications:unsubscribe", args=[token])).status_code == 404


def test_the_link_of_a_message_that_is_no_more_is_not_found(tenant, advert, client_for):
    contact, _path = advert
    token = signing.dumps([str(tenant.pk), str(contact.pk), "gone_for_good"], salt=SALT)
    path = reverse("notifications:unsubscribe", args=[token])
    for method in ("get", "post"):
        assert getattr(client_for(None, tenant), method)(path).status_code == 404
