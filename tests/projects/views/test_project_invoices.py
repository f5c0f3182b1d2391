"""The project invoice pages as a customer meets them (PSA-4, FS-7)."""

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
from projects.domain.invoice_corrections import correct
from projects.domain.invoices import confirm, record_paid, submit, write_lines
from projects.enums import BillingType
from projects.models import ProjectInvoice
from tests.factories.accounts import make_contact, make_web_role
from tests.factories.contracts import make_contract, make_line, make_project_draft, make_project_invoice
from tests.factories.projects import make_booked_member, make_project, make_role, make_task
from tests.factories.scheduling import make_resource
from tests.kit.papers import text_of

LIST = "/projects/invoices/"
DAY = dt.date(2026, 3, 1)
AMOUNT = re.compile(r"\$|108\.88|100\.00|8\.88|USD")
pytestmark = pytest.mark.usefixtures("in_tenant")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel("2026-03-20T16:00:00Z"):
        yield


@pytest.fixture
def own(customer):
    """Makes a confirmed invoice of the customer's account, due ten days from now."""
    values = {"account": customer.account, "invoice_date": DAY, "due_date": DAY + dt.timedelta(days=29)}
    return lambda *items, **fields: make_project_invoice(*items, **{**values, **fields})


@pytest.fixture
def poor_browser(customer, tenant, client_for):
    """A colleague whose role opens the section without its money."""
    contact = make_contact(account=customer.account)
    ContactRole.objects.create(contact=contact, role=make_web_role((Section.PROJECTS, Level.READ)))
    return client_for(contact.user, tenant)


def detail(invoice):
    return f"{LIST}{invoice.pk}/"


def numbers(response):
    """The numbers on a page of the list, in order."""
    return re.findall(r'href="/projects/invoices/[0-9a-f-]{36}/">([^<]+)<', response.text)


def exported(browser, **params):
    text = browser.get(LIST, {"tab": "all", "export": "csv", **params}).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def corrected(original):
    """An invoice with its confirmed correction of 50.00."""
    correction = correct(original)
    write_lines(correction, [make_line(unit_price=Decimal(50), tax_rate=Decimal(0))])
    confirm(correction)
    return original, correction


# The list.


def test_the_list_shows_the_accounts_exposed_invoices_once_confirmed(own, customer, client):
    shown = own()
    kept = [
        own(is_exposed=False),
        make_project_invoice(),
        make_project_draft(account=customer.account, is_exposed=True),
        submit(make_project_draft(account=customer.account, is_exposed=True)),
    ]

    page = client.get(LIST, {"tab": "all"})

    assert numbers(page) == [shown.number]
    assert not any(each.number in page.text for each in kept)
    for path in ("", "print/", "pdf/"):
        assert [client.get(detail(each) + path).status_code for each in kept] == [404] * 4


def test_partners_whose_people_work_on_the_project_see_no_invoice(own, customer, partner, partner_client):
    project = make_project(account=customer.account)
    make_booked_member(project, resource=make_resource(account=partner.account))
    invoice = own(project=project)

    page = partner_client.get(f"/projects/projects/{project.pk}/")

    assert page.status_code == 200
    assert invoice.number not in page.text
    assert numbers(partner_client.get(LIST, {"tab": "all"})) == []
    assert partner_client.get(detail(invoice)).status_code == 404


def test_tabs_part_the_list(own, client):
    opened, paid = own(), record_paid(own())
    original, correction = corrected(own())

    assert set(numbers(client.get(LIST))) == {opened.number, correction.number}
    assert set(numbers(client.get(LIST, {"tab": "inactive"}))) == {paid.number, original.number}
    assert len(numbers(client.get(LIST, {"tab": "all"}))) == 4


def test_search_looks_at_what_is_shown(own, customer, client):
    project = make_project(account=customer.account, name="North tower")
    hidden = make_contract(account=customer.account, name="Secret", is_exposed=False)
    wanted, other = own(project=project), own(contract=hidden)

    assert numbers(client.get(LIST, {"q": "north"})) == [wanted.number]
    assert numbers(client.get(LIST, {"q": "secret"})) == []
    assert numbers(client.get(LIST, {"q": other.number})) == [other.number]
    assert hidden.number not in client.get(LIST).text + client.get(detail(other)).text
    assert wanted.number in client.get("/search/", {"q": wanted.number}).text


