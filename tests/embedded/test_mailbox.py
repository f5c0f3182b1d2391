"""`/mailbox/` shows what the mail catcher kept, harms nobody, and exists in the embedded mode only."""

import secrets
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from portal.embedded import mailcatcher


@pytest.fixture
def mailbox(settings, tmp_path):
    settings.CALLOUT_EMBEDDED = True
    settings.MAILBOX_DIR = tmp_path
    return tmp_path


@pytest.fixture
def keep(mailbox):
    """`keep(to=…, subject=…)` as if it had arrived; returns its id."""

    def store(*, to="anna@harbor.example", subject="Your visit", html="<p>Come <b>in</b></p>", host="acme.localhost"):
        message = EmailMessage()
        message["From"] = "portal@callout.example"
        message["To"] = to
        message["Subject"] = subject
        message["Message-ID"] = f"<0190-{secrets.token_hex(4)}@{host}>"
        message.set_content("See https://harbor.example/appointments/1/\n<script>alert(1)</script>\n")
        message.add_alternative(html, subtype="html")
        message.add_attachment("BEGIN:VCALENDAR\r\n", subtype="calendar", filename='visit".ics')
        return mailcatcher.store(mailbox, "bounce@callout.example", [to], message.as_bytes()).stem

    return store


@pytest.fixture
def visitor(client_for, tenant):
    return client_for(None, tenant)


def test_an_empty_mailbox_says_so(visitor, mailbox):
    assert "No mail yet" in visitor.get(reverse("mailbox")).content.decode()


def test_the_newest_mail_is_first_and_a_recipient_filters(visitor, keep):
    keep(to="anna@harbor.example", subject="First")
    keep(to="ben@harbor.example", subject="Second")

    page = visitor.get(reverse("mailbox")).content.decode()
    assert page.index("Second") < page.index("First")
    page = visitor.get(reverse("mailbox"), {"q": "ANNA"}).content.decode()
    assert "First" in page
    assert "Second" not in page
    assert "No mail to this recipient" in visitor.get(reverse("mailbox"), {"q": "carla"}).content.decode()


def test_a_mail_shows_text_links_and_attachments(visitor, keep):
    mail = keep()

    page = visitor.get(reverse("mailbox_mail", args=[mail])).content.decode()

    assert "Your visit" in page
    assert 'href="https://harbor.example/appointments/1/"' in page
    assert "&lt;script&gt;" in page
    assert reverse("mailbox_html", args=[mail]) in page
    assert "visit&quot;.ics" in page


def test_the_html_of_a_mail_is_locked_in(visitor, keep):
    mail = keep(html="<html><head><title>x</title></head><body><script>alert(1)</script></body></html>")

    response = visitor.get(reverse("mailbox_html", args=[mail]))

    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "default-src 'none'" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_blank"><title>' in response.content.decode()


def test_an_attachment_is_only_ever_a_download(visitor, keep):
    response = visitor.get(reverse("mailbox_part", args=[keep(), 4]))

    assert response.content == b"BEGIN:VCALENDAR\n"
    assert response["Content-Disposition"] == 'attachment; filename="visit_.ics"'
    assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("mail_id", ["20260101T000000000000-0123456789abcdef", "..%2Fsecrets", "x"])
def test_a_mail_that_is_not_there_is_404(visitor, mailbox, mail_id):
    assert visitor.get(f"/mailbox/{mail_id}/").status_code == 404


def test_a_part_that_is_not_there_is_404(visitor, keep):
    assert visitor.get(reverse("mailbox_part", args=[keep(), 99])).status_code == 404


def test_a_company_s_host_shows_its_own_mails_and_the_platform_s_those_of_all(visitor, keep, client_for, other_tenant):
    own, platform_s = keep(subject="Ours"), keep(subject="Platform word", host="localhost")
    foreign = keep(subject="Reset at Globex", host="globex.localhost")

    page = visitor.get(reverse("mailbox")).content.decode()
    assert "Ours" in page
    assert "Globex" not in page
    assert "Platform word" not in page
    for mail in (foreign, platform_s):
        for path in ("", "html/", "parts/4/"):
            assert visitor.get(f"/mailbox/{mail}/{path}").status_code == 404
    assert "Reset at Globex" in client_for(None, other_tenant).get(reverse("mailbox")).content.decode()

    platform = Client(headers={"host": "localhost"})
    for mail in (own, foreign, platform_s):
        assert platform.get(f"/mailbox/{mail}/").status_code == 200


def test_garbage_is_shown_and_breaks_nothing(db, mailbox):
    visitor = Client(headers={"host": "localhost"})
    garbage = b"Subject: =?nonsense?q?x?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff\xfe\x00"
    mail = mailcatcher.store(mailbox, "", ["anna@harbor.example"], garbage).stem

    assert visitor.get(reverse("mailbox")).status_code == 200
    assert visitor.get(reverse("mailbox_mail", args=[mail])).status_code == 200
    assert visitor.get(reverse("mailbox_html", args=[mail])).status_code == 404


@pytest.mark.parametrize(
    "path", ["", "20260101T000000000000-0123456789abcdef/", "20260101T000000000000-0123456789abcdef/html/"]
)
def test_outside_the_embedded_mode_there_is_no_mailbox(visitor, mailbox, settings, path):
    settings.CALLOUT_EMBEDDED = False

    assert visitor.get(f"/mailbox/{path}").status_code == 404
