"""The contract pages as a customer meets them (PSA-3, FS-7)."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
import time_machine

from portal.accounts.enums import Level, Section
from portal.accounts.models import ContactRole
from portal.kit.ids import uuid7
from projects.domain.contracts import close_contract, draft_of_quote, lose_contract, open_contract
from projects.domain.invoices import confirm, draft_of_milestones
from projects.domain.milestones import MilestoneItem, write_milestones
from projects.models import ContractMilestone, ProjectInvoice, Quote
from tests.factories.accounts import make_account, make_contact, make_web_role
from tests.factories.contracts import (
    by_time,
    make_contract,
    make_contract_draft,
    make_line,
    make_milestones,
    make_ready,
    make_won_quote,
)
from tests.factories.projects import make_booked_member, make_project
from tests.factories.scheduling import make_resource
from tests.kit.papers import text_of

LIST = "/projects/contracts/"
DAY = dt.date(2026, 3, 1)
AMOUNT = re.compile(r"\$|108\.88|100\.00|8\.88|USD")
pytestmark = pytest.mark.usefixtures("in_tenant")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2026-03-20T16:00:00Z"):
        yield


@pytest.fixture
def own(customer):
    """Makes a contract in force of the customer's account."""
    return lambda *items, **fields: make_contract(*items, **{"account": customer.account, "starts_date": DAY, **fields})


@pytest.fixture
def poor_browser(customer, tenant, client_for):
    """A colleague whose role opens the section without its money."""
    contact = make_contact(account=customer.account)
    ContactRole.objects.create(contact=contact, role=make_web_role((Section.PROJECTS, Level.READ)))
    return client_for(contact.user, tenant)


def detail(contract):
    return f"{LIST}{contract.pk}/"


def names(response):
    """The names on a page of the list, in order."""
    return re.findall(r'href="/projects/contracts/[0-9a-f-]{36}/">([^<]+)<', response.text)


def exported(browser, **params):
    text = browser.get(LIST, {"tab": "all", "export": "csv", **params}).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# The list.


def test_the_list_shows_the_accounts_exposed_contracts_once_opened(own, customer, client):
    shown = own()
    kept = [
        own(is_exposed=False),
        make_contract(),
        make_contract_draft(account=customer.account, is_exposed=True),
        lose_contract(make_contract_draft(account=customer.account, is_exposed=True), reason="Late"),
    ]

    page = client.get(LIST, {"tab": "all"})

    assert names(page) == [shown.name]
    assert not any(each.number in page.text for each in kept)
    for path in ("", "print/", "pdf/"):
        assert [client.get(detail(each) + path).status_code for each in kept] == [404] * 4


def test_a_foreign_company_has_none_of_it(own, other_tenant, client_for, customer):
    contract = own()

    assert client_for(customer.user, other_tenant).get(detail(contract)).status_code in {302, 404}


def test_partners_whose_people_work_on_the_project_see_no_contract(own, customer, partner, partner_client):
    project = make_project(account=customer.account)
    make_booked_member(project, resource=make_resource(account=partner.account))
    contract = own(project=project)

    assert partner_client.get(f"/projects/projects/{project.pk}/").status_code == 200
    assert contract.name not in partner_client.get(f"/projects/projects/{project.pk}/").text
    assert names(partner_client.get(LIST, {"tab": "all"})) == []
    assert partner_client.get(detail(contract)).status_code == 404
    assert detail(contract) not in partner_client.get("/search/", {"q": contract.name}).text


def test_tabs_part_the_list(own, client):
    opened, closed = own(), close_contract(own())

    assert names(client.get(LIST)) == [opened.name]
    assert names(client.get(LIST, {"tab": "closed"})) == [closed.name]
    assert set(names(client.get(LIST, {"tab": "all"}))) == {opened.name, closed.name}


def test_search_looks_at_what_is_shown(own, customer, client):
    seen = make_project(account=customer.account, name="North tower")
    hidden = make_project(account=customer.account, name="South tower", is_exposed=False)
    wanted, other = own(project=seen), own(project=hidden)

    assert names(client.get(LIST, {"q": "north"})) == [wanted.name]
    assert names(client.get(LIST, {"q": "South"})) == []
    assert names(client.get(LIST, {"q": other.number})) == [other.name]
    assert "South tower" not in client.get(LIST).text + client.get(detail(other)).text
    assert wanted.number in client.get("/search/", {"q": wanted.number}).text


def test_filters_stay_in_the_url(own, client):
    form, later = own(kind="order_form"), own(starts_date=dt.date(2026, 6, 1))

    assert names(client.get(LIST, {"kind": "order_form"})) == [form.name]
    assert names(client.get(LIST, {"starts_from": "2026-05-01"})) == [later.name]
    assert names(client.get(LIST, {"starts_until": "2026-05-01"})) == [form.name]