def test_filters_stay_in_the_url(own, client):
    late, former = own(due_date=dt.date(2026, 3, 19)), own(invoice_date=dt.date(2025, 3, 1))
    paid = record_paid(own())
    original, correction = corrected(own())

    def found(**params):
        return set(numbers(client.get(LIST, {"tab": "all", **params})))

    assert found(state="overdue") == {late.number}
    assert found(state="open") == {late.number, former.number, correction.number}
    assert found(state="paid") == {paid.number}
    assert found(state="corrected") == {original.number}
    assert found(year="2025") == {former.number}


def test_list_sorts_by_listed_columns(own, client):
    first = own(make_line(unit_price=Decimal(10)), due_date=dt.date(2026, 6, 1))
    second = own(make_line(unit_price=Decimal(30)), invoice_date=DAY + dt.timedelta(days=1))

    assert numbers(client.get(LIST)) == [second.number, first.number]
    assert numbers(client.get(LIST, {"sort": "due"})) == [second.number, first.number]
    assert numbers(client.get(LIST, {"sort": "total"})) == [first.number, second.number]
    assert numbers(client.get(LIST, {"sort": "number"})) == [first.number, second.number]


def test_states_are_said_in_words(own, client):
    words = {
        "due in 10 days": own(),
        "due today": own(due_date=dt.date(2026, 3, 20)),
        "1 day overdue": own(due_date=dt.date(2026, 3, 19)),
        "Paid": record_paid(own()),
        "Corrected": corrected(own())[0],
    }
    page = client.get(LIST, {"tab": "all"})

    for text, invoice in words.items():
        assert text in page.text
        assert text in client.get(detail(invoice)).text


def test_csv_holds_what_is_seen(own, customer, client):
    project = make_project(account=customer.account, name="=1+1")
    invoice = own(project=project)

    [row] = exported(client)

    assert (row["Number"], row["Status"], row["Due"]) == (invoice.number, "Open", "2026-03-30")
    assert (row["Currency"], row["Net"], row["Tax"], row["Total"]) == ("USD", "100.00", "8.88", "108.88")
    assert row["Project"] == "'=1+1"


def test_an_empty_list_says_why(own, client):
    assert "No project invoices have been shared with you" in client.get(LIST).text

    record_paid(own())

    assert "Your invoices are in another view." in client.get(LIST).text


# The page.


def test_the_page_shows_who_did_what_to_those_who_see_the_project(own, customer, client):
    project = make_project(account=customer.account)
    task = make_task(project, name="Survey of the shaft")
    unseen = make_task(project, name="Inner matter", is_shown=False)
    role, resource = make_role(name="Lift engineer"), make_resource(name="Ada Byron")
    invoice = own(
        make_line(description="Hours", date=dt.date(2026, 2, 3), task=task, role=role, resource=resource),
        make_line(description="More hours", task=unseen),
        project=project,
    )
    text = client.get(detail(invoice)).text
    assert "February 3, 2026 · Ada Byron · Lift engineer · Survey of the shaft" in text
    assert "Inner matter" not in text
    assert f'href="/projects/projects/{project.pk}/"' in text

    type(project).objects.update(is_exposed=False)

    text = client.get(detail(invoice)).text
    assert "Hours" in text
    for name in (project.name, "Ada Byron", "Lift engineer", "Survey of the shaft"):
        assert name not in text


def test_what_is_complimentary_stands_there_at_nothing(own, client):
    invoice = own(
        make_line(description="Hours"),
        make_line(description="Inspection", billing_type=BillingType.COMPLIMENTARY),
        make_line(description="Travel of ours", billing_type=BillingType.NON_CHARGEABLE),
    )
    pdf = text_of(client.get(f"{detail(invoice)}pdf/").content)

    for text in (client.get(detail(invoice)).text, client.get(f"{detail(invoice)}print/").text, pdf):
        assert "Inspection" in text
        assert "Complimentary" in text
        assert "$0.00" in text
        assert "$108.88" in text
        assert "Travel of ours" not in text


