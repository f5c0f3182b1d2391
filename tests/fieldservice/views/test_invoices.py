"""The invoice pages as a customer meets them (FS-5, FS-7)."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
import time_machine

from fieldservice.domain.invoice_credits import credit
from fieldservice.domain.invoice_payments import record_payment
from fieldservice.domain.invoices import cancel
from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from tests.factories.accounts import make_account, make_contact, make_web_role
from tests.factories.fieldservice import make_work_order
from tests.factories.invoices import make_draft, make_invoice, make_item

LIST = "/field-service/invoices/"
DAY = dt.date(2026, 3, 1)
NOON = "2026-03-20T16:00:00Z"
AMOUNT = re.compile(r"\$|108\.88|100\.00|8\.88|USD")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOON):
        yield


@pytest.fixture
def own(reviewer):
    """Makes an invoice of the reviewer's account, due ten days from now."""
    values = {"invoice_date": DAY, "due_date": DAY + dt.timedelta(days=29)}
    return lambda *items, **fields: make_invoice(*items, account=reviewer.account, **{**values, **fields})


@pytest.fixture
def bookkeeper(reviewer):
    """A colleague whose role opens the section without its money."""
    contact = make_contact(account=reviewer.account)
    role = make_web_role((Section.FIELD_SERVICE, Level.DECIDE))
    ContactRole.objects.create(contact=contact, role=role)
    return contact


@pytest.fixture
def poor_browser(bookkeeper, tenant, client_for):
    return client_for(bookkeeper.user, tenant)


def numbers(response):
    """The numbers on a page of the list, in order."""
    return re.findall(r'href="/field-service/invoices/[0-9a-f-]{36}/">([^<]+)<', response.text)


def detail(invoice):
    return f"{LIST}{invoice.pk}/"


def exported(browser, **params):
    text = browser.get(LIST, {"tab": "all", "export": "csv", **params}).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def paid(invoice):
    record_payment(invoice, amount=invoice.balance)
    return invoice


# The list.


def test_list_shows_the_accounts_exposed_issued_invoices(own, reviewer, browser):
    shown = own()
    kept = [own(is_exposed=False), make_invoice(), make_draft(account=reviewer.account, is_exposed=True)]

    page = browser.get(LIST, {"tab": "all"})

    assert numbers(page) == [shown.number]
    assert not any(each.number in page.text for each in kept)
    assert [browser.get(detail(each)).status_code for each in kept] == [404, 404, 404]


def test_tabs_part_the_list(own, browser):
    opened, closed, called_off = own(), paid(own()), cancel(own(), reason="zz-reason")
    note = credit(own(), amount=Decimal(8), reason="Late")

    assert set(numbers(browser.get(LIST))) == {opened.number, note.credits.number}
    assert set(numbers(browser.get(LIST, {"tab": "inactive"}))) == {closed.number, called_off.number, note.number}
    assert len(numbers(browser.get(LIST, {"tab": "all"}))) == 5
    assert "zz-reason" not in browser.get(detail(called_off)).text


def test_search_looks_at_what_is_shown(reviewer, own, browser):
    order = make_work_order(account=reviewer.account, number="WO-77")
    hidden = make_work_order(account=reviewer.account, number="WO-88", is_exposed=False)
    wanted, other = own(work_order=order), own(work_order=hidden)

    assert numbers(browser.get(LIST, {"q": "wo-77"})) == [wanted.number]
    assert numbers(browser.get(LIST, {"q": "WO-88"})) == []
    assert numbers(browser.get(LIST, {"q": other.number})) == [other.number]
    assert "WO-88" not in browser.get(LIST).text + browser.get(detail(other)).text


def test_filters_stay_in_the_url(own, browser):
    late = own(due_date=dt.date(2026, 3, 19))
    today, former = own(due_date=dt.date(2026, 3, 20)), own(invoice_date=dt.date(2025, 3, 1))
    note = credit(own(), reason="Late")

    assert numbers(browser.get(LIST, {"tab": "all", "state": "overdue"})) == [late.number]
    assert numbers(browser.get(LIST, {"tab": "all", "year": "2025"})) == [former.number]
    assert numbers(browser.get(LIST, {"tab": "all", "kind": "credit_note"})) == [note.number]
    assert set(numbers(browser.get(LIST, {"state": "issued"}))) == {late.number, today.number, former.number}
    assert "Status: Overdue" in browser.get(LIST, {"state": "overdue"}).text


@pytest.mark.parametrize("year", ["0", "x", "1e9", "-5", "2026.5", "99999"])
def test_a_year_that_is_none_is_named_and_ignored(own, browser, year):
    shown = own()

    page = browser.get(LIST, {"year": year})

    assert page.status_code == 200
    assert numbers(page) == [shown.number]
    assert 'id="id_year_error"' in page.text


