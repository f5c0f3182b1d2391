"""Language, zone, links; text is not escaped, HTML is."""

from django.utils import timezone, translation

from notifications.domain.outbox import publish
from notifications.links import absolute, site_url
from notifications.recipients import recipient_of
from notifications.registry import message_named
from notifications.rendering import render
from portal.tenancy.models import TenantHost
from tests.factories.accounts import make_contact


def rendered(name="knock", *, words="", **fields):
    contact = make_contact(**fields)
    row = publish(name, key=f"{name}:{contact.pk}", contact=contact, objects={"words": words})
    return render(message_named(name), row, recipient_of(row))


def test_html_is_escaped_and_text_is_not(in_tenant):
    envelope = rendered(words="<b>Tom & Jerry</b>")

    assert envelope.subject == "Knock <b>Tom & Jerry</b>"
    assert "Knock <b>Tom & Jerry</b>" in envelope.text
    assert "Knock &lt;b&gt;Tom &amp; Jerry&lt;/b&gt;" in envelope.html
    assert "<b>" not in envelope.html


def test_styles_are_written_into_the_elements(in_tenant):
    assert 'style="' in rendered().html


def test_the_language_of_the_contact_if_the_company_speaks_it(in_tenant):
    in_tenant.languages = ["en", "ar"]
    in_tenant.save()

    arabic, french = rendered(language="ar"), rendered(language="fr")

    assert (arabic.language, french.language) == ("ar", "en")
    assert 'dir="rtl"' in arabic.html
    assert 'dir="ltr"' in french.html


def test_the_zone_of_the_contact_and_the_company_s_otherwise(in_tenant, monkeypatch):
    seen = []
    monkeypatch.setattr(
        message_named("knock"),
        "context",
        lambda row: seen.append((translation.get_language(), str(timezone.get_current_timezone()))) or {},
        raising=False,
    )
    rendered(time_zone="Asia/Tokyo")
    rendered()

    assert seen == [("en", "Asia/Tokyo"), ("en", "America/New_York")]


def test_links_lead_to_the_company_s_own_host(in_tenant, settings):
    settings.PORTAL_PORT = 8123
    TenantHost.objects.create(host="aaa.example", tenant=in_tenant)
    assert absolute("/appointments/", in_tenant) == "http://acme.localhost:8123/appointments/"

    settings.PORTAL_SCHEME, settings.PORTAL_PORT = "https", None
    assert site_url(in_tenant) == "https://acme.localhost"
    assert site_url(None) == "https://localhost"


def test_replies_go_to_the_company(in_tenant):
    in_tenant.support_email = "help@acme.example"
    in_tenant.save()

    envelope = rendered()

    assert (envelope.sender_name, envelope.reply_to) == ("Acme Service", "help@acme.example")


def test_only_what_nobody_needs_carries_a_way_to_stop_it(in_tenant):
    assert rendered().unsubscribe_url == ""

    advert = rendered("advert")
    assert advert.unsubscribe_url.startswith("http://acme.localhost")
    assert advert.unsubscribe_url in advert.text