def test_list_sorts_by_listed_columns(own, client):
    first = own(make_line(unit_price=Decimal(10)), name="C")
    second = own(make_line(unit_price=Decimal(30)), name="A", starts_date=DAY + dt.timedelta(days=1))
    third = own(make_line(unit_price=Decimal(20)), name="B", starts_date=DAY + dt.timedelta(days=2))

    assert names(client.get(LIST)) == [third.name, second.name, first.name]
    assert names(client.get(LIST, {"sort": "-total"})) == [second.name, third.name, first.name]
    assert names(client.get(LIST, {"sort": "name"})) == ["A", "B", "C"]
    assert names(client.get(LIST, {"sort": "number"})) == [first.name, second.name, third.name]


@pytest.mark.parametrize("sort", ["starts", "-total", "number", "name"])
def test_pages_follow_each_other(own, client, sort):
    made = {own(make_line(unit_price=Decimal(n % 7))).name for n in range(28)}

    first = client.get(LIST, {"sort": sort, "tab": "all"})
    [following] = re.findall(r'href="(\?[^"]*after=[^"]*)"', first.text)[:1]
    second = client.get(LIST + following.replace("&amp;", "&"))

    assert len(names(first)) == 25
    assert set(names(first) + names(second)) == made


def test_csv_holds_what_is_seen(own, customer, client):
    contract = own(project=make_project(account=customer.account, name="=1+1"), name="=cmd")

    [row] = exported(client)

    assert (row["Number"], row["Status"], row["Begins"], row["Ends"]) == (contract.number, "Active", "2026-03-01", "")
    assert (row["Currency"], row["Net"], row["Tax"], row["Total"]) == ("USD", "100.00", "8.88", "108.88")
    assert (row["Name"], row["Project"]) == ("'=cmd", "'=1+1")


def test_an_empty_list_says_why(own, client):
    assert "No contracts have been shared with you" in client.get(LIST).text

    close_contract(own())

    assert "Your contracts are in another view." in client.get(LIST).text
    assert "Nothing matches" in client.get(LIST, {"q": "nothing like this"}).text


# The page.


def test_the_page_says_what_was_agreed(own, customer, client):
    draft = make_contract_draft(
        make_line(description="Cabin", discount_percent=Decimal(10)),
        by_time(description="Survey", unit="hour", quantity=Decimal(8), limit_amount=Decimal(900)),
        account=customer.account,
        is_exposed=True,
        starts_date=DAY,
        ends_date=dt.date(2026, 12, 31),
        introduction="Two lifts",
        terms="30 days net",
    )
    make_milestones(draft, 40, 50)
    text = client.get(detail(open_contract(draft))).text

    for words in ("Cabin", "Fixed price", "Survey", "8 hours", "Time and material, at most $900.00 before tax", "10%"):
        assert words in text
    for words in ("Two lifts", "30 days net", "March 1, 2026 – December 31, 2026", "$968.99", "$40.00", "To come"):
        assert words in text


def test_milestones_say_when_and_how_far(customer, client):
    draft = make_contract_draft(account=customer.account, is_exposed=True)
    line = draft.lines.get()
    planned = [("Deposit", 20, DAY), ("Delivery", 30, dt.date(2026, 5, 4)), ("Acceptance", 50, None)]
    write_milestones(line, [MilestoneItem(name=n, amount=Decimal(a), due_date=d) for n, a, d in planned])
    contract = open_contract(draft)
    make_ready(contract, 1)
    text = client.get(detail(contract)).text
    assert text.count("To come") == 2
    assert "Reached" in text
    assert "May 4, 2026" in text

    invoice = draft_of_milestones(contract)
    assert "Invoiced" not in client.get(detail(contract)).text
    assert invoice.number not in client.get(detail(contract)).text
    confirm(invoice)
    assert "Invoiced" in client.get(detail(contract)).text
    assert invoice.number not in client.get(detail(contract)).text

    ProjectInvoice.objects.filter(pk=invoice.pk).update(is_exposed=True)

    assert f'href="/projects/invoices/{invoice.pk}/"' in client.get(detail(contract)).text


def test_the_page_leads_to_project_and_quote_where_they_are_seen(customer, client):
    project = make_project(account=customer.account)
    quote = make_won_quote(account=customer.account, project=project, is_exposed=True)
    contract = draft_of_quote(quote)
    contract.is_exposed = True
    contract.save()
    open_contract(contract)

    text = client.get(detail(contract)).text
    assert f'href="/projects/projects/{project.pk}/"' in text
    assert f'href="/projects/quotes/{quote.pk}/"' in text

    type(project).objects.update(is_exposed=False)
    Quote.objects.update(is_exposed=False)

    text = client.get(detail(contract)).text
    assert project.name not in text
    assert quote.number not in text


