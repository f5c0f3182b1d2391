"""Contracts and project invoices in the admin: lines of drafts, milestones, and the verbs with their pages (PSA-3, PSA-4)."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from notifications.models import OutboxMessage
from portal.audit.models import AuditEntry
from portal.tenancy.scope import tenant_scope
from projects.domain.contracts import close_contract, lose_contract
from projects.domain.invoices import draft_of_milestones, record_paid, submit
from projects.enums import BillingMethod, BillingType, ContractStatus, InvoiceStatus, MilestoneStatus
from projects.models import Contract, ContractMilestone, ProjectInvoice
from tests.factories.accounts import make_account
from tests.factories.contracts import (
    make_contract,
    make_contract_draft,
    make_customer,
    make_line,
    make_milestones,
    make_project_draft,
    make_project_invoice,
    make_ready,
    make_won_quote,
)
from tests.factories.projects import make_project, make_role, make_task
from tests.factories.scheduling import make_resource
from tests.kit.papers import text_of


@pytest.fixture(autouse=True)
def scope(tenant):
    with tenant_scope(tenant):
        yield tenant


def page(record, name="change"):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{name}", args=[record.pk])


def form_of(browser, address) -> dict:
    """What a browser would send of the page: its form and inlines as they are."""
    answer = browser.get(address)
    parts = [answer.context["adminform"].form]
    for inline in answer.context["inline_admin_formsets"]:
        parts += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for part in parts:
        for field in part:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value.isoformat() if isinstance(value, dt.date) else value
    return data


def send(browser, address, **fields):
    """Post the page with these values in the place of its own."""
    return browser.post(address, {**form_of(browser, address), **fields})


def offered(browser, record) -> set[str]:
    """The keys of the actions that stand above a record."""
    links = re.findall(r'<li><a href="([^"]+)/">', browser.get(page(record)).text)
    return {each.rsplit("/", 1)[1] for each in links}


def errors_of(answer):
    return answer.context and answer.context.get("errors")


# Contracts.


def test_a_contract_is_drafted_with_its_lines(browser, staff):
    account = make_account()
    project = make_project(account=account)
    address = reverse("admin:projects_contract_add")

    answer = send(
        browser,
        address,
        account=account.pk,
        project=project.pk,
        name="Two lifts",
        starts_date="2026-03-01",
        internal_notes="n",
        **{
            "lines-0-description": "Cabin",
            "lines-0-quantity": "2",
            "lines-0-unit_price": "40",
            "lines-0-taxed": "none",
            "lines-0-billing_method": BillingMethod.TIME_AND_MATERIAL,
            "lines-0-limit_amount": "100",
        },
    )

    assert answer.status_code == 302, errors_of(answer)
    contract = Contract.objects.get()
    line = contract.lines.get()
    assert (contract.number, contract.name, contract.project, contract.internal_notes) == (
        *("C-1001", "Two lifts", project, "n"),
    )
    assert (line.description, line.net, line.limit_amount, contract.total) == (
        *("Cabin", Decimal(80), Decimal(100), Decimal(80)),
    )
    trail = AuditEntry.objects.filter(object_id=contract.pk).order_by("pk").values_list("action", "actor_id")
    assert list(trail) == [("contract.create", staff.pk), ("contract.lines", staff.pk)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"lines-0-limit_amount": "5"}, "belongs to time and material"),
        ({"lines-0-quantity": "-1"}, "not negative"),
        ({"ends_date": "2026-01-01"}, "ends after it begins"),
    ],
)
def test_what_cannot_be_agreed_is_refused_in_words(browser, fields, words):
    lines = {"lines-0-description": "Cabin", "lines-0-quantity": "1", "lines-0-unit_price": "40"}
    values = {"account": make_account().pk, "name": "x", "starts_date": "2026-03-01", **lines, **fields}

    answer = send(browser, reverse("admin:projects_contract_add"), **values)

    assert words in answer.text
    assert not Contract.objects.exists()


def test_a_contract_is_drafted_from_a_won_quote(browser):
    quote = make_won_quote()
    assert "contract" in offered(browser, quote)

    answer = browser.post(page(quote, "contract"), {"kind": "order_form"})

    contract = Contract.objects.get(quote=quote)
    assert answer.url == page(contract)
    assert (contract.kind, contract.net) == ("order_form", Decimal(50))
    assert "contract" not in offered(browser, quote)


def test_a_project_of_another_account_is_refused(browser):
    draft = make_contract_draft()

    answer = send(browser, page(draft), project=make_project().pk)

    assert "belongs to another account" in answer.text


def test_a_line_that_is_changed_keeps_its_milestones(browser):
    draft = make_contract_draft(make_line(), make_line(description="Gone"))
    planned = make_milestones(draft, 40, 60)

    answer = send(
        browser, page(draft), **{"lines-0-description": "Cabin", "lines-1-DELETE": "on", "introduction": "Hello"}
    )

    assert answer.status_code == 302, errors_of(answer)
    line = draft.lines.get()
    assert (line.description, line.net) == ("Cabin", Decimal(100))
    assert list(line.milestones.order_by("position").values_list("pk", flat=True)) == [each.pk for each in planned]
    draft.refresh_from_db()
    assert (draft.introduction, draft.net) == ("Hello", Decimal(100))


def test_milestones_are_planned_on_the_lines_own_page(browser, staff):
    draft = make_contract_draft()
    make_milestones(draft, 30)
    line = draft.lines.get()

    answer = send(
        browser,
        page(line),
        **{
            "milestones-0-amount": "40",
            "milestones-1-name": "Acceptance",
            "milestones-1-amount": "60",
            "milestones-1-due_date": "2026-05-04",
        },
    )

    assert answer.status_code == 302, errors_of(answer)
    rows = line.milestones.order_by("position").values_list("amount", "due_date")
    assert list(rows) == [(Decimal(40), None), (Decimal(60), dt.date(2026, 5, 4))]
    assert AuditEntry.objects.filter(action="contract.milestones", actor=staff, object_id=draft.pk).exists()


def test_a_contract_in_force_is_read_only(browser):
    contract = make_contract(is_exposed=False)

    form = browser.get(page(contract)).context["adminform"].form
    assert set(form.fields) == {"seen_status", "is_exposed", "internal_notes", "external_number"}
    assert send(browser, page(contract), name="Other", internal_notes="n").status_code == 302
    contract.refresh_from_db()
    assert (contract.name == "Other", contract.internal_notes) == (False, "n")
    milestones = browser.get(page(contract.lines.get())).context["inline_admin_formsets"][0]
    assert not milestones.has_add_permission
    assert not milestones.has_change_permission


def test_a_form_from_before_it_was_opened_is_refused(browser):
    contract = make_contract()

    answer = send(browser, page(contract), seen_status="draft")

    assert "changed the state" in answer.text


CONTRACTS = [
    (make_contract_draft, {"open", "lose"}),
    (make_contract, {"ready", "close"}),
    (lambda: with_ready(make_contract()), {"take-back", "bill", "close"}),
    (lambda: close_contract(make_contract()), set()),
    (lambda: lose_contract(make_contract_draft(), reason="Late"), set()),
]


def with_ready(contract):
    make_ready(contract)
    return contract


@pytest.mark.parametrize(("make", "keys"), CONTRACTS)
def test_actions_are_offered_where_the_state_allows_them(browser, make, keys):
    everything = {"open", "ready", "take-back", "bill", "close", "lose"}

    assert offered(browser, make()) & everything == keys


def test_a_contract_goes_its_way_by_its_actions(browser, staff):
    reader = make_customer()
    contract = make_contract_draft(account=reader.account, is_exposed=True)
    assert browser.post(page(contract, "open")).status_code == 302
    assert OutboxMessage.objects.get(name="contract_opened").contact == reader
    milestone = ContractMilestone.objects.get()

    assert browser.post(page(contract, "ready")).status_code == 422
    assert browser.post(page(contract, "ready"), {"milestones": [milestone.pk]}).status_code == 302
    assert milestone.name in browser.get(page(contract, "bill")).text
    answer = browser.post(page(contract, "bill"))

    invoice = ProjectInvoice.objects.get()
    assert answer.url == page(invoice)
    milestone.refresh_from_db()
    assert milestone.status == MilestoneStatus.INVOICED
    assert f"Not invoiced: {milestone.line.description}" in browser.get(page(contract, "close")).text
    assert browser.post(page(contract, "close")).status_code == 302
    contract.refresh_from_db()
    assert contract.status == ContractStatus.CLOSED
    assert AuditEntry.objects.filter(action="contract.close", actor=staff).count() == 1


def test_what_the_domain_refuses_is_said_on_the_actions_page(browser):
    draft = make_contract_draft()
    make_milestones(draft, 30)

    answer = browser.post(page(draft, "open"))

    assert answer.status_code == 422
    assert "its milestones add up to 30.00, not to 100.00" in answer.text
    assert browser.post(page(draft, "lose")).status_code == 422


def test_a_ready_milestone_is_taken_back(browser):
    contract = with_ready(make_contract())
    milestone = ContractMilestone.objects.get()

    browser.post(page(contract, "take-back"), {"milestones": [milestone.pk]})

    milestone.refresh_from_db()
    assert milestone.status == MilestoneStatus.NOT_READY


def test_a_draft_on_paper_says_that_it_is_one(browser):
    draft = make_contract_draft(make_line(description="Cabin"))

    text = text_of(browser.get(page(draft, "pdf")).content)

    assert "Cabin" in text
    assert "Draft" in text


def test_staff_read_who_sees_it(browser):
    reader = make_customer(full_name="Ada Byron")
    contract = make_contract(account=reader.account)

    assert "Ada Byron" in browser.get(page(contract)).text


# Project invoices.


def test_an_invoice_is_drafted_with_its_lines(browser, staff):
    account = make_account()
    project = make_project(account=account)
    task, role, resource = make_task(project), make_role(), make_resource()
    draft = make_project_draft(account=account, project=project)

    answer = send(
        browser,
        page(draft),
        **{
            "lines-0-unit_price": "10",
            "lines-0-taxed": "none",
            "lines-1-description": "Survey",
            "lines-1-quantity": "2",
            "lines-1-unit_price": "40",
            "lines-1-task": task.pk,
            "lines-1-role": role.pk,
            "lines-1-resource": resource.pk,
            "lines-1-billing_type": BillingType.COMPLIMENTARY,
            "lines-1-internal_description": "Late",
        },
    )

    assert answer.status_code == 302, errors_of(answer)
    first, second = draft.lines.order_by("position")
    assert (first.net, second.net, second.task, second.role, second.resource) == (Decimal(10), 0, task, role, resource)
    assert (second.internal_description, second.unit_price) == ("Late", Decimal(40))
    assert AuditEntry.objects.filter(action="project_invoice.lines", actor=staff, object_id=draft.pk).exists()


def test_an_invoice_is_added_with_the_days_to_pay(browser):
    account = make_account()

    answer = send(browser, reverse("admin:projects_projectinvoice_add"), account=account.pk, invoice_date="2026-03-01")

    assert answer.status_code == 302, errors_of(answer)
    assert ProjectInvoice.objects.get().due_date > dt.date(2026, 3, 1)


def test_a_task_of_another_project_is_no_choice(browser):
    account = make_account()
    draft = make_project_draft(account=account, project=make_project(account=account))
    foreign = make_task(make_project(account=account))

    answer = send(browser, page(draft), **{"lines-0-task": foreign.pk})

    assert answer.status_code == 200
    assert not draft.lines.filter(task=foreign).exists()


def test_lines_of_milestones_stay_tied_to_them(browser):
    contract = with_ready(make_contract())
    draft = draft_of_milestones(contract)
    line = draft.lines.get()

    answer = send(browser, page(draft), **{"lines-0-description": "In other words"})

    assert answer.status_code == 302, errors_of(answer)
    changed = draft.lines.get()
    assert (changed.description, changed.milestone_id, changed.contract_line_id) == (
        *("In other words", line.milestone_id, line.contract_line_id),
    )


INVOICES = [
    (make_project_draft, {"submit", "confirm", "discard"}),
    (lambda: submit(make_project_draft()), {"send-back", "confirm"}),
    (make_project_invoice, {"paid", "correct"}),
    (lambda: record_paid(make_project_invoice()), set()),
]


@pytest.mark.parametrize(("make", "keys"), INVOICES)
def test_steps_are_offered_where_the_state_allows_them(browser, make, keys):
    assert offered(browser, make()) & {"submit", "send-back", "confirm", "paid", "correct", "discard"} == keys


def test_an_invoice_goes_its_way_by_its_actions(browser):
    reader = make_customer()
    invoice = make_project_draft(account=reader.account, is_exposed=True)
    for name in ("submit", "send-back", "submit", "confirm"):
        assert browser.post(page(invoice, name)).status_code == 302
    assert OutboxMessage.objects.get(name="project_invoice_exposed").contact == reader
    assert browser.post(page(invoice, "paid"), {"paid_date": "2999-01-01"}).status_code == 422

    assert browser.post(page(invoice, "paid"), {"paid_date": "2026-01-01"}).status_code == 302

    invoice.refresh_from_db()
    assert invoice.status == InvoiceStatus.PAID


def test_an_invoice_is_corrected(browser):
    invoice = make_project_invoice()

    answer = browser.post(page(invoice, "correct"))

    correction = ProjectInvoice.objects.get(corrects=invoice)
    assert answer.url == page(correction)
    assert f"takes the place of invoice {invoice.number}" in browser.get(page(correction, "confirm")).text
    browser.post(page(correction, "confirm"))
    assert correction.number in browser.get(page(invoice)).text
    assert "correct" not in offered(browser, invoice)
    assert "Corrected" in text_of(browser.get(page(invoice, "pdf")).content)


def test_a_draft_is_thrown_away(browser, staff):
    draft = make_project_draft()
    assert "The draft is deleted." in browser.get(page(draft, "discard")).text
    assert ProjectInvoice.objects.exists()

    answer = browser.post(page(draft, "discard"))

    assert answer.url == reverse("admin:projects_projectinvoice_changelist")
    assert not ProjectInvoice.objects.exists()
    assert AuditEntry.objects.filter(action="project_invoice.discard", actor=staff).count() == 1
    confirmed = make_project_invoice()
    browser.post(page(confirmed, "discard"))
    assert ProjectInvoice.objects.filter(pk=confirmed.pk).exists()


def test_overdue_ones_are_found(browser):
    late = make_project_invoice(invoice_date=dt.date(2025, 1, 1), due_date=dt.date(2025, 2, 1))
    other = make_project_invoice()

    text = browser.get(reverse("admin:projects_projectinvoice_changelist"), {"overdue": "yes"}).text

    assert late.number in text
    assert other.number not in text