def test_what_is_for_staff_is_nowhere(own, client):
    invoice = own(make_line(internal_description="zz-inner"), internal_notes="zz-notes", external_number="zz-external")
    for path in (detail(invoice), f"{detail(invoice)}print/", LIST):
        assert "zz-" not in client.get(path).text
    assert "zz-" not in text_of(client.get(f"{detail(invoice)}pdf/").content)
    assert "zz-" not in str(exported(client))


def test_a_corrected_invoice_and_its_correction_lead_to_each_other(own, client):
    original, correction = corrected(own())

    text = client.get(detail(original)).text
    assert f"Invoice {correction.number} stands in its place" in text
    assert f'href="{detail(correction)}"' in text
    assert "March 30, 2026" not in text
    assert f'href="{detail(original)}"' in client.get(detail(correction)).text
    assert "Corrected" in text_of(client.get(f"{detail(original)}pdf/").content)


def test_a_correction_that_is_not_seen_leaves_no_trace(own, client):
    original = own()
    draft = correct(original)
    assert draft.number not in client.get(detail(original)).text
    confirm(draft)
    ProjectInvoice.objects.filter(pk=draft.pk).update(is_exposed=False)

    text = client.get(detail(original)).text

    assert draft.number not in text
    assert str(draft.pk) not in text


def test_the_page_leads_to_the_contract_where_it_is_seen(own, customer, client):
    contract = make_contract(account=customer.account)

    assert f'href="/projects/contracts/{contract.pk}/"' in client.get(detail(own(contract=contract))).text


def test_the_projects_page_lists_its_visible_invoices(own, customer, client):
    project = make_project(account=customer.account)
    shown, hidden = own(project=project), own(project=project, is_exposed=False)

    text = client.get(f"/projects/projects/{project.pk}/").text

    assert f'href="{detail(shown)}"' in text
    assert hidden.number not in text


def test_a_comment_stands_below_the_invoice(own, client):
    invoice = own()

    assert (
        client.post(
            f"{detail(invoice)}comment/", {"text": "Which lift?", "request_key": uuid7()}, follow=True
        ).status_code
        == 200
    )

    assert "Which lift?" in client.get(detail(invoice)).text


def test_the_menu_tells_the_two_kinds_of_invoices_apart(tenant, client_for, customer):
    both = make_contact("psa-customer-reviewer", "fs-customer-reviewer", account=customer.account)

    text = client_for(both.user, tenant).get(LIST).text

    assert "Project invoices" in text
    assert 'href="/field-service/invoices/"' in text


# Without the right to money.


def test_without_the_right_no_amount_is_shown(own, poor_browser):
    invoice = own(make_line(description="Hours"), note="for $10.00 less")

    page, lists = poor_browser.get(detail(invoice)), poor_browser.get(LIST)

    assert "Due in 10 days" in page.text
    assert "Hours" not in page.text
    assert invoice.number in lists.text
    for text in (page.text, lists.text):
        assert not AMOUNT.search(text)
    [row] = exported(poor_browser)
    assert not {"Currency", "Net", "Tax", "Total"} & set(row)
    for path in ("print/", "pdf/"):
        answer = poor_browser.get(detail(invoice) + path)
        assert answer.status_code == 403
        assert "The paper shows amounts" in answer.text


def test_without_the_right_no_order_tells(own, poor_browser):
    made = [own(make_line(unit_price=Decimal(n))).number for n in (20, 10, 30)]

    for sort in ("total", "-total"):
        assert numbers(poor_browser.get(LIST, {"sort": sort})) == made[::-1], "the first order of the list"


# What it costs.


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow(own, customer, client, django_assert_num_queries, rows):
    project, role = make_project(account=customer.account), make_role()
    contract = make_contract(account=customer.account)
    for _number in range(rows):
        lines = [make_line(task=make_task(project), role=role, resource=make_resource()) for _line in range(rows)]
        invoice = own(*lines, project=project, contract=contract)
    client.get(LIST)

    with django_assert_num_queries(8):
        client.get(LIST)
    with django_assert_num_queries(11):
        client.get(detail(invoice))
    with django_assert_num_queries(9):
        client.get(f"{detail(invoice)}print/")