def test_the_projects_page_lists_its_visible_contracts(own, customer, client):
    project = make_project(account=customer.account)
    shown, hidden = own(project=project), own(project=project, is_exposed=False)

    text = client.get(f"/projects/projects/{project.pk}/").text

    assert f'href="{detail(shown)}"' in text
    assert hidden.name not in text


def test_what_is_for_staff_is_nowhere(own, client):
    contract = own(internal_notes="zz-notes", external_number="zz-external")

    for path in (detail(contract), f"{detail(contract)}print/", LIST):
        assert "zz-" not in client.get(path).text
    assert "zz-" not in str(exported(client))
    assert names(client.get(LIST, {"q": "zz-notes"})) == []


def test_a_comment_stands_below_the_contract(own, client):
    contract = own()

    assert (
        client.post(
            f"{detail(contract)}comment/", {"text": "When do you begin?", "request_key": uuid7()}, follow=True
        ).status_code
        == 200
    )

    assert "When do you begin?" in client.get(detail(contract)).text


# Papers.


def test_print_and_pdf_say_what_the_page_says(in_tenant, own, client):
    contract = own(
        make_line(description="Cabin"),
        by_time(description="Survey", limit_amount=Decimal(900)),
        introduction="Two lifts",
        terms="30 days net",
        internal_notes="zz-notes",
    )
    answer = client.get(f"{detail(contract)}pdf/")
    pdf = text_of(answer.content)

    assert answer["Content-Disposition"] == f'attachment; filename="{contract.number}.pdf"'
    assert in_tenant.name in pdf
    for text in (client.get(f"{detail(contract)}print/").text, pdf):
        for words in (f"Contract {contract.number}", "Cabin", "Fixed price", "$900.00", "$217.76", "30 days net"):
            assert words in text
        assert "Two lifts" in text
        assert "zz-" not in text


# Without the right to money.


def test_without_the_right_no_amount_is_shown(own, poor_browser):
    contract = own(make_line(description="Cabin"), by_time(description="Survey", limit_amount=Decimal(900)))

    page, lists = poor_browser.get(detail(contract)), poor_browser.get(LIST)

    for words in ("Cabin", "Survey", "Fixed price", "Time and material", "To come"):
        assert words in page.text
    assert contract.name in lists.text
    for text in (page.text, lists.text):
        assert not AMOUNT.search(text)
        assert "900" not in text
    assert "Total" not in lists.text
    [row] = exported(poor_browser)
    assert not {"Currency", "Net", "Tax", "Total"} & set(row)


def test_without_the_right_there_is_no_paper_and_no_order(own, poor_browser):
    made = [own(make_line(unit_price=Decimal(n))) for n in (20, 10, 30)]

    for path in ("print/", "pdf/"):
        answer = poor_browser.get(detail(made[0]) + path)
        assert answer.status_code == 403
        assert "The paper shows amounts" in answer.text
    assert names(poor_browser.get(LIST, {"sort": "total"})) == [each.name for each in reversed(made)]


def test_amounts_of_one_account_do_not_tell_of_another(tenant, client_for):
    """A role that sees money of its own account, another one that reaches the branch without it."""
    head = make_account()
    branch = make_account(parent=head)
    contact = make_contact(account=head)
    for grant, below in ((True, False), (False, True)):
        role = make_web_role((Section.PROJECTS, Level.READ), sees_money=grant, includes_child_accounts=below)
        ContactRole.objects.create(contact=contact, role=role)
    mine = make_contract(make_line(unit_price=Decimal(10), tax_rate=Decimal(0)), account=head)
    theirs = make_contract(make_line(unit_price=Decimal(77), tax_rate=Decimal(0)), account=branch)
    browser = client_for(contact.user, tenant)

    assert {row["Number"]: row["Total"] for row in exported(browser)} == {mine.number: "10.00", theirs.number: ""}
    assert names(browser.get(LIST, {"sort": "-total"})) == [mine.name, theirs.name]
    assert "$77" not in browser.get(LIST).text + browser.get(detail(theirs)).text
    assert browser.get(f"{detail(theirs)}pdf/").status_code == 403


# What it costs.


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(own, customer, client, django_assert_num_queries, rows):
    project = make_project(account=customer.account)
    for _number in range(rows):
        draft = make_contract_draft(
            *[make_line() for _line in range(rows)], account=customer.account, project=project, is_exposed=True
        )
        make_milestones(draft, *((100,) if rows == 1 else (20, 30, 50)))
        contract = open_contract(draft)
        make_ready(contract)
        invoice = confirm(draft_of_milestones(contract))
        ProjectInvoice.objects.filter(pk=invoice.pk).update(is_exposed=True)
    assert ContractMilestone.objects.count() >= rows
    client.get(LIST)

    with django_assert_num_queries(8):
        client.get(LIST)
    with django_assert_num_queries(12):
        client.get(detail(contract))
    with django_assert_num_queries(10):
        client.get(f"{detail(contract)}print/")
