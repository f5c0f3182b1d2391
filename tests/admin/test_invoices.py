"""Invoices in the admin: lines of drafts, and the verbs with their pages (FS-5)."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoice_payments import record_payment
from fieldservice.domain.invoices import issue
from fieldservice.enums import InvoiceStatus
from fieldservice.models import FieldServiceSettings, Invoice
from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from tests.factories.accounts import make_account, make_reviewer
from tests.factories.catalog import make_billing_terms, make_price, make_product, make_tax_code
from tests.factories.fieldservice import make_work_order
from tests.factories.invoices import make_draft, make_invoice, make_item
from tests.kit.papers import text_of

ADD = reverse("admin:fieldservice_invoice_add")
LINE = ("id", "product", "description", "quantity", "unit", "unit_price", "discount_percent", "taxed", "DELETE")


def page(invoice, name="change"):
    return reverse(f"admin:fieldservice_invoice_{name}", args=[invoice.pk])


def lines(*rows, initial=0):
    """The inline's data; payments have none."""
    data = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": initial}
    data |= {"payments-TOTAL_FORMS": 0, "payments-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": row[name] for name in LINE if name in row}
    return data


def hidden(browser, address):
    """What a form carries unseen."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', browser.get(address).text)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def values(invoice, **fields):
    return {
        "account": invoice.account_id,
        "invoice_date": invoice.invoice_date,
        "due_date": invoice.due_date,
        "seen_status": invoice.status,
        **fields,
    }


@pytest.fixture
def scope(tenant):
    with tenant_scope(tenant):
        yield tenant


# Drafts.


def test_a_draft_is_numbered_summed_and_completed_by_the_domain(scope, browser, staff):
    account = make_account()
    make_billing_terms(account, payment_days=10)
    tax = make_tax_code(name="VAT", rate=Decimal(20))
    product = make_product(name="Pump", unit="pcs", tax_code=tax)
    prices = make_price(product=product, price=Decimal("12.50")).price_list
    FieldServiceSettings.objects.create(price_list=prices)
    rows = [
        {"product": product.pk, "quantity": "2"},
        {"description": "Call-out", "quantity": "1", "unit_price": "40", "discount_percent": "50", "taxed": "none"},
        {"product": product.pk, "description": "Pump, used", "quantity": "1", "unit_price": "5", "taxed": "none"},
    ]

    answer = browser.post(
        ADD, {"account": account.pk, "invoice_date": "2026-03-01", "internal_notes": "n", **lines(*rows)}
    )

    assert answer.status_code == 302, answer.context["errors"]
    invoice = Invoice.objects.get()
    assert [(each.description, each.unit, each.net, each.tax) for each in invoice.lines.order_by("position")] == [
        ("Pump", "pcs", Decimal(25), Decimal(5)),
        ("Call-out", "", Decimal(20), Decimal(0)),
        ("Pump, used", "pcs", Decimal(5), Decimal(0)),
    ]
    assert (invoice.number, invoice.total, invoice.status) == ("INV-1001", Decimal(55), InvoiceStatus.DRAFT)
    assert (invoice.due_date, invoice.internal_notes) == (dt.date(2026, 3, 11), "n")
    trail = AuditEntry.objects.filter(object_id=invoice.pk).order_by("pk").values_list("action", "actor_id")
    assert list(trail) == [("invoice.create", staff.pk), ("invoice.lines", staff.pk)]


def test_lines_of_a_draft_are_changed_taken_away_and_kept(scope, browser):
    tax = make_tax_code(name="VAT", rate=Decimal(20))
    old = {"tax_name": "Old tax", "tax_rate": Decimal("7.5")}
    draft = make_draft(make_item(**old), make_item(unit_price=Decimal(3)), make_item(unit_price=Decimal(7), **old))
    kept, gone, changed = draft.lines.order_by("position")
    same = {"description": kept.description, "quantity": "1.000", "unit_price": "100.0000", "discount_percent": "0.00"}
    rows = [
        {"id": kept.pk, **same, "taxed": "kept"},
        {"id": gone.pk, "description": "x", "quantity": "1", "taxed": "kept", "DELETE": "on"},
        {"id": changed.pk, "description": "Changed", "quantity": "2", "unit_price": "7", "taxed": "kept"},
        {"description": "New", "quantity": "1", "unit_price": "10", "taxed": tax.pk},
        {"quantity": "1"},
    ]

    answer = browser.post(page(draft), values(draft, **lines(*rows, initial=3)))

    assert answer.status_code == 302, answer.context["errors"]
    found = [(each.description, each.tax_name, each.net, each.tax) for each in draft.lines.order_by("position")]
    assert found == [
        (kept.description, "Old tax", Decimal(100), Decimal("7.5")),
        ("Changed", "Old tax", Decimal(14), Decimal("1.05")),
        ("New", "VAT", Decimal(10), Decimal(2)),
    ]
    draft.refresh_from_db()
    assert draft.total == Decimal("134.55")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"quantity": "1"}, "Name a product or say what is charged."),
        ({"description": "x", "quantity": "-1", "unit_price": "1"}, "not negative"),
        ({"description": "x", "quantity": "1", "unit_price": "1", "discount_percent": "101"}, "At most 100 percent."),
        ({"description": "x", "quantity": "", "unit_price": "1"}, "This field is required."),
    ],
)
def test_a_line_that_cannot_be_charged_is_refused(scope, browser, row, words):
    data = {"account": make_account().pk, "invoice_date": "2026-03-01"}

    answer = browser.post(ADD, {**data, **lines({"unit": "pcs", **row})})

    assert words in answer.text
    assert not Invoice.objects.exists()


def test_a_work_order_of_another_account_is_refused(scope, browser):
    data = {"account": make_account().pk, "invoice_date": "2026-03-01", "work_order": make_work_order().pk}

    answer = browser.post(ADD, {**data, **lines({"description": "x", "quantity": "1"})})

    assert "work_order" in answer.context["adminform"].form.errors


def test_who_saves_a_form_from_before_the_issue_is_told(scope, browser):
    draft = make_draft()
    issue(draft)

    answer = browser.post(page(draft), values(draft, seen_status="draft", note="changed", **lines()))

    assert "Somebody has changed the state" in answer.text
    draft.refresh_from_db()
    assert draft.note == ""


def test_an_issued_invoice_is_only_read(scope, browser):
    invoice = make_invoice(make_item(description="Pump"), is_exposed=False)
    text = browser.get(page(invoice)).text
    assert "Pump" in text
    assert 'name="note"' not in text
    assert "lines-0-description" not in text

    data = values(
        invoice, note="zz", account=make_account().pk, due_date="2031-01-01", internal_notes="ours", is_exposed="on"
    )
    answer = browser.post(page(invoice), {**data, **lines()})

    assert answer.status_code == 302, answer.context["errors"]
    before = invoice.account_id
    invoice.refresh_from_db()
    assert (invoice.note, invoice.account_id, invoice.internal_notes) == ("", before, "ours")
    assert (invoice.due_date, invoice.is_exposed) == (dt.date(2031, 1, 1), True)


def test_exposing_it_here_tells_the_customer(scope, browser):
    invoice = make_invoice(is_exposed=False)
    reader = make_reviewer(account=invoice.account)

    browser.post(page(invoice), values(invoice, is_exposed="on", **lines()))

    assert [each.contact for each in OutboxMessage.objects.filter(name="invoice_exposed")] == [reader]


# The verbs.


def test_issuing_asks_first(scope, browser, staff):
    draft = make_draft()
    assert f'href="{page(draft, "issue")}"' in browser.get(page(draft)).text
    browser.get(page(draft, "issue"))
    draft.refresh_from_db()
    assert draft.status == InvoiceStatus.DRAFT

    answer = browser.post(page(draft, "issue"), follow=True)

    assert f"{draft.number} was issued." in answer.text
    draft.refresh_from_db()
    assert draft.status == InvoiceStatus.ISSUED
    assert AuditEntry.objects.get(action="invoice.issue").actor_id == staff.pk


def test_many_drafts_are_issued_from_the_list(scope, browser):
    drafts = [make_draft(), make_draft(), make_draft()]
    drafts[2].lines.all().delete()
    Invoice.objects.filter(pk=drafts[2].pk).update(net=0, tax=0, total=0)
    chosen = [each.pk for each in drafts]

    answer = browser.post(
        reverse("admin:fieldservice_invoice_changelist"),
        {"action": "issue_drafts", "_selected_action": chosen},
        follow=True,
    )

    assert "2 invoices were issued." in answer.text
    assert "1 draft has no lines." in answer.text


def test_a_payment_is_recorded_once_however_often_it_is_sent(scope, browser):
    invoice = make_invoice()
    data = {**hidden(browser, page(invoice, "pay")), "amount": "8.88", "paid_date": "2026-03-02", "method": "Card"}

    for _time in range(2):
        assert browser.post(page(invoice, "pay"), data).status_code == 302

    invoice.refresh_from_db()
    assert (invoice.paid, invoice.payments.count()) == (Decimal("8.88"), 1)


@pytest.mark.parametrize("amount", ["", "0", "108.89", "0.001", "x", "NaN", "1e30"])
def test_an_amount_that_does_not_fit_is_told_at_the_field(scope, browser, amount):
    invoice = make_invoice()
    data = {**hidden(browser, page(invoice, "pay")), "amount": amount, "paid_date": "2026-03-02", "reference": "R-9"}

    answer = browser.post(page(invoice, "pay"), data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["amount"]
    assert 'value="R-9"' in answer.text
    assert not invoice.payments.exists()


def test_a_payment_is_taken_back(scope, browser):
    invoice, other = make_invoice(), make_invoice()
    payment = record_payment(invoice, amount=invoice.total)
    foreign = record_payment(other, amount=other.total)

    assert browser.post(page(invoice, "reverse"), {"payment": foreign.pk}).status_code == 422
    assert browser.post(page(invoice, "reverse"), {"payment": payment.pk, "reason": "Bounced"}).status_code == 302

    invoice.refresh_from_db()
    other.refresh_from_db()
    assert (invoice.status, other.status) == (InvoiceStatus.ISSUED, InvoiceStatus.PAID)
    assert AuditEntry.objects.get(action="invoice.reverse").after["reason"] == "Bounced"


def test_a_credit_lowers_the_balance_and_a_second_click_does_not(scope, browser):
    invoice = make_invoice()
    data = {**hidden(browser, page(invoice, "credit")), "amount": "8.88", "reason": "Late"}

    assert browser.post(page(invoice, "credit"), data).status_code == 302
    again = browser.post(page(invoice, "credit"), data)

    assert again.status_code == 422
    assert "The balance has changed meanwhile" in again.text
    invoice.refresh_from_db()
    assert invoice.credited == Decimal("8.88")
    assert invoice.credit_notes.get().number in browser.get(page(invoice)).text


def test_canceling_needs_its_reason(scope, browser):
    invoice = make_invoice()

    assert browser.post(page(invoice, "cancel"), {"reason": ""}).status_code == 422
    assert browser.post(page(invoice, "cancel"), {"reason": "Wrong"}).status_code == 302

    invoice.refresh_from_db()
    assert (invoice.status, invoice.cancel_reason) == (InvoiceStatus.CANCELED, "Wrong")


OFFERED = {
    "draft": (make_draft, {"issue", "cancel"}),
    "open": (make_invoice, {"pay", "credit", "cancel"}),
    "credit note": (lambda: credit(make_invoice(), reason="Late"), set()),
}


@pytest.mark.parametrize("state", OFFERED)
def test_only_what_the_state_allows_is_offered(scope, browser, state):
    make, offered = OFFERED[state]
    invoice = make()
    text = browser.get(page(invoice)).text

    for verb in ("issue", "pay", "reverse", "credit", "cancel"):
        assert (f'href="{page(invoice, verb)}"' in text) is (verb in offered), verb
        asked = browser.get(page(invoice, verb))
        assert ("Its state does not allow that." in asked.text) is (verb not in offered), verb


def test_forcing_a_verb_changes_nothing(scope, browser):
    invoice = make_invoice()
    record_payment(invoice, amount=Decimal(1))

    answer = browser.post(page(invoice, "cancel"), {"reason": "Forced"})

    assert answer.status_code == 422
    assert "paid or credited" in answer.text


def test_staff_download_the_paper(scope, browser):
    work_order = make_work_order(is_exposed=False)
    draft = make_draft(make_item(description="Pump"), account=work_order.account, work_order=work_order)

    text = text_of(browser.get(page(draft, "pdf")).content)

    for words in ("Draft", "Pump", work_order.number, "$108.88"):
        assert words in text


def test_overdue_ones_are_found(scope, browser):
    late = make_invoice(invoice_date=dt.date(2020, 1, 1), due_date=dt.date(2020, 1, 2))
    other = make_invoice()

    text = browser.get(reverse("admin:fieldservice_invoice_changelist"), {"overdue": "yes"}).text

    assert late.number in text
    assert other.number not in text
