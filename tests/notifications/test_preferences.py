"""The page on which a contact says what to hear (NOT-3, NOT-4)."""

import pytest

from notifications.models import ContactPreference, MessageSetting, TextMessageConsent
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_approver, make_staff

PAGE = "/notifications/"


@pytest.fixture
def contact(tenant):
    with tenant_scope(tenant):
        MessageSetting.objects.create(name="booking_reminder", sms_is_on=True)
        MessageSetting.objects.create(name="booking_changed", is_on=False)
        return make_approver()


@pytest.fixture
def browser(tenant, contact, client_for, settings):
    settings.SMS_URL = "smpp://a:b@127.0.0.1:1"
    return client_for(contact.user, tenant)


def offered(page) -> set[str]:
    return {value for value, _title in page.context["form"].fields["mail"].choices}


def test_it_shows_what_the_company_sends(browser):
    page = browser.get(PAGE)

    assert {"booking_confirmed", "booking_reminder"} <= offered(page)
    assert not {"booking_changed", "password_reset", "webhook_test"} & offered(page)
    assert [value for value, _title in page.context["form"].fields["sms"].choices] == ["booking_reminder"]
    assert set(page.context["form"].initial["mail"]) == offered(page)


def test_what_is_not_chosen_is_switched_off_and_on_again(tenant, contact, browser):
    everything = sorted(offered(browser.get(PAGE)))
    less = [each for each in everything if each != "booking_confirmed"]

    for _ in range(2):
        assert browser.post(PAGE, {"mail": less, "sms": ["booking_reminder"]}).status_code == 302
    with tenant_scope(tenant):
        off = ContactPreference.objects.get()
        assert (off.contact, off.name, off.channel) == (contact, "booking_confirmed", "email")
        assert AuditEntry.objects.filter(action="message.switch_off").count() == 1
    assert "booking_confirmed" not in browser.get(PAGE).context["form"].initial["mail"]

    browser.post(PAGE, {"mail": everything, "sms": ["booking_reminder"]})
    with tenant_scope(tenant):
        assert not ContactPreference.objects.exists()


@pytest.mark.parametrize("typed", ["+1 646 555 0110", "0016465550110", "+1 (646) 555-0110"])
def test_a_number_is_kept_as_the_network_writes_it(tenant, browser, typed):
    assert browser.post(PAGE, {"phone": typed}).status_code == 302
    with tenant_scope(tenant):
        assert TextMessageConsent.objects.get().phone == "+16465550110"


def test_an_empty_number_takes_the_consent_back(tenant, browser):
    browser.post(PAGE, {"phone": "+16465550110"})
    browser.post(PAGE, {"phone": ""})
    with tenant_scope(tenant):
        assert not TextMessageConsent.objects.exists()
        actions = set(AuditEntry.objects.values_list("action", flat=True))
        assert {"text_messages.consent", "text_messages.withdraw"} <= actions


@pytest.mark.parametrize("typed", ["646 555 0110", "+1 12", "call me", "+999999999999", "+1646555011000000000"])
def test_what_is_no_number_is_refused_next_to_its_field(tenant, browser, typed):
    page = browser.post(PAGE, {"phone": typed})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["phone"]
    with tenant_scope(tenant):
        assert not TextMessageConsent.objects.exists()


def test_without_text_messages_nobody_is_asked_for_a_number(tenant, contact, browser, settings):
    settings.SMS_URL = ""
    page = browser.get(PAGE)
    assert "phone" not in page.context["form"].fields
    browser.post(PAGE, {"mail": [], "phone": "+16465550110"})
    with tenant_scope(tenant):
        assert not TextMessageConsent.objects.exists()


def test_what_is_not_on_offer_cannot_be_chosen(browser):
    assert browser.post(PAGE, {"mail": ["password_reset"]}).status_code == 422


def test_it_is_for_contacts_of_the_company(tenant, other_tenant, contact, client_for):
    with tenant_scope(tenant):
        staff = make_staff()
    assert client_for(staff, tenant).get(PAGE).status_code == 404
    assert client_for(contact.user, other_tenant).get(PAGE).status_code in {302, 404}
    assert client_for(None, tenant).get(PAGE).status_code == 302
