"""Milestones of fixed prices: planned, ready, billed exactly once (PSA-3, DYNAMICS 6.5)."""

from decimal import Decimal
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from portal.audit.models import AuditEntry
from portal.kit.errors import DomainError
from projects.domain.contracts import close_contract, open_contract
from projects.domain.documents import check_step
from projects.domain.invoice_corrections import correct, discard
from projects.domain.invoices import confirm, draft_of_milestones, submit, write_lines
from projects.domain.lines import copy_of
from projects.domain.milestones import MilestoneItem, mark_ready, take_back, write_milestones
from projects.enums import MILESTONE_TRANSITIONS, MilestoneStatus
from projects.models import ContractMilestone, ProjectInvoice, ProjectInvoiceLine
from tests.factories.contracts import (
    by_time,
    make_contract,
    make_contract_draft,
    make_line,
    make_milestones,
    make_ready,
)

pytestmark = pytest.mark.usefixtures("in_tenant")


@pytest.fixture
def contract():
    """In force, with milestones of 40 and 60."""
    draft = make_contract_draft(make_line(description="Cabin"))
    make_milestones(draft, 40, 60)
    return open_contract(draft)


def states(contract):
    found = ContractMilestone.objects.filter(line__contract=contract).order_by("position")
    return list(found.values_list("status", flat=True))


# Planned.


def test_they_are_written_while_it_is_a_draft(contract):
    line = contract.lines.get()

    with pytest.raises(DomainError, match="Only a draft"):
        write_milestones(line, [])


def test_they_belong_to_fixed_prices():
    line = make_contract_draft(by_time()).lines.get()

    with pytest.raises(DomainError, match="fixed prices"):
        write_milestones(line, [MilestoneItem(name="Step", amount=Decimal(1))])


@pytest.mark.parametrize("amount", ["0", "-1", "0.005"])
def test_an_amount_that_cannot_be_billed_is_refused(amount):
    line = make_contract_draft().lines.get()

    with pytest.raises(DomainError) as refused:
        write_milestones(line, [MilestoneItem(name="Step", amount=Decimal(amount))])
    assert refused.value.field == "amount"


# Ready.


def test_they_are_ready_and_taken_back_while_it_is_active(contract):
    first = make_ready(contract, 1)
    mark_ready(contract, first)
    assert states(contract) == ["ready", "not_ready"]

    take_back(contract, first)

    assert states(contract) == ["not_ready", "not_ready"]
    trail = AuditEntry.objects.filter(object_id=contract.pk, action="contract.milestone")
    assert trail.count() == 2


def test_not_before_it_opens_nor_after_it_closed(contract):
    draft = make_contract_draft()
    milestones = make_milestones(draft, 100)
    for record, found in ((draft, milestones), (close_contract(contract), milestones[:0])):
        with pytest.raises(DomainError, match="while the contract is active"):
            mark_ready(record, found)


def test_not_those_of_another_contract(contract):
    other = ContractMilestone.objects.filter(line__contract=make_contract())

    with pytest.raises(DomainError, match="another contract"):
        mark_ready(contract, other)


@pytest.mark.parametrize(("before", "after"), list(product(MilestoneStatus, MilestoneStatus)))
def test_the_matrix_of_states(before, after):
    if after in MILESTONE_TRANSITIONS[before]:
        check_step(before, after, MILESTONE_TRANSITIONS)
    else:
        with pytest.raises(DomainError, match="cannot become"):
            check_step(before, after, MILESTONE_TRANSITIONS)


# Billed.


def test_what_is_ready_is_billed_once(contract):
    make_ready(contract, 1)

    invoice = draft_of_milestones(contract)

    assert states(contract) == ["invoiced", "not_ready"]
    [line] = invoice.lines.all()
    assert (line.net, line.tax, line.contract_line, invoice.contract) == (
        *(Decimal(40), Decimal("3.55"), contract.lines.get(), contract),
    )
    assert draft_of_milestones(contract).pk == invoice.pk
    assert ProjectInvoice.objects.count() == 1


def test_later_ones_come_on_an_invoice_of_their_own(contract):
    make_ready(contract, 1)
    first = draft_of_milestones(contract)
    mark_ready(contract, ContractMilestone.objects.filter(line__contract=contract, status="not_ready"))

    second = draft_of_milestones(contract)

    assert (first.net, second.net) == (Decimal(40), Decimal(60))


def test_nothing_ready_is_nothing_to_bill(contract):
    with pytest.raises(DomainError, match="No milestone is ready"):
        draft_of_milestones(contract)