def test_list_sorts_by_listed_columns(own, browser):
    first = own(make_item(unit_price=Decimal(10)), due_date=dt.date(2026, 6, 1))
    second = own(make_item(unit_price=Decimal(30)), invoice_date=DAY + dt.timedelta(days=1))
    third = own(make_item(unit_price=Decimal(20)), invoice_date=DAY + dt.timedelta(days=2))

    assert numbers(browser.get(LIST)) == [third.number, second.number, first.number]
    assert numbers(browser.get(LIST, {"sort": "due"}))[-1] == first.number
    assert numbers(browser.get(LIST, {"sort": "-total"})) == [second.number, third.number, first.number]
    assert numbers(browser.get(LIST, {"sort": "balance"})) == [first.number, third.number, second.number]
    assert numbers(browser.get(LIST, {"sort": "number"})) == [first.number, second.number, third.number]


@pytest.mark.parametrize("sort", ["date", "-due", "total", "-balance", "number"])
def test_pages_follow_each_other(own, browser, sort):
    made = {
        own(make_item(unit_price=Decimal(n % 7)), due_date=DAY + dt.timedelta(days=n % 5)).number for n in range(30)
    }

    first = browser.get(LIST, {"sort": sort, "tab": "all"})
    [following] = re.findall(r'href="(\?[^"]*after=[^"]*)"', first.text)[:1]
    second = browser.get(LIST + following.replace("&amp;", "&"))

    assert len(numbers(first)) == 25
    assert set(numbers(first) + numbers(second)) == made


def test_state_is_said_in_words(own, browser):
    words = {
        "due in 10 days": own(),
        "due in 1 day": own(due_date=dt.date(2026, 3, 21)),
        "due today": own(due_date=dt.date(2026, 3, 20)),
        "1 day overdue": own(due_date=dt.date(2026, 3, 19)),
        "12 days overdue": own(due_date=dt.date(2026, 3, 8)),
    }

    page = browser.get(LIST)

    for text, invoice in words.items():
        assert text in page.text
        assert text in browser.get(detail(invoice)).text


def test_the_tenants_day_decides_what_is_overdue(own, browser):
    invoice = own(due_date=dt.date(2026, 3, 19))

    with time_machine.travel("2026-03-20T03:00:00Z"):  # still the 19th in New York
        assert "due today" in browser.get(detail(invoice)).text
        assert numbers(browser.get(LIST, {"state": "overdue"})) == []


def test_csv_holds_what_is_seen(own, browser):
    invoice = own()
    record_payment(invoice, amount=Decimal("8.88"))

    [row] = exported(browser)

    assert (row["Number"], row["Status"], row["Currency"]) == (invoice.number, "Open", "USD")
    assert (row["Net"], row["Tax"], row["Total"], row["Paid"], row["Balance"]) == (
        "100.00",
        "8.88",
        "108.88",
        "8.88",
        "100.00",
    )


def test_csv_is_safe_in_a_spreadsheet(reviewer, own, browser):
    own(work_order=make_work_order(account=reviewer.account, number="=1+1"))

    assert exported(browser)[0]["Work order"] == "'=1+1"


def test_empty_list_says_why(own, browser):
    assert "No invoices have been shared with you" in browser.get(LIST).text

    paid(own())

    assert "Your invoices are in another view." in browser.get(LIST).text
    assert "Nothing matches" in browser.get(LIST, {"q": "nothing like this"}).text


# The page.


def test_page_shows_lines_taxes_totals_and_what_is_left(own, browser):
    invoice = own(
        make_item(description="Pump", quantity=Decimal(2), unit="pcs", unit_price=Decimal("12.5"), discount_percent=10),
        make_item(description="Labour", tax_rate=Decimal(0), tax_name=""),
        make_item(description="Filter"),
    )
    record_payment(invoice, amount=Decimal(20), method="Card", reference="R-17")
    note = credit(invoice, amount=Decimal(5), reason="Came late")

    text = browser.get(detail(invoice)).text

    for words in ("Pump", "2 pcs", "$12.50", "10%", "$22.50", "Sales tax 8.875%", "$10.88", "$233.38", "R-17", "Card"):
        assert words in text
    for words in ("$20.00", "$5.00", "$208.38", f"Credit note {note.number}", "March 30, 2026", "Payment received"):
        assert words in text
    assert f'href="{detail(note)}"' in text
    assert invoice.number in browser.get(detail(note)).text
    assert "Came late" in browser.get(detail(note)).text


def test_page_leads_to_the_work_order_where_it_is_seen(reviewer, own, browser):
    order = make_work_order(account=reviewer.account)

    text = browser.get(detail(own(work_order=order))).text

    assert f'href="/field-service/work-orders/{order.pk}/"' in text


def test_what_is_for_staff_is_nowhere(own, browser):
    invoice = own(internal_notes="zz-notes", external_number="zz-external")

    for path in (detail(invoice), f"{detail(invoice)}print/", LIST):
        assert "zz-" not in browser.get(path).text
    assert "zz-" not in str(exported(browser))
    assert numbers(browser.get(LIST, {"q": "zz-notes"})) == []


