"""The invoice as PDF: the company's, in the reader's language, and only with its amounts (FS-5)."""

import datetime as dt
import io
import re
from decimal import Decimal

import pytest
import time_machine
from django.core.files.base import ContentFile
from PIL import Image
from pypdf import PdfReader

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoice_payments import record_payment
from fieldservice.domain.invoices import cancel
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from portal.web.papers import LARGEST_LOGO, logo_of
from tests.factories.accounts import make_account, make_contact, make_reviewer, make_web_role
from tests.factories.fieldservice import make_work_order
from tests.factories.invoices import make_draft, make_invoice, make_item
from tests.kit.papers import text_of

DAY = dt.date(2026, 3, 1)


@pytest.fixture
def reviewer(in_tenant):
    in_tenant.languages = ["en", "de", "ar"]
    in_tenant.support_email = "help@acme.example"
    in_tenant.save()
    return make_reviewer()


@pytest.fixture
def own(reviewer):
    values = {"invoice_date": DAY, "due_date": DAY + dt.timedelta(days=29)}
    return lambda *items, **fields: make_invoice(*items, account=reviewer.account, **{**values, **fields})


def pdf(browser, invoice):
    response = browser.get(f"/field-service/invoices/{invoice.pk}/pdf/")
    assert response.status_code == 200
    return response


def said(browser, invoice):
    return text_of(pdf(browser, invoice).content)


def test_it_says_what_the_page_says(in_tenant, reviewer, own, browser):
    invoice = own(
        make_item(description="Pump", quantity=Decimal(2), unit="pcs", unit_price=Decimal("12.5"), discount_percent=10),
        make_item(description="Labour", tax_rate=Decimal(0), tax_name=""),
        work_order=make_work_order(account=reviewer.account, number="WO-9"),
        note="Thank you",
        internal_notes="zz-notes",
    )
    record_payment(invoice, amount=Decimal(20))

    text = said(browser, invoice)

    for words in (in_tenant.name, "help@acme.example", f"Invoice {invoice.number}", reviewer.account.name, "WO-9"):
        assert words in text
    for words in ("Pump", "2 pcs", "$12.50", "10%", "$22.50", "Sales tax 8.875%", "$124.50", "$104.50", "Thank you"):
        assert words in text
    assert "March 31, 2026" not in text
    assert "March 30, 2026" in text
    assert "zz-" not in text


def test_it_is_a_file_to_keep(own, browser):
    invoice = own()

    response = pdf(browser, invoice)

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    assert "no-store" in response["Cache-Control"] or "private" in response["Cache-Control"]


def test_the_language_is_the_page_s(own, browser):
    """Which is the contact's since signing in, unless they chose another one."""
    browser.cookies["django_language"] = "de"

    text = said(browser, own())

    assert "30. März 2026" in text
    assert "108,88" in text


def test_right_to_left_papers_say_so(own, browser):
    browser.cookies["django_language"] = "ar"

    reader = PdfReader(io.BytesIO(pdf(browser, own()).content))

    assert reader.trailer["/Root"]["/Lang"] == "ar"


def test_a_credit_note_is_a_paper_of_its_own(own, browser):
    invoice = own()
    note = credit(invoice, amount=Decimal(10), reason="Came late")

    text = said(browser, note)

    assert f"Credit note {note.number}" in text
    assert "Total credit $10.00" in text
    assert f"Credit for invoice {invoice.number}" in text
    assert "Came late" in text
    assert "$10.00" in text


def test_a_canceled_invoice_says_so_on_top(own, browser):
    canceled = cancel(own(*[make_item()] * 60), reason="zz-reason")

    pages = [each.extract_text() for each in PdfReader(io.BytesIO(pdf(browser, canceled).content)).pages]
    printed = browser.get(f"/field-service/invoices/{canceled.pk}/print/").text

    assert len(pages) > 1
    assert all("Canceled" in each for each in pages)
    assert re.search(r"<h1>[^<]*<span[^>]*>Canceled</span></h1>", printed)
    for text in ("\n".join(pages), printed):
        assert "zz-reason" not in text
        assert "March 30, 2026" not in text
        assert re.search(r"To pay\W(?s:.){0,80}\$0\.00", text)


def test_the_same_invoice_is_the_same_file(own, browser):
    invoice = own()

    with time_machine.travel("2026-03-20T16:00:00Z"):
        first = pdf(browser, invoice).content
    with time_machine.travel("2026-03-25T16:00:00Z"):
        assert pdf(browser, invoice).content == first


def test_hidden_relations_stay_hidden(reviewer, own, browser):
    order = make_work_order(account=reviewer.account, number="WO-HIDDEN", is_exposed=False)
    invoice = own(work_order=order, service_account=make_account(name="Unreached branch"))

    text = said(browser, invoice)

    assert "WO-HIDDEN" not in text
    assert "Unreached" not in text


def test_only_those_who_see_the_amounts_get_it(reviewer, own, tenant, client_for, browser):
    contact = make_contact(account=reviewer.account)
    role = make_web_role((Section.FIELD_SERVICE, Level.DECIDE))
    ContactRole.objects.create(contact=contact, role=role)
    path = "/field-service/invoices/{}/pdf/"

    assert client_for(contact.user, tenant).get(path.format(own().pk)).status_code == 403
    for unseen in (own(is_exposed=False), make_invoice(), make_draft(account=reviewer.account, is_exposed=True)):
        assert browser.get(path.format(unseen.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(own, browser, django_assert_num_queries, rows):
    invoice = own(*[make_item() for _number in range(rows)])
    pdf(browser, invoice)

    with django_assert_num_queries(9):
        pdf(browser, invoice)


def test_the_logo_is_on_it_and_one_that_is_gone_breaks_nothing(in_tenant, own, browser, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = io.BytesIO()
    Image.new("RGB", (60, 20), (200, 30, 30)).save(picture, "PNG")
    in_tenant.logo.save("logo.png", ContentFile(picture.getvalue()))
    invoice = own()

    assert len(PdfReader(io.BytesIO(pdf(browser, invoice).content)).pages[0].images) == 1

    in_tenant.logo.storage.delete(in_tenant.logo.name)
    assert len(PdfReader(io.BytesIO(pdf(browser, invoice).content)).pages[0].images) == 0


def test_a_huge_logo_is_left_out(in_tenant, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    in_tenant.logo.save("logo.png", ContentFile(b"x" * (LARGEST_LOGO + 1)))

    assert logo_of(in_tenant) == b""
