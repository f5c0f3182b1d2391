"""The tenant's own words: placeholders only, a text for each language, a preview (NOT-1, SECURITY 30)."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain.delivery import deliver
from notifications.domain.outbox import publish_all
from notifications.models import MessageText, OutboxMessage
from notifications.registry import message_named
from notifications.wording import editable_messages, filled, unknown_in
from portal.tenancy.scope import tenant_scope
from scheduling.domain.booking import confirmation_of
from tests.factories.accounts import make_contact, make_staff
from tests.factories.fieldservice import make_incident_type
from tests.factories.scheduling import make_booking
from tests.notifications.channels import FakeChannel

ADD = reverse("admin:notifications_messagetext_add")


@pytest.fixture
def staff(tenant, client_for):
    with tenant_scope(tenant):
        return client_for(make_staff(), tenant)


def confirmation(**fields):
    """The confirmation of a visit as it was sent."""
    contact = make_contact("self-service-scheduler", full_name="Ada Byron", **fields)
    service = make_incident_type(display_name="Boiler <b>service</b>")
    publish_all([confirmation_of(make_booking(account=contact.account, contact=contact, incident_type=service))])
    channel = FakeChannel()
    deliver(OutboxMessage.objects.get(name="booking_confirmed", contact=contact).pk, channel=channel)
    return channel.sent[0]


def own(**fields):
    return MessageText.objects.create(**{"name": "booking_confirmed", "language": "en", **fields})


def test_own_words_stand_in_subject_text_and_html(in_tenant):
    own(
        subject="{company} comes: {service}",
        introduction="Dear {name},\nwe look forward to {service}.",
        closing="Yours, {company}",
    )

    mail = confirmation()

    assert mail.subject == "Acme Service comes: Boiler <b>service</b>"
    assert "Dear Ada Byron,\nwe look forward to Boiler <b>service</b>." in mail.text
    assert "Dear Ada Byron,<br>we look forward to Boiler &lt;b&gt;service&lt;/b&gt;." in mail.html
    assert "Yours, Acme Service" in mail.html
    assert "Yours, Acme Service" in mail.text
    assert "Your visit is booked." in mail.text


def test_what_is_left_empty_keeps_the_shipped_words(in_tenant):
    own(closing="Yours")
    mail = confirmation()
    assert mail.subject.startswith("Confirmed: Boiler")
    assert "Yours" in mail.text


def test_each_language_has_its_own(in_tenant):
    in_tenant.languages = ["en", "de"]
    in_tenant.save()
    own(language="de", subject="Bestellt: {service}")

    assert confirmation(language="de").subject.startswith("Bestellt: ")
    assert confirmation(language="en").subject.startswith("Confirmed: ")


def test_markup_and_template_language_in_own_words_are_text(in_tenant):
    own(introduction="<script>alert(1)</script> {% load i18n %} {{ brand.tenant }}")
    mail = confirmation()
    assert "<script>" not in mail.html
    assert "{% load i18n %} {{ brand.tenant }}" in mail.text


def test_another_company_s_words_are_not_used(tenant, other_tenant):
    with tenant_scope(other_tenant):
        own(subject="Not yours")
    with tenant_scope(tenant):
        assert confirmation().subject.startswith("Confirmed: ")


@given(st.text(), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3))
def test_filling_never_fails_and_leaves_what_is_unknown(text, values):
    found = filled(text, values)
    if not any(f"{{{each}}}" in text for each in values):
        assert found == text


def test_attributes_are_no_placeholders():
    message = message_named("booking_confirmed")
    assert unknown_in("{service} {service.__class__} {0} {} {name!r}", message) == [
        "",
        "0",
        "name!r",
        "service.__class__",
    ]


def test_an_unknown_placeholder_is_refused_next_to_its_field(tenant, staff):
    answer = staff.post(ADD, {"name": "booking_confirmed", "language": "en", "subject": "Hello {nobody}"})

    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["subject"]
    assert "{nobody} stands for nothing here. Use {company}, {name}, {service}" in errors["subject"][0]


@pytest.mark.parametrize("words", ["Hello {name", "Hello name}", "Hello {{name}}", "{"])
def test_a_brace_that_belongs_to_nothing_is_refused(tenant, staff, words):
    answer = staff.post(ADD, {"name": "booking_confirmed", "language": "en", "closing": words})

    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["closing"]
    assert "a placeholder stands between { and }" in errors["closing"][0]


def test_staff_write_preview_and_read_what_stands_for_what(tenant, staff):
    data = {
        "name": "booking_reminder",
        "language": "en",
        "subject": "Soon: {service}",
        "introduction": "Dear {name}",
        "sms": "{service} soon",
    }
    assert staff.post(ADD, data).status_code == 302
    with tenant_scope(tenant):
        row = MessageText.objects.get()

    page = staff.get(reverse("admin:notifications_messagetext_change", args=[row.pk])).text
    assert "<code>{address}</code>" in page
    preview = staff.get(reverse("admin:notifications_messagetext_preview", args=[row.pk])).text
    assert "Soon: Boiler service" in preview
    assert "<p>Boiler service soon</p>" in preview
    mail = staff.get(reverse("admin:notifications_messagetext_mail", args=[row.pk]))
    assert "Dear Ada Byron" in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    with tenant_scope(tenant):
        assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("name", [each.name for each in editable_messages()])
def test_every_message_that_can_be_changed_can_be_shown(tenant, staff, name):
    with tenant_scope(tenant):
        row = own(name=name, introduction="Dear {name}", closing="Yours, {company}")

    assert staff.get(reverse("admin:notifications_messagetext_preview", args=[row.pk])).status_code == 200
    mail = staff.get(reverse("admin:notifications_messagetext_mail", args=[row.pk])).text
    assert "Dear Ada Byron" in mail
    assert "Yours, Acme Service" in mail


def test_another_company_s_words_are_not_shown(other_tenant, staff):
    with tenant_scope(other_tenant):
        row = own(subject="Not yours")
    for page in ("preview", "mail"):
        assert staff.get(reverse(f"admin:notifications_messagetext_{page}", args=[row.pk])).status_code == 404