def test_a_credit_note_counts_below_zero(own, browser):
    invoice = own()
    note = credit(invoice, reason="Late")
    other = own(make_item(unit_price=Decimal(1), tax_rate=Decimal(0)))

    by_total = browser.get(LIST, {"tab": "all", "sort": "total"})
    rows = {row["Number"]: row for row in exported(browser)}

    assert numbers(by_total) == [note.number, other.number, invoice.number]
    assert by_total.text.count("-$108.88") == 1
    assert "-$108.88" in browser.get(detail(note)).text
    assert [rows[note.number][name] for name in ("Net", "Tax", "Total", "Balance", "Due", "Status")] == [
        *("-100.00", "-8.88", "-108.88", "0.00", "", "Issued")
    ]
    assert sum(Decimal(row["Total"]) for row in rows.values()) == Decimal(1)
    assert numbers(browser.get(LIST, {"tab": "all", "state": "paid"})) == [invoice.number]
    assert "Credited" not in browser.get(LIST, {"tab": "all", "kind": "credit_note"}).text


def test_a_canceled_invoice_asks_for_nothing(own, browser):
    gone = cancel(own(), reason="Wrong")

    assert "March 30, 2026" not in browser.get(detail(gone)).text + browser.get(LIST, {"tab": "all"}).text
    assert [(row["Due"], row["Balance"]) for row in exported(browser)] == [("", "0.00")]


def test_a_hidden_credit_note_leaves_no_trace(own, browser):
    invoice = own()
    note = credit(invoice, amount=Decimal(5), reason="Late")
    type(note).objects.filter(pk=note.pk).update(is_exposed=False)

    assert note.number not in browser.get(detail(invoice)).text


def test_print_is_the_paper(own, browser):
    text = browser.get(f"{detail(own(make_item(description='Pump')))}print/").text

    assert "Pump" in text
    assert "$108.88" in text


# Without the right to money.


def test_without_the_right_no_amount_is_shown(own, poor_browser):
    invoice = own(make_item(description="Pump"))
    record_payment(invoice, amount=Decimal("8.88"))
    credit(invoice, amount=Decimal(10), reason="for $10.00 less")

    page = poor_browser.get(detail(invoice))
    lists = poor_browser.get(LIST, {"tab": "all"})

    assert invoice.number in page.text
    assert "Due in 10 days" in page.text
    assert not AMOUNT.search(page.text)
    assert "Pump" not in page.text
    assert invoice.number in lists.text
    assert not AMOUNT.search(lists.text)
    assert "Total" not in lists.text
    for row in exported(poor_browser):
        assert not {"Currency", "Net", "Tax", "Total", "Paid", "Credited", "Balance"} & set(row)


def test_without_the_right_there_is_no_paper(own, poor_browser):
    invoice = own()

    answer = poor_browser.get(f"{detail(invoice)}print/")

    assert answer.status_code == 403
    assert "The paper shows amounts" in answer.text
    assert "The paper shows amounts" in poor_browser.get(detail(invoice)).text
    assert f'href="{detail(invoice)}print/"' not in poor_browser.get(detail(invoice)).text


def test_without_the_right_no_order_tells(own, poor_browser):
    made = [own(make_item(unit_price=Decimal(n))).number for n in (20, 10, 30)]

    for sort in ("total", "-total", "balance"):
        assert numbers(poor_browser.get(LIST, {"sort": sort})) == made[::-1], "the first order of the list"


def test_amounts_of_one_account_do_not_tell_of_another(tenant, client_for, in_tenant):
    """A role that sees money of its own account, another one that reaches the branch without it."""
    head = make_account()
    branch = make_account(parent=head)
    contact = make_contact(account=head)
    for grant, below in ((True, False), (False, True)):
        role = make_web_role((Section.FIELD_SERVICE, Level.READ), sees_money=grant, includes_child_accounts=below)
        ContactRole.objects.create(contact=contact, role=role)
    values = {"invoice_date": DAY, "due_date": DAY}
    mine = make_invoice(make_item(unit_price=Decimal(10), tax_rate=Decimal(0)), account=head, **values)
    theirs = make_invoice(make_item(unit_price=Decimal(77), tax_rate=Decimal(0)), account=branch, **values)
    browser = client_for(contact.user, tenant)

    rows = {row["Number"]: row["Total"] for row in exported(browser)}

    assert rows == {mine.number: "10.00", theirs.number: ""}
    assert numbers(browser.get(LIST, {"sort": "-total"})) == [mine.number, theirs.number]
    assert "$77" not in browser.get(LIST, {"sort": "-total"}).text
    assert browser.get(f"{detail(theirs)}print/").status_code == 403


# What it costs.


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(own, reviewer, browser, django_assert_num_queries, rows):
    lines = [make_item() for _number in range(rows)]
    for _number in range(rows):
        invoice = own(*lines, work_order=make_work_order(account=reviewer.account))
        for _time in range(rows):
            record_payment(invoice, amount=Decimal(1))
            credit(invoice, amount=Decimal(1), reason="Late")
    browser.get(LIST)

    with django_assert_num_queries(8):
        browser.get(LIST)
    with django_assert_num_queries(12):
        browser.get(detail(invoice))
    with django_assert_num_queries(9):
        browser.get(f"{detail(invoice)}print/")