def test_confirming_says_that_they_are_invoiced(contract):
    make_ready(contract)
    confirm(draft_of_milestones(contract))

    assert states(contract) == ["posted", "posted"]
    with pytest.raises(DomainError, match="No milestone is ready"):
        draft_of_milestones(contract)
    with pytest.raises(DomainError, match="cannot become"):
        take_back(contract, ContractMilestone.objects.filter(line__contract=contract))


def test_what_a_draft_drops_is_ready_again(contract):
    make_ready(contract)
    invoice = draft_of_milestones(contract)
    kept, _dropped = invoice.lines.order_by("position")

    write_lines(invoice, [copy_of(kept, billing_type=kept.billing_type)])

    assert states(contract) == ["invoiced", "ready"]
    assert invoice.lines.get().milestone_id == kept.milestone_id


def test_a_draft_that_is_thrown_away_leaves_them_ready(contract):
    make_ready(contract)
    invoice = draft_of_milestones(contract)
    submit(invoice)
    with pytest.raises(DomainError, match="Only a draft"):
        discard(invoice)
    invoice = ProjectInvoice.objects.get()
    ProjectInvoice.objects.filter(pk=invoice.pk).update(status="draft")

    discard(invoice)

    assert states(contract) == ["ready", "ready"]
    assert not ProjectInvoice.objects.exists()


def test_a_milestone_is_billed_at_the_amount_that_was_agreed(contract):
    make_ready(contract, 1)
    invoice = draft_of_milestones(contract)
    former = invoice.lines.get()
    item = make_line(unit_price=Decimal(39))

    with pytest.raises(DomainError, match="amount that was agreed"):
        write_lines(invoice, [type(item)(item.charged, item.own, former=former.pk)])


def test_a_correction_leaves_the_milestone_where_it_was_billed(contract):
    make_ready(contract, 1)
    original = confirm(draft_of_milestones(contract))

    correction = correct(original)

    line = correction.lines.get()
    assert (line.milestone, line.contract_line) == (None, contract.lines.get())
    confirm(correction)
    assert states(contract) == ["posted", "not_ready"]


def test_the_database_bills_a_milestone_once(contract):
    make_ready(contract, 1)
    line = draft_of_milestones(contract).lines.get()
    other = draft_of_milestones(contract)

    with pytest.raises(IntegrityError, match="project_invoice_milestone_once"), transaction.atomic():
        ProjectInvoiceLine.objects.create(invoice=other, position=9, description="Again", milestone=line.milestone)


# What the database keeps, whatever code writes.

KEPT = [
    "UPDATE projects_contractmilestone SET name = 'Other' WHERE id = %(milestone)s",
    "UPDATE projects_contractmilestone SET amount = amount + 1 WHERE id = %(milestone)s",
    "UPDATE projects_contractmilestone SET due_date = now() WHERE id = %(milestone)s",
    "UPDATE projects_contractmilestone SET position = 7, status = 'ready' WHERE id = %(milestone)s",
    "UPDATE projects_contractmilestone SET line_id = %(other_line)s WHERE id = %(milestone)s",
    "UPDATE projects_contractmilestone SET line_id = %(line)s, position = 7 WHERE id = %(other_milestone)s",
    "DELETE FROM projects_contractmilestone WHERE id = %(milestone)s",
    "INSERT INTO projects_contractmilestone (id, tenant_id, line_id, position, name, amount, status)"
    " SELECT gen_random_uuid(), tenant_id, line_id, 9, 'More', 1, 'ready'"
    " FROM projects_contractmilestone WHERE id = %(milestone)s",
]


@pytest.mark.parametrize("statement", KEPT)
@pytest.mark.parametrize("is_closed", [False, True])
def test_milestones_of_an_opened_contract_stay_as_they_are(contract, is_closed, statement):
    milestone = ContractMilestone.objects.filter(line__contract=contract).order_by("position").first()
    if is_closed:
        close_contract(contract)
    draft = make_contract_draft()
    [other] = make_milestones(draft, 100)
    names = {
        "milestone": milestone.pk,
        "line": milestone.line_id,
        "other_milestone": other.pk,
        "other_line": other.line_id,
    }

    with pytest.raises(IntegrityError, match="milestones of an opened contract stay"), transaction.atomic():
        written(statement, names)


def test_their_status_still_moves_and_those_of_a_draft_are_written(contract):
    [milestone] = make_milestones(make_contract_draft(), 100)
    moved = "UPDATE projects_contractmilestone SET status = 'ready' WHERE line_id = %(line)s"

    assert written(moved, {"line": contract.lines.get().pk}) == 2
    for statement in (KEPT[0], KEPT[1], KEPT[6]):
        assert written(statement, {"milestone": milestone.pk}) == 1


def written(statement: str, names: dict) -> int:
    """Run a statement that no code of ours would; how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        return cursor.rowcount
